"""Instances join and leave a group under load, on a real broker.

    ./dev scale [--seconds N] [--rate N] [--plot FILE.svg]

limits.rate caps each instance. A backlog lies on six partitions; one instance works on it, a second
joins, a third joins, the third leaves, the second leaves. Told are, for each join, the seconds from
the start of the process until it had partitions, and the longest time that one of these put nothing
out; for each leave, the longest time that a partition of the leaver put nothing out, from SIGTERM on;
how fast the lag fell with each number of instances; and whether each article came out once, with the
verdict that a replay of the claims gives. Ends with one line of JSON.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests" / "kafka"))

# pylint: disable=wrong-import-position
from broker import Cluster, free_ports
from bus import Bus, wait_for
from confluent_kafka import Consumer, Producer
from stage import PROGRAM, Stage

import scale_plot

GROUP, PARTITIONS, COPIES = "scale", 6, 0.3
JOIN_SECONDS, LEAVE_SECONDS = 2.0, 1.0
STEPS = (("joins", "one"), ("joins", "two"), ("joins", "three"), ("leaves", "three"),
         ("leaves", "two"))
TEXT = ("The harbour of Port{n:x} was closed on Friday after ice had damaged the outer wall, and ferry "
        "{n} will not sail before divers have looked at it closely. ")


def settings(bootstrap, name, rate):
    return {
        "instance": name,
        "kafka": {"bootstrap.servers": bootstrap},
        # Few at a time: partitions take turns often, so that silence of one is no turn of others.
        "consumer": {"topics": [f"{GROUP}.raw"], "group": GROUP,
                     "kafka": {"fetch.message.max.bytes": 8192}},
        "processors": [{"language": {}}, {"duplicates": {"topic": f"{GROUP}.claims"}}],
        "producer": {"routes": [{"topic": f"{GROUP}.out"}], "dead_letters": f"{GROUP}.rejected"},
        "topics": {"create": True},
        "limits": {"rate": rate, "window": max(10, rate // 4)},
        "http": {"listen": f"127.0.0.1:{free_ports(1)[0]}"},
        "log": {"level": "info"},
    }


def articles(count):
    """(partition, id, value). Of ten articles three have a text that one before them has; an id is
    partition and offset."""
    offsets = [0] * PARTITIONS
    for number in range(count):
        partition = number % PARTITIONS
        of = number - 7 if number % 10 >= 10 - COPIES * 10 else number
        body = " ".join(TEXT.format(n=of * 7919 + i * 104729) for i in range(5))
        identity = f"{partition}-{offsets[partition]}"
        offsets[partition] += 1
        yield partition, identity, json.dumps({"id": identity, "body": body}).encode()


class Reader(threading.Thread):
    """Notes when each article came out, and with which verdict."""

    def __init__(self, bus):
        super().__init__(daemon=True)
        self.consumer = Consumer(bus.client(**{
            "group.id": "reader", "auto.offset.reset": "earliest", "enable.auto.commit": False,
            "isolation.level": "read_committed", "fetch.wait.max.ms": 10}))
        self.consumer.subscribe([f"{GROUP}.out"])
        self.enough = threading.Event()
        self.seen = []  # (time, partition, offset, verdict)

    def run(self):
        while not self.enough.is_set():
            for message in self.consumer.consume(500, 0.02):
                if message.error() is None:
                    article = json.loads(message.value())
                    partition, offset = map(int, article["id"].split("-"))
                    self.seen.append((time.monotonic(), partition, offset,
                                      article["enrichment"]["duplicate"]["verdict"]))
        self.consumer.close()


class Run:
    def __init__(self, folder, cluster, rate, seconds):
        self.bus, self.seconds, self.rate = Bus(cluster.bootstrap), seconds, rate
        self.count = int(rate * seconds * 9 * 1.15)
        self.bus.create(f"{GROUP}.raw", partitions=PARTITIONS)
        self.bus.create(f"{GROUP}.out", f"{GROUP}.rejected")
        self.instances = {}
        for name in ("one", "two", "three"):
            (folder / name).mkdir()
            self.instances[name] = Stage(folder / name, settings(cluster.bootstrap, name, rate),
                                         self.bus)
        self.steps = []
        self.taken = {}  # by instance: seconds from its start until it had partitions

    def feed(self):
        producer = Producer(self.bus.client(**{"batch.num.messages": 5, "linger.ms": 1}))
        for partition, identity, value in articles(self.count):
            producer.produce(f"{GROUP}.raw", key=identity, value=value, partition=partition)
            producer.poll(0)
            while len(producer) > 5000:
                producer.poll(0.1)
        assert producer.flush(60) == 0

    def owned(self, name):
        answer = self.instances[name].get("/topology")
        return set(json.loads(answer[1])["assigned"].get(f"{GROUP}.raw", [])) if answer else set()

    def join(self, name):
        at = time.monotonic()
        self.instances[name].start()
        wait_for(lambda: self.owned(name), f"{name} has partitions", pause=0.02)
        self.taken[name] = time.monotonic() - at
        time.sleep(self.seconds)
        return at, self.owned(name)

    def leave(self, name):
        owned, at = self.owned(name), time.monotonic()
        assert self.instances[name].terminate() == 0, self.instances[name].said()
        time.sleep(self.seconds)
        return at, owned

    def go(self, reader):
        for what, name in STEPS:
            at, owned = (self.join if what == "joins" else self.leave)(name)
            self.steps.append({"what": what, "name": name, "at": at, "partitions": sorted(owned)})
            print(f"{what}: {name}, partitions {sorted(owned)}", file=sys.stderr, flush=True)
        self.end = time.monotonic()
        wait_for(lambda: len({(p, o) for _, p, o, _ in list(reader.seen)}) >= self.count,
                 "all is out", 600, 0.2)

    # ---- figures ----

    def silence(self, seen, step, until):
        """The longest time in which a moved partition put nothing out, in seconds from `at` on."""
        longest = 0.0
        for partition in step["partitions"]:
            times = [step["at"], *(at for at, p, _, _ in seen
                                   if p == partition and step["at"] <= at < until)]
            longest = max(longest, *(b - a for a, b in zip(times, times[1:])), 0.0)
            if len(times) < 3:
                longest = until - step["at"]
        return longest

    def figures(self, reader):
        seen = sorted(reader.seen)
        ends = [step["at"] for step in self.steps[1:]] + [self.end]
        steps = []
        for number, (step, until) in enumerate(zip(self.steps, ends)):
            instances = number + 1 if step["what"] == "joins" else 5 - number
            steady = [at for at, *_ in seen if step["at"] + 3 <= at < until]
            fell = len(steady) / max(0.1, until - step["at"] - 3)
            steps.append({"step": f"{step['name']} {step['what']}", "instances": instances,
                          "silent_s": round(self.silence(seen, step, until), 2),
                          "per_s": round(fell)})
            if step["what"] == "joins":
                steps[-1]["taken_s"] = round(self.taken[step["name"]], 2)
        return steps

    def verdicts(self, reader):
        out = collections.defaultdict(list)
        for _, partition, offset, verdict in reader.seen:
            out[f"{partition}-{offset}"].append(verdict)
        lines = subprocess.run([PROGRAM, "claims", "verify", "-c", self.instances["one"].file,
                                "--json", "-q"], check=True, stdout=subprocess.PIPE,
                               text=True).stdout.splitlines()
        replay = {line["id"]: line["verdict"] for line in map(json.loads, lines) if "id" in line}
        return {
            "articles": self.count, "lost": self.count - len(out),
            "doubled": sum(len(found) - 1 for found in out.values()),
            "disagree": sum(found[0] != replay.get(one) for one, found in out.items()),
            "copies": sum(found[0] == "exact" for found in out.values()),
            "copies_wanted": sum(number % 10 >= 7 for number in range(self.count)),
        }

    def stop(self):
        for instance in self.instances.values():
            instance.kill()


def measure(folder, rate, seconds, plot):
    with Cluster(folder / "kafka") as cluster:
        run = Run(folder, cluster, rate, seconds)
        reader = Reader(run.bus)
        try:
            run.feed()
            reader.start()
            run.go(reader)
            run.instances["one"].terminate()
            result = {"rate": rate, "steps": run.figures(reader), **run.verdicts(reader)}
        finally:
            run.stop()
            reader.enough.set()
            reader.join()
        if plot:
            scale_plot.write(plot, sorted(at for at, *_ in reader.seen), run.steps, run.count,
                             run.end)
    return result


def main():
    parser = argparse.ArgumentParser(prog="./dev scale", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=12, help="of each step")
    parser.add_argument("--rate", type=int, default=200, help="limits.rate of each instance")
    parser.add_argument("--plot", type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-scale-") as folder:
        result = measure(pathlib.Path(folder), arguments.rate, arguments.seconds, arguments.plot)
    print(json.dumps(result))
    slow = [step for step in result["steps"][1:]
            if max(step["silent_s"], step.get("taken_s", 0)) >
            (JOIN_SECONDS if "joins" in step["step"] else LEAVE_SECONDS)]
    wrong = result["lost"] or result["doubled"] or result["disagree"] or \
        result["copies"] != result["copies_wanted"]
    return 1 if slow or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
