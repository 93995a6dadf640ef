"""Counting instructions: what a profile says, and when it is too much: test_instructions.py"""

import pathlib
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "bench"))

import instructions  # pylint: disable=wrong-import-position

# Two callers of article_read, names given once and by number after that.
PROFILE = """events: Ir
fl=(1) bench/chain.c
fn=(1) enrich
10 5
cfi=(2) ../article/article_read.c
cfn=(2) article_read
calls=3 40
11 700
cfn=(1)
calls=1 10
12 50

fl=(3) other.c
fn=(3) other
cfi=(2)
cfn=(2)
calls=1 40
20 300
totals: 1055
"""

COMMITTED = {"parse": 1000, "release": 10, "whole": 2000}


class Instructions(unittest.TestCase):
    def profile(self):
        with tempfile.NamedTemporaryFile("w", suffix=".out") as file:
            file.write(PROFILE)
            file.flush()
            return instructions.Profile(file.name)

    def test_a_part_is_the_sum_over_its_callers(self):
        self.assertEqual(self.profile().inclusive["article_read.c", "article_read"], 1000)

    def test_a_call_within_a_file_is_of_that_file(self):
        self.assertEqual(self.profile().inclusive["chain.c", "enrich"], 50)

    def test_the_whole_is_the_profiles_total(self):
        self.assertEqual(self.profile().total, 1055)

    def test_more_than_three_percent_are_too_much_and_the_part_is_named(self):
        problems = instructions.compare({"parse": 1031, "release": 10, "whole": 2031}, COMMITTED)
        self.assertEqual(len(problems), 1)
        self.assertIn("parse takes 1,031", problems[0])

    def test_three_percent_are_not_too_much(self):
        self.assertEqual(instructions.compare({**COMMITTED, "parse": 1030}, COMMITTED), [])

    def test_the_whole_can_be_too_much_where_no_part_is(self):
        problems = instructions.compare({**COMMITTED, "whole": 2100}, COMMITTED)
        self.assertIn("whole takes 2,100", problems[0])

    def test_fewer_are_never_a_problem(self):
        self.assertEqual(instructions.compare({"parse": 1, "release": 1, "whole": 2}, COMMITTED), [])

    def test_a_trifle_may_grow(self):
        self.assertEqual(instructions.compare({**COMMITTED, "release": 20}, COMMITTED), [])


if __name__ == "__main__":
    unittest.main()
