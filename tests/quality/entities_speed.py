#!/usr/bin/env python3
"""What a list of a million names costs, beside pyahocorasick's bare matching of 50,000.

usage: entities_speed.py [--aliases N] [--most RATIO] COPYDESK COST [SWAP]

Compiles and maps a table of N names (1,000,000) with COPYDESK, runs COST (entities_cost) on English
articles with builtin and that list live, and pyahocorasick (where Python has it: pip install
pyahocorasick) with 50,000 of the names on the same articles, twice:
  real     50,000 names of countries and their parts in many languages, from Debian's iso-codes, all
           of them live in English articles; the rest of the table is made up
  made up  no name exists, so that pyahocorasick hardly ever leaves its first state
Ours is the processor alone, pyahocorasick its iterator alone; the text view, which is made once for
all processors of the chain, is told beside it. SWAP (entities_swap) changes the list for a new one
while articles come, each from a time at which it is due. Exit 1 where a bound of docs/gazetteer.md, or RATIO on
real names, is missed.

Data: as entities.py; without it: exit 77."""
import argparse
import gettext
import json
import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("COPYDESK_DATA") or ROOT.parent / "shared" / "data")
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
ARABIC = "ابتثجحخدرزسشصطعفقكلمنهوي"
AUTOMATON_NAMES, ROUNDS = 50000, 5


def word(chance):
    return "".join(chance.choices(SYLLABLES, k=chance.randrange(2, 6))).capitalize()


def real_names():
    """Names of iso-codes in the languages that it has, in its order; none where it is missing."""
    names = {}
    folder = pathlib.Path("/usr/share/iso-codes/json")
    if not folder.is_dir():
        return []
    english = {part: [one["name"] for one in json.loads((folder / f"iso_{part}.json").read_text())[part]]
               for part in ("3166-1", "3166-2")}
    for language in [""] + sorted(os.listdir("/usr/share/locale")):
        for part, texts in english.items():
            known = gettext.translation(f"iso_{part}", "/usr/share/locale", [language], fallback=True)
            names.update((known.gettext(text), None) for text in texts)
    return [name for name in names if len(name) > 2 and "\t" not in name and "|" not in name]


def write_table(path, aliases, real):
    """Returns the names that an English article may have, the real ones first."""
    chance = random.Random(5)
    names, count, number = list(real), len(real), 0
    with path.open("w", encoding="utf-8") as table:
        table.write("type\tname\tid\tweight\tcountry\ten\tfr\tar\tany\n")
        for name in real:
            table.write(f"place\t{name}\t\t1000\t\t\t\t\t{name}\n")
        while count < aliases:
            number += 1
            first = " ".join(word(chance) for _ in range(chance.choice([1, 1, 2, 2, 3])))
            second = word(chance) if chance.random() < 0.8 else ""
            third = "".join(chance.choices(ARABIC, k=7)) if second and chance.random() < 0.6 else ""
            count += 1 + bool(second) + bool(third)
            names.append(first)
            table.write(f"place\t{first}\tgn:{number}|wd:Q{7 * number}\t{chance.randrange(900000)}"
                        f"\tFR\t{first}\t{second}\t{third}\t\n")
    return names


def timed(*command):
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, time.monotonic() - began, after.ru_utime - before.ru_utime


def automaton_us(names, bodies):
    try:
        import ahocorasick
    except ImportError:
        return None
    automaton = ahocorasick.Automaton()
    for number, name in enumerate(names[:AUTOMATON_NAMES]):
        automaton.add_word(name, number)
    automaton.make_automaton()
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for body in bodies:
            for _ in automaton.iter(body):
                pass
        rounds.append(time.process_time() - began)
    return sorted(rounds)[ROUNDS // 2] * 1e6 * 4096 / sum(len(body.encode()) for body in bodies)


def compare(options, bodies, real):
    """Prints the figures of one table. Returns whether it is compiled within bounds, and our part of
    pyahocorasick's cost (None without it)."""
    with tempfile.TemporaryDirectory() as folder:
        table, compiled = pathlib.Path(folder) / "m.tsv", pathlib.Path(folder) / "m.gaz"
        names = write_table(table, options.aliases, real)
        _, wall, cpu = timed(options.copydesk, "gazetteer", "build", "-o", str(compiled), str(table))
        size = compiled.stat().st_size / 1e6
        texts = "".join(f"en\t{' '.join(body.split())}\n" for body in bodies)
        shown = subprocess.run([options.cost, str(compiled)], input=texts, text=True,
                               encoding="utf-8", stdout=subprocess.PIPE, check=True).stdout
        swapped = not options.swap or not real or subprocess.run(
            [options.swap, str(compiled)], input=texts, text=True, encoding="utf-8",
            check=False).returncode == 0
    print(f"{'real' if real else 'made up'}: {options.aliases} aliases compiled in {wall:.1f} s "
          f"({cpu:.1f} s CPU), {size:.1f} MB")
    print(shown, end="")
    ours = next(line for line in shown.splitlines() if line.startswith("en"))
    alone, view = (float(re.search(pattern, ours)[1]) for pattern in (r" ([0-9.]+) us", r"view ([0-9.]+)"))
    theirs = automaton_us(names, bodies)
    if theirs:
        print(f"pyahocorasick, {AUTOMATON_NAMES} of them: {theirs:.1f} us / 4 kB; ours alone is "
              f"{alone / theirs:.2f} of it, with the view {(alone + view) / theirs:.2f}")
    return wall <= 10 and size <= 60 and swapped, theirs and alone / theirs


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aliases", type=int, default=1000000)
    parser.add_argument("--most", type=float, metavar="RATIO")
    parser.add_argument("copydesk", metavar="COPYDESK")
    parser.add_argument("cost", metavar="COST")
    parser.add_argument("swap", nargs="?", metavar="SWAP")
    options = parser.parse_args()
    gold = DATA / "entities" / "dev.jsonl"
    if not gold.exists():
        print(f"skipped: {gold} is not there")
        return 77
    bodies = [json.loads(line)["body"] for line in gold.open(encoding="utf-8")
              if '"lang": "en"' in line]
    real = real_names()[:AUTOMATON_NAMES]
    fine, ratio = compare(options, bodies, [])
    if len(real) < AUTOMATON_NAMES:
        print("iso-codes is not installed: nothing to compare on real names")
        return int(not fine)
    fits, ratio = compare(options, bodies, real)
    if ratio is None:
        print("pyahocorasick is not installed: nothing to compare with")
    return int(not fine or not fits or bool(ratio and options.most and ratio > options.most))


sys.exit(main())
