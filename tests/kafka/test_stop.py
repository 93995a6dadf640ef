"""SIGTERM at any time: it ends in good order, and soon. COPYDESK_CYCLES: how many starts and stops
(./dev cycles runs 200)."""

import os
import pathlib
import random
import signal
import socket
import time

import pytest

import checks
from articles import Generator
from broker import Cluster
from bus import Bus
from stage import Stage, configuration, output_topics

CYCLES = int(os.environ.get("COPYDESK_CYCLES", "12"))
PROMPT_SECONDS = 2
DELIVERIES = ("exactly-once", "at-least-once")


def stop(running):
    """Returns how long it took to end, with exit 0."""
    begin = time.monotonic()
    assert running.terminate() == 0, running.said()
    return time.monotonic() - begin


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_while_it_waits_for_a_broker_it_ends_at_once(tmp_path, number):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with Stage(tmp_path, configuration(address, "absent")) as running:
            silent.accept()  # it has begun to ask
            begin = time.monotonic()
            running.process.send_signal(number)
            assert running.wait_exit() == 0, running.said()
            assert time.monotonic() - begin < PROMPT_SECONDS


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_an_idle_one_ends_at_once(bus, prefix, topics, stage, delivery):
    running = stage(delivery=delivery).start().wait_ready()
    assert stop(running) < PROMPT_SECONDS, running.said()


@pytest.fixture(name="own_cluster")
def fixture_own_cluster(tmp_path):
    """One that may be harmed."""
    with Cluster(tmp_path / "kafka") as cluster:
        yield cluster
        cluster.brokers[0].resume()


HARMS = {"kill": ("kill", "start"), "pause": ("pause", "resume")}
# shutdown_timeout, a commit that waits for brokers as long as a transaction lasts, and closing.
AWAY_SECONDS = 1 + 20


@pytest.mark.parametrize("delivery, harm", zip(DELIVERIES, HARMS))
def test_with_the_broker_away_it_ends_and_loses_nothing(tmp_path, own_cluster, delivery, harm):
    bus = Bus(own_cluster.bootstrap)
    away, back = (getattr(own_cluster.brokers[0], name) for name in HARMS[harm])
    prefix = "away"
    raw = f"{prefix}.raw"
    bus.create(raw, *output_topics(prefix))
    (tmp_path / "stage").mkdir()
    running = Stage(tmp_path / "stage", configuration(
        bus.bootstrap, prefix, delivery=delivery, shutdown_timeout="1s"), bus)

    running.start().wait_for(lambda: len(bus.committed(prefix, raw)) == 4, "where it begins")
    away()
    idle = stop(running)
    back()

    cases = Generator(seed=21).cases(3000)
    bus.feed(raw, cases)
    running.start().wait_for(lambda: sum(bus.committed(prefix, raw).values()) > 0, "progress",
                             pause=0.001)
    away()
    busy = stop(running)
    back()
    print(f"{delivery}, {harm}: idle {idle:.1f} s, busy {busy:.1f} s")
    assert idle < 10 and busy < AWAY_SECONDS

    running.start().finish()
    records = bus.read(*output_topics(prefix))
    checks.nothing_lost(records, cases)
    if delivery == "exactly-once":
        checks.exactly_once(records, cases)


def waits_for_signals(process):
    """It has a child, which it blocks them for. Before, as for any program, the kernel ends it."""
    return pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()


def stop_somewhere(running, moment):
    """Between the start of the program and well after its first articles."""
    running.wait_for(lambda: waits_for_signals(running.process), "signals are waited for",
                     pause=0.001)
    time.sleep(moment)
    return stop(running)


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_starts_and_stops_at_any_moment(bus, prefix, topics, stage, delivery):
    """Beside another member, so that each start and each stop is a rebalance, and with articles
    under way. A member that hangs is ended by its own watchdog: not with exit 0."""
    raw = f"{prefix}.raw"
    moments = random.Random(31)
    generator = Generator(seed=32)
    cases, took = [], []
    other = stage(delivery=delivery, instance="other").start().wait_ready()
    one = stage(delivery=delivery, instance="one")
    for _ in range(CYCLES // len(DELIVERIES)):
        more = generator.cases(40)
        bus.feed(raw, more)
        cases += more
        took.append(stop_somewhere(one.start(), moments.uniform(0, 1.5)))
    print(f"{delivery}: {len(took)} starts and stops, slowest stop {max(took):.1f} s")
    other.finish()
    records = bus.read(*topics)
    checks.nothing_lost(records, cases)
    checks.exactly_once(records, cases)
