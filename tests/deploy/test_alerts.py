"""Alerts: promtool takes them, each one's test lets it fire and stay silent, each has an entry in the
runbook, and the dashboard is whole."""

import json
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from broker import Cluster
from bus import Bus
from stage import Stage, configuration, output_topics

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
RULES = REPOSITORY / "deploy" / "prometheus" / "copydesk.rules.yaml"
TESTS = RULES.with_name("copydesk.test.yaml")
RUNBOOK = REPOSITORY / "docs" / "runbook.md"
DASHBOARD = REPOSITORY / "deploy" / "grafana" / "copydesk.json"
LINT = DASHBOARD.with_name("lint")


def alerts():
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def cases_of_rules():
    return yaml.safe_load(TESTS.read_text(encoding="utf-8"))["tests"]


def promtool(*arguments):
    if shutil.which("promtool") is None:
        pytest.skip("no promtool: apt-get install prometheus")
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True,
                          check=False)


def test_promtool_takes_the_rules_and_their_tests_pass():
    for arguments in (("check", "rules", RULES), ("test", "rules", TESTS)):
        done = promtool(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", alerts())
def test_an_alert_is_tested_firing_and_silent(name):
    """Silent at another moment of the same series, and beside it on series that are nearly as bad:
    promtool compares all alerts of the name with those that are expected."""
    one, = (test for test in cases_of_rules() if test["name"] == name)
    wanted = [check.get("exp_alerts", []) for check in one["alert_rule_test"]
              if check["alertname"] == name]
    assert [len(found) for found in wanted] == [0, 1]
    labels = {(re.search(r'job="([^"]*)"', series["series"])[1],
               (re.search(r'instance="([^"]*)"', series["series"]) or [0, ""])[1],
               (re.search(r'processor="([^"]*)"', series["series"]) or [0, ""])[1])
              for series in one["input_series"]}
    assert len(labels) >= 2, "no series beside the one that fires"


@pytest.mark.parametrize("name", alerts())
def test_a_rule_that_never_fires_is_caught_by_its_test(name, tmp_path):
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    for group in rules["groups"]:
        for rule in group["rules"]:
            if rule["alert"] == name:
                rule["expr"] = "absent(vector(1))"
    (tmp_path / RULES.name).write_text(yaml.safe_dump(rules), encoding="utf-8")
    one = [test for test in cases_of_rules() if test["name"] == name]
    (tmp_path / TESTS.name).write_text(yaml.safe_dump({
        "rule_files": [RULES.name], "evaluation_interval": "1m", "tests": one}), encoding="utf-8")
    assert promtool("test", "rules", tmp_path / TESTS.name).returncode != 0


def entries():
    """{heading: its lines} of the runbook."""
    found = {}
    for line in RUNBOOK.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            found[line[3:]] = []
        elif found:
            found[list(found)[-1]].append(line)
    return found


def test_every_alert_has_an_entry_in_the_runbook_and_every_entry_an_alert():
    assert {name for name in entries() if name.startswith("Copydesk")} == set(alerts())
    for name, rule in alerts().items():
        assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{name.lower()}"
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert {"summary", "description"} < set(rule["annotations"])


@pytest.mark.parametrize("name", alerts())
def test_an_entry_says_what_it_means_what_to_look_at_and_what_to_do(name):
    text = "\n".join(entries()[name])
    for part in ("**Means.**", "**Look at.**", "**Do.**"):
        assert text.count(part) == 1, f"{part} in the entry of {name}"


# ---- metrics ----

class Article:
    """What bus.feed wants of a case."""

    headers, timestamp = (), 0

    def __init__(self, sequence, value):
        self.sequence, self.key, self.value = sequence, b"k", value


def articles(first):
    """One that is new, its copy, and one that is broken."""
    text = json.dumps({"id": f"a{first}", "body": "The harbour of Rotterdam was closed on Friday "
                       "after ice had damaged the outer wall, the port authority said. " * 3})
    return [Article(first, text.encode()), Article(first + 1, text.replace("a0", "b0").encode()),
            Article(first + 2, b"{")]


def settings_of(bootstrap, window):
    return configuration(bootstrap, "desk", topics={"create": True}, processors=[
        {"language": {}}, {"entities": {}},
        {"duplicates": {"topic": "desk.claims", "window": window}}])


@pytest.fixture(scope="module")
def metrics(tmp_path_factory):
    """Names of all that a stage tells once everything has happened to it: articles, dead letters, a
    reload that was refused, a claim that is none, and terms that are not those in force."""
    folder = tmp_path_factory.mktemp("metrics")
    with Cluster(folder / "kafka") as cluster:
        bus = Bus(cluster.bootstrap)
        bus.create("desk.raw", *output_topics("desk"))
        for number, window in enumerate(("7d", "3d")):
            (folder / window).mkdir()
            with Stage(folder / window, settings_of(cluster.bootstrap, window), bus) as stage:
                stage.wait_ready()
                bus.feed("desk.claims", [Article(0, b"no claim")])
                bus.feed("desk.raw", articles(3 * number))
                stage.wait_for(lambda: bus.is_done("desk", "desk.raw"), "all is out")
                stage.file.write_text("nonsense: true\n", encoding="utf-8")
                stage.hang_up()
                stage.wait_for(lambda: "copydesk_reloads_total" in stage.get("/metrics")[1], "refusal")
                text = stage.get("/metrics")[1]
                stage.terminate()
    names = set(re.findall(r"^(copydesk_\w+)", text, re.MULTILINE))
    return names | {"up"}


def test_every_metric_of_an_alert_is_one_that_a_stage_has(metrics):
    for name, rule in alerts().items():
        for metric in re.findall(r"copydesk_\w+", rule["expr"].replace("(skipped|retracted)",
                                                                      "skipped")):
            assert metric in metrics, f"{name}: {metric}"


def test_every_query_of_the_dashboard_is_one_that_prometheus_takes(tmp_path):
    queries = [target["expr"].replace("$__rate_interval", "5m").replace("$job", ".*")
               for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
               for target in panel.get("targets", [])]
    assert len(queries) > 20
    rules = {"groups": [{"name": "queries", "rules": [
        {"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]}]}
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    done = promtool("check", "rules", tmp_path / "rules.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def lint(dashboard, metrics, tmp_path):
    file = tmp_path / "metrics.txt"
    file.write_text("\n".join(sorted(metrics)), encoding="utf-8")
    return subprocess.run([sys.executable, LINT, file, dashboard], capture_output=True, text=True,
                          check=False)


def test_the_dashboard_is_whole(metrics, tmp_path):
    done = lint(DASHBOARD, metrics, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("right, wrong", [
    ("copydesk_lag_records", "copydesk_lag"), ('"unit": "s"', '"unit": ""'),
    ('"uid": "${datasource}"', '"uid": "prom-1"'), ('"title": "Lag"', '"title": ""'),
    ("job=~\\\"$job\\\"", "job=\\\"copydesk\\\"")])
def test_a_planted_fault_in_the_dashboard_is_caught(metrics, tmp_path, right, wrong):
    text = DASHBOARD.read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "dashboard.json").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert lint(tmp_path / "dashboard.json", metrics, tmp_path).returncode != 0
