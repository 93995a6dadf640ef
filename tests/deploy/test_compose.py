"""deploy/compose.yaml: valid, pinned, and what it mounts is there."""

import re
import shutil
import subprocess
import sys

import pytest
import yaml

INSTANCES = ("copydesk-1", "copydesk-2", "copydesk-3")


@pytest.fixture(scope="module")
def compose(deploy):
    return yaml.safe_load((deploy / "compose.yaml").read_text(encoding="utf-8"))


def test_the_schema_of_compose_accepts_it(deploy):
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema",
                           "vendor.compose-spec", deploy / "compose.yaml"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_image_is_pinned_by_its_version(compose):
    for name, service in compose["services"].items():
        assert re.search(r":v?\d+\.\d+\.\d+$", service["image"]), name


def test_what_is_mounted_is_there(compose, deploy):
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (deploy / source).exists(), f"{name}: {source}"
            else:
                assert source in compose["volumes"], f"{name}: {source}"


def test_instances_have_no_rights_and_names_of_their_own(compose):
    stages = [compose["services"][name] for name in INSTANCES]
    assert all(stage["read_only"] and stage["cap_drop"] == ["ALL"]
               and stage["security_opt"] == ["no-new-privileges:true"] for stage in stages)
    assert [stage["hostname"] for stage in stages] == list(INSTANCES)


def test_nothing_listens_beyond_this_machine(compose):
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert len(ports) == 3 and all(port.startswith("127.0.0.1:") for port in ports)


def test_prometheus_asks_every_instance(deploy):
    scraped = yaml.safe_load((deploy / "compose/prometheus.yml").read_text(encoding="utf-8"))
    targets = scraped["scrape_configs"][0]["static_configs"][0]["targets"]
    assert targets == [f"{name}:9464" for name in INSTANCES]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_understands_its_configuration(deploy):
    subprocess.run(["promtool", "check", "config", "--syntax-only",
                    deploy / "compose/prometheus.yml"], check=True, stdout=subprocess.DEVNULL)


def test_topics_are_those_that_the_configuration_needs(deploy, program):
    asked = subprocess.run([program, "topics", "-c", deploy / "compose/copydesk.yaml",
                            "--replicas", "1"], capture_output=True, text=True, check=True).stdout
    assert (deploy / "compose/topics.sh").read_text(encoding="utf-8").endswith(asked)
