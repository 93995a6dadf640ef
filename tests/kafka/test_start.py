"""What a person is told when it cannot start, and what an orchestrator sees when it can."""

import socket
import subprocess
import time

import pytest

from articles import Generator
from broker import REPOSITORY
from stage import PROGRAM, Stage, configuration


def test_without_a_broker_it_gives_up_with_the_address(tmp_path):
    with socket.socket() as bound:  # bound, not listening: nobody else gets the port
        bound.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{bound.getsockname()[1]}"
        begin = time.monotonic()
        with Stage(tmp_path, configuration(address, "absent")) as running:
            assert running.wait_exit(90) == 69, running.said()
    assert address in running.said()
    assert time.monotonic() - begin < 60


def test_a_host_that_never_answers_is_given_up_too(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with Stage(tmp_path, configuration(address, "absent")) as running:
            assert running.wait_exit(90) == 69, running.said()
    assert address in running.said()


@pytest.mark.parametrize("missing", ["raw", "en", "other", "rejected"])
def test_a_missing_topic_is_named_with_the_command_that_creates_it(bus, prefix, stage, missing):
    names = ("raw", "ar", "de", "en", "fr", "ha", "ru", "zh", "other", "rejected")
    bus.create(*(f"{prefix}.{name}" for name in names if name != missing))
    running = stage().start()
    assert running.wait_exit() not in (0, None)
    said = running.said()
    assert f"{prefix}.{missing}" in said
    assert "kafka-topics" in said and "--create" in said and bus.bootstrap in said


def test_a_session_timeout_that_the_brokers_refuse_is_told(bus, prefix, topics, stage):
    consumer = stage().settings["consumer"]
    consumer["kafka"] = {"session.timeout.ms": 700}
    running = stage(consumer=consumer).start()
    assert running.wait_exit() == 1, running.said()
    assert "session.timeout.ms" in running.said() and "consumer.kafka" in running.said()


def test_a_typo_is_told_with_its_place(tmp_path, bus):
    text = "consumer:\n  topics: [a]\nprocesors: []\n"
    with Stage(tmp_path, text) as running:
        assert running.wait_exit() == 78
    place = f'{running.file}:3:1: unknown key "procesors"; did you mean "processors"?'
    assert place in running.said()


def test_the_configurations_that_people_start_from_are_right(tmp_path):
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    in_readme = tmp_path / "readme.yaml"
    in_readme.write_text(readme.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    for file in (in_readme, REPOSITORY / "config" / "copydesk.yaml"):
        checked = subprocess.run([PROGRAM, "check", "-c", file], stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True, check=False)
        assert checked.returncode == 0, checked.stdout


def test_health_and_metrics_tell_of_the_work(bus, prefix, topics, stage):
    running = stage().start().wait_ready()
    assert running.get("/livez")[0] == 200
    cases = [case for case in Generator(seed=5).cases(50) if case.language]
    bus.feed(f"{prefix}.raw", cases)
    running.wait_for(lambda: bus.is_done(prefix, f"{prefix}.raw"), "all done")
    status, metrics = running.get("/metrics")
    assert status == 200
    counters = dict(line.rsplit(" ", 1) for line in metrics.splitlines()
                    if line and not line.startswith("#"))
    assert any(float(value) == len(cases) for name, value in counters.items()
               if name.startswith("copydesk_")), metrics
    assert running.terminate() == 0
