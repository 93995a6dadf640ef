"""`copydesk run` as a process of its own, as a person would start it."""

import os
import pathlib
import signal
import subprocess
import urllib.error
import urllib.request

import yaml

from broker import REPOSITORY, free_ports
from bus import WAIT_SECONDS, wait_for

PROGRAM = pathlib.Path(os.environ.get("COPYDESK_PROGRAM", REPOSITORY / "build" / "copydesk"))


def configuration(bootstrap, prefix, delivery="exactly-once", **changes):
    """A complete configuration of topics that begin with prefix; changes replace top-level keys."""
    return {
        "kafka": {"bootstrap.servers": bootstrap},
        "consumer": {
            "topics": [f"{prefix}.raw"],
            "group": prefix,
            "kafka": {"session.timeout.ms": 2000},
        },
        "processors": [{"language": {}}],
        "producer": {
            "delivery": delivery,
            "routes": [{
                "topic": f"{prefix}.{{language}}",
                "allow": ["ar", "de", "en", "fr", "ha", "ru", "zh"],
                "otherwise": f"{prefix}.other",
            }],
            "dead_letters": f"{prefix}.rejected",
        },
        "http": {"listen": f"127.0.0.1:{free_ports(1)[0]}"},
        **changes,
    }


def output_topics(prefix):
    return [f"{prefix}.{name}"
            for name in ("ar", "de", "en", "fr", "ha", "ru", "zh", "other", "rejected")]


class Stage:
    """One instance. Its log is in folder/stage.log."""

    def __init__(self, folder, settings, bus=None):
        self.folder = pathlib.Path(folder)
        self.bus = bus
        self.settings = settings
        self.file = self.folder / "copydesk.yaml"
        self.log = self.folder / "stage.log"
        self.process = None
        self.environment = {}  # beside what there is
        text = settings if isinstance(settings, str) else yaml.safe_dump(settings, sort_keys=False)
        self.file.write_text(text, encoding="utf-8")

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "run", "-c", self.file], stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL,
                                            env={**os.environ, **self.environment})
        return self

    def wait_for(self, condition, what, **options):
        """Waits for a condition that only a running instance can bring about."""
        def checked():
            assert self.process.poll() is None, f"exit {self.process.poll()}:\n{self.said()}"
            return condition()
        try:
            return wait_for(checked, what, **options)
        except TimeoutError as error:
            raise AssertionError(f"{error}\n{self.said()}") from error

    def finish(self):
        """Waits until all input is worked off, then stops cleanly."""
        group = self.settings["consumer"]["group"]
        topic, = self.settings["consumer"]["topics"]
        self.wait_for(lambda: self.bus.is_done(group, topic), f"{group} at the end of {topic}")
        assert self.terminate() == 0, self.said()

    def wait_exit(self, seconds=WAIT_SECONDS):
        return self.process.wait(seconds)

    def terminate(self):
        """Asks for a clean stop and returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait_exit()

    def hang_up(self):
        """Asks for a reload of the configuration."""
        self.process.send_signal(signal.SIGHUP)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def get(self, path):
        """The status and body of an HTTP answer, or None while nothing answers."""
        try:
            with urllib.request.urlopen(f"http://{self.settings['http']['listen']}{path}",
                                        timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return None

    def wait_ready(self):
        self.wait_for(lambda: (self.get("/readyz") or (0,))[0] == 200, "ready")
        return self

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()
