"""One real broker for the whole run; topics of its own for each test."""

import os
import pathlib
import re

import pytest

from broker import REPOSITORY, Cluster
from bus import Bus
from stage import Stage, configuration, output_topics


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    with Cluster(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture(scope="session")
def bus(cluster):
    return Bus(cluster.bootstrap)


@pytest.fixture
def prefix(request):
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())


@pytest.fixture
def topics(bus, prefix):
    """Creates the input and output topics and returns the names of the output ones."""
    bus.create(f"{prefix}.raw", *output_topics(prefix))
    return output_topics(prefix)


@pytest.fixture
def stage(tmp_path, bus, prefix):
    """Makes instances: stage(key=value...) changes top-level keys of the configuration."""
    made = []

    def make(**changes):
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Stage(folder, configuration(bus.bootstrap, prefix, **changes), bus))
        return made[-1]

    yield make
    for instance in made:
        instance.kill()


@pytest.fixture
def data():
    """The folder with evaluation data; skips where there is none."""
    folder = pathlib.Path(os.environ.get("COPYDESK_DATA", REPOSITORY / ".." / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no evaluation data: COPYDESK_DATA names no folder")
    return folder
