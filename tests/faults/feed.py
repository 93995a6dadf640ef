"""Articles in, evenly over a period, while another thread does harm."""

import dataclasses
import threading
import time

from articles import Case, Generator
from checker import Fed
from confluent_kafka import KafkaError, KafkaException, Producer

FLUSH_SECONDS = 120
DIFFERENT_CASES = 20_000
KEYED = b"key-"
SLOW_FROM = 0.8  # of the articles
SLOWER = 8


class Feeder(threading.Thread):
    """Produces `cases` within `seconds`; what the brokers acknowledged is in fed and ends.

    lasts: while the harm goes on for longer than planned, the last articles are stretched until
    finish is called, so that a slow machine does harm under load, too."""

    def __init__(self, bootstrap, topic, partitions, cases, seconds, codec="none", lasts=False):
        super().__init__(name="feeder", daemon=True)
        self.topic = topic
        self.partitions = partitions
        self.cases = cases
        self.done = []  # cases of earlier feeds
        self.seconds = seconds
        self.lasts = lasts
        self.harm_is_done = threading.Event()
        self.places = {}  # sequence: (partition, offset)
        self.times = {}  # sequence: when it was acknowledged, monotonic
        self.ends = dict.fromkeys(range(partitions), 0)
        self.error = None
        self.enough = threading.Event()
        self.producer = Producer({
            "bootstrap.servers": bootstrap, "log_level": 0,
            "enable.idempotence": True, "linger.ms": 5,
            "message.timeout.ms": 0, "topic.metadata.refresh.interval.ms": 1000,
            "message.max.bytes": 64 << 20, "compression.codec": codec})

    def after(self, earlier):
        """Goes on with the account of an earlier feed."""
        self.done = earlier.done + earlier.cases
        self.places, self.times, self.ends = earlier.places, earlier.times, earlier.ends
        return self

    @property
    def all_cases(self):
        return self.done + self.cases

    @property
    def fed(self):
        return len(self.places)

    def run(self):
        due = time.monotonic()
        try:
            for number, case in enumerate(self.cases):
                while time.monotonic() < due and not self.enough.is_set():
                    self.producer.poll(min(0.05, max(0.0, due - time.monotonic())))
                if self.enough.is_set():
                    break
                self.produce(case)
                due += self.interval(number)
            if self.producer.flush(FLUSH_SECONDS) != 0:
                raise TimeoutError("the feed was not acknowledged in time")
        except Exception as error:  # told by finish, in the main thread
            self.error = error

    def interval(self, number):
        stretched = (self.lasts and not self.harm_is_done.is_set()
                     and number >= SLOW_FROM * len(self.cases))
        return self.seconds / len(self.cases) * (SLOWER if stretched else 1)

    def produce(self, case):
        def delivered(error, message):
            if error:
                raise KafkaException(error)
            partition, offset = message.partition(), message.offset()
            self.places[case.sequence] = (partition, offset)
            self.times[case.sequence] = time.monotonic()
            self.ends[partition] = max(self.ends.get(partition, 0), offset + 1)

        while True:
            try:
                self.producer.produce(
                    self.topic, key=case.key, value=case.value, headers=list(case.headers),
                    partition=self.partition_of(case), timestamp=case.timestamp,
                    on_delivery=delivered)
                self.producer.poll(0)
                return
            except BufferError:
                self.producer.poll(0.1)
            except KafkaException as error:
                if error.args[0].code() != KafkaError._UNKNOWN_PARTITION:  # a new one, soon known
                    raise
                self.producer.poll(0.1)

    def partition_of(self, case):
        """A key's own partition; without a key, one after the other."""
        number = case.sequence
        if case.key is not None and case.key.startswith(KEYED):
            number = int(case.key[len(KEYED):])
        return number % self.partitions

    def finish(self):
        self.harm_is_done.set()
        self.join()
        if self.error:
            raise self.error

    def stop(self):
        """Ends the feed early."""
        self.enough.set()
        self.finish()

    def ledger(self, prefix, inputs):
        """{sequence: Fed}. inputs: {sequence: [(partition, offset), ...]}, as the topic has them."""
        return {case.sequence: Fed(case.sequence, *inputs[case.sequence][0], case.key,
                                   case.topic(prefix), expected_verdict(case),
                                   len(inputs[case.sequence]))
                for case in self.all_cases if case.sequence in inputs}


def expected_verdict(case):
    """(language, duplicate, reason): None where it is not known, "" where there is none."""
    return (case.language or "", None, case.reason or "")


def make_cases(count, seed=1):
    """Articles of all kinds. Beyond so many that all languages are told apart, the same come again
    under new numbers: what is tested is delivery."""
    first = Generator(seed).cases(min(count, DIFFERENT_CASES))
    return [renumbered(first[number % len(first)], number) for number in range(count)]


def renumbered(case, sequence):
    headers = tuple((name, str(sequence).encode()) if name == "sequence" else (name, value)
                    for name, value in case.headers)
    return dataclasses.replace(case, sequence=sequence, headers=headers)


def plain_case(sequence, key, value, **expected):
    """A case of a scenario's own making, with the header that the checker knows it by."""
    return Case(sequence, key, value, (("sequence", str(sequence).encode()),),
                1_700_000_000_000 + sequence, **expected)
