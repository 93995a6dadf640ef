#!/usr/bin/env python3
"""test_explain_entities.py COPYDESK: `explain entities` and `gazetteer` say what they promise."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = None
TEXT = ("Prime Minister Odran Teel met Ilham Aliyev in Paris. Teel later paid US$ 5 "
        "near New Jordan Bridge.\n")


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, encoding="utf-8", check=False)


class Explain(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        self.article = self.root / "article.txt"
        self.article.write_text(TEXT, encoding="utf-8")

    def explained(self, *words):
        done = run("explain", "entities", "--json", str(self.article), *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count("\n"), 1)
        return json.loads(done.stdout)

    def test_each_tag_has_its_span_rule_and_row(self):
        tags = {tag["text"]: tag for tag in self.explained()["tagged"]}
        for text, tag in tags.items():
            self.assertEqual(TEXT[tag["start"]:tag["end"]], text)
        self.assertEqual(tags["Odran Teel"]["rule"], "a person behind a role")
        self.assertEqual(tags["Teel"]["rule"], "short for a name elsewhere in the article")
        self.assertEqual(tags["Ilham Aliyev"]["list"], "people.tsv")
        lines = (pathlib.Path(__file__).parents[2] / "config/gazetteers/people.tsv").read_text(
            encoding="utf-8").split("\n")
        self.assertIn("Ilham Aliyev", lines[tags["Ilham Aliyev"]["line"] - 1])

    def test_what_is_not_tagged_has_a_reason(self):
        said = self.explained()
        refused = {entry["text"]: entry["why"] for entry in said["refused"]}
        self.assertEqual(refused["US"], "part of a currency")
        self.assertIn("part of another name", refused["Jordan"])
        self.assertIn("near", [entry["text"] for entry in self.explained("near")["unknown"]])

    def test_a_list_is_built_looked_into_and_used(self):
        table = self.root / "desk.tsv"
        table.write_text("type\tname\tid\tweight\tcountry\ten\n"
                         "place\tKalmor\tdesk:1\t5\tFR\tKalmor\n"
                         "place\tKalmor (Oman)\tdesk:2\t4\tOM\tKalmor\n", encoding="utf-8")
        compiled = self.root / "desk.gaz"
        self.assertEqual(run("gazetteer", "build", "-o", str(compiled), str(table)).returncode, 0)
        looked = run("gazetteer", "look", str(compiled), "Kalmor").stdout
        self.assertIn("desk:1", looked)
        self.assertIn("2 entities, 1 names", run("gazetteer", "stats", str(compiled)).stdout)
        config = self.root / "c.yaml"
        config.write_text("consumer: {topics: [a]}\nprocessors:\n  - language: {}\n"
                          f"  - entities: {{lists: [builtin, {compiled}]}}\n"
                          "producer: {routes: [{topic: b}], dead_letters: d}\n", encoding="utf-8")
        self.assertEqual(self.ids_of(config, "The old harbour of Kalmor was closed today."),
                         ["desk:1"])
        self.assertEqual(self.ids_of(config, "The harbour of Kalmor in Oman was closed today."),
                         ["desk:2", "iso:OM"])

    def ids_of(self, config, text):
        self.article.write_text(text, encoding="utf-8")
        done = run("try", "-c", str(config), "--json", str(self.article))
        self.assertEqual(done.returncode, 0, done.stderr)
        return [entity["id"] for entity in json.loads(done.stdout)["enrichment"]["entities"]]

    def test_a_broken_table_names_its_line_and_leaves_the_old_list(self):
        table = self.root / "desk.tsv"
        compiled = self.root / "desk.gaz"
        compiled.write_bytes(b"old")
        table.write_text("type\ten\nplace\tKalmor\ncity\tAldora\n", encoding="utf-8")
        done = run("gazetteer", "build", "-o", str(compiled), str(table))
        self.assertEqual(done.returncode, 1)
        self.assertIn("desk.tsv:3: unknown type \"city\"", done.stderr)
        self.assertEqual(compiled.read_bytes(), b"old")

    def test_a_list_that_is_cut_off_is_refused_at_start(self):
        table = self.root / "desk.tsv"
        compiled = self.root / "desk.gaz"
        table.write_text("type\ten\nplace\tKalmor\n", encoding="utf-8")
        run("gazetteer", "build", "-o", str(compiled), str(table))
        compiled.write_bytes(compiled.read_bytes()[:-8])
        config = self.root / "c.yaml"
        config.write_text("consumer: {topics: [a]}\nprocessors:\n"
                          f"  - entities: {{lists: [{compiled}]}}\n"
                          "producer: {routes: [{topic: b}], dead_letters: d}\n", encoding="utf-8")
        done = run("try", "-c", str(config), str(self.article))
        self.assertEqual(done.returncode, 78)
        self.assertIn("desk.gaz: is cut off", done.stderr)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
