#!/usr/bin/env python3
"""Fits the table of confidence of language/ to text that the model has not learnt.

usage: calibrate.py --udhr DIR --features PROGRAM --evidence PROGRAM OUT.h

DIR, --features: as train.py's. --evidence: language_evidence of the build. The declaration's
paragraphs are dealt into three parts; three models each learn two of them and are asked about the
third. The texts are runs of paragraphs, cut to several lengths as news and briefs are; CLD2 has not
learnt from us in any case. Each cell of the table (what the answer rests on, how much was read, how
clearly it stands out) gets the share of right answers, drawn towards the cells around it where
there are few. A hint, where one is given, is right nine times in ten. The same input gives the same
bytes.
"""
import argparse
import collections
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import train

PARTS = 3
CUTS = (40, 80, 150, 250, 450, 800, 2500)  # bytes
GROUNDS = ("a script of one language", "CLD2", "CLD2, and close languages compared",
           "model and CLD2's best effort", "model", "CLD2's best effort and a hint")
LENGTHS, STRENGTHS = 6, 5
PRIOR = 20       # texts' worth of what the cells around say
MOST = 995
HINT_RIGHT = 0.9
SHARE_HINTED = 0.2


def primary(tag):
    return re.split("[-_]", tag)[0]


def cut(text, size):
    return text.encode()[:size].decode(errors="ignore").rsplit(" ", 1)[0]


def cases(texts, chance):
    """(tag, hint, text) of what was left out."""
    tags = sorted(texts)
    for tag in tags:
        held = [one for one in texts[tag][1] if one]
        for start in range(len(held)):
            run = " ".join(held[start:start + 12]).replace("\t", " ")
            right = tag if chance.random() < HINT_RIGHT else chance.choice(tags)
            for size in CUTS:
                hint = right if chance.random() < SHARE_HINTED else ""
                yield tag, hint, cut(run, size)


def answers(program, model, asked):
    done = subprocess.run([program, model], capture_output=True, check=True,
                          input="".join(f"{hint}\t{text}\n" for _, hint, text in asked).encode())
    for (tag, _, _), line in zip(asked, done.stdout.decode().splitlines(), strict=True):
        found, ground, length, strength, _ = line.split("\t")
        if found != "und":
            yield int(ground), int(length), int(strength), primary(tag) == primary(found)


def count(options):
    """Cell -> [right, all]."""
    counts = collections.defaultdict(lambda: [0, 0])
    for part in range(PARTS):
        texts = train.read_sources(options.udhr, (part, PARTS))
        with tempfile.TemporaryDirectory() as folder:
            model = pathlib.Path(folder) / "model.bin"
            train.train(texts, options.features, model)
            asked = list(cases(texts, random.Random(part)))
            for *cell, right in answers(options.evidence, model, asked):
                counts[tuple(cell)][0] += right
                counts[tuple(cell)][1] += 1
    return counts


def share(counts, chosen, prior):
    right = sum(counts[cell][0] for cell in chosen)
    total = sum(counts[cell][1] for cell in chosen)
    return (right + PRIOR * prior) / (total + PRIOR)


def fit(counts):
    table = []
    all_cells = list(counts)
    everywhere = share(counts, all_cells, 0.9)
    for ground in range(len(GROUNDS)):
        of_ground = [cell for cell in all_cells if cell[0] == ground]
        base = share(counts, of_ground, everywhere)
        rows = []
        for length in range(LENGTHS):
            of_length = share(counts, [cell for cell in of_ground if cell[1] == length], base)
            rows.append([])
            for strength in range(STRENGTHS):
                of_strength = share(counts, [cell for cell in of_ground if cell[2] == strength],
                                    base)
                prior = of_length * of_strength / base if base else 0
                cell = (ground, length, strength)
                rows[-1].append(min(MOST, round(1000 * share(counts, [cell], min(prior, 1)))))
        table.append([rising(row) for row in rows])
    return table


def rising(row):
    """What stands out less is right no more often."""
    for strength in range(STRENGTHS - 2, -1, -1):
        row[strength] = min(row[strength], row[strength + 1])
    return row


def write(path, table):
    lines = ["/* Written by train/calibrate.py; docs/language-model.md says what from. */",
             "/* clang-format off */",
             "static const uint16_t",
             "    confidence_table[GROUND_COUNT][CONFIDENCE_LENGTHS][CONFIDENCE_STRENGTHS] = {"]
    for title, rows in zip(GROUNDS, table, strict=True):
        lines.append(f"        /* {title} */")
        lines.append("        {")
        lines += ["            {" + ", ".join(map(str, row)) + "}," for row in rows]
        lines.append("        },")
    path.write_text("\n".join(lines + ["};", "/* clang-format on */", ""]), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--udhr", type=pathlib.Path, required=True)
    parser.add_argument("--features", required=True)
    parser.add_argument("--evidence", required=True)
    parser.add_argument("out", type=pathlib.Path)
    options = parser.parse_args()
    counts = count(options)
    for ground, title in enumerate(GROUNDS):
        chosen = [cell for cell in counts if cell[0] == ground]
        print(f"{title}: {sum(counts[cell][0] for cell in chosen)} right of "
              f"{sum(counts[cell][1] for cell in chosen)}")
    write(options.out, fit(counts))


if __name__ == "__main__":
    sys.exit(main())
