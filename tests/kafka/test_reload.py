"""Reload on a real broker, under load: nothing lost, nothing doubled, nothing held up; and what is
wrong is refused whole."""

import json
import re
import threading
import time

import yaml
from confluent_kafka import TopicPartition

from articles import Generator
from bus import wait_for

RELOADS = 100
EVERY_SECONDS = 0.25


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
    """Reads the outputs as they come; notes ids and how long each took."""

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
                self.delays.append((time.time() * 1000, time.time() * 1000
                                    - message.timestamp()[1]))
                article = json.loads(message.value())
                self.ids.append(article["id"])
                self.digests.add(article["enrichment"]["made_by"]["config"])


def test_a_hundred_reloads_under_load_lose_double_and_hold_up_nothing(bus, prefix, topics, stage):
    running = stage(processors=[{"language": {}}, {"entities": {}}, {"duplicates": {"scope": "instance"}}])
    settings = running.settings
    with running:
        running.wait_ready()
        feeder, watcher = Feeder(bus, f"{prefix}.raw"), Watcher(bus, topics)
        watcher.start()
        feeder.start()
        wait_for(lambda: len(watcher.ids) > 500, "the first articles")
        begin = time.time() * 1000
        for n in range(RELOADS):
            settings["producer"]["routes"][0]["otherwise"] = \
                f"{prefix}.{'other' if n % 2 else 'ru'}"
            settings["log"] = {"level": "info" if n % 2 else "warning"}
            reload(running, settings)
            time.sleep(EVERY_SECONDS)
        end = time.time() * 1000
        feeder.stopping.set()
        feeder.join()
        wait_for(lambda: len(watcher.ids) >= feeder.count, "all articles")
        time.sleep(1)  # what comes twice would come now
        watcher.stopping.set()
        watcher.join()
        assert reloads(running) == (RELOADS, 0)
        assert running.terminate() == 0
    assert sorted(watcher.ids) == sorted(f"r-{n}" for n in range(feeder.count))
    assert len(watcher.digests) == 2
    before = sorted(delay for at, delay in watcher.delays if at < begin)
    during = sorted(delay for at, delay in watcher.delays if begin <= at <= end)
    print(f"{feeder.count} articles; delay before: median {before[len(before) // 2]:.0f} ms, "
          f"longest of the last 400 {max(d for at, d in watcher.delays[100:500]):.0f} ms; during "
          f"{RELOADS} reloads: median {during[len(during) // 2]:.0f} ms, "
          f"p99 {during[len(during) * 99 // 100]:.0f} ms, longest {during[-1]:.0f} ms")


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
