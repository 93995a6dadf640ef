"""How many instructions an article takes, part by part, against the figures in instructions.json.

    instructions.py CHAIN WORD...            exits with 1 and says by which part when there are too many
    instructions.py CHAIN WORD... --update   writes the figures anew

CHAIN (bench/chain.c) runs under callgrind on a fixed set of generated articles. Instructions do not
depend on how busy the machine is; they do depend on the compiler and the libraries (WORD, given by
the build), the C library, valgrind and what the CPU can do, which the file names: where one differs
nothing can be compared, and the test is skipped (exit code 77), as it is without valgrind. More than MOST above the file's figure for the whole, or
for a part that is no trifle, fails. Fewer never do: `--update` then takes the better figures over.
"""

import argparse
import collections
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

import generate

FILE = pathlib.Path(__file__).resolve().with_name("instructions.json")
MOST = 0.03
TRIFLE = 0.02  # of the whole: a part below it fails by what it adds to the whole
ARTICLES, WARM, SEED = 700, 200, 11
SKIPPED = 77

# What is called for each part: source file and function.
PARTS = {
    "intake": ("article.c", "article_renew"),
    "parse": ("article_read.c", "article_read"),
    "view": ("article.c", "article_view"),
    "language": ("language.c", "language_process"),
    "entities": ("entities.c", "process"),
    "duplicates": ("duplicates.c", "duplicates_process"),
    "settle": ("chain.c", "chain_settle"),
    "render": ("article_render.c", "article_render"),
    "release": ("article.c", "article_trim"),
}


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def cpu_features():
    """Those that the C library and our own code choose by."""
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    flags = re.search(r"^flags\s*:(.*)$", text, re.MULTILINE)
    known = set(flags[1].split()) if flags else set()
    return [flag for flag in ("sse4_2", "avx2", "bmi2", "erms", "fsrm") if flag in known]


def made_with(words):
    """words: of compiler and libraries, as the build knows them."""
    valgrind = subprocess.run(["valgrind", "--version"], check=True, stdout=subprocess.PIPE, text=True)
    return [platform.machine(), *words, " ".join(platform.libc_ver()), valgrind.stdout.strip(),
            "with " + " ".join(cpu_features())]


class Profile:
    """Inclusive costs by (source file, function), summed over their callers, from callgrind's file."""

    POSITION = re.compile(r"^(fl|fi|fe|fn|cfi|cfl|cfn|ob|cob)=(?:\((\d+)\))? ?(.*)$")
    KIND = {"fl": "file", "fi": "file", "fe": "file", "cfi": "file", "cfl": "file",
            "fn": "function", "cfn": "function", "ob": "object", "cob": "object"}

    def __init__(self, path):
        self.names = {}
        self.total = 0
        self.inclusive = collections.Counter()
        self.file = self.called_file = self.called = None
        with open(path, encoding="utf-8", errors="replace") as file:
            self._read(iter(file))

    def _name(self, key, number, text):
        names = self.names.setdefault(self.KIND[key], {})
        if number is None:
            return text
        if text:
            names[number] = text
        return names[number]

    def _read(self, lines):
        for line in lines:
            if match := self.POSITION.match(line.rstrip("\n")):
                self._take_position(match[1], self._name(*match.groups()))
            elif line.startswith("calls="):
                cost = int(next(lines).split()[1])
                file = self.called_file or self.file
                self.inclusive[os.path.basename(file), self.called] += cost
                self.called_file = None
            elif line.startswith(("summary:", "totals:")):
                self.total = int(line.split()[1])

    def _take_position(self, key, name):
        if key in ("fl", "fi", "fe"):
            self.file = name
        elif key in ("cfi", "cfl"):
            self.called_file = name
        elif key == "cfn":
            self.called = name


def generated(path):
    with open(path, "wb") as file:
        for article in generate.articles(ARTICLES, SEED):
            file.write(article + b"\n")
    return path


def count(chain, folder):
    """Instructions an article, by part; "whole" is all of them."""
    out = folder / "callgrind.out"
    articles = generated(folder / "articles.jsonl")
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}",
         chain, "-i", "-w", str(WARM), articles],
        # Without what changes an allocator's work, such as the test runner's MALLOC_PERTURB_.
        env={"PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"valgrind failed:\n{run.stdout}")
    profile = Profile(out)
    measured = ARTICLES - WARM
    figures = {part: profile.inclusive[place] // measured for part, place in PARTS.items()}
    assert all(figures.values()), f"not found in the profile: {figures}"
    return {**figures, "whole": profile.total // measured}


def compare(figures, committed):
    """Sentences on what has grown too much."""
    trifle = committed["whole"] * TRIFLE
    return [f"{part} takes {figures[part]:,} instructions an article, {old:,} are committed: "
            f"{100 * (figures[part] / old - 1):+.1f} %"
            for part, old in committed.items()
            if old >= trifle and figures[part] > old * (1 + MOST)]


def show(figures, committed):
    print("part         instructions   committed")
    for part, figure in figures.items():
        old = committed[part]
        print(f"{part:12} {figure:12,} {old:11,} {100 * (figure / old - 1):+6.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("chain")
    parser.add_argument("words", nargs="*", help="compiler and libraries that CHAIN is made with")
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    if shutil.which("valgrind") is None:
        skip("valgrind is not installed")
    here = made_with(arguments.words)
    there = json.loads(FILE.read_text(encoding="utf-8"))
    if not arguments.update and here != there["made_with"]:
        skip(f"the figures were made with {there['made_with']}; here is {here}")
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as name:
        figures = count(arguments.chain, pathlib.Path(name))
    show(figures, there["instructions"])
    if arguments.update:
        FILE.write_text(json.dumps({"made_with": here, "instructions": figures}, indent=2) + "\n",
                        encoding="utf-8")
        return 0
    problems = compare(figures, there["instructions"])
    for problem in problems:
        print(f"FAILED: {problem}")
    if problems:
        print("Where the cost is worth it, `./dev instructions --update` writes the figures anew.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
