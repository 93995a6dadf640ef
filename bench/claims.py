"""What a shared claims topic costs, on one real broker.

    ./dev bench-claims [echo] [throughput] [restore] [--claims N]

echo        how long a claim takes to come back, at 200 articles a second: p50 and p99 of ten seconds,
            the median of five runs; the second before, the first of that instance, is told apart
throughput  articles a second with scope: group against scope: instance, in turn, the median of three
            rounds each
restore     how long an instance takes to be ready on a topic of N claims (1,000,000), twice, and
            whether it remembers the same both times

Ends with one line of JSON.
"""

import argparse
import json
import os
import pathlib
import random
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests" / "kafka"))

# pylint: disable=wrong-import-position
from broker import Cluster, free_ports
from bus import Bus, wait_for
from stage import PROGRAM, Stage

import generate

RUNS, ROUNDS = 5, 3
ECHO_SECONDS, ECHO_RATE = 10, 200
ARTICLES = 20_000
PARTITIONS = 4
RECORDS_IN_FLIGHT = 50_000


def settings(bootstrap, name, scope, delivery="at-least-once"):
    return {
        "instance": name,
        "kafka": {"bootstrap.servers": bootstrap},
        "consumer": {"topics": [f"{name}.raw"], "group": name,
                     "kafka": {"session.timeout.ms": 6000}},
        "processors": [{"language": {}}, {"entities": {}},
                       {"duplicates": {"scope": scope, "topic": f"{name}.claims"}}],
        "producer": {"delivery": delivery, "routes": [{"topic": f"{name}.out"}],
                     "dead_letters": f"{name}.out"},
        "topics": {"create": True},
        "http": {"listen": f"127.0.0.1:{free_ports(1)[0]}"},
        "log": {"level": "info"},
    }


class Bench:
    def __init__(self, folder, cluster, claims):
        self.folder, self.claims = folder, claims
        self.bootstrap = cluster.bootstrap
        self.bus = Bus(self.bootstrap)

    def instance(self, name, scope):
        """With topics of its own."""
        self.bus.create(f"{name}.raw", f"{name}.out", partitions=PARTITIONS)
        folder = self.folder / name
        folder.mkdir()
        return Stage(folder, settings(self.bootstrap, name, scope), self.bus)

    def feed(self, topic, articles, rate=None):
        producer, due = self.bus.producer(), time.monotonic()
        for number, article in enumerate(articles):
            producer.produce(topic, key=str(number), value=article)
            producer.poll(0)
            if rate:
                due += 1 / rate
                producer.poll(max(0.0, due - time.monotonic()))
            while len(producer) > 5000:
                producer.poll(0.1)
        assert producer.flush(60) == 0

    # ---- echo ----

    def echo(self):
        found = [self.echo_once(f"echo-{run}") for run in range(RUNS)]
        firsts, steady = zip(*found)
        return {"echo_p50_ms": statistics.median(quantile(one, 0.5) for one in steady),
                "echo_p99_ms": statistics.median(quantile(one, 0.99) for one in steady),
                "echo_p99_of_each_ms": [quantile(one, 0.99) for one in steady],
                "echo_slowest_of_each_ms": [quantile(one, 1) for one in steady],
                "first_second_p50_ms": [quantile(one, 0.5) for one in firsts],
                "first_second_p99_ms": [quantile(one, 0.99) for one in firsts]}

    def echo_once(self, name):
        """The echoes of an instance's first second, and of those after it."""
        articles = list(generate.articles((1 + ECHO_SECONDS) * ECHO_RATE, 1))
        with self.instance(name, "group") as instance:
            instance.wait_ready()
            first = self.echoes_of(instance, name, articles[:ECHO_RATE])
            both = self.echoes_of(instance, name, articles[ECHO_RATE:])
            instance.terminate()
        return first, [(bound, count - before)
                       for (bound, count), (_, before) in zip(both, first)]

    def echoes_of(self, instance, name, articles):
        """Feeds them at the rate; returns the histogram of all echoes so far."""
        self.feed(f"{name}.raw", articles, ECHO_RATE)
        instance.wait_for(lambda: self.bus.is_done(name, f"{name}.raw"), "all is out")
        return histogram(instance.get("/metrics")[1])

    # ---- throughput ----

    def throughput(self):
        rates = {"group": [], "instance": []}
        for number in range(ROUNDS):
            for scope, found in rates.items():
                found.append(self.rate_of(f"{scope}-{number}", scope))
        figures = {f"{scope}_per_s": round(statistics.median(found))
                   for scope, found in rates.items()}
        return figures | {"ratio": round(figures["group_per_s"] / figures["instance_per_s"], 2)}

    def rate_of(self, name, scope):
        instance = self.instance(name, scope)
        self.feed(f"{name}.raw", generate.articles(ARTICLES, 2))
        with instance:
            wait_for(lambda: published(instance) > ARTICLES * 0.1, "it is under way", 120, 0.01)
            first, begin = published(instance), time.monotonic()
            wait_for(lambda: published(instance) >= ARTICLES * 0.9, "nearly all are out", 300, 0.01)
            last, end = published(instance), time.monotonic()
            instance.terminate()
        return (last - first) / (end - begin)

    # ---- restore ----

    def restore(self):
        name = "restore"
        instance = self.instance(name, "group")
        with instance:
            instance.wait_ready()
            self.feed(f"{name}.raw", generate.articles(1, 3))
            instance.wait_for(lambda: self.bus.is_done(name, f"{name}.raw"), "one claim is there")
            instance.terminate()
        self.fill(f"{name}.claims", self.a_claim(instance))
        found = [self.restore_once(instance) for _ in range(2)]
        return {"claims": self.claims, "ready_s": [ready for ready, _, _ in found],
                "restored_s": [took for _, took, _ in found],
                "same_hash": len({remembered for _, _, remembered in found}) == 1}

    def a_claim(self, instance):
        out = subprocess.run([PROGRAM, "claims", "dump", "-c", instance.file, "-q"], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
        lines = [json.loads(line) for line in out.splitlines()]
        return next(bytes.fromhex(line["record"]) for line in lines if line["type"] == "article")

    def fill(self, topic, pattern):
        """Claims of articles of their own: other offsets, other texts, other keys."""
        producer, choose = self.bus.producer(), random.Random(4)
        offset_at = 2 + 2 + 8 + 4
        keys_at = len(pattern) - 32
        text_at = keys_at - 1 - 128 - 4 - 24
        for number in range(self.claims):
            record = bytearray(pattern)
            struct.pack_into("<q", record, offset_at, 1000 + number)
            record[text_at:text_at + 24] = choose.randbytes(24)
            record[keys_at - 129:keys_at - 1] = choose.randbytes(128)
            record[keys_at:] = choose.randbytes(32)
            self.name_it(record, number)
            producer.produce(topic, value=bytes(record), key=choose.randbytes(16), partition=0)
            while len(producer) > RECORDS_IN_FLIGHT:
                producer.poll(0.1)
        assert producer.flush(120) == 0

    @staticmethod
    def name_it(record, number):
        """Another id, and with it another identity."""
        topic_length = int.from_bytes(record[32:34], "little")
        id_at = 34 + topic_length + 2
        id_length = int.from_bytes(record[id_at - 2:id_at], "little")
        record[id_at:id_at + id_length] = f"{number:0{id_length}d}".encode()[-id_length:]
        struct.pack_into("<Q", record, id_at + id_length, number + 1)

    def restore_once(self, instance):
        begin = time.monotonic()
        with instance:
            wait_for(lambda: (instance.get("/readyz") or (0,))[0] == 200, "ready", 300, 0.05)
            ready = round(time.monotonic() - begin, 1)
            text = instance.get("/metrics")[1]
            instance.terminate()
        return (ready, round(gauge(text, "copydesk_claims_restored_ms") / 1000, 1),
                (gauge(text, "copydesk_claims_offset"), gauge(text, "copydesk_claims_hash")))


def gauge(text, name):
    return int(re.search(rf"^{name} (\d+)", text, re.MULTILINE)[1])


def published(instance):
    answer = instance.get("/metrics")
    found = re.search(r'^copydesk_articles_total\{outcome="published"\} (\d+)',
                      answer[1] if answer else "", re.MULTILINE)
    return int(found[1]) if found else 0


def histogram(text):
    """[(upper bound in s, how many up to there)] of the echo."""
    found = re.findall(r'^copydesk_claims_echo_seconds_bucket\{le="([^"]+)"\} (\d+)', text,
                       re.MULTILINE)
    return [(float(bound), int(count)) for bound, count in found]


def quantile(buckets, share):
    """In ms, interpolated within the histogram's bucket."""
    wanted, low, before = share * buckets[-1][1], 0.0, 0
    for bound, count in buckets:
        if count >= wanted:
            part = (wanted - before) / max(1, count - before)
            return round(1000 * (low + (bound - low) * part), 1)
        low, before = bound, count
    return None


def main():
    parser = argparse.ArgumentParser(prog="./dev bench-claims", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=("echo", "throughput", "restore", []))
    parser.add_argument("--claims", type=int, default=1_000_000)
    arguments = parser.parse_args()
    result = {"cores": os.cpu_count()}
    with tempfile.TemporaryDirectory(prefix="copydesk-claims-") as folder:
        with Cluster(pathlib.Path(folder) / "kafka") as cluster:
            bench = Bench(pathlib.Path(folder), cluster, arguments.claims)
            for what in arguments.what or ("echo", "throughput", "restore"):
                result |= getattr(bench, what)()
                print(json.dumps(result), file=sys.stderr, flush=True)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
