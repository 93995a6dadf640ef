"""`copydesk health` from outside: test_health.py PROGRAM

The instance is played by this test.
"""

import http.server
import socketserver
import subprocess
import sys
import threading
import unittest

PROGRAM = sys.argv.pop(1)


class Instance(http.server.BaseHTTPRequestHandler):
    """Lives, but waits for its partitions."""

    ready = False

    def do_GET(self):
        live = self.path == "/livez" or (self.path == "/readyz" and Instance.ready)
        self.send_response(200 if live else 503)
        self.end_headers()
        self.wfile.write(b"ready\n" if live else b"waiting for partitions\n")

    def log_message(self, *_):
        pass


class Mute(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(100)
        self.request.sendall(b"SSH-2.0-something\r\n")


def serve(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"127.0.0.1:{server.server_address[1]}"


class Health(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.instance = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Instance)
        cls.other = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mute)
        cls.address, cls.mute = serve(cls.instance), serve(cls.other)

    @classmethod
    def tearDownClass(cls):
        for server in (cls.instance, cls.other):
            server.shutdown()
            server.server_close()

    def ask(self, *words):
        done = subprocess.run([PROGRAM, "health", *words], capture_output=True, text=True,
                              check=False)
        return done.returncode, done.stdout, done.stderr

    def test_one_that_waits_is_alive_but_not_ready(self):
        Instance.ready = False
        self.assertEqual(self.ask(self.address), (1, "waiting for partitions\n", ""))
        self.assertEqual(self.ask("--live", self.address)[0], 0)

    def test_a_ready_one_is_a_success(self):
        Instance.ready = True
        self.assertEqual(self.ask(self.address), (0, "ready\n", ""))

    def test_nobody_there_is_told(self):
        status, out, error = self.ask("127.0.0.1:1")
        self.assertEqual((status, out), (1, ""))
        self.assertIn("nobody answers at 127.0.0.1:1", error)

    def test_what_speaks_no_http_is_told(self):
        status, _, error = self.ask(self.mute)
        self.assertEqual(status, 1)
        self.assertIn("not in HTTP", error)

    def test_two_at_once_are_a_wrong_command_line(self):
        self.assertEqual(self.ask(self.address, self.address)[0], 2)


if __name__ == "__main__":
    unittest.main(verbosity=1)
