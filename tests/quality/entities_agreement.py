#!/usr/bin/env python3
"""Do articles that say the same in many languages name the same countries?

usage: entities_agreement.py [--least-precision P] [--least-recall R] COPYDESK

The documents of one label are translations of the English ones. What COPYDESK (its `try`) finds in
the English ones stands for what should be found; that is right in nine cases of ten and needs no
hand-made gold, so that every language can be watched. Means over labels; exit 1 below a bound.

Data: $COPYDESK_DATA/language/dev.tsv (default ../shared/data beside the checkout); for evaluation
only. Without it: exit 77.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("COPYDESK_DATA") or ROOT.parent / "shared" / "data")
SKIP = 77
ENGLISH = "en|eng-GB"


def read_documents(path):
    documents = collections.OrderedDict()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            label, text = line.rstrip("\n").split("\t", 1)
            documents.setdefault(label, []).append(text)
    return documents


def names_of(program, documents):
    lines = "".join(json.dumps({"id": label, "body": text}, ensure_ascii=False) + "\n"
                    for label, texts in documents.items() for text in texts)
    done = subprocess.run([program, "try", "--format", "jsonl"], input=lines, text=True,
                          encoding="utf-8", stdout=subprocess.PIPE, check=True)
    names = collections.OrderedDict()
    for line in done.stdout.splitlines():
        article = json.loads(line)
        names.setdefault(article["id"], []).append(
            {entity["name"] for entity in article["enrichment"]["entities"]
             if entity.get("id", "").startswith(("iso:", "m49:"))})
    return names


def agreement(found, english):
    shared = sum(len(one & other) for one, other in zip(found, english))
    return (100 * shared / max(sum(map(len, found)), 1),
            100 * shared / max(sum(map(len, english)), 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--least-precision", type=float, default=0)
    parser.add_argument("--least-recall", type=float, default=0)
    parser.add_argument("copydesk", metavar="COPYDESK")
    options = parser.parse_args()
    path = DATA / "language" / "dev.tsv"

    if not path.exists():
        print(f"skipped: {path} is not there; COPYDESK_DATA names the folder with evaluation data")
        return SKIP
    names = names_of(options.copydesk, read_documents(path))
    figures = {label: agreement(found, names[ENGLISH]) for label, found in names.items()
               if not label.startswith("en|") and len(found) == len(names[ENGLISH])}
    for label, (precision, recall) in sorted(figures.items()):
        print(f"{label:16} {precision:5.1f} {recall:5.1f}")
    precision, recall = (sum(one[i] for one in figures.values()) / len(figures) for i in (0, 1))
    print(f"{len(figures)} labels: precision {precision:.1f}, recall {recall:.1f}")
    return int(precision < options.least_precision or recall < options.least_recall)


sys.exit(main())
