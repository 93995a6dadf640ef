"""The systemd unit: valid, and as closed as it says."""

import re
import shutil
import subprocess

import pytest

MOST_EXPOSURE = 1.5

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None,
                                   reason="systemd-analyze is not installed")


@pytest.fixture
def unit(deploy, program, tmp_path):
    """The unit, with the program that was built here."""
    path = tmp_path / "copydesk.service"
    text = (deploy / "systemd/copydesk.service").read_text(encoding="utf-8")
    path.write_text(text.replace("/usr/bin/copydesk", str(program)), encoding="utf-8")
    return path


@needs_systemd
def test_systemd_understands_every_line(unit):
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True,
                          text=True, check=False)
    about_it = [line for line in done.stderr.splitlines() if "copydesk" in line]
    assert about_it == []


@needs_systemd
def test_it_is_hardly_exposed(unit):
    said = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
                          capture_output=True, text=True, check=False).stdout
    exposure = float(re.search(r"Overall exposure level for .*: ([0-9.]+)", said)[1])
    print(f"exposure {exposure}")
    assert exposure <= MOST_EXPOSURE, said


def test_a_stop_outlasts_what_the_stage_waits_for(deploy):
    """shutdown_timeout by default, and then CLOSING_SECONDS and FREEING_SECONDS of cli/run.c."""
    text = (deploy / "systemd/copydesk.service").read_text(encoding="utf-8")
    assert int(re.search(r"^TimeoutStopSec=(\d+)s$", text, re.M)[1]) > 30 + 20 + 5
    assert "KillMode=mixed" in text  # a second TERM means "at once"


def test_it_waits_for_brokers_for_ever_and_gives_up_what_fails_at_once(deploy):
    """`run` without a broker takes 15 s to end, and then RestartSec passes."""
    unit = (deploy / "systemd/copydesk.service").read_text(encoding="utf-8")
    seconds = {name: int(value) for name, value in re.findall(r"^(\w+)=(\d+)s?$", unit, re.M)}
    tries = seconds["StartLimitIntervalSec"] / (15 + seconds["RestartSec"])
    assert tries < seconds["StartLimitBurst"]
    assert seconds["StartLimitBurst"] * (seconds["RestartSec"] + 1) < seconds["StartLimitIntervalSec"]
