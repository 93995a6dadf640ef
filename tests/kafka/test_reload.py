"""Reload on a real broker, under load: nothing lost, nothing doubled, nothing held up; and what is
wrong is refused whole."""

import json
import re
import subprocess
import threading
import time

import pytest
import yaml
from confluent_kafka import TopicPartition

from articles import Generator
from bus import wait_for
from stage import PROGRAM

RELOADS = 100
IN_A_ROW = 10
MOST_ROWS = 3
EVERY_SECONDS = 0.25
COMMIT_INTERVAL_MS = 100
MOST_MS_MORE = 100


def reloads(running):
    """(done, refused)"""
    text = running.get("/metrics")[1]
    found = dict(re.findall(r'^copydesk_reloads_total\{outcome="(\w+)"\} (\d+)$', text, re.M))
    return int(found.get("done", 0)), int(found.get("refused", 0))


def reload(running, settings):
    """Writes the file anew and waits until the stage has answered."""
    before = sum(reloads(running))
    text = settings if isinstance(settings, str) else yaml.safe_dump(settings, sort_keys=False)
    running.file.write_text(text, encoding="utf-8")
    running.hang_up()
    running.wait_for(lambda: sum(reloads(running)) > before, "the reload")


class Feeder(threading.Thread):
    """About 200 articles a second, each with the time at which it was sent."""

    def __init__(self, bus, topic):
        super().__init__()
        self.bus, self.topic = bus, topic
        self.stopping = threading.Event()
        self.count = 0

    def run(self):
        sentences = Generator(seed=1).sentences["en"]
        producer = self.bus.producer()
        while not self.stopping.wait(0.005):
            value = {"id": f"r-{self.count}", "body": f"{sentences[self.count % len(sentences)]}"}
            producer.produce(self.topic, key=f"k-{self.count % 100}",
                             value=json.dumps(value).encode(),
                             timestamp=int(time.time() * 1000))
            producer.poll(0)
            self.count += 1
        producer.flush(60)


class Watcher(threading.Thread):
    """A reader of its own: takes the outputs as they come; notes ids, and when each was sent and how
    long it took."""

    def __init__(self, bus, topics):
        super().__init__()
        self.bus, self.topics = bus, topics
        self.stopping = threading.Event()
        self.ids, self.delays, self.digests = [], [], set()

    def run(self):
        with self.bus._reader() as reader:
            reader.assign([TopicPartition(topic, partition, 0) for topic in self.topics
                           for partition in self.bus.partitions(topic)])
            while not self.stopping.is_set():
                message = reader.poll(0.1)
                if message is None or message.error():
                    continue
                sent = message.timestamp()[1]
                self.delays.append((sent, time.time() * 1000 - sent))
                article = json.loads(message.value())
                self.ids.append(article["id"])
                self.digests.add(article["enrichment"]["made_by"]["config"])

    def during(self, spans):
        """The delays of what was sent in these spans, the longest last."""
        return sorted(delay for sent, delay in self.delays
                      if any(begin <= sent <= end for begin, end in spans))


def words(delays):
    return (f"median {delays[len(delays) // 2]:.0f} ms, p99 {delays[len(delays) * 99 // 100]:.0f} ms, "
            f"longest {delays[-1]:.0f} ms of {len(delays)}")


def change(settings, n, prefix, folder):
    """The n-th configuration: another route, log level, and list of entities."""
    settings["producer"]["routes"][0]["otherwise"] = f"{prefix}.{'other' if n % 2 else 'ru'}"
    settings["log"] = {"level": "info" if n % 2 else "warning"}
    settings["processors"][1]["entities"]["lists"] = ["builtin", str(folder / f"{n % 2}.gaz")]


def lists(folder):
    """Two lists of a desk's own, compiled."""
    for n in range(2):
        source = folder / f"{n}.tsv"
        source.write_text(f"type\tname\tid\ten\nperson\tAda\tdesk:{n}\tAda Example{n}\n",
                          encoding="utf-8")
        subprocess.run([PROGRAM, "gazetteer", "build", source, "-o", folder / f"{n}.gaz"],
                       check=True, capture_output=True)


def reload_in_rows(running, prefix, folder):
    """A hundred reloads, and a broken file after each ten; as long without as with them, by turns.
    Returns the spans without, and those with, in ms."""
    quiet, reloading = [], []
    for n in range(RELOADS):
        if n % IN_A_ROW == 0:
            begin = time.time() * 1000
            time.sleep(IN_A_ROW * EVERY_SECONDS)
            quiet.append((begin, time.time() * 1000))
        change(running.settings, n, prefix, folder)
        reload(running, running.settings)
        time.sleep(EVERY_SECONDS)
        if n % IN_A_ROW == IN_A_ROW - 1:
            reload(running, yaml.safe_dump(running.settings).replace("routes:", "rotues:"))
            reloading.append((quiet[-1][1], time.time() * 1000))
    return quiet, reloading


def holds_nothing_up(watcher, quiet, reloading):
    """No article took longer than the commit interval, or the longest one without reloads, and 100
    ms."""
    without, during = watcher.during(quiet), watcher.during(reloading)
    print(f"without: {words(without)}; during {RELOADS} reloads: {words(during)}")
    return during[-1] <= max(COMMIT_INTERVAL_MS, without[-1]) + MOST_MS_MORE


@pytest.mark.parametrize("scope", ["instance", "group"])
def test_a_hundred_reloads_under_load_lose_double_and_hold_up_nothing(bus, prefix, topics, stage,
                                                                      tmp_path, scope):
    lists(tmp_path)
    running = stage(topics={"create": True}, processors=[
        {"language": {}}, {"entities": {"lists": ["builtin"]}},
        {"duplicates": {"scope": scope, "topic": f"{prefix}.claims"}}])
    held_up, rows = True, 0
    with running:
        running.wait_ready()
        feeder, watcher = Feeder(bus, f"{prefix}.raw"), Watcher(bus, topics)
        watcher.start()
        feeder.start()
        wait_for(lambda: len(watcher.ids) > 500, "the first articles")
        while held_up and rows < MOST_ROWS:  # the machine may be busy with something else
            spans = reload_in_rows(running, prefix, tmp_path)
            rows += 1
            wait_for(lambda: watcher.delays[-1][0] > spans[1][-1][1], "all of these articles")
            held_up = not holds_nothing_up(watcher, *spans)
        feeder.stopping.set()
        feeder.join()
        wait_for(lambda: len(watcher.ids) >= feeder.count, "all articles")
        time.sleep(1)  # what comes twice would come now
        watcher.stopping.set()
        watcher.join()
        assert reloads(running) == (rows * RELOADS, rows * RELOADS // IN_A_ROW)
        assert running.said().count('\\"rotues\\"; did you mean \\"routes\\"?') == \
            rows * RELOADS // IN_A_ROW
        assert running.said().count("the old configuration stays") == rows * RELOADS // IN_A_ROW
        assert running.terminate() == 0
    assert sorted(watcher.ids) == sorted(f"r-{n}" for n in range(feeder.count))
    assert len(watcher.digests) == 3  # that of the start, and two by turns
    assert not held_up


def test_what_is_wrong_is_refused_whole_and_the_old_one_stays(bus, prefix, topics, stage):
    running = stage()
    good = yaml.safe_dump(running.settings, sort_keys=False)
    digest = None
    with running:
        running.wait_ready()
        digest = json.loads(running.get("/healthz")[1])["config"]
        wrong = {
            "procesors": good.replace("processors:", "procesors:"),
            "cannot change": good.replace(f"group: {prefix}", "group: other"),
            "list of processors": good.replace("- language: {}", "- language: {}\n- entities: {}"),
            "missing topic": good.replace(f"{prefix}.other", f"{prefix}.nowhere"),
            "this is not YAML": good + "}",
        }
        for said, text in wrong.items():
            assert text != good
            reload(running, text)
            assert said in running.said(), running.said()
        assert reloads(running) == (0, len(wrong))
        assert running.said().count("the old configuration stays") == len(wrong)
        health = json.loads(running.get("/healthz")[1])
        assert (health["config"], health["ready"]) == (digest, True)
        cases = [case for case in Generator(seed=2).cases(100) if case.language]
        bus.feed(f"{prefix}.raw", cases)
        running.finish()
    assert len(bus.read(*topics)) == len(cases)
