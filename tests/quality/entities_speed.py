#!/usr/bin/env python3
"""What a list of a million names costs, beside pyahocorasick's bare matching of 50,000.

usage: entities_speed.py [--aliases N] COPYDESK COST

Makes a table of N names that do not exist (1,000,000), compiles and maps it with COPYDESK, runs COST
(entities_cost) on English articles with builtin and that list live, and pyahocorasick (where Python
has it: pip install pyahocorasick) with 50,000 of the names on the same articles. Exit 1 where a
bound of docs/gazetteer.md is missed.

Data: as entities.py; without it: exit 77."""
import argparse
import json
import os
import pathlib
import random
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


def write_table(path, aliases):
    chance = random.Random(5)
    names, count, number = [], 0, 0
    with path.open("w", encoding="utf-8") as table:
        table.write("type\tname\tid\tweight\tcountry\ten\tfr\tar\n")
        while count < aliases:
            number += 1
            first = " ".join(word(chance) for _ in range(chance.choice([1, 1, 2, 2, 3])))
            second = word(chance) if chance.random() < 0.8 else ""
            third = "".join(chance.choices(ARABIC, k=7)) if second and chance.random() < 0.6 else ""
            count += 1 + bool(second) + bool(third)
            names.append(first)
            table.write(f"place\t{first}\tgn:{number}|wd:Q{7 * number}\t{chance.randrange(900000)}"
                        f"\tFR\t{first}\t{second}\t{third}\n")
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


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aliases", type=int, default=1000000)
    parser.add_argument("copydesk", metavar="COPYDESK")
    parser.add_argument("cost", metavar="COST")
    options = parser.parse_args()
    gold = DATA / "entities" / "dev.jsonl"
    if not gold.exists():
        print(f"skipped: {gold} is not there")
        return 77
    bodies = [json.loads(line)["body"] for line in gold.open(encoding="utf-8")
              if '"lang": "en"' in line]
    with tempfile.TemporaryDirectory() as folder:
        table, compiled = pathlib.Path(folder) / "m.tsv", pathlib.Path(folder) / "m.gaz"
        names = write_table(table, options.aliases)
        _, wall, cpu = timed(options.copydesk, "gazetteer", "build", "-o", str(compiled), str(table))
        size = compiled.stat().st_size / 1e6
        texts = "".join(f"en\t{' '.join(body.split())}\n" for body in bodies)
        shown = subprocess.run([options.cost, str(compiled)], input=texts, text=True,
                               encoding="utf-8", stdout=subprocess.PIPE, check=True).stdout
    print(f"{options.aliases} aliases: compiled in {wall:.1f} s ({cpu:.1f} s CPU), {size:.1f} MB")
    print(shown, end="")
    ours = float(next(line for line in shown.splitlines() if line.startswith("en")).split()[1])
    theirs = automaton_us(names, bodies)
    if theirs is None:
        print("pyahocorasick is not installed: nothing to compare with")
        return int(wall > 10 or size > 60)
    print(f"pyahocorasick, {AUTOMATON_NAMES} names: {theirs:.1f} us / 4 kB; ours is "
          f"{ours / theirs:.2f} of it")
    return int(wall > 10 or size > 60)


sys.exit(main())
