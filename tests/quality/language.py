#!/usr/bin/env python3
"""How often language detectors are right about news in 118 languages, and what they cost.

usage: language.py [--json] [--least MACRO] [--least-noise SHARE] [--least-cuts MACRO]
                   [--digest HEX] DETECTOR...

A DETECTOR is a command that reads a text a line and writes a language code a line. It may end
its standard error with "us_a_text N", its own measure of its cost; without that the cost is its CPU
time divided by the number of texts. --least, --least-noise: exit 1 where the first one's macro
accuracy, or the share of noise that it calls undetermined, is below (percent).

--least-cuts: the same for the first 150 bytes of each text, cut back to a space. --digest: exit 1
where the first one's answers (labels, on whole texts and cuts) have another SHA-256, which a change
of detector or model makes and nothing else may: not the compiler, not the machine.

Noise is made here: letters without sense in three alphabets, scores, prices, base64, identifiers,
addresses, emoji, consonants. It is in no language.

Data: $COPYDESK_DATA/language/dev.tsv (default ../shared/data beside the checkout); for evaluation
only, nothing is ever trained or fitted on it. Without it: exit 77.
"""
import argparse
import base64
import collections
import hashlib
import json
import os
import pathlib
import random
import re
import resource
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("COPYDESK_DATA") or ROOT.parent / "shared" / "data")
SKIP = 77
CUT = 150  # bytes

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


def noise():
    chance = random.Random(7)

    def words(letters, count):
        return " ".join("".join(chance.choices(letters, k=chance.randint(2, 9)))
                        for _ in range(count))

    kinds = [
        lambda: words("abcdefghijklmnopqrstuvwxyz", chance.randint(5, 60)),
        lambda: words("bcdfghjklmnpqrstvwxz", 20),
        lambda: words([chr(point) for point in range(0x430, 0x450)], 30),
        lambda: words([chr(point) for point in range(0x627, 0x64B)], 30),
        lambda: words("😀🎉☂🚀❤⚽🏆", 5),
        lambda: " ".join(f"{chance.randint(0, 9)}-{chance.randint(0, 9)}" for _ in range(30)),
        lambda: " ".join(words("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1) + f" {chance.uniform(1, 300):.2f}"
                         for _ in range(20)),
        lambda: base64.b64encode(chance.randbytes(chance.randint(30, 300))).decode(),
        lambda: " ".join(chance.randbytes(16).hex() for _ in range(6)),
        lambda: " ".join(f"https://{chance.randbytes(4).hex()}.example/{chance.randint(1, 999)}"
                         for _ in range(5)),
    ]
    return [kinds[i % len(kinds)]() for i in range(400)]


def cut(text):
    whole = text.encode()
    if len(whole) <= CUT:
        return text
    return whole[:CUT].decode(errors="ignore").rsplit(" ", 1)[0]


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
          f"{result['micro']}, und {result['und']} %, noise und {result['noise']} %, "
          f"cuts {result['cuts']}, "
          f"{result['us_a_text']} us a text, digest {result['digest']}")
    print("  worst: " + ", ".join(f"{label} {share}" for label, share in result["worst"].items()))
    print("  confusions: " + ", ".join(f"{pair} {count}"
                                       for pair, count in result["confusions"].items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--least", type=float, default=0)
    parser.add_argument("--least-noise", type=float, default=0)
    parser.add_argument("--least-cuts", type=float, default=0)
    parser.add_argument("--digest")
    parser.add_argument("detectors", nargs="+", metavar="DETECTOR")
    options = parser.parse_args()
    path = DATA / "language" / "dev.tsv"

    if not path.exists():
        print(f"skipped: {path} is not there; COPYDESK_DATA names the folder with evaluation data")
        return SKIP
    labels, texts = read_data(path)
    results = {}
    for command in options.detectors:
        codes, cost = run(command, texts)
        of_cuts, cost_of_cuts = run(command, [cut(text) for text in texts])
        results[command] = score(labels, codes, cost)
        results[command]["cuts"] = score(labels, of_cuts, cost_of_cuts)["macro"]
        results[command]["digest"] = hashlib.sha256(
            "\n".join(codes + of_cuts).encode()).hexdigest()[:16]
        of_noise, _ = run(command, noise())
        results[command]["noise"] = round(100 * of_noise.count("und") / len(of_noise), 2)
        if not options.json:
            show(command, results[command])
    if options.json:
        print(json.dumps(results))
    first = results[options.detectors[0]]
    if options.digest and first["digest"] != options.digest:
        print(f"other answers than expected: {first['digest']}, not {options.digest}")
        return 1
    return int(first["macro"] < options.least or first["noise"] < options.least_noise or
               first["cuts"] < options.least_cuts)


sys.exit(main())
