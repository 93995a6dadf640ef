"""The Helm chart: what it renders is valid, restricted, and says what the program itself prints."""

import copy
import os
import pathlib
import shutil
import subprocess

import pytest
import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
CHART = REPOSITORY / "deploy" / "helm" / "copydesk"
RENDERED = REPOSITORY / "deploy" / "kubernetes" / "copydesk.yaml"
EVERYTHING = {"strimzi": {"enabled": True}, "keda": {"enabled": True},
              "serviceMonitor": {"enabled": True}, "prometheusRule": {"enabled": True}}
NOT_OF_THE_CHART = ("app.kubernetes.io/", "helm.sh/")


@pytest.fixture(scope="session")
def tools():
    """The folder with helm, kubeconform, checkov and schemas."""
    if shutil.which("go") is None:
        pytest.skip("no Go, so helm and kubeconform cannot be built")
    made = subprocess.run([REPOSITORY / "tests" / "tools" / "environment", "manifests"],
                          stdout=subprocess.PIPE, text=True, check=False)
    if made.returncode != 0:
        pytest.skip("helm and its like cannot be fetched")
    return pathlib.Path(made.stdout.strip())


@pytest.fixture
def helm(tools, tmp_path):
    """helm(values) renders; helm(values, fails=True) returns what it complains of."""
    def render(values=None, fails=False):
        file = tmp_path / "values.yaml"
        file.write_text(yaml.safe_dump(values or {}), encoding="utf-8")
        done = subprocess.run([tools / "helm", "template", "copydesk", CHART, "--namespace",
                               "copydesk", "--kube-version", "1.31.0", "-f", file],
                              capture_output=True, text=True, check=False)
        assert (done.returncode != 0) == fails, done.stderr
        return done.stderr if fails else [one for one in yaml.safe_load_all(done.stdout) if one]
    return render


def merged(base, over):
    """As Helm lays values over each other."""
    made = copy.deepcopy(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(made.get(key), dict)
        made[key] = merged(made[key], value) if both else value
    return made


def values_with(config=None, **values):
    base = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    return merged(merged(base, EVERYTHING), {"config": config or {}, **values})


def one_of(documents, kind):
    found = [document for document in documents if document["kind"] == kind]
    assert len(found) == 1, f"{len(found)} of {kind}"
    return found[0]


# ---- valid ----

def conform(tools, text):
    return subprocess.run(
        [tools / "kubeconform", "-strict", "-summary", "-schema-location",
         f"{tools}/schemas/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json"],
        input=text, capture_output=True, text=True, check=False)


SHAPES = {
    "as it comes": {},
    "everything": EVERYTHING,
    "static members": {**EVERYTHING, "config": {"consumer": {"static_membership": True}}},
    "passwords": {**EVERYTHING, "config": {"kafka": {
        "security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "desk", "sasl.password": "${file:/run/secrets/kafka/password}"}}},
    "all that can be set": {
        "imagePullSecrets": [{"name": "pull"}], "env": [{"name": "A", "value": "b"}],
        "secrets": [{"name": "s", "items": [{"key": "a", "path": "b"}]}],
        "podAnnotations": {"a": "b"}, "podLabels": {"c": "d"}, "nodeSelector": {"e": "f"},
        "tolerations": [{"key": "g", "operator": "Exists"}], "priorityClassName": "news"},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_rendered_follows_the_schemas_of_all_its_resources(helm, tools, shape):
    documents = helm(SHAPES[shape])
    done = conform(tools, yaml.safe_dump_all(documents))
    assert done.returncode == 0, done.stdout
    assert f"Valid: {len(documents)}, Invalid: 0, Errors: 0, Skipped: 0" in done.stdout


@pytest.mark.parametrize("right, wrong", [
    ("podSelector:", "podSelektor:"), (" runAsNonRoot: true", " runAsNonroot: true"),
    ('lagThreshold: "1000"', "lagThreshold: 1000"), ("patternType: literal", "patternType: exact"),
    ("  partitions: 6", "  partitions: six")])
def test_a_planted_mistake_does_not_pass_the_schemas(tools, right, wrong):
    text = RENDERED.read_text(encoding="utf-8")
    assert right in text
    assert conform(tools, text.replace(right, wrong)).returncode != 0


def test_the_plain_manifests_are_what_the_chart_says(tools):
    done = subprocess.run([CHART.parent / "render", "--check"], capture_output=True, text=True,
                          env={**os.environ, "HELM": str(tools / "helm")}, check=False)
    assert done.returncode == 0, "run deploy/helm/render\n" + done.stdout + done.stderr


def test_checkov_has_nothing_to_say(tools):
    done = subprocess.run([tools / "bin" / "checkov", "--skip-download", "--framework",
                           "kubernetes", "--compact", "-f", RENDERED], capture_output=True,
                          text=True, check=False)
    assert ", Failed checks: 0, Skipped checks: 0" in done.stdout, done.stdout


def test_helm_lint_has_nothing_to_say(tools):
    subprocess.run([tools / "helm", "lint", "--strict", "--kube-version", "1.31.0", CHART],
                   check=True)


@pytest.mark.parametrize("wrong", [
    {"replica": 3}, {"replicas": 0}, {"image": {"digest": "sha256:12"}},
    {"config": {"http": {"listen": "127.0.0.1:9464"}}}, {"config": {"instance": "one"}},
    {"config": {"producer": {"routes": []}}}, {"networkPolicy": {"kafka": []}}, {"user": 0},
    {"keda": {"least": 0}}, {"config": {"producer": {"delivery": "at-most-once"}}}])
def test_values_that_cannot_be_meant_are_refused(helm, wrong):
    assert "values don't meet the specifications of the schema" in helm(wrong, fails=True)


# ---- what is promised ----

def test_pods_are_restricted(helm):
    pod = one_of(helm(), "Deployment")["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"] + pod["initContainers"]:
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert all(mount["readOnly"] for mount in container["volumeMounts"])


def test_the_grace_is_longer_than_the_watchdog_takes(helm):
    for text, seconds in (("30s", 30), ("2m", 120)):
        deployment = one_of(helm({"config": {"shutdown_timeout": text}}), "Deployment")
        grace = deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
        assert grace > seconds + 20


def test_a_changed_configuration_rolls_the_pods(helm):
    def checksum(values):
        template = one_of(helm(values), "Deployment")["spec"]["template"]
        return template["metadata"]["annotations"]["checksum/config"]
    assert checksum({}) != checksum({"config": {"limits": {"window": 10}}})


def test_the_alerts_are_those_of_the_rules_file(helm):
    rules = yaml.safe_load((REPOSITORY / "deploy" / "prometheus" / "copydesk.rules.yaml").read_text(
        encoding="utf-8"))
    assert one_of(helm(EVERYTHING), "PrometheusRule")["spec"] == rules


def test_only_kafka_and_names_can_be_reached(helm):
    policy = one_of(helm(), "NetworkPolicy")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert {port["port"] for rule in policy["egress"] for port in rule["ports"]} == \
        {53, 9092, 9093, 9094}
    assert all(rule["to"] for rule in policy["egress"])
    assert [rule["ports"] for rule in policy["ingress"]] == [[{"protocol": "TCP", "port": "http"}]]


def test_topics_stay_when_the_chart_goes(helm):
    topics = [document for document in helm(EVERYTHING) if document["kind"] == "KafkaTopic"]
    for topic in topics:
        assert topic["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    others = helm(merged(EVERYTHING, {"strimzi": {"inputs": False}}))
    assert "articles.raw" in {topic["spec"]["topicName"] for topic in topics}
    assert "articles.raw" not in {document["spec"]["topicName"] for document in others
                                  if document["kind"] == "KafkaTopic"}


# ---- the same as the program prints ----

CONFIGS = {
    "as it comes": {},
    "at least once, alone": {
        "consumer": {"topics": "wire", "group": "sport", "from": "latest"},
        "producer": {"delivery": "at-least-once", "routes": [{"topic": "out"}],
                     "dead_letters": "out", "kills": "kills"},
        "processors": [{"language": {}}, {"duplicates": {"scope": "instance"}}],
        "limits": {"article": "1MB"}},
    "all defaults": {"processors": [{"duplicates": {}}], "limits": {"article": 4096}},
    "created by itself": {"topics": {"create": True}},
    "short windows, odd names": {
        "consumer": {"topics": ["Wire_Raw", "b.raw"]},
        "processors": [{"duplicates": {"window": "6h", "topic": "Claims_1"}}],
        "producer": {"routes": [
            {"when": {"source": ["afp"]}, "topic": "x.{language}.y", "allow": ["ar", "fr"],
             "otherwise": "x.other"}, {"topic": "open.{language}"}]}},
    "passwords": {"kafka": {"security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-512",
                            "sasl.username": "desk",
                            "sasl.password": "${file:/run/secrets/kafka/password}"}},
}


def without_marks(document):
    """Without what Helm says about itself."""
    made = copy.deepcopy(document)
    metadata = made["metadata"]
    metadata.pop("namespace", None)
    for part in ("labels", "annotations"):
        metadata[part] = {key: value for key, value in metadata.get(part, {}).items()
                          if not key.startswith(NOT_OF_THE_CHART)}
        if not metadata[part]:
            del metadata[part]
    return made


@pytest.mark.parametrize("name", CONFIGS)
def test_topics_rights_and_scaler_are_those_that_the_program_prints(helm, program, tmp_path, name):
    values = values_with(CONFIGS[name])
    (tmp_path / "password").write_text("secret", encoding="utf-8")
    file = tmp_path / "copydesk.yaml"
    config = copy.deepcopy(values["config"])
    for key in list(config["kafka"]):  # files that are only in the pod
        if key.startswith("ssl.") and key != "ssl.key.location":
            del config["kafka"][key]
    if "sasl.password" in config["kafka"]:
        config["kafka"]["sasl.password"] = f"${{file:{tmp_path / 'password'}}}"
    if "ssl.key.location" in config["kafka"]:
        config["kafka"]["ssl.key.location"] = str(tmp_path / "password")
    file.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")

    def printed(*arguments):
        done = subprocess.run([program, *arguments, "-c", file], capture_output=True, text=True,
                              check=False)
        assert done.returncode == 0, done.stderr
        return [one for one in yaml.safe_load_all(done.stdout) if one]

    documents = [without_marks(document) for document in helm(values)]
    by_name = {document["spec"]["topicName"]: document for document in documents
               if document["kind"] == "KafkaTopic"}
    assert by_name == {document["spec"]["topicName"]: document
                       for document in printed("topics", "--format", "strimzi")}
    user, = printed("acl", "--format", "strimzi", "--principal", "User:copydesk")
    rendered = one_of(documents, "KafkaUser")
    rights = rendered["spec"]["authorization"].pop("acls")
    wanted = user["spec"]["authorization"].pop("acls")
    assert rendered == user
    assert sorted(map(str, rights)) == sorted(map(str, wanted))
    scaled = printed("keda")[0]
    assert one_of(documents, "ScaledObject") == scaled


def test_the_configuration_of_the_chart_is_one_that_the_program_takes(helm, program, tmp_path):
    text = one_of(helm(), "ConfigMap")["data"]["copydesk.yaml"]
    config = yaml.safe_load(text)
    config["kafka"] = {key: value for key, value in config["kafka"].items()
                       if not key.startswith("ssl.")}
    file = tmp_path / "copydesk.yaml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    subprocess.run([program, "check", "-c", file], check=True, stdout=subprocess.DEVNULL)
