"""What the tests of deploy/ share. Quick ones look at the files; those that make a whole system
(`root`, `image`) run where a variable asks for them: ./dev package --test, ./dev image --test."""

import os
import pathlib
import sys

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(1, str(REPOSITORY / "tests" / "kafka"))

import broker  # noqa: E402 (found by the line above)
from bus import Bus  # noqa: E402


@pytest.fixture(scope="session")
def deploy():
    return REPOSITORY / "deploy"


@pytest.fixture(scope="session")
def program():
    return pathlib.Path(os.environ.get("COPYDESK_PROGRAM", REPOSITORY / "build" / "copydesk"))


@pytest.fixture(scope="session")
def kafka_jars():
    return broker.jars()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with broker.Cluster(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture(scope="module")
def bus(cluster):
    return Bus(cluster.bootstrap)
