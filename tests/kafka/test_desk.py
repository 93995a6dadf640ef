"""What people do at the desk, on a real broker: dead letters sent back, input replayed, outputs
tapped."""

import collections
import dataclasses
import json
import os
import subprocess
import time

import pytest

import checks
from articles import Generator
from bus import wait_for
from stage import PROGRAM

POISONED = 1000
REPLAYED = 20_000


def copydesk(*words, status=0):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False,
                          timeout=300)
    assert done.returncode == status, f"exit {done.returncode}: {done.stderr}"
    return done


def poison(bus, prefix):
    """Articles whose body is where the configuration does not look."""
    sentences = Generator(seed=5).sentences["en"]
    producer = bus.producer()
    for n in range(POISONED):
        value = {"id": f"a-{n}", "content": f"{sentences[n % len(sentences)]} Number {n}."}
        producer.produce(f"{prefix}.raw", key=f"k-{n % 50}", value=json.dumps(value).encode(),
                         headers=[("desk", b"sport"), ("desk", None), ("copydesk-old", b"x")],
                         timestamp=1_700_000_000_000 + n)
    assert producer.flush(60) == 0


def letters(running, where=None):
    said = copydesk("dlq", "list", "--json", "-c", running.file,
                    *(("--where", where) if where else ())).stdout
    return sum(json.loads(line)["count"] for line in said.splitlines())


@pytest.fixture
def poisoned(bus, prefix, topics, stage):
    poison(bus, prefix)
    running = stage().start()
    running.finish()
    assert letters(running) == POISONED
    return running


def cured(stage, bus, prefix):
    return stage(consumer={"topics": [f"{prefix}.raw"], "group": prefix,
                           "kafka": {"session.timeout.ms": 2000}, "input": {"body": ["content"]}})


def test_dead_letters_are_listed_by_what_they_are(poisoned, prefix):
    assert letters(poisoned, "reason=no_body") == POISONED
    assert letters(poisoned, f"topic={prefix}.raw,since=2023-11-14") == POISONED
    assert letters(poisoned, "reason=too_deep") == 0
    assert letters(poisoned, "since=1h") == 0
    shown = [json.loads(line) for line in
             copydesk("dlq", "show", "--json", "-c", poisoned.file).stdout.splitlines()]
    assert {letter["reason"] for letter in shown} == {"no_body"}
    assert {json.loads(letter["value"])["id"] for letter in shown} == \
        {f"a-{n}" for n in range(POISONED)}
    copydesk("dlq", "list", "-c", poisoned.file, "--where", "reson=no_body", status=2)
    assert 'did you mean "no_body"?' in \
        copydesk("dlq", "list", "-c", poisoned.file, "--where", "reason=nobody", status=2).stderr


def test_requeued_letters_come_back_once_each_also_when_it_is_killed(bus, prefix, topics, poisoned,
                                                                     stage):
    kills = 0
    running = cured(stage, bus, prefix).start()
    delay = 0.3
    while letters(poisoned, "reason=no_body") > 0:
        requeue = subprocess.Popen(
            [PROGRAM, "dlq", "requeue", "-c", poisoned.file, "--where", "reason=no_body"],
            stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        try:
            requeue.wait(delay)
        except subprocess.TimeoutExpired:
            requeue.kill()
            requeue.wait()
            kills += 1
        delay += 0.1
    assert kills > 0

    def published():
        return [record for record in bus.read(*topics[:-1]) if record.value()]

    wait_for(lambda: len(published()) >= POISONED, "the cured articles")
    time.sleep(0.5)  # what came twice would come now
    running.terminate()
    records = published()
    assert sorted(json.loads(record.value())["id"] for record in records) == \
        sorted(f"a-{n}" for n in range(POISONED))
    for record in records[:50]:
        assert checks.foreign(checks.headers_of(record)) == [("desk", b"sport"), ("desk", None)]
        assert record.timestamp()[1] == \
            1_700_000_000_000 + int(json.loads(record.value())["id"].removeprefix("a-"))
    assert letters(poisoned) == 0


def test_dropped_letters_are_gone(poisoned):
    said = copydesk("dlq", "drop", "-c", poisoned.file, "--where", "reason=no_body").stderr
    assert f"{POISONED} dropped" in said
    assert letters(poisoned) == 0


def test_replay_gives_the_same_bytes_twice_and_moves_no_offset(bus, prefix, topics, stage,
                                                               tmp_path):
    cases = Generator(seed=9).cases(REPLAYED)
    bus.feed(f"{prefix}.raw", cases)
    running = stage(processors=[{"language": {}}, {"entities": {}}, {"duplicates": {"scope": "instance"}}],
                    limits={"article": "64KiB", "depth": 64})
    outputs = [tmp_path / "one", tmp_path / "two"]
    for output in outputs:
        copydesk("replay", "-c", running.file, "--from", "start", "--to", "end", "--output", output)
    first, second = (output.read_bytes() for output in outputs)
    good = sum(1 for case in cases if case.value is not None and not case.reason)
    assert first.count(b"\n") == good
    assert first == second
    assert bus.committed(prefix, f"{prefix}.raw") == {}


def as_bytes(records):
    """Everything of a record that is its own, in an order of its own."""
    return sorted((record.key() or b"", record.value() or b"", record.timestamp()[1],
                   tuple(checks.headers_of(record))) for record in records)


def with_kills(cases):
    """Every hundredth article is withdrawn, by the last record but 50 of each hundred."""
    def kill(case, victim):
        value = json.dumps({"id": f"story-{victim}", "pubstatus": "canceled", "source": "desk"})
        return dataclasses.replace(case, value=value.encode(), reason=None, language="und",
                                   replaces=False)
    return [kill(case, case.sequence - 50) if case.sequence % 100 == 50 else case
            for case in cases]


def test_replay_gives_the_bytes_of_the_live_run_and_claims_nothing(bus, prefix, topics, stage,
                                                                  tmp_path):
    claims = f"{prefix}.claims"
    options = {"topics": {"create": True}, "limits": {"article": "64KiB", "depth": 64},
               "processors": [{"language": {}}, {"duplicates": {"scope": "group", "topic": claims}}]}
    cases = with_kills(Generator(seed=11).cases(REPLAYED))
    bus.feed(f"{prefix}.raw", cases[:REPLAYED // 2])
    running = [stage(instance=name, **options) for name in ("one", "two")]
    for instance in running:
        instance.start().wait_ready()
    bus.feed(f"{prefix}.raw", cases[REPLAYED // 2:])
    running[0].wait_for(lambda: bus.is_done(prefix, f"{prefix}.raw"), "the end of the input")
    assert [instance.terminate() for instance in running] == [0, 0]
    before = bus.end_offsets(claims), bus.committed(prefix, f"{prefix}.raw")
    bus.create(f"{prefix}.again")
    copydesk("replay", "-c", running[0].file, "--to-topic", f"{prefix}.again")
    live, again = bus.read(*topics[:-1]), bus.read(f"{prefix}.again")
    assert as_bytes(again) == as_bytes(live)
    found = collections.Counter(dict(checks.headers_of(record)).get("copydesk-duplicate")
                                for record in live)
    assert {b"new", b"exact", b"near", b"kill"} <= set(found) and b"undetermined" not in found
    outputs = [tmp_path / "one", tmp_path / "two"]
    for output in outputs:
        said = copydesk("replay", "-c", running[0].file, "--output", output).stderr
        assert f"{REPLAYED} records read" in said and "undetermined" not in said
    assert outputs[0].read_bytes() == outputs[1].read_bytes()
    assert outputs[0].read_bytes().count(b"\n") == sum(1 for record in live if record.value())
    assert (bus.end_offsets(claims), bus.committed(prefix, f"{prefix}.raw")) == before


def test_replay_of_what_was_never_claimed_says_so(bus, prefix, topics, stage):
    bus.create(f"{prefix}.claims", partitions=1)
    bus.feed(f"{prefix}.raw", [case for case in Generator(seed=2).cases(50) if case.language][:20])
    running = stage(processors=[{"language": {}}, {"duplicates": {"topic": f"{prefix}.claims"}}])
    done = copydesk("replay", "-c", running.file, "--output", "-")
    assert "20 of them are undetermined" in done.stderr
    done = copydesk("replay", "-c", running.file, "--output", "-", "--without-claims")
    assert {json.loads(line)["enrichment"]["duplicate"]["verdict"]
            for line in done.stdout.splitlines()} <= {"new", "exact", "near", "overlaps", "revision"}
    assert "undetermined" not in done.stderr
    assert bus.end_offsets(f"{prefix}.claims") == {0: 0}


def test_replay_is_bounded_and_can_go_to_a_topic(bus, prefix, topics, stage):
    cases = Generator(seed=3).cases(400)
    places = bus.feed(f"{prefix}.raw", cases, partition=1)
    bus.create(f"{prefix}.again", partitions=1)
    running = stage(limits={"article": "64KiB", "depth": 64})
    said = copydesk("replay", "-c", running.file, "--from", 100, "--to", 200, "--partition", 1,
                    "--to-topic", f"{prefix}.again", "--rate", 500).stderr
    assert "100 records read" in said
    wanted = [case for case in cases
              if 100 <= places[case.sequence][1] < 200 and not case.reason]
    records = bus.read(f"{prefix}.again")
    assert [checks.sequence_of(record) for record in records] == [c.sequence for c in wanted]


def test_tap_prints_what_the_filters_want(bus, prefix, topics, stage):
    cases = Generator(seed=4).cases(300)
    bus.feed(f"{prefix}.raw", cases)
    running = stage().start()
    running.finish()
    lines = copydesk("tap", "-c", running.file, "-o", "start", "-e", "--language", "fr").stdout
    wanted = [case for case in cases if case.language and case.language.split("-")[0] == "fr"]
    found = [json.loads(line) for line in lines.splitlines()]
    assert len(found) == len(wanted)
    assert {article["enrichment"]["language"]["tag"] for article in found} == {"fr"}
    told = copydesk("tap", "-c", running.file, "--verdict", "neer", status=2).stderr
    assert 'did you mean "near"?' in told


def test_tap_finds_verdicts_and_entities_and_shows_them_readable(bus, prefix, topics, stage):
    producer = bus.producer()
    bodies = [("a", "Ministers of Kenya met in Nairobi on Monday to talk about the harbour at length."),
              ("b", "Ministers of Kenya met in Nairobi on Monday to talk about the harbour at length."),
              ("c", "The council of the valley has decided nothing at all about the old bridge.")]
    for name, body in bodies:
        producer.produce(f"{prefix}.raw", key=b"k", value=json.dumps({"id": name, "body": body}).encode())
    assert producer.flush(30) == 0
    running = stage(processors=[{"language": {}}, {"entities": {}},
                                {"duplicates": {"scope": "instance"}}]).start()
    running.finish()

    def tapped(*filters):
        said = copydesk("tap", "-c", running.file, "-o", "start", "-e", "--json", *filters).stdout
        return [json.loads(line)["id"] for line in said.splitlines()]

    assert tapped() == ["a", "b", "c"]
    assert tapped("--entity", "iso:KE") == ["a", "b"] == tapped("--entity", "kenya")
    assert tapped("--verdict", "exact") == ["b"]
    assert tapped("--verdict", "new", "--entity", "Nairobi", "--language", "en") == ["a"]
    assert tapped("--entity", "iso:FR") == []
    assert tapped(f"{prefix}.other") == []
    page = subprocess.run(["script", "-qec", f"{PROGRAM} tap -c {running.file} -o start -e", "/dev/null"],
                          capture_output=True, text=True, check=True,
                          env={**os.environ, "NO_COLOR": "1", "TERM": "xterm"}).stdout
    assert f"{prefix}.en-" in page and "duplicate  exact" in page and "Kenya" in page
