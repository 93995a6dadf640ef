"""Screens that documentation shows are what the program shows: test_screens.py PROGRAM [--update]

Each file in docs/screens/ begins with a command line behind "$ ". The test runs it on a terminal of
80 columns without colour, in the repository, and compares what follows. --update (`./dev screens`)
writes it anew.
"""

import os
import pathlib
import pty
import re
import shlex
import sys
import unicodedata
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SCREENS = REPOSITORY / "docs" / "screens"
UPDATE = "--update" in sys.argv
PROGRAM = pathlib.Path(sys.argv[1]).resolve()

# What differs from run to run, and how the documentation writes it.
VARYING = [(re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:34567"),
           (re.compile(r"\d+\.\d s\b"), "3.0 s")]


def kept_screens():
    """All but those of `top`, which test_top.py looks at."""
    return sorted(file for file in SCREENS.glob("*.txt") if not file.name.startswith("top-"))


def screen_of(command):
    """What the command shows on a terminal."""
    arguments = shlex.split(command)
    assert arguments[0] == "copydesk"
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(REPOSITORY)
        os.environ["NO_COLOR"] = "1"
        os.execv(PROGRAM, arguments)
    shown = b""
    try:
        while chunk := os.read(terminal, 65536):
            shown += chunk
    except OSError:  # the other end of a terminal that is gone
        pass
    os.waitpid(child, 0)
    os.close(terminal)
    text = shown.decode().replace("\r\n", "\n")
    for pattern, written in VARYING:
        text = pattern.sub(written, text)
    return text


def columns_of(line):
    return sum(0 if unicodedata.category(c) in ("Mn", "Me", "Cf")
               else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


class Screens(unittest.TestCase):
    maxDiff = None

    def test_screens_are_what_the_program_shows(self):
        files = kept_screens()
        self.assertTrue(files)
        for file in files:
            command, _, written = file.read_text(encoding="utf-8").partition("\n")
            with self.subTest(file=file.name):
                shown = screen_of(command.removeprefix("$ "))
                if UPDATE:
                    file.write_text(f"{command}\n{shown}", encoding="utf-8")
                else:
                    self.assertEqual(written, shown, "if it is meant: ./dev screens")

    def test_screens_fit_into_80_columns_and_hold_no_escapes(self):
        for file in kept_screens():
            text = file.read_text(encoding="utf-8")
            self.assertNotIn("\x1b", text)
            for line in text.split("\n")[1:]:
                self.assertLessEqual(columns_of(line), 80, f"{file.name}: {line}")


unittest.main(argv=sys.argv[:1])
