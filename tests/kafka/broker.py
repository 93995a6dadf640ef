"""Real Apache Kafka brokers on loopback, for tests and for people (`./dev kafka`).

    with Cluster(folder, brokers=3, properties={"message.max.bytes": "2000000"}) as cluster:
        cluster.bootstrap            # "127.0.0.1:40001,127.0.0.1:40002,127.0.0.1:40003"
        cluster.brokers[0].kill()    # also stop, pause, resume, start

Each broker is a KRaft node, broker and controller in one. Only processes that were started here are
ever signalled: the recorded pid must still have the start time that was recorded with it. Standard
library only.
"""

import argparse
import base64
import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import uuid

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 30

# What differs from Kafka's defaults: shorter waits, smaller files, and old records stay.
DEFAULTS = {
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "log.cleaner.dedupe.buffer.size": "4194304",
    "log.index.size.max.bytes": "1048576",
    "log.retention.ms": "-1",
    "num.network.threads": "2",
    "num.io.threads": "2",
    "num.recovery.threads.per.data.dir": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
}


class BrokerError(RuntimeError):
    """A broker that did not start; the text ends with its last log lines."""


def jars():
    """The folder with Kafka's jars, fetched at first use."""
    tool = REPOSITORY / "tests" / "tools" / "environment"
    return subprocess.run([tool, "kafka"], check=True, stdout=subprocess.PIPE,
                          text=True).stdout.strip()


def free_ports(count):
    """Ports of loopback that nothing listens on, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for candidate in sockets:
            candidate.bind(("127.0.0.1", 0))
        return [candidate.getsockname()[1] for candidate in sockets]


def new_cluster_id():
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def start_time(pid):
    """When a process started, in the kernel's ticks; None when there is none."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else int(fields[19])


def answers(port):
    """Does a broker on this port answer an ApiVersions request?"""
    request = struct.pack(">hhih", 18, 0, 1, -1)  # key, version, correlation id, no client id
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            reply = connection.recv(10, socket.MSG_WAITALL)  # size, correlation id, error code
    except OSError:
        return False
    return len(reply) == 10 and struct.unpack(">iih", reply)[1:] == (1, 0)


class Process:
    """A process that this or an earlier run of this program started."""

    def __init__(self, pid, started):
        self.pid = pid
        self.started = started

    @property
    def alive(self):
        return start_time(self.pid) == self.started

    def send(self, number):
        if self.alive:
            os.kill(self.pid, number)

    def wait_gone(self, seconds):
        """True when the process ended within the seconds given."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return True
        with os.fdopen(handle):
            gone = bool(select.select([handle], [], [], seconds)[0])
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        return gone or not self.alive


class Broker:
    """One node. folder: its own, kept over stop and start."""

    def __init__(self, folder, node, port, voters, cluster_id, properties, heap, listeners=None,
                 format_options=()):
        self.folder = pathlib.Path(folder)
        self.node = node
        self.port = port
        self.listeners = listeners or {}  # beside the plain one: {name: port}
        self.format_options = format_options
        self.voters = voters
        self.cluster_id = cluster_id
        self.properties = properties
        self.heap = heap
        self.process = None

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def address_of(self, listener):
        """Of one of the listeners beside the plain one. Certificates are for names."""
        return f"localhost:{self.listeners[listener]}"

    @property
    def log(self):
        return self.folder / "broker.log"

    def start(self, wait=True):
        if not (self.folder / "server.properties").exists():
            self._format()
        with open(self.log, "ab") as log:
            child = subprocess.Popen(self._java("kafka.Kafka", self._settings_file()), stdout=log,
                                     stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        self.process = Process(child.pid, start_time(child.pid))
        if wait:
            self.wait_ready()

    def wait_ready(self, seconds=START_SECONDS):
        deadline = time.monotonic() + seconds
        while not answers(self.port):
            if self.process.wait_gone(0.05):
                raise BrokerError(f"broker {self.node} ended while starting\n{self._last_lines()}")
            if time.monotonic() > deadline:
                raise BrokerError(f"broker {self.node} did not answer on {self.address} within "
                                  f"{seconds} s\n{self._last_lines()}")

    def stop(self):
        """A clean stop; killed when it takes too long. Nothing happens when it does not run."""
        if self.process is None:
            return
        self.process.send(signal.SIGCONT)
        self.process.send(signal.SIGTERM)
        if not self.process.wait_gone(STOP_SECONDS):
            self.kill()
        self.process = None

    def kill(self):
        self.process.send(signal.SIGKILL)
        self.process.wait_gone(STOP_SECONDS)

    def pause(self):
        self.process.send(signal.SIGSTOP)

    def resume(self):
        self.process.send(signal.SIGCONT)

    def _format(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        text = "".join(f"{name}={value}\n" for name, value in self._settings().items())
        self._settings_file().write_text(text, encoding="utf-8")
        done = subprocess.run(
            self._java("kafka.tools.StorageTool", "format", "--ignore-formatted", "-t",
                       self.cluster_id, "-c", self._settings_file(), *self.format_options),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            self._settings_file().unlink()
            raise BrokerError(f"broker {self.node}: formatting failed\n{done.stdout}")

    def _settings(self):
        controller = dict(self.voters)[self.node]
        replicas = str(min(3, len(self.voters)))
        in_sync = str(max(1, min(2, len(self.voters) - 1)))
        return {
            "process.roles": "broker,controller",
            "node.id": self.node,
            "controller.quorum.voters": ",".join(f"{node}@127.0.0.1:{port}"
                                                 for node, port in self.voters),
            "listeners": f"CONTROLLER://127.0.0.1:{controller},{self._listeners('127.0.0.1')}",
            "advertised.listeners": self._listeners("localhost"),
            "controller.listener.names": "CONTROLLER",
            "log.dirs": self.folder / "data",
            "default.replication.factor": replicas,
            "min.insync.replicas": in_sync,
            "offsets.topic.replication.factor": replicas,
            "transaction.state.log.replication.factor": replicas,
            "transaction.state.log.min.isr": in_sync,
            **DEFAULTS,
            **self.properties,
        }

    def _listeners(self, host):
        more = (f"{name}://{host}:{port}" for name, port in self.listeners.items())
        return ",".join([f"PLAINTEXT://{self.address}", *more])

    def _settings_file(self):
        return self.folder / "server.properties"

    def _java(self, main, *arguments):
        return ["java", f"-Xmx{self.heap}", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp", os.path.join(jars(), "*"), main, *map(str, arguments)]

    def _last_lines(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


class Cluster:
    """Brokers 1 to n on free ports (or the one given), with data below folder. listeners: names of
    more listeners, which properties describe; format_options: of kafka-storage.sh format."""

    def __init__(self, folder, brokers=1, port=None, properties=None, heap="512m", listeners=(),
                 format_options=()):
        self.folder = pathlib.Path(folder)
        ports = iter(free_ports((2 + len(listeners)) * brokers))
        voters = [(node, next(ports)) for node in range(1, brokers + 1)]
        cluster_id = new_cluster_id()
        self.brokers = [
            Broker(self.folder / f"broker-{node}", node, next(ports), voters, cluster_id,
                   properties or {}, heap, {name: next(ports) for name in listeners},
                   format_options) for node in range(1, brokers + 1)]
        if port:
            self.brokers[0].port = port

    @property
    def bootstrap(self):
        return ",".join(broker.address for broker in self.brokers)

    def start(self):
        try:
            for broker in self.brokers:
                broker.start(wait=False)
            for broker in self.brokers:
                broker.wait_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        for broker in self.brokers:
            if broker.process is not None:
                broker.process.send(signal.SIGTERM)
        for broker in self.brokers:
            broker.stop()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


# ---- ./dev kafka: one broker that outlives the command ----

def state_folder():
    cache = os.environ.get("COPYDESK_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "copydesk")
    return pathlib.Path(cache) / "broker"


def running():
    """The address and process of the broker that `start` left, or None."""
    try:
        state = json.loads((state_folder() / "state.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    process = Process(state["pid"], state["started"])
    return (state["address"], process) if process.alive else None


def command_start(port):
    found = running()
    if found:
        print(f"already running: {found[0]}")
        return 0
    if answers(port):
        print(f"something else already listens on port {port}; choose another one with --port",
              file=sys.stderr)
        return 1
    shutil.rmtree(state_folder(), ignore_errors=True)
    cluster = Cluster(state_folder(), port=port)
    cluster.start()
    broker = cluster.brokers[0]
    (state_folder() / "state.json").write_text(json.dumps(
        {"pid": broker.process.pid, "started": broker.process.started, "address": broker.address}),
        encoding="utf-8")
    print(f"running: {broker.address} (data and log in {broker.folder})")
    return 0


def command_stop():
    found = running()
    if found:
        process = found[1]
        process.send(signal.SIGTERM)
        if not process.wait_gone(STOP_SECONDS):
            process.send(signal.SIGKILL)
            process.wait_gone(STOP_SECONDS)
    shutil.rmtree(state_folder(), ignore_errors=True)
    print("stopped; its data is gone" if found else "was not running")
    return 0


def command_status():
    found = running()
    print(found[0] if found else "not running")
    return 0 if found else 1


def main():
    parser = argparse.ArgumentParser(prog="./dev kafka", description="A Kafka broker on loopback.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    start = verbs.add_parser("start", help="start a broker and print its address")
    start.add_argument("--port", type=int, default=9092)
    verbs.add_parser("stop", help="stop it and remove its data")
    verbs.add_parser("status", help="print its address; exit 1 when it does not run")
    arguments = parser.parse_args()
    try:
        if arguments.verb == "start":
            return command_start(arguments.port)
        return command_stop() if arguments.verb == "stop" else command_status()
    except (BrokerError, OSError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
