#!/usr/bin/env python3
"""How often language detectors are right about news in 118 languages, and what they cost.

usage: language.py [--json] [--least NAME=PERCENT]... [--most NAME=SHARE]... [--digest HEX]
                   DETECTOR...

A DETECTOR is a command that reads a text a line and writes a language code a line; behind a tab it
may write its confidence, 0 to 1. It may end its standard error with "us_a_text N", its own
measure of its cost; without that the cost is its CPU time divided by the number of texts; and
"load_ms N" somewhere before. Each reads

    documents  all of dev.tsv
    cuts       the first 150 bytes of each, cut back to a space
    wrapped    the documents in pages of HTML, addresses and English (language_wrap.py)
    noise      language_noise.txt: texts in no language, written for this project
    random     400 more, made here: letters without sense, scores, base64, identifiers, addresses
    costs      texts of 4 and of 40 kB in all languages, in turns with the other detectors

and gets its macro accuracy over all labels on the first three, the share that it calls `und` on
noise and random, and the expected calibration error (ten bins; `und` is left out) on documents and
cuts. --least and --most: exit 1 where the first one's figure is below or above; NAME is as in
--json. --digest: exit 1 where the first one's answers (labels, on documents and cuts) have another
SHA-256, which a change of detector or model makes and nothing else may: not the compiler, not the
machine.

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

import language_wrap

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DATA = pathlib.Path(os.environ.get("COPYDESK_DATA") or ROOT.parent / "shared" / "data")
SKIP = 77
CUT = 150  # bytes
BINS = 10
ROUNDS = 3  # of costs; the least counts
LOADS = {}  # command -> ms of each run

# The aliases of docs/language.md: codes for one and the same label.
ALIASES = {"tl": "fil", "no": "nb", "kmr": "ku", "cmn": "zh", "prs": "fa", "mey": "ar", "sh": "sr",
           "iw": "he", "jw": "jv", "blu": "hmn", "un": "und", "": "und"}


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


def read_noise():
    lines = (HERE / "language_noise.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("== ")]


def make_noise():
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


def cut(text, size=CUT):
    whole = text.encode()
    if len(whole) <= size:
        return text
    return whole[:size].decode(errors="ignore").rsplit(" ", 1)[0]


def long_texts(labels, texts, size):
    """One text a label of that many bytes, made of its documents."""
    by_label = collections.defaultdict(str)
    for label, text in zip(labels, texts):
        by_label[label] += text + " "
    return [text.encode()[:size].decode(errors="ignore")
            for text in ((whole * (size // len(whole.encode()) + 1)) for whole in
                         by_label.values())]


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command, texts):
    """Codes, confidences (or None) and microseconds a text."""
    before = cpu_seconds()
    done = subprocess.run(shlex.split(command), input="".join(text + "\n" for text in texts),
                          capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        sys.exit(f"{command}: exit {done.returncode}\n{done.stderr}")
    answers = [line.split("\t") for line in done.stdout.split("\n")[:-1]]
    if len(answers) != len(texts):
        sys.exit(f"{command}: {len(answers)} answers to {len(texts)} texts")
    load = re.search(r"load_ms ([0-9.]+)", done.stderr)
    if load:
        LOADS.setdefault(command, []).append(float(load[1]))
    own = re.search(r"us_a_text ([0-9.]+)\s*$", done.stderr)
    cost = float(own[1]) if own else (cpu_seconds() - before) * 1e6 / len(texts)
    sure = [float(answer[1]) for answer in answers] if len(answers[0]) > 1 else None
    return [label_of(answer[0]) for answer in answers], sure, cost


def by_label(labels, codes):
    right, total = collections.Counter(), collections.Counter(labels)
    for label, code in zip(labels, codes):
        right[label] += label == code
    return {label: 100 * right[label] / total[label] for label in total}


def macro(labels, codes):
    shares = by_label(labels, codes)
    return round(sum(shares.values()) / len(shares), 2)


def calibration_error(labels, codes, sure):
    """How far confidence and accuracy are apart, mean over bins of confidence."""
    bins = collections.defaultdict(list)
    for label, code, confidence in zip(labels, codes, sure):
        if code != "und":
            bins[min(int(confidence * BINS), BINS - 1)].append((confidence, label == code))
    total = sum(len(one) for one in bins.values())
    return round(sum(abs(sum(confidence - right for confidence, right in one))
                     for one in bins.values()) / total, 4)


def judge(command, labels, texts):
    cuts = [cut(text) for text in texts]
    codes, sure, _ = run(command, texts)
    of_cuts, sure_of_cuts, _ = run(command, cuts)
    wrapped, _, _ = run(command, [language_wrap.wrap(text, random.Random(number))
                                  for number, text in enumerate(texts)])
    shares = by_label(labels, codes)
    confusions = collections.Counter(f"{label} > {code}" for label, code in zip(labels, codes)
                                     if label != code)
    result = {"documents": macro(labels, codes), "cuts": macro(labels, of_cuts),
              "wrapped": macro(labels, wrapped),
              "micro": round(100 * sum(map(str.__eq__, labels, codes)) / len(labels), 2),
              "und": round(100 * codes.count("und") / len(codes), 2)}
    for name, noise in (("noise", read_noise()), ("random", make_noise())):
        answers, _, _ = run(command, noise)
        result[name] = round(100 * answers.count("und") / len(noise), 2)
        result[name + "_named"] = [f"{code}: {text[:40]}" for code, text in zip(answers, noise)
                                   if code != "und"][:10]
    if sure:
        result["ece_documents"] = calibration_error(labels, codes, sure)
        result["ece_cuts"] = calibration_error(labels, of_cuts, sure_of_cuts)
    result["worst"] = {label: round(shares[label], 1)
                       for label in sorted(shares, key=lambda one: (shares[one], one))
                       if shares[label] < 95}
    result["confusions"] = dict(confusions.most_common(20))
    result["digest"] = hashlib.sha256("\n".join(codes + of_cuts).encode()).hexdigest()[:16]
    return result


def measure_costs(results, labels, texts):
    for name, size in (("us_4_kb", 4000), ("us_40_kb", 40000)):
        long = long_texts(labels, texts, size)
        for _ in range(ROUNDS):
            for command, result in results.items():
                cost = round(run(command, long)[2], 1)
                result[name] = min(result.get(name, cost), cost)
    last = list(results.values())[-1]
    for command, result in results.items():
        if command in LOADS:
            result["load_ms"] = min(LOADS[command])
        result["cost_4_kb"] = round(result["us_4_kb"] / last["us_4_kb"], 3)
        result["cost_40_kb"] = round(result["us_40_kb"] / last["us_4_kb"], 3)


def show(command, result, last):
    def line(title, names):
        print(f"  {title}: " + ", ".join(f"{name} {result[name]}" for name in names
                                         if name in result))

    print(pathlib.Path(shlex.split(command)[0]).name)
    line("macro accuracy, %", ["documents", "cuts", "wrapped", "micro"])
    line("no answer, %", ["und", "noise", "random"])
    line("calibration error", ["ece_documents", "ece_cuts"])
    line("us a text", ["us_4_kb", "us_40_kb", "load_ms"])
    line(f"cost, of {last}'s at 4 kB", ["cost_4_kb", "cost_40_kb"])
    for name in ("worst", "confusions"):
        print(f"  {name}: " + ", ".join(f"{key} {value}" for key, value in result[name].items()))
    for name in ("noise", "random"):
        print(f"  {name}, named: {result[name + '_named']}")
    print(f"  digest: {result['digest']}")


def failures(result, options):
    for limit in options.least + options.most:
        name, value = limit.split("=")
        if name not in result:
            yield f"{name} is not measured"
        elif limit in options.least and result[name] < float(value):
            yield f"{name} is {result[name]}, less than {value}"
        elif limit in options.most and result[name] > float(value):
            yield f"{name} is {result[name]}, more than {value}"
    if options.digest and result["digest"] != options.digest:
        yield f"other answers than expected: {result['digest']}, not {options.digest}"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--least", action="append", default=[], metavar="NAME=PERCENT")
    parser.add_argument("--most", action="append", default=[], metavar="NAME=SHARE")
    parser.add_argument("--digest")
    parser.add_argument("detectors", nargs="+", metavar="DETECTOR")
    options = parser.parse_args()
    path = DATA / "language" / "dev.tsv"

    if not path.exists():
        print(f"skipped: {path} is not there; COPYDESK_DATA names the folder with evaluation data")
        return SKIP
    labels, texts = read_data(path)
    results = {command: judge(command, labels, texts) for command in options.detectors}
    measure_costs(results, labels, texts)
    if options.json:
        print(json.dumps(results))
    else:
        last = pathlib.Path(shlex.split(options.detectors[-1])[0]).name
        for command, result in results.items():
            show(command, result, last)
    failed = list(failures(results[options.detectors[0]], options))
    for problem in failed:
        print(problem)
    return int(bool(failed))


sys.exit(main())
