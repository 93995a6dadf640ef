"""The proxy does what a rule says, where it says so, and nothing else. The broker here is a few lines:
it applies every request and answers with its correlation id."""

import contextlib
import socket
import struct
import threading
import time

import pytest

from broker import free_ports
from proxy import Proxy, Rule
from wire import ILLEGAL_GENERATION, Request, with_error

END_TXN, PRODUCE, JOIN_GROUP, SYNC_GROUP = 26, 0, 11, 14
NO_ERROR = b"\x00\x00\x00\x00\x00\x00"  # EndTxn 1: throttle time, error code


class Broker(threading.Thread):
    """Applies what comes, in order, and answers."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.applied = []

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self.listener.accept()
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, contextlib.suppress(OSError, EOFError):
            while True:
                frame = read_frame(connection)
                _api, _version, correlation = struct.unpack_from(">hhi", frame)
                self.applied.append(correlation)
                send_frame(connection, struct.pack(">i", correlation) + NO_ERROR)


def read_frame(connection):
    size = connection.recv(4, socket.MSG_WAITALL)
    if len(size) < 4:
        raise EOFError
    return connection.recv(struct.unpack(">i", size)[0], socket.MSG_WAITALL)


def send_frame(connection, frame):
    connection.sendall(struct.pack(">i", len(frame)) + frame)


class Client:
    def __init__(self, port, name="desk-1"):
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.name = name.encode()

    def send(self, api, correlation, body=b"", version=1):
        header = struct.pack(">hhih", api, version, correlation, len(self.name)) + self.name
        send_frame(self.connection, header + body)

    def receive(self):
        frame = read_frame(self.connection)
        return struct.unpack_from(">i", frame)[0], frame[4:]

    def ask(self, api, correlation, body=b""):
        self.send(api, correlation, body)
        return self.receive()

    def is_cut(self):
        try:
            return self.connection.recv(1) == b""
        except ConnectionResetError:
            return True

    def has_answer(self, seconds=0.3):
        self.connection.settimeout(seconds)
        try:
            return bool(self.connection.recv(1, socket.MSG_PEEK))
        except TimeoutError:
            return False


@pytest.fixture
def broker():
    running = Broker()
    running.start()
    yield running
    running.listener.close()


@pytest.fixture
def port():
    return free_ports(1)[0]


@pytest.fixture
def proxy(broker, port):
    with Proxy({port: broker.port}) as running:
        yield running


def test_without_a_rule_everything_passes(proxy, broker, port):
    client = Client(port)
    body = bytes(range(256)) * 4000
    assert [client.ask(PRODUCE, n, body) for n in range(5)] == [(n, NO_ERROR) for n in range(5)]
    assert broker.applied == list(range(5))
    assert proxy.counts["Produce", "desk-1"] == 5
    assert proxy.bytes["Produce", "in"] > 5 * len(body)


def test_swallow_applies_once_and_cuts(proxy, broker, port):
    rule = proxy.add(Rule({"EndTxn"}, "swallow", times=1))
    client = Client(port)
    assert client.ask(PRODUCE, 1) == (1, NO_ERROR)
    client.send(END_TXN, 2)
    assert client.is_cut()
    assert broker.applied == [1, 2]
    assert [request.api for _at, request in rule.hits] == ["EndTxn"]
    assert Client(port).ask(END_TXN, 3) == (3, NO_ERROR)


def test_mute_applies_and_says_nothing(proxy, broker, port):
    proxy.add(Rule({"EndTxn"}, "mute", times=1))
    client = Client(port)
    client.send(END_TXN, 1)
    assert not client.has_answer()
    assert broker.applied == [1]
    client.connection.settimeout(10)
    assert client.ask(END_TXN, 2) == (2, NO_ERROR)


def test_reset_cuts_before_the_broker_sees_it(proxy, broker, port):
    proxy.add(Rule({"Produce"}, "reset", times=1))
    client = Client(port)
    client.send(PRODUCE, 1)
    assert client.is_cut()
    assert broker.applied == []


def test_a_black_hole_takes_requests_and_keeps_the_connection(proxy, broker, port):
    rule = proxy.add(Rule({"Produce"}, "black-hole"))
    client = Client(port)
    client.send(PRODUCE, 1)
    assert not client.has_answer()
    proxy.remove(rule)
    client.connection.settimeout(10)
    assert client.ask(PRODUCE, 2) == (2, NO_ERROR)
    assert broker.applied == [2]


def test_delay_holds_back_and_keeps_the_order(proxy, broker, port):
    proxy.add(Rule({"Produce"}, "delay", times=1, seconds=0.3))
    client = Client(port)
    client.send(PRODUCE, 1)
    client.send(END_TXN, 2)
    assert not client.has_answer(0.1)
    client.connection.settimeout(10)
    assert [client.receive()[0] for _ in range(2)] == [1, 2]


def test_fail_applies_and_answers_with_the_code(proxy, broker, port):
    proxy.add(Rule({"EndTxn"}, "fail", code=ILLEGAL_GENERATION, times=1))
    client = Client(port)
    assert client.ask(END_TXN, 1) == (1, struct.pack(">ih", 0, ILLEGAL_GENERATION))
    assert client.ask(END_TXN, 2) == (2, NO_ERROR)
    assert broker.applied == [1, 2]


def test_a_rule_for_one_client_leaves_the_others_alone(proxy, broker, port):
    proxy.add(Rule({"EndTxn"}, "swallow", client="desk-2"))
    assert Client(port, "desk-1").ask(END_TXN, 1) == (1, NO_ERROR)
    other = Client(port, "desk-2")
    other.send(END_TXN, 2)
    assert other.is_cut()


def test_chance_takes_its_share(proxy, port):
    rule = proxy.add(Rule({"EndTxn"}, "fail", code=1, chance=0.3))
    client = Client(port)
    for n in range(200):
        client.ask(END_TXN, n)
    assert 30 <= len(rule.hits) <= 90


def test_a_rule_can_mean_the_time_between_assignment_and_joining_again(proxy, port):
    rule = proxy.add(Rule({"EndTxn"}, "fail", code=1,
                          when=lambda request: request.client in proxy.synced))
    client = Client(port)
    client.ask(END_TXN, 1)
    client.ask(SYNC_GROUP, 2)
    client.ask(END_TXN, 3)
    client.ask(JOIN_GROUP, 4)
    client.ask(END_TXN, 5)
    assert [request.correlation for _at, request in rule.hits] == [3]


def test_throttle_bounds_what_producers_send(proxy, port):
    client = Client(port)
    proxy.throttle(1_000_000)
    begin = time.monotonic()
    for n in range(5):
        client.ask(PRODUCE, n, bytes(100_000))
    assert time.monotonic() - begin > 0.45  # half a megabyte
    proxy.throttle(None)


TXN_OFFSET_COMMIT_3 = (b"\x00\x00\x00\x07" b"\x00" b"\x00\x00\x00\x00" b"\x02" b"\x04raw" b"\x03"
                       b"\x00\x00\x00\x00" b"%s\x00" b"\x00\x00\x00\x01" b"%s\x00" b"\x00" b"\x00")
PRODUCE_7 = (b"\x00\x00\x00\x07" b"\x00\x00\x00\x01" b"\x00\x03out" b"\x00\x00\x00\x01"
             b"\x00\x00\x00\x02%s" + b"\xff" * 24 + b"\x00\x00\x00\x00")
OFFSET_COMMIT_7 = (b"\x00\x00\x00\x07" b"\x00\x00\x00\x00" b"\x00\x00\x00\x01" b"\x00\x03raw"
                   b"\x00\x00\x00\x01" b"\x00\x00\x00\x05%s")


@pytest.mark.parametrize("api, version, form, errors", [
    ("TxnOffsetCommit", 3, TXN_OFFSET_COMMIT_3, 2), ("Produce", 7, PRODUCE_7, 1),
    ("OffsetCommit", 7, OFFSET_COMMIT_7, 1)])
def test_only_error_codes_change(api, version, form, errors):
    request = Request(api, version, 7, "desk-1")
    assert with_error(request, form % ((b"\x00\x00",) * errors), 22) == form % (
        (b"\x00\x16",) * errors)
