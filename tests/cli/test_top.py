"""`copydesk top` from outside: test_top.py PROGRAM SCREENS [--update]

Two instances that are played by this test, and one that is not there. What a terminal of 80 by 24 and
one of 120 by 40 shows of them are the kept screens; --update writes these anew.
"""

import http.server
import json
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time
import unittest

UPDATE = "--update" in sys.argv
PROGRAM = pathlib.Path(sys.argv[1]).resolve()
SCREENS = pathlib.Path(sys.argv[2])

PAGE = """# HELP copydesk_articles_total Articles by what became of them.
# TYPE copydesk_articles_total counter
copydesk_articles_total{outcome="published"} 120
copydesk_articles_total{outcome="rejected"} 3
copydesk_dead_letters_total{reason="no_body"} 2
copydesk_dead_letters_total{reason="too_deep"} 1
copydesk_lag_records 42
copydesk_languages_total{language="ar"} 70
copydesk_languages_total{language="fr"} 31
copydesk_languages_total{language="zh-Hans"} 11
copydesk_languages_total{language="sr-Latn"} 5
copydesk_languages_total{language="und"} 3
copydesk_memory_bytes{part="process"} 104857600
copydesk_memory_bytes{part="window"} 1234567
copydesk_memory_bytes{part="fetched"} 345678
copydesk_memory_bytes{part="entities"} 3456789
copydesk_memory_bytes{part="duplicates"} 45678901
copydesk_processor_seconds_sum{processor="language"} 0.012
copydesk_processor_seconds_count{processor="language"} 120
copydesk_processor_seconds_sum{processor="entities"} 0.054
copydesk_processor_seconds_count{processor="entities"} 120
copydesk_processor_seconds_sum{processor="duplicates"} 0.009
copydesk_processor_seconds_count{processor="duplicates"} 240
copydesk_ready READY
copydesk_state{state="restoring"} RESTORING
copydesk_state{state="running"} READY
copydesk_verdicts_total{verdict="new"} 85
copydesk_verdicts_total{verdict="near"} 20
copydesk_verdicts_total{verdict="revision"} 12
copydesk_verdicts_total{verdict="undetermined"} 3
copydesk_window_articles 7
"""

NAMES = [("place", "Kalmor"), ("person", "Ada Byrinth"), ("organisation", "Harbour Board of Kalmor"),
         ("place", "القاهرة"), ("place", "北京市"), ("organisation", "Union of Lighthouse Keepers"),
         ("person", "Ion Ardel"), ("place", "Upper Osti Valley"), ("place", "Vell"),
         ("person", "Maria do Carmo de Andrade e Vasconcelos"), ("place", "Osti"),
         ("organisation", "Ferry Line 9")]


class Instance(http.server.BaseHTTPRequestHandler):
    """Ready on one port, restoring on the other."""

    ready = "1"
    grows = False

    def do_GET(self):
        page = PAGE.replace("READY", self.ready).replace("RESTORING", str(1 - int(self.ready)))
        if Instance.grows:
            page = page.replace('{outcome="published"} 120',
                                f'{{outcome="published"}} {int(time.time() * 1000)}')
        pages = {"/metrics": page, "/entities": json.dumps({"minutes": 10, "entities": [
            {"type": kind, "name": name, "articles": 60 - 5 * n}
            for n, (kind, name) in enumerate(NAMES)]})}
        self.send_response(200 if self.path in pages else 404)
        self.end_headers()
        self.wfile.write(pages.get(self.path, "").encode())

    def log_message(self, *_):
        pass


class Restoring(Instance):
    ready = "0"


def serve(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Top(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.servers = [serve(Instance), serve(Restoring)]
        cls.addresses = [f"127.0.0.1:{server.server_port}" for server in cls.servers]
        cls.addresses.append("127.0.0.1:1")

    @classmethod
    def tearDownClass(cls):
        for server in cls.servers:
            server.shutdown()

    def setUp(self):
        Instance.grows = False

    def look(self, *addresses, status=0):
        done = subprocess.run([PROGRAM, "top", "--once", *addresses], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def renamed(self, shown):
        """With the addresses that the kept screens have."""
        for n, address in enumerate(self.addresses):
            shown = shown.replace(f"{address:23}", f"{f'desk-{n + 1}:9464':23}")
            shown = re.sub(rf"at {re.escape(address)}\b", f"at desk-{n + 1}:9464", shown)
        return "\n".join(line.rstrip() for line in shown.rstrip().splitlines()) + "\n"

    def compare(self, name, shown):
        file = SCREENS / name
        screen = f"$ copydesk top desk-1:9464 desk-2:9464 desk-3:9464\n{self.renamed(shown)}"
        if UPDATE:
            file.write_text(screen, encoding="utf-8")
        self.assertEqual(file.read_text(encoding="utf-8"), screen)

    def tmux(self, *words):
        return subprocess.run(["tmux", "-L", self.socket, *words],
                              capture_output=True, text=True, check=True).stdout

    def on_a_terminal(self, columns, lines, *flags):
        self.socket = f"copydesk-{self.servers[0].server_port}-{self.id()}-{columns}"
        command = " ".join(map(str, [PROGRAM, "top", *flags, *self.addresses]))
        self.tmux("-u", "-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y",
                  str(lines), command)
        self.addCleanup(subprocess.run, ["tmux", "-L", self.socket, "kill-server"],
                        capture_output=True, check=False)

    def wait_for(self, found, what):
        deadline = time.monotonic() + 30
        while not found(self.tmux("capture-pane", "-p")):
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.05)
        return self.tmux("capture-pane", "-p")

    @unittest.skipUnless(shutil.which("tmux"), "needs tmux")
    def test_a_terminal_shows_the_kept_screens(self):
        for columns, lines in (80, 24), (120, 40):
            with self.subTest(columns=columns):
                self.on_a_terminal(columns, lines)
                shown = self.wait_for(lambda text: "MEMORY" in text, "a whole screen")
                self.compare(f"top-{columns}x{lines}.txt", shown)
                self.doCleanups()

    @unittest.skipUnless(shutil.which("tmux"), "needs tmux")
    def test_a_terminal_shows_rates_that_follow_and_is_left_as_it_was(self):
        Instance.grows = True
        self.on_a_terminal(80, 24, "--every", "200ms")
        self.tmux("set-option", "remain-on-exit", "on")

        def follows(text):
            rows = [line.split() for line in text.splitlines()
                    if line.startswith(self.addresses[0])]
            return rows and 100 < float(rows[0][2]) < 10000  # a thousand a second
        self.wait_for(follows, "a rate that follows")
        self.tmux("resize-window", "-x", "120", "-y", "40")
        self.wait_for(lambda text: "person " in text, "types of entities on a wide terminal")
        self.tmux("send-keys", "C-c")
        self.wait_for(lambda text: "INSTANCE" not in text, "the end")

    def test_one_look_is_80_columns_of_text(self):
        shown = self.look(*self.addresses)
        self.assertNotIn("\x1b", shown)
        self.assertIn("desk-3:9464            nobody answers at", self.renamed(shown))
        self.assertLessEqual(len(shown.splitlines()), 24)

    def test_several_instances_are_counted_together(self):
        shown = self.look(*self.addresses[:2])
        self.assertIn("1 of 2 ready", shown)
        self.assertRegex(shown, r"(?m)^ar +140 +58%")
        self.assertRegex(shown, r"120  Kalmor\n")
        self.assertRegex(shown, r"(?m)^language +100 ")

    def test_many_instances_do_not_push_the_rest_off_the_screen(self):
        shown = self.look(*[self.addresses[0]] * 30)
        self.assertIn("LANGUAGES", shown)
        self.assertIn("more", shown)
        self.assertLessEqual(len(shown.splitlines()), 24)

    def test_nobody_there_is_a_failure_of_one_look(self):
        self.assertIn("nobody answers", self.look("127.0.0.1:1", status=1))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
