"""Mistakes of people in a hurry: test_careless.py PROGRAM CASES [--update]

A configuration that is right gets one mistake from CASES (careless.txt), and some that are no text.
`check` must refuse it with exit 78 and say where, what, and where one can tell what was meant.
--update writes down what it says now.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv[1]
CASES = pathlib.Path(sys.argv[2])
UPDATE = "--update" in sys.argv

RIGHT = """kafka: {bootstrap.servers: "localhost:9092"}
consumer:
  topics: [articles.raw]
  group: copydesk
processors:
  - language: {}
  - entities: {lists: [builtin]}
  - duplicates: {scope: instance}
producer:
  routes:
    - {when: {duplicate: [exact, near]}, topic: articles.duplicates}
    - {topic: "articles.{language}", allow: [ar, en, fr], otherwise: articles.other}
  dead_letters: articles.rejected
limits: {memory: 512MiB}
http: {listen: "127.0.0.1:9464"}
log: {level: info}
"""

ESCAPES = {"\\t": "\t", "\\N": "\u00a0", "\\0": "\0", "\\\\": "\\"}


def lines(block, mark):
    found = [line[2:] for line in block.splitlines() if line.startswith(f"{mark} ")]
    return re.sub(r"\\[tN0\\]", lambda escape: ESCAPES[escape[0]], "\n".join(found))


def check(content):
    """What is said of it, a line a problem, without the file's name."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "copydesk.yaml"
        file.write_bytes(content)
        done = subprocess.run([PROGRAM, "check", "-c", file], capture_output=True, text=True,
                              check=False, timeout=60)
    told = [line.removeprefix(f"{file}:") for line in done.stderr.splitlines()]
    return done.returncode, [line for line in told if re.match(r"\d+:\d+: ", line)]


class Careless(unittest.TestCase):
    maxDiff = None

    def test_each_is_told_where_and_what(self):
        head, *blocks = CASES.read_text(encoding="utf-8").split("\n\n")
        self.assertGreater(len(blocks), 60)
        seen = [head]
        for block in blocks:
            old, new = lines(block, "-"), lines(block, "+")
            name = block.splitlines()[0]
            with self.subTest(name):
                self.assertIn(old, RIGHT)
                status, told = check(RIGHT.replace(old, new, 1).encode())
                self.assertEqual(status, 78)
                self.assertTrue(told)
                kept = [line for line in block.splitlines() if not line.startswith("> ")]
                seen.append("\n".join(kept + [f"> {line}" for line in told]))
                if not UPDATE:
                    self.assertEqual(block.rstrip("\n"), seen[-1])
        if UPDATE:
            CASES.write_text("\n\n".join(seen) + "\n", encoding="utf-8")

    def test_the_right_one_is_right_also_with_a_mark_and_other_line_breaks(self):
        for content in (RIGHT, "\ufeff" + RIGHT, RIGHT.replace("\n", "\r\n"), RIGHT + "...\n"):
            self.assertEqual(check(content.encode()), (0, []))

    def test_other_encodings_are_told(self):
        latin = RIGHT.replace("group: copydesk", "group: r\u00e9daction").encode("latin-1")
        status, told = check(latin)
        self.assertEqual((status, told[0].split(" ")[0]), (78, "4:11:"))
        self.assertEqual(check(RIGHT.encode("utf-16"))[0], 78)

    def test_deep_and_wide_ones_are_refused_at_once(self):
        status, told = check((RIGHT + "kafkas: " + "{a: " * 10000 + "1" + "}" * 10000).encode())
        self.assertEqual(status, 78)
        self.assertIn("levels", "".join(told))
        bomb = "".join(f"k{n}: &k{n} [*k{n - 1}, *k{n - 1}, *k{n - 1}]\n" for n in range(1, 40))
        status, told = check(("k0: &k0 [x, x]\n" + bomb + RIGHT).encode())
        self.assertEqual(status, 78)
        self.assertIn("anchors", told[1])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
