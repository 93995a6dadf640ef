"""Every endpoint in every state: start, restoring, running, reloading, draining. And what the service
manager is told meanwhile."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess

import pytest
import yaml

from articles import Generator
from bus import wait_for
from stage import PROGRAM, Stage, configuration

PAGES = ("/metrics", "/version", "/config", "/topology", "/entities")
SABOTEUR = PROGRAM.parent / "tests" / "faults" / "saboteur.so"


def promtool(text):
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True,
                              text=True, check=False)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")


def expect(running, state, ready, why=None):
    """All endpoints as docs/health.md says; one answer may be of the next state: asked again."""
    def answers():
        health = running.get("/healthz")
        if health is None or json.loads(health[1])["state"] != state:
            return None
        return {path: running.get(path) for path in ("/livez", "/readyz", "/healthz", *PAGES)}

    found = running.wait_for(answers, state, pause=0.01)
    assert found["/livez"] == (200, "alive\n")
    assert found["/readyz"] == ((200, "ready\n") if ready else (503, f"{why}\n"))
    health = json.loads(found["/healthz"][1])
    assert found["/healthz"][0] == (200 if ready else 503)
    assert (health["state"], health["ready"], health["why"]) == (state, ready, why)
    assert (health["help"] is None) == ready
    for path in PAGES:
        assert found[path][0] == 200
    assert f'copydesk_state{{state="{state}"}} 1' in found["/metrics"][1]
    promtool(found["/metrics"][1])
    assert json.loads(found["/version"][1])["copydesk"]
    assert yaml.safe_load(found["/config"][1])["consumer"]["group"] == health["group"]
    assert json.loads(found["/topology"][1])["delivery"] == "exactly-once"
    assert json.loads(found["/entities"][1]) == {"minutes": 10, "entities": []}
    return found


def metric(running, name):
    """The value of one metric, its labels with it; None where there is none."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", running.get("/metrics")[1], re.M)
    return float(found.group(1)) if found else None


def test_start(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with Stage(tmp_path, configuration(address, "absent")) as running:
            running.wait_for(lambda: running.get("/livez"), "an answer")
            expect(running, "start", False, "start")


def test_restoring_and_running(prefix, topics, stage):
    first = stage().start().wait_ready()
    expect(first, "running", True)
    first.process.send_signal(signal.SIGSTOP)
    os.kill(child_of(first), signal.SIGSTOP)  # its partitions are given away only when it is missed
    second = stage(instance="second").start()
    expect(second, "restoring", False, "waiting for partitions")
    found = expect(second, "running", True)
    assert json.loads(found["/topology"][1])["assigned"] == {f"{prefix}.raw": [0, 1, 2, 3]}


def child_of(running):
    with open(f"/proc/{running.process.pid}/task/{running.process.pid}/children",
              encoding="ascii") as file:
        return int(file.read().split()[0])


def test_reloading(cluster, prefix, topics, stage):
    running = stage().start().wait_ready()
    settings = running.settings
    settings["producer"]["routes"][0]["otherwise"] = f"{prefix}.elsewhere"
    running.file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    cluster.brokers[0].pause()  # so that the question for the new topic takes its time
    try:
        running.hang_up()
        running.wait_for(lambda: json.loads(running.get("/healthz")[1])["state"] == "reloading",
                         "reloading", pause=0.01)
        assert running.get("/livez")[0] == 200
        for path in PAGES:
            assert running.get(path)[0] == 200
        assert 'copydesk_state{state="reloading"} 1' in running.get("/metrics")[1]
    finally:
        cluster.brokers[0].resume()
    running.wait_for(lambda: json.loads(running.get("/healthz")[1])["state"] == "running",
                     "the reload's end")


def test_metrics_tell_memory_by_part_and_what_was_named(bus, prefix, topics, stage):
    running = stage(processors=[{"language": {}}, {"entities": {}},
                                {"duplicates": {"scope": "instance"}}]).start().wait_ready()
    bus.feed(f"{prefix}.raw", [case for case in Generator(seed=1).cases(200) if case.language])
    producer = bus.producer()
    for n in range(3):
        body = f"Ministers of Kenya met in Nairobi{' and in Cairo' * (n % 2)} on Monday, said number {n}."
        producer.produce(f"{prefix}.raw", value=json.dumps({"id": f"m-{n}", "body": body}).encode())
    assert producer.flush(30) == 0
    running.wait_for(lambda: bus.is_done(prefix, f"{prefix}.raw"), "the end of the input")
    for part in ("process", "entities", "duplicates"):
        assert metric(running, f'copydesk_memory_bytes{{part="{part}"}}') > 1000
    for part in ("window", "fetched"):
        assert metric(running, f'copydesk_memory_bytes{{part="{part}"}}') is not None
    assert metric(running, "copydesk_refetched_bytes_total") == 0
    promtool(running.get("/metrics")[1])
    named = json.loads(running.get("/entities")[1])["entities"]
    assert named == sorted(named, key=lambda entity: -entity["articles"])
    assert {"type": "place", "name": "Kenya", "articles": 3} in named
    assert {"type": "place", "name": "Cairo", "articles": 1} in named
    assert running.terminate() == 0


needs_saboteur = pytest.mark.skipif(not SABOTEUR.exists(),
                                    reason="needs the processors that tests/faults builds")


@needs_saboteur
def test_what_a_pause_throws_away_is_counted(bus, prefix, topics, stage):
    running = stage(limits={"window": 1}, processors=[{"plugin": {"file": str(SABOTEUR), "options": {
        "long_delay": "1s", "long_every": 1}}}]).start().wait_ready()
    bus.feed(f"{prefix}.raw", [case for case in Generator(seed=1).cases(60) if case.language])
    running.wait_for(lambda: metric(running, "copydesk_refetched_bytes_total") > 1000,
                     "bytes fetched again")
    assert metric(running, "copydesk_pauses_total") > 0


@needs_saboteur
def test_draining(bus, prefix, topics, stage):
    running = stage(processors=[{"plugin": {"file": str(SABOTEUR), "options": {
        "long_delay": "4s", "long_every": 1}}}]).start().wait_ready()
    bus.feed(f"{prefix}.raw", [case for case in Generator(seed=1).cases(9) if case.language][:1])
    running.wait_for(lambda: json.loads(running.get("/healthz")[1])["in_flight"] > 0, "an article")
    running.process.send_signal(signal.SIGTERM)
    expect(running, "draining", False, "draining")
    assert running.wait_exit() == 0


def test_the_service_manager_is_told(tmp_path, topics, stage):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        told = []

        def hear(word):
            while not any(line.startswith(word) for line in told):
                told.extend(manager.recv(4096).decode().splitlines())
            return [told.pop(0) for _ in list(told)]

        running = stage()
        running.environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"),
                               "WATCHDOG_USEC": "1000000"}
        running.start()
        hear("READY=1")
        hear("WATCHDOG=1")
        hear("STATUS=running")
        running.hang_up()
        hear("RELOADING=1")
        hear("READY=1")
        running.process.send_signal(signal.SIGTERM)
        hear("STOPPING=1")
        assert running.wait_exit() == 0
    wait_for(lambda: running.process.poll() is not None, "its end")
