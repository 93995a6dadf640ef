"""What goes in comes out: once, in order, byte for byte, on the right topic."""

import json
import signal
import subprocess
import threading

import pytest

import checks
from articles import MAX_BYTES, Case, Generator
from stage import output_topics

DELIVERIES = ("exactly-once", "at-least-once")
LIMITS = {"article": f"{MAX_BYTES}B", "depth": 64}


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_five_thousand_articles_come_out_once_in_order_and_unharmed(
        bus, prefix, topics, stage, delivery):
    cases = Generator(seed=1).cases(5000)
    places = bus.feed(f"{prefix}.raw", cases)
    running = stage(delivery=delivery, limits=LIMITS).start()
    running.finish()

    records = bus.read(*topics)
    by_sequence = {case.sequence: case for case in cases}
    checks.exactly_once(records, cases)
    checks.in_order(records, places)
    for message in records:
        case = by_sequence[checks.sequence_of(message)]
        checks.became(message, case, prefix, places[case.sequence])


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_after_a_clean_stop_the_next_instance_goes_on_behind_the_last_article(
        bus, prefix, topics, stage, delivery):
    cases = Generator(seed=2).cases(300)
    places = bus.feed(f"{prefix}.raw", cases[:200])
    first = stage(delivery=delivery, limits=LIMITS).start()
    first.finish()

    places |= bus.feed(f"{prefix}.raw", cases[200:])
    second = stage(delivery=delivery, limits=LIMITS).start()
    second.finish()
    checks.exactly_once(bus.read(*topics), cases)


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_a_stop_while_articles_arrive_loses_and_doubles_none(
        bus, prefix, topics, stage, delivery):
    cases = Generator(seed=3).cases(6000)
    places = {}
    feeder = threading.Thread(target=lambda: places.update(bus.feed(f"{prefix}.raw", cases)))
    first = stage(delivery=delivery, limits=LIMITS).start().wait_ready()
    feeder.start()
    first.wait_for(lambda: sum(bus.end_offsets(f"{prefix}.other").values()) > 100, "articles come out")
    assert first.terminate() == 0, first.said()
    feeder.join()
    second = stage(delivery=delivery, limits=LIMITS).start()
    second.finish()
    records = bus.read(*topics)
    checks.exactly_once(records, cases)
    checks.in_order(records, places)


class Feeder(threading.Thread):
    """Feeds without end until told, so that there is always work under way."""

    def __init__(self, bus, topic):
        super().__init__()
        self.bus = bus
        self.topic = topic
        self.generator = Generator(seed=4)
        self.cases = []
        self.places = {}
        self.enough = threading.Event()

    def run(self):
        while not self.enough.is_set():
            cases = self.generator.cases(200)
            self.places |= self.bus.feed(self.topic, cases)
            self.cases += cases


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_kill_in_the_middle_loses_nothing_and_with_exactly_once_doubles_nothing(
        bus, prefix, topics, stage, delivery):
    raw = f"{prefix}.raw"
    feeder = Feeder(bus, raw)
    feeder.start()
    unfinished_kills = 0
    try:
        for _ in range(20):
            before = sum(bus.committed(prefix, raw).values())
            running = stage(delivery=delivery, limits=LIMITS).start()
            running.wait_for(lambda: sum(bus.committed(prefix, raw).values()) > before, "progress",
                             pause=0.001)
            running.process.send_signal(signal.SIGKILL)
            running.wait_exit()
            left = sum(bus.end_offsets(raw).values()) - sum(bus.committed(prefix, raw).values())
            unfinished_kills += left > 0
            if unfinished_kills == 3:
                break
    finally:
        feeder.enough.set()
        feeder.join()
    assert unfinished_kills == 3

    running = stage(delivery=delivery, limits=LIMITS).start()
    running.finish()
    records = bus.read(*topics)
    checks.nothing_lost(records, feeder.cases)
    # Without a key each try may choose another output partition.
    checks.in_order([record for record in records if record.key() is not None], feeder.places)
    if delivery == "exactly-once":
        checks.exactly_once(records, feeder.cases)


def test_the_first_assignment_commits_where_it_begins(bus, prefix, topics, stage):
    running = stage().start().wait_ready()
    running.wait_for(lambda: bus.committed(prefix, f"{prefix}.raw") == {n: 0 for n in range(4)},
                     "offset 0 committed for each partition")
    assert running.terminate() == 0


def test_a_time_in_the_future_is_clamped_and_told(bus, prefix, stage):
    bus.create(f"{prefix}.raw", config={"message.timestamp.after.max.ms": str(2**62)})
    bus.create(*output_topics(prefix))
    future = 4_000_000_000_000
    body = json.dumps({"body": "Η γέφυρα θα ανοίξει ξανά την άνοιξη, λέει ο δήμος."}).encode()
    cases = [Case(0, b"a", body, (("sequence", b"0"),), future),
             Case(1, b"b", b"broken", (("sequence", b"1"),), future)]
    bus.feed(f"{prefix}.raw", cases)
    running = stage().start()
    running.finish()
    records = bus.read(*output_topics(prefix))
    checks.exactly_once(records, cases)
    for message in records:
        assert message.timestamp()[1] < future
        assert checks.own(checks.headers_of(message))["copydesk-timestamp"] == str(future)


def test_the_frame_of_a_schema_registry_stays(bus, prefix, topics, stage):
    frame = b"\x00\x00\x00\x01\x2a"  # magic byte, number of the schema
    body = json.dumps({"body": "The council will open the new bridge in spring, it says."}).encode()
    headers = (("sequence", b"0"), ("b", None), ("a", b""), ("b", b"\x00\xff"), ("a", b"last"))
    framed = Case(0, b"\x00key\xff", frame + body, headers, 1_700_000_000_123, "en")
    unframed = Case(1, b"", body, (("sequence", b"1"),), 1_700_000_000_124, reason="framing")
    places = bus.feed(f"{prefix}.raw", [framed, unframed])
    settings = stage().settings
    settings["consumer"]["input"] = {"framing": "confluent"}
    stage(consumer=settings["consumer"]).start().finish()

    records = {checks.sequence_of(message): message for message in bus.read(*topics)}
    assert records[0].value().startswith(frame + body[:-1])
    for case in (framed, unframed):
        checks.became(records[case.sequence], case, prefix, places[case.sequence])


def test_a_real_arabic_article_as_plain_text(bus, prefix, topics, stage, data):
    text = (data / "articles" / "karabakh.ar.txt").read_bytes()
    subprocess.run(["kcat", "-P", "-b", bus.bootstrap, "-t", f"{prefix}.raw", "-k", "karabakh",
                    data / "articles" / "karabakh.ar.txt"], check=True)
    settings = stage().settings
    settings["consumer"]["input"] = {"format": "text"}
    running = stage(consumer=settings["consumer"]).start()
    running.finish()

    message, = bus.read(*topics)
    assert message.topic() == f"{prefix}.ar"
    article = json.loads(message.value())
    assert article["id"] == "karabakh"
    assert article["body"].encode() == text.removeprefix(b"\xef\xbb\xbf")
    language = article["enrichment"]["language"]
    assert (language["tag"], language["script"]) == ("ar", "Arab")
