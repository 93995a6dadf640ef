"""One run of one scenario: brokers, instances, feed and reader; and the verdict over it."""

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import checker
import reader
from broker import Cluster, free_ports
from bus import Bus, wait_for
from feed import Feeder, make_cases
from fleet import Fleet
from proxy import Proxy
from segments import Disk
from stage import configuration, output_topics

HEAP = "384m"
PARTITIONS = 6
OUTPUT_PARTITIONS = 2
SESSION_MS = 6000
WINDOW = 1000
LIMITS = {"article": "65536B", "depth": 64, "window": WINDOW, "workers": 4}
FOREVER = {"retention.ms": "-1"}  # the articles' times are old
FINISH_SECONDS = 180
STABLE_SECONDS = 60

EXACTLY, AT_LEAST = "exactly-once", "at-least-once"


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def make_cluster(folder, count, proxied):
    """Brokers whose second listener advertises the proxy's port: (cluster, {proxy: broker port})."""
    cluster = Cluster(folder, brokers=count, heap=HEAP)
    ports = {}
    for broker in cluster.brokers if proxied else ():
        inside, outside = free_ports(2)
        ports[outside] = inside
        controller = dict(broker.voters)[broker.node]
        broker.properties = {
            "listeners": f"PLAINTEXT://{broker.address},PROXIED://127.0.0.1:{inside},"
                         f"CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners":
                f"PLAINTEXT://{broker.address},PROXIED://127.0.0.1:{outside}",
            "listener.security.protocol.map":
                "PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "PLAINTEXT",
        }
    return cluster, ports


@contextlib.contextmanager
def mounted_tmpfs(folder, size):
    """A small file system of its own; needs root."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "copydesk-faults", folder],
                   check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def other_partitions(places):
    """For order, the partitions of a topic that was deleted are others than those of the new one."""
    return {sequence: [(-1 - partition, offset) for partition, offset in found]
            for sequence, found in places.items()}


class Trial:
    def __init__(self, name, mode, articles, seconds, brokers=1, proxied=False, tmpfs=None,
                 keep=False, timed=True):
        self.name = name
        self.mode = mode
        self.articles = articles
        self.seconds = seconds
        self.keep = keep
        self.timed = timed
        self.prefix = name
        self.raw = f"{name}.raw"
        self.outputs = output_topics(name)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"copydesk-{name}-"))
        self.tmpfs = tmpfs
        self.cluster, ports = make_cluster(self.folder / "kafka", brokers, proxied)
        self.proxy = Proxy(ports) if proxied else None
        self.fleet = Fleet()
        self.feeder = self.live = None
        self.kills = 0  # those that count
        self.idle_kills = 0  # nothing was under way
        self.events = 0  # other faults after which at-least-once may double
        self.allowed_doubles = None  # at-least-once; None: by kills and events
        self.allowed_exits = {0}
        self.gone = {}  # {sequence: places} in an input topic that was deleted
        self.before = None  # generations and transactions before the faults
        self.figures = {}  # more of the result
        self.broken = []  # promises that did not hold, and faults that did not happen

    # ---- life ----

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        try:
            self.stack.callback(self.clean_up)
            if self.tmpfs:
                self.stack.enter_context(mounted_tmpfs(self.folder / "kafka", self.tmpfs))
            self.stack.enter_context(self.cluster)
            if self.proxy:
                self.stack.enter_context(self.proxy)
            self.stack.enter_context(self.fleet)
            self.bus = Bus(self.cluster.bootstrap)
            self.create_topics()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *_):
        for thread in (self.feeder, self.live):
            if thread and thread.is_alive():
                thread.enough.set()
                thread.join()
        self.stack.close()

    def clean_up(self):
        if self.keep or self.broken:
            say(f"{self.name}: logs and data are kept in {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def create_topics(self):
        self.bus.create(self.raw, partitions=PARTITIONS, config=FOREVER)
        self.bus.create(*self.outputs, partitions=OUTPUT_PARTITIONS, config=FOREVER)
        for broker in self.cluster.brokers:
            wait_for(lambda: {self.raw, *self.outputs} <= Bus(broker.address).topics(),
                     "every broker knows the topics")

    # ---- instances ----

    @property
    def bootstrap(self):
        """Where the instances find the brokers."""
        if self.proxy:
            return ",".join(f"127.0.0.1:{port}" for port in self.proxy.ports)
        return self.cluster.bootstrap

    def instance(self, name, static=False, kafka_extra=None, producer_kafka=None,
                 limits_extra=None, **changes):
        """changes: top-level keys of the configuration."""
        settings = configuration(self.bootstrap, self.prefix, instance=name, **changes)
        settings["limits"] = LIMITS | (limits_extra or {})
        settings["kafka"] |= kafka_extra or {}
        settings["consumer"]["kafka"] = {"session.timeout.ms": SESSION_MS}
        settings["consumer"]["static_membership"] = static
        settings["producer"]["delivery"] = self.mode
        settings["producer"]["kafka"] = producer_kafka or {}
        folder = self.folder / f"{len(self.fleet.instances)}-{name}"
        return self.fleet.add(folder, settings)

    def start(self, count=3, **changes):
        """Starts instances and waits until each has partitions."""
        instances = [self.instance(f"desk-{number}", **changes) for number in range(1, count + 1)]
        for instance in instances:
            instance.start()
        for instance in instances:
            instance.wait_ready()
        wait_for(lambda: sorted(partition for instance in instances
                                for partition in instance.partitions())
                 == list(range(PARTITIONS)), "the partitions are shared out")
        return instances

    # ---- feed and faults ----

    def feed(self, cases=None, **options):
        """Starts feeding, and reading what comes out; from here on faults count. options: of
        Feeder."""
        self.live = reader.LiveReader(self.cluster.bootstrap, self.output_partitions())
        self.live.start()
        self.feeder = Feeder(self.cluster.bootstrap, self.raw, PARTITIONS,
                             cases or make_cases(self.articles),
                             **{"seconds": self.seconds, **options})
        disk = self.disk()
        self.before = disk.generations(self.prefix), disk.transactions(self.transactional_ids)
        self.begin = time.monotonic()
        self.feeder.start()
        wait_for(lambda: self.live.arrivals, "the first article comes out")

    def feed_more(self, cases, **options):
        """After the feed ended: another one, which the same reader sees."""
        self.feeder.finish()
        earlier = self.feeder
        self.feeder = Feeder(self.cluster.bootstrap, self.raw, PARTITIONS, cases,
                             **{"seconds": self.seconds, **options}).after(earlier)
        self.feeder.start()

    @property
    def feeding(self):
        return self.feeder.is_alive()

    @property
    def transactional_ids(self):
        return f"copydesk-{self.prefix}-"

    def output_partitions(self):
        return [(topic, partition) for topic in self.outputs
                for partition in range(OUTPUT_PARTITIONS)]

    def disk(self):
        return Disk(broker.folder / "data" for broker in self.cluster.brokers)

    def wait(self, seconds):
        """Lets time pass between two faults; the feed ends it early."""
        self.feeder.join(seconds)

    def sleep_until(self, share):
        """Until so much of the feeding time has passed."""
        self.wait(self.begin + self.seconds * share - time.monotonic())

    def under_way(self, partitions=None):
        """Inputs that were fed and that the group has not committed."""
        ends = dict(self.feeder.ends)
        committed = self.bus.committed(self.prefix, self.raw)
        return sum(max(0, end - committed.get(partition, 0)) for partition, end in ends.items()
                   if partitions is None or partition in partitions)

    def kill(self, instance):
        """SIGKILL. It counts when inputs were under way. Returns (when, the victim's partitions)."""
        partitions = instance.partitions()
        at = time.monotonic()
        instance.kill()
        self.count_kill()
        return at, partitions

    def count_kill(self):
        if self.under_way():
            self.kills += 1
        else:
            self.idle_kills += 1

    def add_partitions(self, count):
        self.bus.grow(self.raw, count)
        self.feeder.partitions = count

    def delete_input(self):
        """The input topic, with all that is in it; it is not created again yet."""
        self.gone = reader.input_places(self.bus, self.raw)
        self.bus.delete(self.raw)

    def create_input(self):
        self.bus.create(self.raw, partitions=PARTITIONS, config=FOREVER)
        self.feeder.ends = dict.fromkeys(range(PARTITIONS), 0)

    def fill_disk(self, leave):
        """A file that takes all but so many bytes of the brokers' file system."""
        ballast = self.folder / "kafka" / "ballast"
        free = shutil.disk_usage(ballast.parent).free
        with open(ballast, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, free - leave)
        return ballast

    def takeover_ms(self, partitions, since, until=None):
        """The longest time that one of the input partitions gave nothing after `since`."""
        silence = reader.longest_silence(self.live.arrivals, self.feeder.places, partitions, since,
                                         until or since + 60)
        return round(silence * 1000)

    # ---- verdict ----

    def require(self, holds, text):
        """What the scenario promises beyond what all do."""
        if not holds:
            self.broken.append(text)

    def require_within(self, milliseconds, limit, what):
        """A promise about time: told, but not judged where the machine may be busy."""
        if self.timed:
            self.require(milliseconds <= limit, f"{what}: {milliseconds} ms, limit {limit}")

    def wait_until_done(self, seconds):
        """Until the group has committed all input."""
        wait_for(lambda: self.bus.is_done(self.prefix, self.raw), "all input is committed", seconds)

    def finish(self, seconds=FINISH_SECONDS):
        """Waits until all that was fed is committed, then stops the instances cleanly."""
        self.feeder.finish()
        try:
            self.wait_until_done(seconds)
        except TimeoutError:
            self.require(False, f"{self.under_way()} inputs are not committed {seconds} s after "
                                "the last one was fed")
        self.figures["caught_up_ms"] = round(
            (time.monotonic() - max(self.feeder.times.values())) * 1000)
        self.rebalances = self.count_rebalances()
        committed, aborted = self.before[1]
        now_committed, now_aborted = self.disk().transactions(self.transactional_ids)
        self.commits, self.aborts = now_committed - committed, now_aborted - aborted
        self.stop_instances()

    def count_rebalances(self):
        """Generations of the group since the feed began."""
        return len(self.disk().generations(self.prefix) - self.before[0])

    def stop_instances(self):
        for instance in self.fleet.instances:
            instance.scrape()
        running = [instance for instance in self.fleet.instances if instance.runs]
        for instance in running:
            instance.process.terminate()
        for instance in running:
            status = instance.wait_exit()
            self.require(status in self.allowed_exits, f"{instance.name} ended with exit {status}")

    def judge(self):
        """Reads everything and compares. Returns the result."""
        reader.wait_until_stable(self.cluster.bootstrap, self.output_partitions(), STABLE_SECONDS)
        inputs = self.gone | reader.input_places(self.bus, self.raw)
        self.require(inputs.keys() >= self.feeder.places.keys(),
                     "the brokers lost input that they had acknowledged")
        final = reader.final_records(self.bus, self.outputs, self.feeder.all_cases, self.prefix,
                                     inputs)
        self.live.wait_for(len(final))
        self.live.finish()
        aborted = self.disk().aborted(*self.outputs)
        self.figures["aborted_records"] = sum(last - first + 1 for spans in aborted.values()
                                              for first, last in spans)
        ledger = self.feeder.ledger(self.prefix, inputs | other_partitions(self.gone))
        if repeated := sum(one.times - 1 for one in ledger.values()):
            self.figures["fed_again"] = repeated
        self.findings = checker.examine(ledger, final, self.live.seen, aborted)
        self.check_promises(self.findings.counts())
        if self.broken:
            self.write_evidence(ledger, final)
        return self.result(self.findings.counts())

    def write_evidence(self, ledger, final):
        """What went in, what came out and what is wrong with it, for whoever looks into it."""
        fed = {one.sequence: [one.partition, one.offset, str(one.key), one.topic]
               for one in ledger.values()}
        evidence = {"fed": fed, "findings": dataclasses.asdict(self.findings),
                    "final": [[*one.place, one.sequence, one.fault] for one in final]}
        (self.folder / "evidence.json").write_text(json.dumps(evidence), encoding="utf-8")

    def check_promises(self, counts):
        for name in ("lost", "reordered", "aborted_read", "flipped", "damaged", "strange"):
            examples = getattr(self.findings, name)[:5]
            self.require(counts[name] == 0,
                         f"{counts[name]} {name}, such as {str(examples)[:300]}")
        allowed = self.allowed_doubles
        if self.mode == EXACTLY:
            allowed = 0
        elif allowed is None:
            allowed = WINDOW * (self.kills + self.idle_kills
                                + self.events * len(self.fleet.instances))
        self.require(counts["doubled"] <= allowed,
                     f"{counts['doubled']} doubled, at most {allowed} may be, such as "
                     f"{self.findings.doubled[:5]}")

    def result(self, counts):
        return {
            "scenario": self.name, "mode": self.mode, "articles": self.feeder.fed,
            "kills": self.kills, "rebalances": self.rebalances, "aborts": self.aborts,
            "fences": self.fleet.total("copydesk_fences_total"),
            **{name: counts[name] for name in ("lost", "doubled", "reordered", "aborted_read",
                                               "flipped", "damaged", "strange")},
            "commits": self.commits, "seconds": round(time.monotonic() - self.begin),
            **self.figures, "held": not self.broken,
            **({"broken": self.broken} if self.broken else {}),
        }


def print_result(result):
    print(json.dumps(result), flush=True)
