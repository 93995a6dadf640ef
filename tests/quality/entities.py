#!/usr/bin/env python3
"""How many names of evaluation texts the entities processor finds, and how many of its are right.

usage: entities.py [--json] [--least LANGUAGE:TYPE:F1]... [--least-precision TYPE:P] COPYDESK [COST]

COPYDESK is the program: its `try` runs on the texts, so that language detection counts too. A name
is right when type and span are exactly those of the gold. COST is entities_cost, for microseconds
and memory of the processor alone. Exit 1 where an offset does not lead to its text, an F1 is
below --least, some language's precision below --least-precision, or a frequent false hit is a
frequent word.

A frequent word is one of its language's 1,000 most frequent, counted here in the evaluation texts
and in $COPYDESK_DATA/language/dev.tsv: words in small letters where the script has capitals, since a
word that is written with a capital alone is a name; in Chinese, whose texts have no spaces, the most
frequent of all runs of so many ideographs. Names by the gold of any article of the language are told
apart: their hits are false for other reasons (the gold has a longer span, another type).

Data: $COPYDESK_DATA (default ../shared/data beside the checkout), entities/dev.jsonl and
articles/*.gold.jsonl; for evaluation only, nothing is ever trained or fitted on it. Without it:
exit 77.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("COPYDESK_DATA") or ROOT.parent / "shared" / "data")
SKIP = 77
TYPES = ("person", "place", "organisation")
FALSE_HITS, FREQUENT_WORDS = 50, 1000


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


def words_of(text, language):
    if language == "zh":
        for run in re.findall(r"[\u3400-\u9fff]+", text):
            for length in range(1, 5):
                yield from (run[i:i + length] for i in range(len(run) - length + 1))
    else:
        yield from re.findall(r"[^\W\d_]+", text)


def frequent_words(articles):
    """By language: its most frequent words that are not written with a capital; in Chinese of each
    length."""
    counts = collections.defaultdict(collections.Counter)
    texts = [(article["lang"], article["body"]) for article in articles]
    translations = DATA / "language" / "dev.tsv"
    if translations.exists():
        for line in translations.open(encoding="utf-8"):
            label, text = line.rstrip("\n").split("\t", 1)
            texts.append((re.split("[|-]", label)[0], text))
    languages = {article["lang"] for article in articles}
    for language, text in texts:
        if language in languages:
            counts[language].update(word for word in words_of(text, language) if word == word.lower())
    frequent = {}
    for language, count in counts.items():
        by_length = collections.defaultdict(list)
        for word, _ in count.most_common():
            by_length[len(word) if language == "zh" else 0].append(word)
        frequent[language] = {word for words in by_length.values() for word in words[:FREQUENT_WORDS]}
    return frequent


class Tally:
    def __init__(self):
        self.right = collections.Counter()
        self.found = collections.Counter()
        self.gold = collections.Counter()
        self.false = collections.Counter()
        self.names = collections.defaultdict(set)
        self.mismatches = 0
        self.ids = [0, 0]

    def add(self, article, enrichment):
        language, body = article["lang"], article["body"]
        gold = {(one["type"], one["start"], one["end"]): one for one in article["entities"]}
        for span in gold:
            self.gold[language, span[0]] += 1
            self.names[language].add(body[span[1]:span[2]])
        for span, text, ids in mentions_of(enrichment):
            self.found[language, span[0]] += 1
            self.right[language, span[0]] += span in gold
            self.mismatches += body[span[1]:span[2]] != text
            if span not in gold:
                self.false[language, span[0], text] += 1
            elif gold[span].get("id"):
                self.ids[0] += gold[span]["id"] in ids
                self.ids[1] += 1

    def figures(self, language, kind):
        right, found, gold = (count[language, kind] for count in (self.right, self.found, self.gold))
        return (100 * right / max(found, 1), 100 * right / max(gold, 1),
                200 * right / max(found + gold, 1))

    def false_words(self, frequent):
        """Of the most frequent false hits, in all and of each language, those that are frequent words:
        ordinary ones, and those that are names too."""
        hits = [hit for hit, _ in self.false.most_common(FALSE_HITS)]
        for language in frequent:
            own = [(hit, count) for hit, count in self.false.most_common() if hit[0] == language]
            hits += [hit for hit, _ in own[:FALSE_HITS]]
        words = {hit for hit in hits if hit[2].lower() in frequent[hit[0]]}
        names = {hit for hit in words if hit[2] in self.names[hit[0]]}
        return sorted(" ".join(hit) for hit in words - names), sorted(" ".join(hit) for hit in names)

    def result(self):
        languages = sorted({language for language, _ in self.gold})
        return {"f1": {language: {kind: [round(figure, 1) for figure in self.figures(language, kind)]
                                  for kind in TYPES} for language in languages},
                "offset_mismatches": self.mismatches,
                "ids": self.ids,
                "false": {" ".join(hit): count
                          for hit, count in self.false.most_common(FALSE_HITS)}}


def show(result):
    print("precision / recall / F1")
    for language, kinds in result["f1"].items():
        print(f"{language:4}" + "  ".join(f"{kind} {p:5.1f} / {r:5.1f} / {f:5.1f}"
                                          for kind, (p, r, f) in kinds.items()))
    print(f"offset mismatches {result['offset_mismatches']}; ids right {result['ids'][0]} of "
          f"{result['ids'][1]}")
    print("frequent words among the most frequent false hits: "
          + (", ".join(result["false_words"]) or "none")
          + "; names by the gold among them: " + (", ".join(result["false_names"]) or "none"))
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


def is_imprecise(result, least):
    kind, bound = least.split(":")
    return any(kinds[kind][0] < float(bound) for kinds in result["f1"].values())


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--least", action="append", default=[], metavar="LANGUAGE:TYPE:F1")
    parser.add_argument("--least-precision", metavar="TYPE:P")
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
    result["false_words"], result["false_names"] = tally.false_words(frequent_words(articles))
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        show(result)
    if options.cost and not options.json:
        cost(options.cost, articles)
    return int(result["offset_mismatches"] > 0 or len(result["false_words"]) > 0
               or (options.least_precision and is_imprecise(result, options.least_precision))
               or any(is_low(result, least) for least in options.least))


sys.exit(main())
