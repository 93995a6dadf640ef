"""Instances of the stage as processes of their own, with what their logs and metrics say, kept over
their deaths."""

import collections
import pathlib
import re
import signal
import threading

import stage
from broker import Process, free_ports, start_time

SCRAPE_SECONDS = 0.3
COUNTERS = ("copydesk_rebalances_total", "copydesk_fences_total", "copydesk_transactions_total",
            "copydesk_partitions_lost_total", "copydesk_pauses_total")


def parse_metrics(text):
    """{name with labels: value}."""
    return {name: float(value) for name, value in (
        line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))}


def counters(metrics):
    return [(name, value) for name, value in metrics.items() if name.split("{")[0] in COUNTERS]


def anonymous_bytes(pid):
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"^RssAnon:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


class Instance(stage.Stage):
    """One instance under its name; every start is another life."""

    def __init__(self, folder, settings):
        folder.mkdir(parents=True)
        super().__init__(folder, settings)
        self.name = settings["instance"]
        self.earlier = collections.Counter()  # counters of lives that ended
        self.latest = {}
        self.lives = 0
        self.lock = threading.Lock()

    def start(self):
        with self.lock:
            self.bury()
            self.lives += 1
        return super().start()

    def bury(self):
        """Keeps what the last life had counted."""
        self.earlier.update(dict(counters(self.latest)))
        self.latest = {}

    @property
    def runs(self):
        return self.process is not None and self.process.poll() is None

    def scrape(self):
        answer = self.get("/metrics") if self.runs else None
        if answer and answer[0] == 200:
            fresh = parse_metrics(answer[1])
            with self.lock:
                if any(fresh.get(name, 0) < value for name, value in counters(self.latest)):
                    self.bury()  # its supervisor started it again
                self.latest = fresh

    def total(self, name, label=""):
        """Of a counter, over all lives, as far as they were scraped."""
        with self.lock:
            return int(sum(value for counts in (self.earlier, self.latest)
                           for full, value in counts.items()
                           if full.split("{")[0] == name and label in full))

    def gauge(self, name):
        with self.lock:
            return self.latest.get(name, 0)

    def processes(self):
        """The supervisor, and the stage that it runs."""
        pid = self.process.pid
        try:
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        except OSError:
            children = ""
        return [Process(one, start_time(one)) for one in (pid, *map(int, children.split()))]

    def pause(self):
        for process in self.processes():
            process.send(signal.SIGSTOP)

    def resume(self):
        for process in self.processes():
            process.send(signal.SIGCONT)

    def kill(self):
        """The supervisor alone is killed; the stage dies with it."""
        processes = self.processes() if self.runs else []
        super().kill()
        for process in processes[1:]:
            if not process.wait_gone(10):
                raise AssertionError(f"{self.name}: the stage outlived its supervisor")

    def kill_stage(self):
        """The stage is killed; its supervisor starts it again."""
        for process in self.processes()[1:]:
            process.send(signal.SIGKILL)

    def partitions(self):
        """Input partitions that this life's log says it has."""
        owned = set()
        for line in self.said().splitlines():
            if "running as" in line:
                owned.clear()
            found = re.search(r"consumer: (assigned|gave back|lost) \S+-(\d+)\b", line)
            if found:
                (owned.add if found[1] == "assigned" else owned.discard)(int(found[2]))
        return owned

    def resident_bytes(self):
        """Memory that its processes hold now, without what they share with files."""
        return sum(anonymous_bytes(process.pid) for process in self.processes())


class Fleet:
    """All instances, scraped by a thread."""

    def __init__(self):
        self.instances = []
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self._scrape, name="scraper", daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.enough.set()
        self.thread.join()
        for instance in self.instances:
            if instance.process and instance.process.poll() is None:
                instance.resume()
                instance.kill()

    def add(self, folder, settings):
        settings["http"] = {"listen": f"127.0.0.1:{free_ports(1)[0]}"}
        self.instances.append(Instance(folder, settings))
        return self.instances[-1]

    def total(self, name, label=""):
        return sum(instance.total(name, label) for instance in self.instances)

    def _scrape(self):
        while not self.enough.wait(SCRAPE_SECONDS):
            for instance in self.instances:
                self._look_at(instance)

    def _look_at(self, instance):
        try:
            instance.scrape()
        except (OSError, ValueError):
            pass  # it died between two looks
