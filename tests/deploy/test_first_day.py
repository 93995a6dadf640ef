"""docs/first-day.md, done: the commands as they stand there, in order, against a real Kafka.

Not the clone and the demo of step 1: tests/fresh/run does that, on a machine with nothing."""

import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest

from broker import free_ports
from bus import wait_for
from conftest import REPOSITORY


WAITS = "sleep"


@pytest.fixture
def checkout(tmp_path, program):
    """The places that the page names, as they lie in a checkout that was built."""
    for name, target in (("build/copydesk", program), ("cli/samples", REPOSITORY / "cli/samples")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(pathlib.Path(target).resolve())
    return tmp_path


def blocks(bus, port):
    """The page's blocks of commands, with this broker and a free port; cut where one waits a while."""
    text = (REPOSITORY / "docs/first-day.md").read_text(encoding="utf-8")
    found = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    found = [part for block in found for part in re.split(f"(?m)(?=^{WAITS})", block)]
    return [block.replace("localhost:9092", bus.bootstrap)
            .replace("health\n", f"health 127.0.0.1:{port}\n")
            .replace("topics.create=true\n", f"topics.create=true -s http.listen=127.0.0.1:{port}\n")
            for block in found]


@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed")
def test_every_command_of_the_page_works(checkout, bus):
    port, = free_ports(1)
    environment = {**os.environ, "KAFKA_BROKERS": bus.bootstrap}
    said = {}
    stage = None
    try:
        for block in blocks(bus, port)[1:]:
            if "copydesk run " in block:
                log = open(checkout / "run.log", "wb")
                stage = subprocess.Popen(["/bin/sh", "-ec", f"exec {block.strip()}"], cwd=checkout,
                                         env=environment, stdout=log, stderr=log)
                wait_for(lambda: "ready" in (checkout / "run.log").read_text(), "it says ready")
                continue
            if block.startswith(WAITS):
                wait_for(lambda: sum(bus.committed("copydesk", "articles.raw").values())
                         == sum(bus.end_offsets("articles.raw").values()), "all went through")
            done = subprocess.run(["/bin/sh", "-euc", block], cwd=checkout, env=environment,
                                  capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
            said[block.split()[1]] = said.get(block.split()[1], "") + done.stdout
    finally:
        if stage is not None:
            stage.send_signal(signal.SIGINT)
            assert stage.wait(60) == 0, (checkout / "run.log").read_text()
    everything = "".join(said.values())
    assert everything.count('"enrichment"') >= 9 and '"tag":"fr"' in everything
