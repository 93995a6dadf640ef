"""`copydesk demo` from outside: test_demo.py PROGRAM"""

import re
import signal
import socket
import subprocess
import sys
import time
import unittest

PROGRAM = sys.argv.pop(1)
ENDS_WITHIN = 20

# Article, language, verdict, topic and the reason below them.
EXPECTED = [
    ("wire-2101", "en", "new", "articles.en", "nothing like it"),
    ("wire-2102", "ar", "new", "articles.ar", "nothing like it"),
    ("wire-2103", "fr", "new", "articles.fr", "nothing like it"),
    ("lakeside-88123", "en", "near", "articles.duplicates", "the same text as wire-2101"),
    ("wire-2104", "zh-Hans", "new", "articles.other", "nothing like it"),
    ("wire-2105", "ru", "new", "articles.other", "nothing like it"),
    ("urn:rheinbote:2026:4471", "de", "new", "articles.other", "nothing like it"),
    ("presse-alpes-5520", "fr", "exact", "articles.duplicates", "the same text as wire-2103"),
    ("wire-2106", "es", "new", "articles.es", "nothing like it"),
    ("pwani-310", "sw", "new", "articles.other", "nothing like it"),
    ("pahar-7702", "hi", "new", "articles.other", "nothing like it"),
    ("korfez-1190", "tr", "new", "articles.other", "nothing like it"),
    ("wire-2106", "es", "correction", "articles.es", "corrects wire-2106"),
    ("wire-2101", "en", "revision", "articles.en", "takes the place of wire-2101"),
    ("wire-2103", "-", "kill", None, "withdraws wire-2103; known copies: presse-alpes-5520"),
    ("rio-negro-64", "pt", "new", "articles.other", "nothing like it"),
    ("taken-back", "-", "tombstone", "articles.other", "passed on untouched"),
    ("limani-2231", "el", "new", "articles.other", "nothing like it"),
    ("broken-off", "-", "rejected", "articles.rejected", "malformed_json: "),
    ("selat-905", "id", "new", "articles.other", "nothing like it"),
]


class Demo(unittest.TestCase):
    def test_every_sample_goes_where_it_belongs_and_the_table_says_why(self):
        start = time.monotonic()
        done = subprocess.run([PROGRAM, "demo"], capture_output=True, check=False, text=True)
        self.assertLess(time.monotonic() - start, ENDS_WITHIN)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        rows = re.findall(r"^[ \d]\d  (\S+) +(\S+) +(\S+) +(\S+)\n    (.*)$", done.stdout, re.M)
        self.assertEqual(len(rows), len(EXPECTED))
        for row, expected in zip(rows, EXPECTED):
            self.assertEqual(row[:3], expected[:3])
            self.assertIn(expected[3], (row[3], None))
            self.assertIn(expected[4], row[4])
        self.assertIn("holds back for 3 s ... ready after ", done.stdout)
        self.assertIn("⟦القاهرة⟧", done.stdout)
        self.assertIn("20 in, 20 out: ", done.stdout)
        self.assertIn("Nothing lost, nothing twice.", done.stdout.replace("\n", " "))

    def test_keep_stays_up_for_others_until_it_is_interrupted(self):
        with subprocess.Popen([PROGRAM, "demo", "--keep"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            bootstrap = None
            for line in process.stdout:
                if found := re.search(r"kcat -b 127\.0\.0\.1:(\d+) -t \S+ -P", line):
                    bootstrap = int(found.group(1))
                    break
            self.assertIsNotNone(bootstrap)
            socket.create_connection(("127.0.0.1", bootstrap), timeout=5).close()
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=ENDS_WITHIN)
            self.assertEqual((process.returncode, errors), (0, ""))

    def test_an_interrupt_while_it_waits_ends_it(self):
        with subprocess.Popen([PROGRAM, "demo"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                if line.startswith("  sent "):
                    break
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=ENDS_WITHIN)
            self.assertEqual(errors, "")


unittest.main()
