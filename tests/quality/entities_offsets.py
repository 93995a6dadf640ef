#!/usr/bin/env python3
"""Do positions lead to the text, in each unit, whatever stands around a name?

usage: entities_offsets.py [--texts N] COPYDESK

Plants names between emoji, combining marks, dotted capital I, sharp s, ligatures, Arabic vowel
marks, ZWNJ, full-width forms and HTML, runs COPYDESK's `try` once for each of `offsets`, and counts
mentions whose start and end do not lead to their text. Exit 1 where there is one, or where few names
are found (some are not, since what stands before them makes them part of another name)."""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

NAMES = ["İstanbul", "São Tomé", "Paris", "Ilham Aliyev", "Côte d’Ivoire", "Ｏｓｌｏ", "Düsseldorf"]
PIECES = ["😀", "👩‍👩‍👧 ", "e\u0301 ", "İ ", "ß ", "ﬁ ", "\u200c", "\u200d", "ＡＢＣ ", "１２ ", "مُحَمَّد ", "\ufdfa ",
          "q\u0323\u0307 ", "한국어 ", "漢字 ", "ǆ ", "\u00ad", "x ", "&amp; ", "<b>", "</b>", "𝔘𝔫𝔦 ", "ก็ ", "\ufeff "]
UNITS = {"code_points": lambda text, start, end: text[start:end],
         "utf16": lambda text, start, end:
             text.encode("utf-16-le")[2 * start:2 * end].decode("utf-16-le", "replace"),
         "bytes": lambda text, start, end: text.encode()[start:end].decode("utf-8", "replace")}


def texts(count):
    chance = random.Random(9)
    for _ in range(count):
        around = ["".join(chance.choices(PIECES, k=chance.randrange(6))) for _ in range(2)]
        yield around[0] + " " + chance.choice(NAMES) + " " + around[1]


def enriched(program, folder, unit, lines):
    config = folder / "c.yaml"
    config.write_text("consumer: {topics: [a]}\nprocessors: [{entities: {lists: [builtin], offsets: "
                      + unit + "}}]\nproducer: {routes: [{topic: b}], dead_letters: d}\n",
                      encoding="utf-8")
    done = subprocess.run([program, "try", "-c", str(config), "--format", "jsonl"], input=lines,
                          text=True, encoding="utf-8", stdout=subprocess.PIPE, check=True)
    return done.stdout.split("\n")[:-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=34000, help="for each unit")
    parser.add_argument("copydesk", metavar="COPYDESK")
    options = parser.parse_args()
    bodies = list(texts(options.texts))
    lines = "".join(json.dumps({"id": str(i), "language": "en", "body": body}) + "\n"
                    for i, body in enumerate(bodies))
    wrong = mentions = 0
    with tempfile.TemporaryDirectory() as folder:
        for unit, cut in UNITS.items():
            for body, line in zip(bodies, enriched(options.copydesk, pathlib.Path(folder), unit,
                                                   lines)):
                found = [mention for entity in json.loads(line)["enrichment"]["entities"]
                         for mention in entity["mentions"]]
                for mention in found:
                    mentions += 1
                    wrong += cut(body, mention["start"], mention["end"]) != mention["text"]
    print(f"{3 * len(bodies)} texts, {mentions} mentions: {wrong} mismatches")
    return int(wrong > 0 or mentions < 2 * len(bodies))


sys.exit(main())
