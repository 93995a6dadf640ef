#!/usr/bin/env python3
"""Finders of duplicates that people use from Python, as a command for duplicates.py.

usage: duplicates_peer.py rensa|datasketch

Reads {"id", "text"} lines, writes {"id", "duplicate_of", "similarity"} lines, and at the end
"us_a_text N" on standard error: the CPU time from the text to the answer, without JSON.

 - rensa: RMinHash of 128 permutations over runs of 3 words (of 6 characters in scripts without
   spaces), RMinHashLSH with 32 bands, the best candidate by estimated Jaccard from 0.5 on.
 - datasketch: MinHash of 128 permutations over runs of 9 characters, MinHashLSH at 0.5, the same.

Both see the text after NFKC and case folding. To be run with the packages of
duplicates_peers.txt: pip install -r tests/quality/duplicates_peers.txt
"""
import json
import re
import sys
import time
import unicodedata

PERMUTATIONS = 128
LEAST = 0.5
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def normalised(text):
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def runs_of_words(text):
    if UNSPACED.search(text):
        return {text[i:i + 6] for i in range(max(1, len(text) - 5))}
    words = text.split()
    return {" ".join(words[i:i + 3]) for i in range(max(1, len(words) - 2))}


def runs_of_characters(text):
    return {text[i:i + 9].encode() for i in range(max(1, len(text) - 8))}


class Rensa:
    def __init__(self):
        import rensa
        self.rensa = rensa
        self.index = rensa.RMinHashLSH(LEAST, PERMUTATIONS, 32)
        self.sketches = []

    def sketch(self, text):
        sketch = self.rensa.RMinHash(PERMUTATIONS, 42)
        sketch.update(list(runs_of_words(text)))
        return sketch

    def candidates(self, sketch):
        return self.index.query(sketch)

    def add(self, sketch):
        self.index.insert(len(self.sketches), sketch)
        self.sketches.append(sketch)


class Datasketch:
    def __init__(self):
        import datasketch
        self.datasketch = datasketch
        self.index = datasketch.MinHashLSH(threshold=LEAST, num_perm=PERMUTATIONS)
        self.sketches = []

    def sketch(self, text):
        sketch = self.datasketch.MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch(list(runs_of_characters(text)))
        return sketch

    def candidates(self, sketch):
        return self.index.query(sketch)

    def add(self, sketch):
        self.index.insert(len(self.sketches), sketch)
        self.sketches.append(sketch)


def find(finder, text):
    """The most similar earlier text, the oldest of equal ones, and its similarity."""
    sketch = finder.sketch(normalised(text))
    best, similarity = None, 0.0
    for candidate in sorted(finder.candidates(sketch)):
        estimate = sketch.jaccard(finder.sketches[candidate])
        if estimate >= LEAST and estimate > similarity:
            best, similarity = candidate, estimate
    finder.add(sketch)
    return best, similarity


def main():
    if sys.argv[1:] not in (["rensa"], ["datasketch"]):
        sys.exit("usage: duplicates_peer.py rensa|datasketch")
    finder = Rensa() if sys.argv[1] == "rensa" else Datasketch()
    ids, spent = [], 0
    for line in sys.stdin:
        article = json.loads(line)
        start = time.process_time_ns()
        best, similarity = find(finder, article["text"])
        spent += time.process_time_ns() - start
        ids.append(article["id"])
        print(json.dumps({"id": article["id"], "similarity": round(similarity, 4),
                          "duplicate_of": ids[best] if best is not None else None}))
    print(f"us_a_text {spent / 1e3 / max(1, len(ids)):.1f}", file=sys.stderr)


if __name__ == "__main__":
    main()
