"""`copydesk top` from outside: test_top.py PROGRAM SCREEN

Two instances that are played by this test; what a terminal shows of them is the kept screen.
"""

import http.server
import pathlib
import shutil
import subprocess
import sys
import threading
import time
import unittest

PROGRAM = sys.argv.pop(1)
SCREEN = pathlib.Path(sys.argv.pop(1))

PAGE = """# HELP copydesk_articles_total Articles by what became of them.
# TYPE copydesk_articles_total counter
copydesk_articles_total{outcome="published"} 120
copydesk_articles_total{outcome="rejected"} 3
copydesk_dead_letters_total{reason="no_body"} 2
copydesk_dead_letters_total{reason="too_deep"} 1
copydesk_lag_records 42
copydesk_languages_total{language="ar"} 70
copydesk_languages_total{language="fr"} 50
copydesk_memory_bytes{part="process"} 104857600
copydesk_processor_seconds_sum{processor="language"} 0.012
copydesk_processor_seconds_count{processor="language"} 120
copydesk_state{state="restoring"} 0
copydesk_state{state="running"} 1
copydesk_verdicts_total{verdict="new"} 100
copydesk_verdicts_total{verdict="near"} 20
copydesk_window_articles 7
"""


class Instance(http.server.BaseHTTPRequestHandler):
    grows = False
    looks = 0

    def do_GET(self):
        Instance.looks += 1
        page = PAGE
        if Instance.grows:
            page = page.replace('{outcome="published"} 120',
                                f'{{outcome="published"}} {int(time.time() * 1000)}')
        self.send_response(200 if self.path == "/metrics" else 404)
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_):
        pass


class Top(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Instance)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.address = f"127.0.0.1:{cls.server.server_port}"

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()

    def setUp(self):
        Instance.grows = False

    def look(self, *addresses, status=0):
        done = subprocess.run([PROGRAM, "top", "--once", *addresses], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def test_one_look_is_the_kept_screen(self):
        found = self.look(self.address, "127.0.0.1:1")
        shown = found.replace(f"{self.address:22.22}", f"{'desk-1:9464':22}") \
                     .replace("127.0.0.1:1", "desk-2:9464")
        shown = "\n".join(line.rstrip() for line in shown.splitlines()) + "\n"
        self.assertEqual(shown, SCREEN.read_text(encoding="utf-8"))

    def test_several_instances_are_counted_together(self):
        self.assertIn("ar 140", self.look(self.address, self.address))

    def test_nobody_there_is_a_failure_of_one_look(self):
        self.assertIn("nobody answers", self.look("127.0.0.1:1", status=1))

    @unittest.skipUnless(shutil.which("tmux"), "needs tmux")
    def test_a_terminal_shows_rates_that_follow(self):
        Instance.grows = True
        socket = f"copydesk-{self.server.server_port}"

        def tmux(*words):
            return subprocess.run(["tmux", "-L", socket, *words], capture_output=True, text=True,
                                  check=True).stdout

        tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24",
             f"{PROGRAM} top --every 200ms {self.address}")
        try:
            deadline = time.monotonic() + 30
            rate = 0
            while not 100 < rate < 10000 and time.monotonic() < deadline:
                rows = [line.split() for line in tmux("capture-pane", "-p").splitlines()
                        if line.startswith("127.0.0.1")]
                rate = float(rows[0][2]) if rows else 0
                time.sleep(0.1)
            self.assertTrue(100 < rate < 10000, rate)  # a thousand a second, as the page grows
        finally:
            tmux("kill-server")


if __name__ == "__main__":
    unittest.main(verbosity=1)
