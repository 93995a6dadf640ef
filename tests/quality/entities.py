#!/usr/bin/env python3
"""How many names of evaluation texts the entities processor finds, and how many of its are right.

usage: entities.py [--json] [--least LANGUAGE:TYPE:F1]... COPYDESK [COST]

COPYDESK is the program: its `try` runs on the texts, so that language detection counts too. A name
is right when type and span are exactly those of the gold. COST is entities_cost, for microseconds
and memory of the processor alone. Exit 1 where an offset does not lead to its text, or an F1 is
below --least.

Data: $COPYDESK_DATA (default ../shared/data beside the checkout), entities/dev.jsonl and
articles/*.gold.jsonl; for evaluation only, nothing is ever trained or fitted on it. Without it:
exit 77.
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
TYPES = ("person", "place", "organisation")


def read_gold():
    files = sorted((DATA / "articles").glob("*.gold.jsonl")) + [DATA / "entities" / "dev.jsonl"]
    articles = []
    for path in files:
        if path.exists():
            articles += [json.loads(line) for line in path.open(encoding="utf-8")]
    return articles


def enrich(program, articles):
    lines = "".join(json.dumps({"id": article["id"], "body": article["body"]}, ensure_ascii=False)
                    + "\n" for article in articles)
    done = subprocess.run([program, "try", "--format", "jsonl"], input=lines, text=True,
                          encoding="utf-8", stdout=subprocess.PIPE, check=True)
    return [json.loads(line)["enrichment"] for line in done.stdout.splitlines()]


def mentions_of(enrichment):
    for entity in enrichment.get("entities", []):
        ids = [entity.get("id")] + entity.get("ids", [])
        for mention in entity["mentions"]:
            if mention["field"] == "body":
                yield (entity["type"], mention["start"], mention["end"]), mention["text"], ids


class Tally:
    def __init__(self):
        self.right = collections.Counter()
        self.found = collections.Counter()
        self.gold = collections.Counter()
        self.false = collections.Counter()
        self.mismatches = 0
        self.ids = [0, 0]

    def add(self, article, enrichment):
        language, body = article["lang"], article["body"]
        gold = {(one["type"], one["start"], one["end"]): one for one in article["entities"]}
        for span in gold:
            self.gold[language, span[0]] += 1
        for span, text, ids in mentions_of(enrichment):
            self.found[language, span[0]] += 1
            self.right[language, span[0]] += span in gold
            self.mismatches += body[span[1]:span[2]] != text
            if span not in gold:
                self.false[f"{language} {span[0]} {text}"] += 1
            elif gold[span].get("id"):
                self.ids[0] += gold[span]["id"] in ids
                self.ids[1] += 1

    def figures(self, language, kind):
        right, found, gold = (count[language, kind] for count in (self.right, self.found, self.gold))
        return (100 * right / max(found, 1), 100 * right / max(gold, 1),
                200 * right / max(found + gold, 1))

    def result(self):
        languages = sorted({language for language, _ in self.gold})
        return {"f1": {language: {kind: [round(figure, 1) for figure in self.figures(language, kind)]
                                  for kind in TYPES} for language in languages},
                "offset_mismatches": self.mismatches,
                "ids": self.ids,
                "false": dict(self.false.most_common(50))}


def show(result):
    print("precision / recall / F1")
    for language, kinds in result["f1"].items():
        print(f"{language:4}" + "  ".join(f"{kind} {p:5.1f} / {r:5.1f} / {f:5.1f}"
                                          for kind, (p, r, f) in kinds.items()))
    print(f"offset mismatches {result['offset_mismatches']}; ids right {result['ids'][0]} of "
          f"{result['ids'][1]}")
    print("most frequent false: " + ", ".join(f"{name} {count}"
                                              for name, count in result["false"].items()))


def cost(program, articles):
    texts = "".join(f"{article['lang']}\t{' '.join(article['body'].split())}\n"
                    for article in articles)
    print(subprocess.run([program], input=texts, text=True, encoding="utf-8",
                         stdout=subprocess.PIPE, check=True).stdout, end="")


def is_low(result, least):
    language, kind, bound = least.split(":")
    if language not in result["f1"]:
        return False
    return result["f1"][language][kind][2] < float(bound)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--least", action="append", default=[], metavar="LANGUAGE:TYPE:F1")
    parser.add_argument("copydesk", metavar="COPYDESK")
    parser.add_argument("cost", nargs="?", metavar="COST")
    options = parser.parse_args()
    articles = read_gold()

    if not articles:
        print(f"skipped: {DATA} has no gold; COPYDESK_DATA names the folder with evaluation data")
        return SKIP
    tally = Tally()
    for article, enrichment in zip(articles, enrich(options.copydesk, articles)):
        tally.add(article, enrichment)
    result = tally.result()
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        show(result)
    if options.cost and not options.json:
        cost(options.cost, articles)
    return int(result["offset_mismatches"] > 0
               or any(is_low(result, least) for least in options.least))


sys.exit(main())
