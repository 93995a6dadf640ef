#!/usr/bin/env python3
"""How often language detectors are right about news in 118 languages, and what they cost.

usage: language.py [--json] [--least MACRO] DETECTOR...

A DETECTOR is a command that reads a text a line and writes a language code a line. It may end
its standard error with "us_a_text N", its own measure of its cost; without that the cost is its CPU
time divided by the number of texts. --least: exit 1 where the first one's macro accuracy is below.

Data: $COPYDESK_DATA/language/dev.tsv (default ../shared/data beside the checkout); for evaluation
only, nothing is ever trained or fitted on it. Without it: exit 77.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import resource
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("COPYDESK_DATA") or ROOT.parent / "shared" / "data")
SKIP = 77

# The aliases of docs/language.md: codes for one and the same label.
ALIASES = {"tl": "fil", "no": "nb", "kmr": "ku", "cmn": "zh", "prs": "fa", "mey": "ar", "sh": "sr",
           "iw": "he", "jw": "jv", "un": "und", "": "und"}


def label_of(code):
    primary = re.split("[-_]", code.strip())[0].lower()
    return ALIASES.get(primary, primary)


def read_data(path):
    labels, texts = [], []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            label, text = line.rstrip("\n").split("\t", 1)
            labels.append(label_of(label.split("|")[0]))
            texts.append(text)
    return labels, texts


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command, texts):
    before = cpu_seconds()
    done = subprocess.run(shlex.split(command), input="".join(text + "\n" for text in texts),
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command}: exit {done.returncode}\n{done.stderr}")
    codes = [label_of(code) for code in done.stdout.splitlines()]
    if len(codes) != len(texts):
        sys.exit(f"{command}: {len(codes)} answers to {len(texts)} texts")
    own = re.search(r"us_a_text ([0-9.]+)\s*$", done.stderr)
    cost = float(own[1]) if own else (cpu_seconds() - before) * 1e6 / len(texts)
    return codes, cost


def score(labels, codes, cost):
    right = collections.Counter()
    confusions = collections.Counter()
    for label, code in zip(labels, codes):
        right[label] += label == code
        if label != code:
            confusions[f"{label} > {code}"] += 1
    total = collections.Counter(labels)
    by_label = {label: 100 * right[label] / total[label] for label in total}
    return {"macro": round(sum(by_label.values()) / len(by_label), 2),
            "micro": round(100 * sum(right.values()) / len(labels), 2),
            "und": round(100 * codes.count("und") / len(codes), 2),
            "us_a_text": round(cost, 1),
            "worst": {label: round(by_label[label], 1)
                      for label in sorted(by_label, key=lambda one: (by_label[one], one))
                      if by_label[label] < 95},
            "confusions": dict(confusions.most_common(20))}


def show(command, result):
    print(f"{pathlib.Path(shlex.split(command)[0]).name}: macro {result['macro']}, micro "
          f"{result['micro']}, und {result['und']} %, {result['us_a_text']} us a text")
    print("  worst: " + ", ".join(f"{label} {share}" for label, share in result["worst"].items()))
    print("  confusions: " + ", ".join(f"{pair} {count}"
                                       for pair, count in result["confusions"].items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--least", type=float, default=0)
    parser.add_argument("detectors", nargs="+", metavar="DETECTOR")
    options = parser.parse_args()
    path = DATA / "language" / "dev.tsv"

    if not path.exists():
        print(f"skipped: {path} is not there; COPYDESK_DATA names the folder with evaluation data")
        return SKIP
    labels, texts = read_data(path)
    results = {}
    for command in options.detectors:
        results[command] = score(labels, *run(command, texts))
        if not options.json:
            show(command, results[command])
    if options.json:
        print(json.dumps(results))
    return 1 if results[options.detectors[0]]["macro"] < options.least else 0


sys.exit(main())
