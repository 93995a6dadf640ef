#!/usr/bin/env python3
"""How often finders of duplicates are right about news in 20 languages, and what they cost.

usage: duplicates.py [--json] [--check] [--digest HEX] FINDER...

A FINDER is a command that reads {"id", "text"} lines and writes, for each, {"id", "duplicate_of",
"similarity"}, or an article with copydesk's `enrichment`. `verdict` is read where there is one: only
`exact`, `near` and `overlaps` are duplicates, and only the first two count where a report or a
follow-up must not be called one. It may end its standard error with "us_a_text N", its own measure
of its cost; without that the cost is its CPU time divided by the number of texts.

--check: exit 1 where the first FINDER falls short of what docs/quality.md promises. --digest: exit 1
where its answers (verdict, of, similarity of every article of all streams) have another digest: two
builds with the same one give the same verdicts.

Streams:
 - dev: $COPYDESK_DATA/duplicates/dev.jsonl (default ../shared/data beside the checkout), copies made
   by a program from news in 20 languages; for evaluation only, nothing is ever fitted on it. Without
   it: exit 77.
 - reports: duplicates/templates.txt, reports on a form with other names and numbers, 9 of a form.
 - follow-ups: duplicates/followups.txt, stories that paste the background of earlier ones.
"""
import argparse
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
HERE = pathlib.Path(__file__).resolve().parent / "duplicates"
SKIP = 77
REPORTS_OF_A_FORM = 9
DUPLICATES = {"exact", "near", "overlaps"}


# --- streams ---

def read_lines(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def sections(path):
    """Yields (heading, text) of each `== heading` in path, and ("names", line)."""
    heading, text = None, []
    for line in path.read_text(encoding="utf-8").splitlines() + ["== "]:
        if line.startswith(("== ", "names ")):
            if heading:
                yield heading, "\n".join(text).strip()
            heading, text = line[3:].strip(), []
            if line.startswith("names "):
                yield "names", line[6:]
                heading = None
        elif not line.startswith("#"):
            text.append(line)


def fill_in(form, names, chance):
    """Other names and numbers in a form; a slot keeps its filler within one report."""
    chosen = {}

    def number(pattern):
        first = pattern.find("#")
        return "".join(chance.choice("123456789" if i == first else "0123456789")
                       if sign == "#" else sign for i, sign in enumerate(pattern))

    def filler(match):
        slot = match[1]
        if "#" in slot:
            return number(slot.replace("=", ""))
        if slot not in chosen:
            free = [name for name in names[slot.rstrip("0123456789")]
                    if name not in chosen.values()]
            chosen[slot] = chance.choice(free)
        return chosen[slot]

    return re.sub(r"\{([^}]*)\}", filler, form)


def reports():
    """A stream of reports on forms, in mixed order, and the form of each."""
    chance = random.Random(11)
    names = collections.defaultdict(dict)
    stream = []
    for heading, text in sections(HERE / "templates.txt"):
        if heading == "names":
            language, kind, fillers = text.replace(":", "").split(" ", 2)
            names[language][kind] = fillers.split(", ")
            continue
        language = heading.split()[0]
        stream += [(heading, fill_in(text, names[language], chance))
                   for _ in range(REPORTS_OF_A_FORM)]
    chance.shuffle(stream)
    return [{"id": f"r{i}", "text": text} for i, (_, text) in enumerate(stream)], \
        [heading for heading, _ in stream]


def followups():
    """Stories that begin and go on; True for those that go on."""
    stream, goes_on = [], []
    for heading, text in sections(HERE / "followups.txt"):
        if heading == "names":
            continue
        background, *articles = [piece.strip() for piece in text.split("\n--\n")]
        for i, article in enumerate(articles):
            stream.append({"id": f"f{len(stream)}", "text": f"{article}\n{background}"})
            goes_on.append(i > 0)
    return stream, goes_on


# --- finders ---

def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read_answer(line):
    """(id, verdict, of, similarity) of a line in either form."""
    answer = json.loads(line)
    found = answer.get("enrichment", {}).get("duplicate")
    if found is not None:
        verdict = found["verdict"]
        of = found.get("of") if verdict in DUPLICATES else None
        return answer["id"], verdict, of, found.get("similarity", 0)
    of = answer.get("duplicate_of")
    verdict = answer.get("verdict", "near" if of is not None else "new")
    return answer["id"], verdict, of, float(answer.get("similarity") or 0)


def run(command, stream):
    before = cpu_seconds()
    lines = "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in stream)
    done = subprocess.run(shlex.split(command), input=lines, capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        sys.exit(f"{command}: exit {done.returncode}\n{done.stderr}")
    answers = {}
    for line in done.stdout.splitlines():
        answer = read_answer(line)
        answers[answer[0]] = answer[1:]
    if len(answers) != len(stream):
        sys.exit(f"{command}: {len(answers)} answers to {len(stream)} articles")
    own = re.search(r"us_a_text ([0-9.]+)\s*$", done.stderr)
    cost = float(own[1]) if own else (cpu_seconds() - before) * 1e6 / len(stream)
    return answers, cost


# --- scores ---

def score_dev(answers, gold):
    """A duplicate is right when it names an earlier article of its cluster."""
    place = {article["id"]: i for i, article in enumerate(gold)}
    cluster = {article["id"]: article["cluster"] for article in gold}
    seen = set()
    right = wrong = missed = 0
    kinds = collections.Counter()
    for article in gold:
        own = article["id"]
        verdict, of, _ = answers[own]
        good = of is not None and cluster.get(of) == cluster[own] and place[of] < place[own]
        right += good
        wrong += of is not None and not good
        missed += cluster[own] in seen and not good
        seen.add(cluster[own])
        if article["kind"].startswith("neg_"):
            kinds[article["kind"], "all"] += 1
            kinds[article["kind"], "called"] += verdict in ("exact", "near")
    return {"f1": round(2 * right / max(1, 2 * right + wrong + missed), 4),
            "precision": round(right / max(1, right + wrong), 4),
            "recall": round(right / max(1, right + missed), 4),
            "digests": f"{kinds['neg_digest', 'called']}/{kinds['neg_digest', 'all']}",
            "templates": f"{kinds['neg_template_gen', 'called']}/{kinds['neg_template_gen', 'all']}"}


def count_verdicts(answers, stream, chosen):
    verdicts = collections.Counter(answers[article["id"]][0]
                                   for article, counts in zip(stream, chosen) if counts)
    total = sum(verdicts.values())
    called = verdicts["exact"] + verdicts["near"]
    return {"called": called, "of": total, "overlaps": verdicts["overlaps"],
            "share": round(called / max(1, total), 4)}


def later_of_form(forms):
    seen = set()
    later = []
    for form in forms:
        later.append(form in seen)
        seen.add(form)
    return later


def add_answers(digest, answers, stream):
    for article in stream:
        verdict, of, similarity = answers[article["id"]]
        digest.update(f"{article['id']} {verdict} {of} {similarity:.3f}\n".encode())


def measure(command):
    digest = hashlib.sha256()
    stream = read_lines(DATA / "duplicates" / "dev.jsonl")
    gold = read_lines(DATA / "duplicates" / "dev.gold.jsonl")
    answers, cost = run(command, stream)
    result = {"dev": score_dev(answers, gold), "us_a_text": round(cost, 1)}
    add_answers(digest, answers, stream)
    stream, forms = reports()
    answers, _ = run(command, stream)
    result["reports"] = count_verdicts(answers, stream, later_of_form(forms))
    add_answers(digest, answers, stream)
    stream, goes_on = followups()
    answers, _ = run(command, stream)
    result["followups"] = count_verdicts(answers, stream, goes_on)
    add_answers(digest, answers, stream)
    result["digest"] = digest.hexdigest()[:16]
    return result


def shortcomings(result):
    dev = result["dev"]
    promises = {
        "F1 on dev is below 0.98": dev["f1"] >= 0.98,
        "recall on dev is below 0.98": dev["recall"] >= 0.98,
        "more than 4 digests are called exact or near": int(dev["digests"].split("/")[0]) <= 4,
        "templates of dev are called exact or near": dev["templates"].startswith("0/"),
        "more than 2 % of reports are called exact or near": result["reports"]["share"] <= 0.02,
        "more than 5 % of follow-ups are called near": result["followups"]["share"] <= 0.05,
    }
    return [what for what, holds in promises.items() if not holds]


def show(command, result):
    dev = result["dev"]
    print(f"{pathlib.Path(shlex.split(command)[0]).name}: F1 {dev['f1']}, precision "
          f"{dev['precision']}, recall {dev['recall']}; called exact or near: digests "
          f"{dev['digests']}, templates {dev['templates']}, reports "
          f"{result['reports']['called']}/{result['reports']['of']} (overlaps "
          f"{result['reports']['overlaps']}), follow-ups {result['followups']['called']}/"
          f"{result['followups']['of']} (overlaps {result['followups']['overlaps']}); "
          f"{result['us_a_text']} us a text; digest {result['digest']}")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--json", action="store_true")
    options.add_argument("--check", action="store_true")
    options.add_argument("--digest")
    options.add_argument("finders", nargs="+", metavar="FINDER")
    given = options.parse_args()
    if not (DATA / "duplicates" / "dev.jsonl").exists():
        print(f"skipped: {DATA}/duplicates/dev.jsonl is not there; COPYDESK_DATA names the folder")
        return SKIP
    results = {}
    for command in given.finders:
        results[command] = measure(command)
        if not given.json:
            show(command, results[command])
    if given.json:
        print(json.dumps(results, ensure_ascii=False, indent=2))
    first = results[given.finders[0]]
    short = shortcomings(first) if given.check else []
    if given.digest and first["digest"] != given.digest:
        short.append(f"other answers than expected: {first['digest']}, not {given.digest}")
    for what in short:
        print(f"{given.finders[0]}: {what}", file=sys.stderr)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
