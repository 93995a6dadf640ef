"""How much later an article is there because the stage is in between, at a fixed rate.

    ./dev bench-latency [--json] [--rate N] [--seconds N] [--rounds N]

Articles (bench/generate.py) come at a fixed rate, 120 a second, on a real Kafka. Each carries the
time at which it was handed to the producer; a reader at the other end looks at the clock when it has
it. The bare pass-through (bench/passthrough.c) and the whole chain (at least once, `scope: instance`)
take turns, so that what the bus itself takes, and the machine's other work, is the same for both. What the
stage adds is the difference of the percentiles over all rounds. --json ends with one line: for each
subject p50, p99 and the number of articles, and "added_p50", "added_p99", all in ms.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests" / "kafka"))

# pylint: disable=wrong-import-position
from broker import Cluster
from bus import wait_for
from confluent_kafka import Consumer, Producer, TopicPartition

import generate
from bench import PARTITIONS, REJECTED, Bench, say

SUBJECTS = ("passthrough", "chain")
WARM_SECONDS = 3  # of each round: connections, and memory that grows
HEADER = "sent"


def feed(bootstrap, topic, articles, rate):
    """In a process of its own: reading must not wait for it."""
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 0})
    begin = time.monotonic()
    for number, article in enumerate(articles):
        time.sleep(max(0, begin + number / rate - time.monotonic()))
        producer.produce(topic, article, str(number),
                         headers=[(HEADER, struct.pack("q", time.monotonic_ns()))])
        producer.poll(0)
    producer.flush()


def read(reader, count):
    """Milliseconds that each of count articles took."""
    taken = []
    while len(taken) < count:
        record = reader.poll(20)
        now = time.monotonic_ns()
        assert record is not None and record.error() is None, "articles are missing"
        sent, = struct.unpack("q", dict(record.headers())[HEADER])
        taken.append((now - sent) / 1e6)
    return taken


def reader_of(bootstrap, topic):
    """At the end of the topic, asked without pause."""
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": "latency-reader",
                       "fetch.wait.max.ms": 500, "fetch.min.bytes": 1, "enable.auto.commit": False})
    parts = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    for part in parts:
        part.offset = reader.get_watermark_offsets(part, timeout=10)[1]
    reader.assign(parts)
    return reader


def measure(bench, subject, number, arguments):
    source, output = f"raw.{subject}.{number}", f"latency.{subject}.{number}"
    bench.bus.create(source, output, partitions=PARTITIONS)
    articles = list(generate.articles(arguments.rate * (arguments.seconds + WARM_SECONDS), number + 1))
    reader = reader_of(bench.bootstrap, output)
    process = subprocess.Popen(bench.command(subject, source, output), stdin=subprocess.DEVNULL)
    try:
        wait_for(lambda: bench.assigned(f"{output}-of-{source}"), f"{subject} in its group", 60)
        feeder = multiprocessing.get_context("spawn").Process(
            target=feed, args=(bench.bootstrap, source, articles, arguments.rate))
        feeder.start()
        taken = read(reader, len(articles))[-arguments.rate * arguments.seconds:]
        feeder.join()
    finally:
        process.terminate()
        process.wait()
        reader.close()
    return taken


def percentile(values, share):
    return statistics.quantiles(values, n=1000, method="inclusive")[round(share * 1000) - 1]


def figures_of(taken):
    figures = {subject: {"p50": round(percentile(values, 0.5), 2), "p99": round(percentile(values, 0.99), 2),
                         "articles": len(values)} for subject, values in taken.items()}
    for name in ("p50", "p99"):
        figures[f"added_{name}"] = round(figures["chain"][name] - figures["passthrough"][name], 2)
    return figures


def print_table(figures):
    print("subject          p50 ms   p99 ms   articles")
    for subject in SUBJECTS:
        row = figures[subject]
        print(f"{subject:14} {row['p50']:8.2f} {row['p99']:8.2f}   {row['articles']:8}")
    print(f"the stage adds {figures['added_p50']:.2f} ms in the median, {figures['added_p99']:.2f} ms "
          "in the 99th percentile (at most 10)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--rate", type=int, default=120)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    build = pathlib.Path(os.environ.get("COPYDESK_BUILD", REPOSITORY / "build"))
    taken = {subject: [] for subject in SUBJECTS}
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as name:
        folder = pathlib.Path(name)
        with Cluster(folder / "kafka", brokers=1, heap="1g") as cluster:
            bench = Bench(build, folder, cluster.bootstrap, 0)
            bench.bus.create(REJECTED, partitions=PARTITIONS)
            for number in range(arguments.rounds):
                for subject in SUBJECTS:
                    taken[subject] += measure(bench, subject, number, arguments)
                    say(f"  round {number + 1}  {subject}")
    figures = figures_of(taken)
    print_table(figures)
    if arguments.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
