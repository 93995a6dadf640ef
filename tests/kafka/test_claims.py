"""`scope: group` on a real broker: one verdict in the whole group."""

import collections
import json

import pytest

from bus import wait_for

ENGLISH = ("The harbour of {place} was closed on {day} after ice had damaged the outer wall, and the "
           "ferries of number {number} will not sail before the divers have looked at it closely.")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Article:
    """What bus.feed wants of a case."""

    def __init__(self, sequence, identity, body):
        self.sequence = sequence
        self.key = identity.encode()
        self.headers = []
        self.timestamp = 0
        self.value = json.dumps({"id": identity, "body": body}).encode()


def text_of(number):
    return ENGLISH.format(place=f"Port{number:x}q{number * 7919 % 9973:x}", day=DAYS[number % 7],
                          number=number * 31) + " " + " ".join(
                              f"w{number * 10007 + i * 7919:x}" for i in range(60))


@pytest.fixture
def claims(prefix):
    return f"{prefix}.claims"


@pytest.fixture
def grouped_stage(stage, claims):
    def make(name, delivery="exactly-once", options=None, **changes):
        return stage(instance=name, delivery=delivery, topics={"create": True},
                     processors=[{"duplicates": {"scope": "group", "topic": claims,
                                                 **(options or {})}}], **changes)
    return make


def verdicts(bus, topics):
    """[(id, duplicate)] of every output record."""
    return [(json.loads(message.value())["id"],
             json.loads(message.value())["enrichment"]["duplicate"]) for message in bus.read(*topics)]


def finish(instances, bus, prefix):
    first = instances[0]
    first.wait_for(lambda: bus.is_done(prefix, f"{prefix}.raw"), "all input is worked off")


@pytest.mark.parametrize("delivery", ["exactly-once", "at-least-once"])
def test_of_racing_pairs_exactly_one_is_new(bus, topics, prefix, grouped_stage, delivery):
    pairs = 1000
    instances = [grouped_stage(name, delivery) for name in ("one", "two")]
    for instance in instances:
        instance.start()
    for instance in instances:
        instance.wait_ready()
    wait_for(lambda: all("assigned" in instance.said() for instance in instances),
             "both have partitions")
    for number in range(pairs):
        if number % 100 == 0:
            first = [Article(n, f"a-{n}", text_of(n)) for n in range(number, number + 100)]
            second = [Article(n, f"b-{n}", text_of(n)) for n in range(number, number + 100)]
            bus.feed(f"{prefix}.raw", first, partition=0)
            bus.feed(f"{prefix}.raw", second, partition=3)
    finish(instances, bus, prefix)
    found = collections.defaultdict(list)
    for identity, duplicate in verdicts(bus, topics):
        found[identity.split("-")[1]].append(duplicate["verdict"])
    assert len(found) == pairs
    kinds = collections.Counter(tuple(sorted(pair)) for pair in found.values())
    assert kinds == {("exact", "new"): pairs}
    assert {instance.terminate() for instance in instances} == {0}
