"""`scope: group` on a real broker: one verdict in the whole group."""

import collections
import json
import os
import re
import subprocess
import time

import pytest

from bus import wait_for
from law import Law
from stage import PROGRAM

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


def replay(instance, *arguments):
    """The lines that `copydesk claims` prints, each a JSON object."""
    out = subprocess.run([PROGRAM, "claims", *arguments, "-c", instance.file, "--json", "-q"],
                         check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def assert_the_model_agrees(verified, dump):
    """The law in Python gives what the program's own replay gave."""
    with open(dump, encoding="utf-8") as lines:
        modelled = list(Law().replay(map(json.loads, lines)))
    for ours, theirs in zip(modelled, verified, strict=True):
        assert told_by(ours) == told_by(theirs)


def told_by(line):
    similarity = line.get("similarity", 0)
    return (line["offset"], line["verdict"], line.get("of"), line.get("contains"),
            similarity if isinstance(similarity, int) else round(similarity * 1000))


def test_a_replay_of_topic_or_dump_gives_the_verdicts_that_went_out(bus, topics, prefix,
                                                                   grouped_stage, tmp_path):
    instance = grouped_stage("one").start().wait_ready()
    bus.feed(f"{prefix}.raw", [Article(n, f"n-{n}", text_of(n // 2)) for n in range(200)])
    finish([instance], bus, prefix)
    *live, summary = replay(instance, "verify")
    went_out = {identity: duplicate["verdict"] for identity, duplicate in verdicts(bus, topics)}
    assert {line["id"]: line["verdict"] for line in live} == went_out
    assert summary["verdicts"] == {**summary["verdicts"], "new": 100, "exact": 100}
    dump = tmp_path / "claims.jsonl"
    dump.write_text("".join(json.dumps(line) + "\n" for line in replay(instance, "dump")),
                    encoding="utf-8")
    assert replay(instance, "verify", str(dump)) == [*live, summary]
    assert_the_model_agrees(live, dump)
    assert replay(instance, "show", str(dump)) == [summary]
    assert instance.terminate() == 0


def test_the_topics_terms_rule_until_configured(bus, topics, prefix, grouped_stage):
    first = grouped_stage("one", options={"window": "2h"}).start().wait_ready()
    other = grouped_stage("two", options={"window": "1h"})
    bus.feed(f"{prefix}.raw", [Article(n, f"a-{n}", text_of(n)) for n in range(20)])
    finish([first], bus, prefix)
    other.start().wait_ready()
    assert first.terminate() == 0
    bus.feed(f"{prefix}.raw", [Article(n, f"b-{n}", text_of(n)) for n in range(20)])
    finish([other], bus, prefix)
    assert "the claims topic rules" in other.said()
    assert replay(other, "show")[0]["terms"]["window_ms"] == 7_200_000
    subprocess.run([PROGRAM, "claims", "configure", "-c", other.file, "-q"], check=True)
    assert replay(other, "show")[0]["terms"]["window_ms"] == 3_600_000
    bus.feed(f"{prefix}.raw", [Article(n, f"c-{n}", text_of(n)) for n in range(20)])
    finish([other], bus, prefix)
    kinds = collections.Counter(duplicate["verdict"] for _, duplicate in verdicts(bus, topics))
    assert kinds == {"new": 20, "exact": 40}
    assert other.terminate() == 0


@pytest.mark.parametrize("settings, complaint", [
    ({"cleanup.policy": "compact", "message.timestamp.type": "LogAppendTime",
      "retention.ms": "-1"}, "cleanup.policy is compact"),
    ({"message.timestamp.type": "CreateTime", "retention.ms": "-1"},
     "message.timestamp.type is CreateTime"),
    ({"message.timestamp.type": "LogAppendTime", "retention.ms": "3600000"},
     "retention.ms is 3600000"),
    ({"message.timestamp.type": "LogAppendTime", "retention.ms": "-1",
      "max.message.bytes": "10000"}, "max.message.bytes is 10000"),
])
def test_a_topic_that_would_lose_claims_is_refused(bus, topics, claims, grouped_stage, settings,
                                                   complaint):
    bus.create(claims, partitions=1, config=settings)
    instance = grouped_stage("one").start()
    assert instance.wait_exit() == 78
    assert complaint in instance.said()
    assert "kafka-configs.sh" in instance.said()


def test_a_missing_or_divided_topic_is_refused_with_the_command(bus, topics, claims, prefix, stage):
    options = [{"duplicates": {"scope": "group", "topic": claims}}]
    missing = stage(instance="one", processors=options).start()
    assert missing.wait_exit() == 78
    assert f"--create --topic {claims} --partitions 1" in missing.said()
    bus.create(claims, partitions=2)
    divided = stage(instance="two", processors=options).start()
    assert divided.wait_exit() == 78
    assert "2 partitions" in divided.said()


def test_garbage_in_the_topic_is_skipped_by_all(bus, topics, claims, prefix, grouped_stage,
                                                tmp_path):
    first = grouped_stage("one").start().wait_ready()
    bus.feed(f"{prefix}.raw", [Article(n, f"a-{n}", text_of(n)) for n in range(50)])
    finish([first], bus, prefix)
    record = bytes.fromhex(replay(first, "dump")[1]["record"])
    producer = bus.producer()
    garbage = [b"", None, b"\x00", os.urandom(300), os.urandom(200_000), record[:-1],
               record + b"\x00", bytes([record[0] + 1]) + record[1:], record[:1] + b"\x63"]
    for number in range(200):
        producer.produce(claims, value=garbage[number % len(garbage)], key=os.urandom(16),
                         partition=0)
    assert producer.flush(30) == 0
    second = grouped_stage("two").start().wait_ready()
    bus.feed(f"{prefix}.raw", [Article(n, f"b-{n}", text_of(n)) for n in range(50)])
    finish([first, second], bus, prefix)
    wait_for(lambda: claims_hash(first) == claims_hash(second), "both remember the same")
    assert {gauge(one, "copydesk_plugin_claims_skipped_total") for one in (first, second)} == {200}
    *verified, summary = replay(first, "verify")
    assert (summary["skipped"], summary["claims"]) == (200, 100)
    dump = tmp_path / "claims.jsonl"
    dump.write_text("".join(json.dumps(line) + "\n" for line in replay(first, "dump")),
                    encoding="utf-8")
    assert_the_model_agrees(verified, dump)
    assert summary["hash"][-12:] == claims_hash(first)
    kinds = collections.Counter(duplicate["verdict"] for _, duplicate in verdicts(bus, topics))
    assert kinds == {"new": 50, "exact": 50}
    assert {first.terminate(), second.terminate()} == {0}


def gauge(instance, name):
    found = re.search(rf"^{name}(?:{{[^}}]*}})? (\d+)$", instance.get("/metrics")[1], re.MULTILINE)
    return int(found[1])


def claims_hash(instance):
    """The lowest 48 bits of what the instance remembers now."""
    return f"{gauge(instance, 'copydesk_claims_hash'):012x}"


class Padded(Article):
    """So large that a topic may refuse it; its text is as that of others."""

    def __init__(self, sequence, identity, body, size):
        super().__init__(sequence, identity, body)
        self.value = json.dumps({"id": identity, "body": body,
                                 "padding": os.urandom(size // 2).hex()}).encode()


def test_an_article_that_is_refused_after_all_is_nobodys_original(bus, topics, prefix,
                                                                  grouped_stage):
    """Its topic was found large enough at the start and takes less since."""
    other = f"{prefix}.other"
    instance = grouped_stage("one", producer={
        "delivery": "exactly-once", "routes": [{"topic": other}],
        "dead_letters": f"{prefix}.rejected"}).start().wait_ready()
    bus.limit_size(other, 20_000)
    bus.feed(f"{prefix}.raw", [Padded(0, "refused", text_of(1), 60_000)])
    finish([instance], bus, prefix)
    assert gauge(instance, "copydesk_plugin_claims_retracted_total") == 1
    assert "its claim is taken back" in instance.said()
    bus.feed(f"{prefix}.raw", [Article(1, "copy", text_of(1)), Article(2, "again", text_of(1))])
    finish([instance], bus, prefix)
    found = {json.loads(message.value())["id"]: json.loads(message.value())["enrichment"]["duplicate"]
             for message in bus.read(other)}
    assert sorted(one["verdict"] for one in found.values()) == ["exact", "new"]
    assert [message.error() for message in bus.read(f"{prefix}.rejected")] == [None]
    *verified, summary = replay(instance, "verify")
    assert summary["retracted"] == 1
    assert {line["id"]: line["verdict"] for line in verified if line["id"] != "refused"} == {
        identity: duplicate["verdict"] for identity, duplicate in found.items()}
    assert instance.terminate() == 0


def test_an_article_that_its_topic_cannot_take_is_not_claimed(bus, topics, prefix, grouped_stage):
    """One topic for articles and kills: what it takes is known all the same."""
    other = f"{prefix}.other"
    bus.limit_size(other, 20_000)
    instance = grouped_stage("one", producer={
        "delivery": "exactly-once", "routes": [{"topic": other}], "kills": other,
        "dead_letters": f"{prefix}.rejected"}).start().wait_ready()
    bus.feed(f"{prefix}.raw", [Padded(0, "refused", text_of(1), 60_000)])
    finish([instance], bus, prefix)
    *_, summary = replay(instance, "verify")
    assert (summary["claims"], summary["retracted"]) == (0, 0)
    assert len(bus.read(f"{prefix}.rejected")) == 1
    assert instance.terminate() == 0


def test_a_deleted_topic_is_made_anew_and_no_article_is_lost(bus, topics, claims, prefix,
                                                             grouped_stage):
    """What was remembered is gone with it; all instances forget it alike."""
    instances = [grouped_stage(name).start() for name in ("one", "two")]
    for instance in instances:
        instance.wait_ready()
    bus.feed(f"{prefix}.raw", [Article(n, f"a-{n}", text_of(n)) for n in range(50)])
    finish(instances, bus, prefix)
    bus.delete(claims)
    bus.feed(f"{prefix}.raw", [Article(n, f"b-{n}", text_of(n)) for n in range(50)])
    finish(instances, bus, prefix)
    bus.feed(f"{prefix}.raw", [Article(n, f"c-{n}", text_of(n)) for n in range(50)])
    finish(instances, bus, prefix)
    kinds = collections.Counter(f"{identity[0]} {duplicate['verdict']}"
                                for identity, duplicate in verdicts(bus, topics))
    assert kinds == {"a new": 50, "b new": 50, "c exact": 50}
    for instance in instances:
        assert "beginning again, with a restore" in instance.said()
    wait_for(lambda: len({claims_hash(instance) for instance in instances}) == 1,
             "both remember the same")
    assert {instance.terminate() for instance in instances} == {0}


def test_a_topic_that_begins_later_is_restored_from_there(bus, topics, claims, prefix,
                                                          grouped_stage):
    """Records were deleted while nobody ran: whoever starts, starts from what is left."""
    first = grouped_stage("one").start().wait_ready()
    bus.feed(f"{prefix}.raw", [Article(n, f"a-{n}", text_of(n)) for n in range(50)])
    finish([first], bus, prefix)
    assert first.terminate() == 0
    bus.delete_records(claims, 0, bus.end_offsets(claims)[0])
    instances = [grouped_stage(name).start() for name in ("two", "three")]
    for instance in instances:
        instance.wait_ready()
    bus.feed(f"{prefix}.raw", [Article(n, f"b-{n}", text_of(n)) for n in range(50)])
    finish(instances, bus, prefix)
    bus.feed(f"{prefix}.raw", [Article(n, f"c-{n}", text_of(n)) for n in range(50)])
    finish(instances, bus, prefix)
    kinds = collections.Counter(f"{identity[0]} {duplicate['verdict']}"
                                for identity, duplicate in verdicts(bus, topics))
    assert kinds == {"a new": 50, "b new": 50, "c exact": 50}
    wait_for(lambda: len({claims_hash(instance) for instance in instances}) == 1,
             "both remember the same")
    assert {instance.terminate() for instance in instances} == {0}


def test_a_replay_behind_memory_is_undetermined(bus, topics, prefix, grouped_stage):
    options = {"window": "2s"}
    first = grouped_stage("one", options=options).start().wait_ready()
    bus.feed(f"{prefix}.raw", [Article(n, f"a-{n}", text_of(n)) for n in range(20)])
    finish([first], bus, prefix)
    assert first.terminate() == 0
    time.sleep(2.5)  # the window is a time
    again = grouped_stage("two", options=options,
                          consumer={"topics": [f"{prefix}.raw"], "group": f"{prefix}-again",
                                    "kafka": {"session.timeout.ms": 2000}}).start().wait_ready()
    again.wait_for(lambda: bus.is_done(f"{prefix}-again", f"{prefix}.raw"), "read again")
    kinds = collections.Counter(duplicate["verdict"] for _, duplicate in verdicts(bus, topics))
    assert kinds == {"new": 20, "undetermined": 20}
    assert again.terminate() == 0
