#!/usr/bin/env python3
"""How often the second language of a mixed article is seen, and its share.

usage: language_mixed.py [--least-right PERCENT] [--least-seen SHARE=PERCENT]... COPYDESK

Articles of 3 kB in one of eight languages with a quotation from another in the middle, which makes
up 15 to 30 % of the bytes, and notices that say something in one language and then as much in the
other. "right": the tag is the main language (of a notice: either); "seen": the other one is listed
in `mixed`; "off": how far its share is from the true one, mean.

Data: $COPYDESK_DATA/language/dev.tsv, as language.py; without it: exit 77.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("COPYDESK_DATA") or ROOT.parent / "shared" / "data")
SKIP = 77
LANGUAGES = ["en", "fr", "de", "es", "ru", "ar", "it", "pt"]
SHARES = (0.15, 0.2, 0.3, 0.5)
NOTICE = 0.5
ARTICLES = 200
LENGTH = 3000  # bytes


def read_texts(path):
    texts = collections.defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            label, text = line.rstrip("\n").split("\t", 1)
            texts[label.split("|")[0]].append(text)
    return texts


def first(text, size):
    return text.encode()[:size].decode(errors="ignore").rsplit(" ", 1)[0]


def mixed_text(texts, main, other, share, chance):
    whole = first(chance.choice(texts[main]), LENGTH)
    size = int(len(whole.encode()) * share / (1 - share))
    part = first(" ".join(chance.sample(texts[other], 3)), size)
    if share == NOTICE:
        return whole + " " + part
    words = whole.split(" ")
    at = chance.randint(len(words) // 5, 4 * len(words) // 5)
    return " ".join(words[:at]) + " “" + part + "” " + " ".join(words[at:])


def ask(program, bodies):
    lines = "".join(json.dumps({"id": str(number), "body": body}) + "\n"
                    for number, body in enumerate(bodies))
    done = subprocess.run([program, "try", "--format", "jsonl", "--json"], input=lines,
                          capture_output=True, encoding="utf-8", check=True)
    return [json.loads(line)["enrichment"]["language"] for line in done.stdout.splitlines()]


def measure(program, texts, share, chance):
    pairs = [chance.sample(LANGUAGES, 2) for _ in range(ARTICLES)]
    answers = ask(program, [mixed_text(texts, main, other, share, chance)
                            for main, other in pairs])
    right, off = 0, []
    for (main, other), answer in zip(pairs, answers):
        names = (main, other) if share == NOTICE else (main,)
        sought = {main, other} - {answer["tag"]} if share == NOTICE else {other}
        shares = {part["tag"]: part["share"] for part in answer.get("mixed", [])}
        right += answer["tag"] in names
        off += [abs(shares[tag] - share) for tag in sought if tag in shares]
    return (100 * right / ARTICLES, 100 * len(off) / ARTICLES,
            sum(off) / len(off) if off else 0.0)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--least-right", type=float, default=0)
    parser.add_argument("--least-seen", action="append", default=[], metavar="SHARE=PERCENT")
    parser.add_argument("program", metavar="COPYDESK")
    options = parser.parse_args()
    path = DATA / "language" / "dev.tsv"

    if not path.exists():
        print(f"skipped: {path} is not there; COPYDESK_DATA names the folder with evaluation data")
        return SKIP
    texts = read_texts(path)
    least = {float(one.split("=")[0]): float(one.split("=")[1]) for one in options.least_seen}
    failed = False
    for share in SHARES:
        right, seen, off = measure(options.program, texts, share, random.Random(5))
        print(f"{share:.0%} of another language: right {right:.1f} %, seen {seen:.1f} %, "
              f"off {off:.3f}")
        failed |= right < options.least_right or seen < least.get(share, 0)
    return int(failed)


sys.exit(main())
