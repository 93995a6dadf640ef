#!/usr/bin/env python3
"""Instructions a byte of the text view, by script, counted by callgrind.

usage: text_view_cost.py [--most SCRIPT=N]... TEXT_VIEW_COST

The texts are news of $COPYDESK_DATA/duplicates/dev.jsonl (default ../shared/data beside the
checkout), 60 a language, one value each; line breaks are made spaces and `html` is the English in
paragraphs with a link in each. Exit 77 without the data or valgrind, 1 where a script takes more
instructions a byte than --most says.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("COPYDESK_DATA") or ROOT.parent / "shared" / "data")
LANGUAGES = ["en", "de", "ru", "ar", "hi", "ko", "th", "zh"]
TEXTS = 60
SKIP = 77


def read_texts():
    folder = DATA / "duplicates"
    languages = {}
    with open(folder / "dev.gold.jsonl", encoding="utf-8") as lines:
        for line in lines:
            gold = json.loads(line)
            if gold["kind"] == "base":
                languages[gold["id"]] = gold["lang"]
    texts = {language: [] for language in LANGUAGES}
    with open(folder / "dev.jsonl", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            chosen = texts.get(languages.get(article["id"]))
            if chosen is not None and len(chosen) < TEXTS:
                chosen.append(article["text"])
    texts["html"] = [as_html(text) for text in texts["en"]]
    return texts


def as_html(text):
    return "".join(f'<p>{line.replace("&", "&amp;")} <a href="https://example.org/">more</a></p>\n'
                   for line in text.split("\n"))


def instructions(program, lines, folder):
    """Of text_view_build, for all lines; what the program said besides."""
    profile = pathlib.Path(folder) / "profile"
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}",
               "--toggle-collect=build_counted", program]
    done = subprocess.run(command, input=lines, capture_output=True, check=True)
    total = re.search(r"^(?:totals|summary): ([0-9]+)", profile.read_text(), re.MULTILINE)
    return int(total[1]), [int(word) for word in done.stdout.split()]


def measure(program, texts, folder):
    figures = {}
    for script, values in texts.items():
        lines = "".join(" ".join(text.splitlines()) + "\n" for text in values)
        total, (size, tokens) = instructions(program, lines.encode(), folder)
        figures[script] = (total / size, size / tokens)
    return figures


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--most", action="append", default=[], metavar="SCRIPT=N")
    options.add_argument("program")
    given = options.parse_args()
    if not (DATA / "duplicates" / "dev.jsonl").exists() or shutil.which("valgrind") is None:
        print(f"skipped: needs {DATA}/duplicates/dev.jsonl (COPYDESK_DATA) and valgrind")
        return SKIP
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(given.program, read_texts(), folder)
    for script, (cost, token) in figures.items():
        print(f"{script}: {cost:.2f} instructions a byte, {token:.1f} bytes a token")
    limits = dict(limit.split("=") for limit in given.most)
    dear = [script for script in limits if figures[script][0] > float(limits[script])]
    for script in dear:
        print(f"{script}: more than {limits[script]} instructions a byte", file=sys.stderr)
    return 1 if dear else 0


if __name__ == "__main__":
    sys.exit(main())
