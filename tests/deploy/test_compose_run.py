"""What deploy/compose.yaml puts into containers, done on a real Kafka: its topics, three instances with
its configuration, its producer."""

import json
import os
import subprocess

import pytest

from broker import free_ports
from bus import wait_for
from conftest import REPOSITORY
from test_compose import INSTANCES


@pytest.fixture
def tools(tmp_path, kafka_jars):
    """A folder with Kafka's own command-line tools, as its image has them in /opt/kafka/bin."""
    for name, main in (("kafka-topics.sh", "org.apache.kafka.tools.TopicCommand"),
                       ("kafka-console-producer.sh", "org.apache.kafka.tools.ConsoleProducer")):
        script = tmp_path / "bin" / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(f'#!/bin/sh\nexec java -Xmx128m -XX:TieredStopAtLevel=1 -cp "{kafka_jars}/*" {main} "$@"\n')
        script.chmod(0o755)
    return tmp_path / "bin"


@pytest.fixture
def script(deploy, tmp_path, tools, bus):
    """Makes a script of the folder runnable here: other places, the same text."""
    def adapt(name):
        text = (deploy / "compose" / name).read_text(encoding="utf-8")
        for there, here in (("kafka:9092", bus.bootstrap), ("/opt/kafka/bin", str(tools)),
                            ("/samples", str(REPOSITORY / "cli/samples")), ("sleep 1", "true")):
            text = text.replace(there, here)
        path = tmp_path / name
        path.write_text(text)
        return path
    return adapt


@pytest.fixture
def instances(deploy, program, bus, tmp_path):
    started = []

    def start():
        for name in INSTANCES:
            port, = free_ports(1)
            log = open(tmp_path / f"{name}.log", "wb")
            started.append((port, subprocess.Popen(
                [program, "run", "-c", deploy / "compose/copydesk.yaml",
                 "-s", f'kafka."bootstrap.servers"={bus.bootstrap}', "-s", f"instance={name}",
                 "-s", f"http.listen=127.0.0.1:{port}"], stdout=log, stderr=log)))
        return [port for port, _ in started]

    yield start
    for _, process in started:
        process.terminate()
    assert [process.wait(60) for _, process in started] == [0] * len(started)


def test_three_instances_enrich_what_the_producer_sends(script, instances, bus, program):
    subprocess.run(["/bin/sh", script("topics.sh")], check=True, stdout=subprocess.DEVNULL)
    ports = instances()
    wait_for(lambda: all(subprocess.run([program, "health", f"127.0.0.1:{port}"], check=False,
                                        capture_output=True).returncode == 0 for port in ports),
             "three healthy instances")
    producer = subprocess.Popen(["/bin/sh", script("produce.sh")], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_for(lambda: sum(bus.end_offsets("articles.duplicates").values()) > 20
                 and sum(bus.end_offsets("articles.rejected").values()) > 0, "copies, and a letter")
    finally:
        os.killpg(producer.pid, 15)
        producer.wait()
    english = [json.loads(record.value()) for record in bus.read("articles.en") if record.value()]
    assert english and all(article["enrichment"]["language"]["tag"] == "en" for article in english)
    assert all(article["enrichment"]["duplicate"]["verdict"] not in ("exact", "near", "stale")
               for article in english)
