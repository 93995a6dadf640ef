"""The articles that measurements are made with have the properties that they claim:
test_generate.py"""

import collections
import itertools
import json
import os
import pathlib
import random
import sys
import unittest
import zlib

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("COPYDESK_DATA", REPOSITORY.parent / "shared" / "data"))
sys.path.insert(0, str(REPOSITORY / "bench"))

import generate  # pylint: disable=wrong-import-position

COUNT = 800


def shingles(body):
    words = body.split() if " " in body else list(body)
    size = 3 if " " in body else 6
    return {tuple(words[i:i + size]) for i in range(len(words) - size + 1)}


def shared(a, b):
    return len(a & b) / max(1, min(len(a), len(b)))


def compression(articles):
    """How many times smaller zlib makes an article, on its own and in batches of 64 KiB."""
    stream = b"\n".join(articles)
    batches = [stream[i:i + 65536] for i in range(0, len(stream), 65536)]
    return [sum(map(len, parts)) / sum(len(zlib.compress(part)) for part in parts)
            for parts in (articles, batches)]


class Generate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lines = list(generate.articles(COUNT, 7))
        cls.articles = [json.loads(line) for line in cls.lines]
        cls.shingles = [shingles(article["body"]) for article in cls.articles]

    def test_the_same_seed_gives_the_same_bytes(self):
        self.assertEqual(self.lines[:50], list(generate.articles(50, 7)))
        self.assertNotEqual(self.lines[:50], list(generate.articles(50, 8)))

    def test_articles_are_about_6_kilobytes(self):
        mean = sum(map(len, self.lines)) / COUNT
        self.assertGreater(mean, 5500)
        self.assertLess(mean, 6600)

    def test_there_are_ten_languages(self):
        languages = collections.Counter(article["language"] for article in self.articles)
        self.assertEqual(len(languages), 10)
        self.assertGreater(min(languages.values()), COUNT / 20)

    def test_ids_are_all_different(self):
        self.assertEqual(len({article["uri"] for article in self.articles}), COUNT)

    def originals_and_copies(self):
        seen, originals, copies = collections.defaultdict(list), [], 0
        for article, marks in zip(self.articles, self.shingles):
            earlier = seen[article["language"]]
            if any(shared(marks, other) > 0.5 for other in earlier):
                copies += 1
            else:
                originals.append((article["language"], marks))
            earlier.append(marks)
        return originals, copies

    def test_a_fifth_are_copies_and_the_rest_share_next_to_nothing(self):
        originals, copies = self.originals_and_copies()
        self.assertAlmostEqual(copies / COUNT, 0.2, delta=0.03)
        pairs = [(a, b) for (x, a), (y, b) in itertools.combinations(originals, 2) if x == y]
        overlaps = [shared(a, b) for a, b in random.Random(1).sample(pairs, 4000)]
        self.assertLess(max(overlaps), 0.05)

    def test_they_compress_like_news(self):
        file = DATA / "duplicates" / "dev.jsonl"
        if not file.exists():
            self.skipTest(f"{file} is not there")
        news = compression(file.read_bytes().splitlines())
        for ours, theirs in zip(compression(self.lines), news):
            self.assertAlmostEqual(ours / theirs, 1, delta=0.2)

    def test_names_are_as_many_as_asked_for_and_some_are_in_the_articles(self):
        names = generate.names(12000)
        self.assertEqual(len(names), 12000)
        self.assertEqual(len(set(names)), 12000)
        self.assertIn("Kenya", names)
        self.assertIn("بنك كوريا", names)


unittest.main()
