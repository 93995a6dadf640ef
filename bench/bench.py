"""What an article costs: CPU time of the process, user and system, on a real Kafka.

    ./dev bench [--json] [--articles N] [--rounds N]

Five subjects take the same articles (bench/generate.py) from one topic to another, in turn, round by
round, so that a machine that drifts drifts for all of them:

    passthrough    bench/passthrough.c: librdkafka with the stage's settings, nothing else
    no_processors  the stage with an empty chain: reading, splicing, order, offsets
    chain          language, entities, duplicates
    exactly_once   the same chain in transactions; the others deliver at least once
    python_tuned   bench/python_tuned.py: the same job as a good user would script it; left out,
                   saying so, where its packages cannot be had

Loading lists and joining the group are left out: each run is preceded by one on an empty topic, which
is stopped when the group has its partitions, and whose CPU time is taken off. The figure is the median
of the rounds, in microseconds of CPU an article. --json ends with one line: {"passthrough",
"no_processors", "chain", "exactly_once", "python_tuned", "exactly_once_ratio", "articles"}; the ratio is
that to chain and must stay below 1.3.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests" / "kafka"))

# pylint: disable=wrong-import-position
import yaml
from broker import Cluster
from bus import Bus, wait_for
from confluent_kafka import Consumer, KafkaException, TopicPartition

import generate

PARTITIONS = 4
RUN_SECONDS = 300
RAW = "bench.raw"
EMPTY = "bench.empty"
REJECTED = "bench.rejected"
CHAIN = [{"language": {}}, {"entities": {}}, {"duplicates": {"scope": "instance"}}]
SUBJECTS = ("passthrough", "no_processors", "chain", "exactly_once", "python_tuned")
NAMES = 50_000


def say(text):
    print(text, file=sys.stderr, flush=True)


def feed(bus, count, seed):
    producer = bus.producer()
    for number, article in enumerate(generate.articles(count, seed)):
        producer.produce(RAW, key=str(number), value=article)
        producer.poll(0)
        while len(producer) > 5000:
            producer.poll(0.1)
    assert producer.flush(60) == 0


def configuration(subject, bootstrap, source, output):
    return {
        "kafka": {"bootstrap.servers": bootstrap},
        "consumer": {"topics": [source], "group": f"{output}-of-{source}"},
        "processors": [] if subject == "no_processors" else CHAIN,
        "producer": {
            "delivery": "exactly-once" if subject == "exactly_once" else "at-least-once",
            "routes": [{"topic": output}],
            "dead_letters": REJECTED,
        },
        "http": {"listen": ""},
        "log": {"level": "error"},
    }


def peers():
    """The interpreter with the packages that python_tuned wants; None where they cannot be had."""
    made = subprocess.run([REPOSITORY / "tests" / "tools" / "environment", "peers"],
                          stdout=subprocess.PIPE, text=True, check=False)
    return made.stdout.strip() if made.returncode == 0 else None


class Bench:
    """The subjects, on one cluster."""

    def __init__(self, build, folder, bootstrap, articles):
        self.build = build
        self.folder = folder
        self.bootstrap = bootstrap
        self.articles = articles
        self.bus = Bus(bootstrap)
        self.python = None
        self.subjects = [name for name in SUBJECTS if name != "python_tuned"]

    def add_peers(self):
        self.python = peers()
        if self.python is None:
            say("python_tuned is left out: its packages cannot be had from the registry")
        else:
            self.subjects.append("python_tuned")

    def names(self):
        file = self.folder / "names.txt"
        if not file.exists():
            file.write_text("".join(f"{name}\n" for name in generate.names(NAMES)), encoding="utf-8")
        return file

    def command(self, subject, source, output):
        ends = [self.bootstrap, f"{output}-of-{source}", source, output]
        if subject == "passthrough":
            return [self.build / "bench" / "passthrough", *ends]
        if subject == "python_tuned":
            return [self.python, REPOSITORY / "bench" / "python_tuned.py", *ends, self.names()]
        file = self.folder / f"{subject}.yaml"
        file.write_text(yaml.safe_dump(configuration(
            subject, self.bootstrap, source, output), sort_keys=False))
        return [self.build / "copydesk", "run", "-c", file]

    def assigned(self, group):
        try:
            described = self.bus.admin.describe_consumer_groups([group])[group].result()
        except KafkaException:  # its coordinator is not there yet, nor is the group
            return False
        return any(member.assignment.topic_partitions for member in described.members)

    def run(self, subject, source, output, is_over):
        """CPU and wall seconds from the start until is_over()."""
        start = time.monotonic()
        process = subprocess.Popen(self.command(subject, source, output), stdin=subprocess.DEVNULL)

        def over():
            assert process.poll() is None, f"{subject} ended: {process.returncode}"
            return (cpu_seconds(process.pid), time.monotonic() - start) if is_over() else None

        try:
            return wait_for(over, f"{subject} at the end", RUN_SECONDS, 0.005)
        finally:
            process.terminate()
            process.wait()

    def end_of(self, subject, output):
        """Tells whether all articles are out. What ends a transaction counts as a record in the
        output: there the committed input is looked at."""
        if subject == "exactly_once":
            return lambda: sum(self.bus.committed(f"{output}-of-{RAW}", RAW).values()) >= self.articles
        there = Output(self.bootstrap, output)
        return lambda: there.count() >= self.articles

    def measure(self, subject, output):
        """CPU microseconds an article, and articles a second."""
        self.bus.create(output, partitions=PARTITIONS)
        is_over = self.end_of(subject, output)
        idle_cpu, idle_wall = self.run(subject, EMPTY, output,
                                       lambda: self.assigned(f"{output}-of-{EMPTY}"))
        cpu, wall = self.run(subject, RAW, output, is_over)
        for deleted in self.bus.admin.delete_topics([output]).values():
            deleted.result()
        return 1e6 * (cpu - idle_cpu) / self.articles, self.articles / (wall - idle_wall)

    def rounds(self, count):
        """{subject: [(CPU microseconds, articles a second) of each round]}"""
        figures = {subject: [] for subject in self.subjects}
        for number in range(count):
            for subject in self.subjects:
                figures[subject].append(self.measure(subject, f"bench.{subject}.{number}"))
                say(f"  round {number + 1}  {subject:14} "
                    f"{figures[subject][-1][0]:8.1f} us an article")
        return figures


def family(pid):
    """A process and its children: the stage runs below its supervisor."""
    tasks = pathlib.Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return [pid] + [member for child in children for member in family(child)]


def cpu_seconds(pid):
    # The clock of another process's CPU time, as clock_getcpuclockid(3) makes it.
    return sum(time.clock_gettime(~member << 3 | 2) for member in family(pid))


class Output:
    """How many records a topic holds."""

    def __init__(self, bootstrap, topic):
        self.reader = Consumer({"bootstrap.servers": bootstrap, "group.id": "bench-reader"})
        self.partitions = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]

    def count(self):
        return sum(self.reader.get_watermark_offsets(partition, timeout=10)[1]
                   for partition in self.partitions)


def medians(figures):
    return {subject: round(statistics.median(cpu for cpu, _ in rounds), 1)
            for subject, rounds in figures.items()}


def exactly_once_ratio(figures):
    """The median over the rounds of what transactions cost."""
    return round(statistics.median(exactly / at_least for (exactly, _), (at_least, _)
                                   in zip(figures["exactly_once"], figures["chain"])), 2)


def print_table(figures):
    cost = medians(figures)
    print("subject          us CPU an article   of the floor   articles a second")
    for subject in figures:
        rate = statistics.median(rate for _, rate in figures[subject])
        print(f"{subject:14}   {cost[subject]:17.1f}   {cost[subject] / cost['passthrough']:12.2f}"
              f"   {rate:17.0f}")
    if "python_tuned" in cost:
        print(f"the chain costs {cost['chain'] / cost['python_tuned']:.3f} of the tuned script")
    print(f"exactly once costs {exactly_once_ratio(figures):.2f} times at least once (at most 1.3)")


def run_rounds(arguments, folder, bootstrap):
    build = pathlib.Path(os.environ.get("COPYDESK_BUILD", REPOSITORY / "build"))
    bench = Bench(build, folder, bootstrap, arguments.articles)
    bench.add_peers()
    bench.bus.create(RAW, EMPTY, REJECTED, partitions=PARTITIONS)
    say(f"making {arguments.articles} articles")
    feed(bench.bus, arguments.articles, arguments.seed)
    return bench.rounds(arguments.rounds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--articles", type=int, default=24000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as name:
        folder = pathlib.Path(name)
        with Cluster(folder / "kafka", brokers=1, heap="1g") as cluster:
            figures = run_rounds(arguments, folder, cluster.bootstrap)
    print_table(figures)
    if arguments.json:
        print(json.dumps({**medians(figures), "exactly_once_ratio": exactly_once_ratio(figures),
                          "articles": arguments.articles}))


if __name__ == "__main__":
    main()
