"""`copydesk explain duplicate`: test_explain.py PROGRAM"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv[1]).resolve()

STORM = ("Eleven trawlers stayed in port on Friday as the gale off the northern cape went into its third day, "
         "and the harbour master told crews to double their lines before the evening tide. Two ferries to the "
         "outer islands were cancelled until further notice, leaving some three hundred passengers in hotels.")
BUDGET = ("The city council passed next year's budget after nine hours of debate, with money for two new schools "
          "and none for the tram that the mayor had promised. The opposition called it a plan to stand still.")


def explain(*arguments):
    done = subprocess.run([PROGRAM, "explain", *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


class Explain(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, *articles):
        path = pathlib.Path(self.folder.name) / name
        path.write_text("".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles),
                        encoding="utf-8")
        return str(path)

    def pair(self, first, second):
        """What is said of two articles, as JSON."""
        status, out, err = explain("duplicate", "--json", self.file("1.json", first),
                                   self.file("2.json", second))
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(out.count("\n"), 1)
        return json.loads(out)

    def test_a_copy_is_explained_by_what_it_shares(self):
        said = self.pair({"id": "a", "body": STORM}, {"id": "b", "headline": "Gale", "body": STORM + " It rained."})
        self.assertEqual((said["verdict"], said["of"], said["by"], said["rule"]), ("near", "a", "text", "near"))
        self.assertEqual(said["first"], {"id": "a", "words": 51})
        self.assertGreater(said["similarity"], 0.8)
        self.assertEqual(said["shared_words"], 51)
        self.assertEqual(len(said["passages"]), 1)
        passage = said["passages"][0]
        self.assertEqual(passage["words"], 51)
        self.assertEqual(passage["second"]["field"], "body")
        start, end = passage["second"]["start"], passage["second"]["end"]
        self.assertEqual((STORM + " It rained.")[start:end], passage["text"])
        self.assertEqual(passage["text"], STORM[:-1])

    def test_positions_count_code_points_and_skip_nothing(self):
        body = "«Ä» – 東京: " + STORM
        said = self.pair({"id": "a", "body": "<p>" + STORM + "</p>"}, {"id": "b", "body": body})
        passage = said["passages"][0]
        self.assertEqual(body[passage["second"]["start"]:passage["second"]["end"]], STORM[:-1])
        self.assertEqual(passage["first"]["start"], 3)

    def test_the_same_text_is_exact(self):
        said = self.pair({"id": "a", "body": STORM}, {"id": "b", "body": STORM.upper()})
        self.assertEqual((said["verdict"], said["rule"]), ("exact", "exact"))

    def test_identity_comes_before_text(self):
        said = self.pair({"id": "a", "version": 1, "body": STORM}, {"id": "a", "version": 2, "body": STORM})
        self.assertEqual((said["verdict"], said["by"], said["rule"]), ("revision", "identity", "identity"))
        self.assertEqual(said["second_known"], 1.0)

    def test_a_kill_is_explained_too(self):
        said = self.pair({"id": "a", "body": STORM}, {"id": "a", "pubstatus": "canceled"})
        self.assertEqual((said["verdict"], said["rule"]), ("kill", "kill"))
        self.assertEqual(said["passages"], [])

    def test_other_stories_share_nothing(self):
        said = self.pair({"id": "a", "body": STORM}, {"id": "b", "body": BUDGET})
        self.assertEqual((said["verdict"], said["rule"], said["passages"]), ("new", "below", []))
        self.assertNotIn("of", said)

    def test_a_form_filled_in_anew(self):
        form = ("The index closed at {} points, up {} percent or {} points. Of its {} shares {} rose. Turnover was "
                "{} billion. The most active share gained {} percent to {}. The euro stood at {} dollars, and a "
                "barrel of oil cost {} dollars at the close of trading in the capital on a quiet day.")
        said = self.pair({"id": "a", "body": form.format(4512, 18, 36, 40, 27, 31, 42, 61, 1083, 84)},
                         {"id": "b", "body": form.format(4477, 13, 59, 44, 19, 26, 35, 18, 1079, 88)})
        self.assertIn(said["rule"], ("form", "other_facts"))
        self.assertNotIn(said["verdict"], ("exact", "near"))
        self.assertLess(said["numbers_agree"], 0.6)

    def test_ids_within_a_stream(self):
        stream = self.file("s.jsonl", {"id": "x", "body": BUDGET}, {"id": "a", "body": STORM}, {"no": "body"},
                           {"id": "b", "body": STORM})
        status, out, _ = explain("duplicate", "--json", "--in", stream, "b", "a")
        self.assertEqual(status, 0)
        self.assertEqual(json.loads(out)["of"], "b")
        status, _, err = explain("duplicate", "--in", stream, "a", "nobody")
        self.assertEqual(status, 1)
        self.assertIn("nobody: no line has this id", err)

    def test_what_cannot_be_explained_is_told(self):
        good = self.file("1.json", {"id": "a", "body": STORM})
        for arguments, expected, part in (
                (("duplicate", good), 2, "duplicate FIRST SECOND"),
                (("entity", good, good), 2, "duplicate FIRST SECOND"),
                (("duplicate", good, good + ".missing"), 1, "No such file"),
                (("duplicate", good, self.file("2.json", {"id": "b"}, {})), 1, "2.json"),
                (("duplicate", good, self.file("3.json", {"headline": "h"})), 1, "no body")):
            with self.subTest(arguments=arguments):
                status, out, err = explain(*arguments)
                self.assertEqual((status, out), (expected, ""))
                self.assertIn(part, err)

    def test_the_page_is_for_people(self):
        status, out, _ = explain("duplicate", self.file("1.json", {"id": "a", "body": STORM}),
                                 self.file("2.json", {"id": "b", "headline": "Gale", "body": STORM}))
        self.assertEqual(status, 0)
        self.assertIn("b after a", out)
        self.assertIn("near: 65 % or more is known", out)
        self.assertTrue(all(len(line) <= 80 for line in out.splitlines()))


unittest.main(argv=sys.argv[:1])
