"""The independent reader: read_committed, during the run and at the end."""

import collections
import threading
import time

import checks
from bus import wait_for
from checker import Seen
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

LIVE = {"group.id": "checker", "enable.auto.commit": False, "isolation.level": "read_committed",
        "fetch.wait.max.ms": 50, "enable.partition.eof": False}


def verdict_of(message):
    """(language, duplicate, reason) as the headers say; "" where there is none."""
    own = checks.own(checks.headers_of(message))
    return tuple(own.get(f"copydesk-{name}", "") for name in ("language", "duplicate", "reason"))


class LiveReader(threading.Thread):
    """Reads all output partitions from their beginning, and notes when each record came."""

    def __init__(self, bootstrap, partitions):
        """partitions: [(topic, partition), ...]."""
        super().__init__(name="reader", daemon=True)
        self.consumer = Consumer({"bootstrap.servers": bootstrap, "log_level": 0, **LIVE})
        self.consumer.assign([TopicPartition(*place, 0) for place in partitions])
        self.seen = []
        self.arrivals = []  # (monotonic time, sequence), in the order of arrival
        self.enough = threading.Event()
        self.error = None

    def run(self):
        try:
            while not self.enough.is_set():
                for message in self.consumer.consume(500, 0.05):
                    self.take(message, time.monotonic())
        except Exception as error:  # told by finish, in the main thread
            self.error = error
        self.consumer.close()

    def take(self, message, now):
        if message.error():
            if not message.error().retriable() and message.error().code() not in (
                    KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT, KafkaError._RESOLVE):
                raise KafkaException(message.error())
            return
        sequence = checks.sequence_of(message)
        self.seen.append(Seen(sequence, message.topic(), message.partition(), message.offset(),
                              verdict_of(message)))
        self.arrivals.append((now, sequence))

    def wait_for(self, count):
        """Until it has seen so many records."""
        wait_for(lambda: len(self.seen) >= count or not self.is_alive(), "the live reader is there")

    def finish(self):
        self.enough.set()
        self.join()
        if self.error:
            raise self.error


def end_offsets(bootstrap, partitions, isolation):
    reader = Consumer({"bootstrap.servers": bootstrap, "log_level": 0, "group.id": "checker",
                       "isolation.level": isolation})
    try:
        return [reader.get_watermark_offsets(TopicPartition(*place), timeout=20)[1]
                for place in partitions]
    finally:
        reader.close()


def wait_until_stable(bootstrap, partitions, seconds):
    """Until no transaction is open on them: whoever died left one to the brokers' timeout."""
    wait_for(lambda: end_offsets(bootstrap, partitions, "read_committed")
             == end_offsets(bootstrap, partitions, "read_uncommitted"),
             "no open transaction on the output", seconds, pause=0.5)


def input_places(bus, topic):
    """{sequence: [(partition, offset), ...]} of everything in the input topic."""
    places = collections.defaultdict(list)
    for message in bus.read(topic):
        places[checks.sequence_of(message)].append((message.partition(), message.offset()))
    return dict(places)


def final_records(bus, topics, cases, prefix, inputs):
    """Seen of everything that is readable, each looked at byte for byte."""
    by_sequence = {case.sequence: case for case in cases}
    return [look_at(message, by_sequence, prefix, inputs) for message in bus.read(*topics)]


def fault_of(message, case, prefix, place):
    try:
        checks.became(message, case, prefix, place)
    except AssertionError as error:
        return str(error)[:200] or "differs"
    return None


def look_at(message, by_sequence, prefix, inputs):
    sequence = checks.sequence_of(message)
    faults = [fault_of(message, by_sequence[sequence], prefix, place)
              for place in inputs.get(sequence, ())]
    fault = None if None in faults else next(iter(faults), None)
    return Seen(sequence, message.topic(), message.partition(), message.offset(),
                verdict_of(message), fault)


def longest_silence(arrivals, places, partitions, since, until):
    """The longest time, in seconds, that nothing came out of one of the input partitions, of the
    silences that begin between since and until. arrivals as LiveReader has them; where nothing more
    comes at all, nothing was fed any more."""
    longest = 0.0
    for partition in partitions:
        moments = [at for at, sequence in arrivals
                   if at >= since and places.get(sequence, (None,))[0] == partition]
        begins = [since, *moments]
        longest = max([longest, *(after - before for before, after in zip(begins, moments)
                                  if before <= until)])
    return longest
