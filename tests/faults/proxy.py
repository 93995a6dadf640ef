"""A TCP proxy between clients and brokers that understands Kafka's frames, and so can do harm at a
chosen place: hold a request back, cut the connection, swallow the response that says what the broker
has already done, or turn its answer into an error.

    with Proxy({listen_port: broker_port}) as proxy:
        rule = proxy.add(Rule({"EndTxn"}, "swallow", times=3))
        ...
        rule.hits        # [(monotonic time, Request), ...]

Threads: one of its own; add, remove and throttle from any.
"""

import asyncio
import collections
import contextlib
import dataclasses
import random
import struct
import threading
import time
from collections.abc import Callable

from wire import correlation_of, parse_request, with_error

MAX_FRAME = 128 << 20
PIECE = 16 << 10  # what a throttled connection passes on at a time
ON_REQUEST = ("delay", "reset", "black-hole")
ON_RESPONSE = ("swallow", "mute", "fail")


@dataclasses.dataclass
class Rule:
    """What happens to requests of some kinds.

    delay: passed on `seconds` later.  reset: the connection is cut, the broker never sees it.
    black-hole: never passed on, the connection stays.  swallow: the broker applies it, the response
    is dropped and the connection cut.  mute: the same, but the connection stays.  fail: the broker
    applies it, the response says `code`.
    """

    apis: set
    action: str
    client: str | None = None  # client.id, where only one is meant
    times: int | None = None  # how often at most
    chance: float = 1.0
    seconds: float = 0.0
    code: int = 0
    when: Callable = lambda request: True
    hits: list = dataclasses.field(default_factory=list)

    def __post_init__(self):
        if self.action not in (*ON_REQUEST, *ON_RESPONSE):
            raise ValueError(self.action)
        self.random = random.Random(7)

    def takes(self, request):
        if (request.api not in self.apis or self.client not in (None, request.client)
                or (self.times is not None and len(self.hits) >= self.times)
                or not self.when(request) or self.random.random() >= self.chance):
            return False
        self.hits.append((time.monotonic(), request))
        return True


class Cut(Exception):
    """This connection ends here."""


class Bucket:
    """Passes `rate` bytes a second; shared by all connections that produce."""

    def __init__(self, rate):
        self.rate = rate
        self.free_at = 0.0

    async def take(self, count):
        now = time.monotonic()
        self.free_at = max(self.free_at, now) + count / self.rate
        await asyncio.sleep(self.free_at - now)


class Proxy:
    def __init__(self, ports):
        """ports: {port to listen on: port of the broker}, all on 127.0.0.1."""
        self.ports = ports
        self.rules = []
        self.bytes = collections.Counter()  # (api, "in" | "out"): from clients, to clients
        self.counts = collections.Counter()  # (api, client)
        self.synced = {}  # client: when the group gave it its last assignment; gone while it joins
        self.bucket = None
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="proxy", daemon=True)

    def add(self, rule):
        self.rules.append(rule)
        return rule

    def remove(self, rule):
        self.rules.remove(rule)

    def throttle(self, rate):
        """Produce requests pass with so many bytes a second from now on; None: as fast as can be."""
        self.bucket = Bucket(rate) if rate else None

    def __enter__(self):
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self.loop).result()
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _listen(self):
        self.servers = [
            await asyncio.start_server(
                lambda reader, writer, port=broker: self._serve(reader, writer, port),
                "127.0.0.1", listen) for listen, broker in self.ports.items()]

    async def _close(self):
        for server in self.servers:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader, writer, broker):
        pumps = []
        with contextlib.suppress(OSError):
            broker_reader, broker_writer = await asyncio.open_connection("127.0.0.1", broker)
            connection = Connection(self, writer, broker_writer)
            pumps = [asyncio.create_task(connection.pump(reader, connection.on_request)),
                     asyncio.create_task(connection.pump(broker_reader, connection.on_response))]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                broker_writer.close()
        writer.transport.abort()
        await asyncio.gather(*pumps, return_exceptions=True)

    def matching(self, request, actions):
        return next((rule for rule in self.rules
                     if rule.action in actions and rule.takes(request)), None)


class Connection:
    def __init__(self, proxy, to_client, to_broker):
        self.proxy = proxy
        self.to_client = to_client
        self.to_broker = to_broker
        self.waiting = {}  # correlation id: Request

    async def pump(self, reader, handle):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, Cut):
            while True:
                length = await reader.readexactly(4)
                size, = struct.unpack(">i", length)
                if not 0 < size <= MAX_FRAME:
                    raise Cut
                await handle(await reader.readexactly(size), length)

    async def on_request(self, frame, length):
        request = parse_request(frame)
        proxy = self.proxy
        proxy.bytes[request.api, "in"] += len(frame)
        proxy.counts[request.api, request.client] += 1
        if request.api == "JoinGroup":
            proxy.synced.pop(request.client, None)
        rule = proxy.matching(request, ON_REQUEST)
        if rule and rule.action == "reset":
            raise Cut
        if rule and rule.action == "black-hole":
            return
        if rule:
            await asyncio.sleep(rule.seconds)
        self.waiting[request.correlation] = request
        if request.api == "Produce" and proxy.bucket:
            await self.trickle(length + frame)
        else:
            await self.write(self.to_broker, length + frame)

    async def trickle(self, data):
        for start in range(0, len(data), PIECE):
            piece = data[start:start + PIECE]
            if self.proxy.bucket:
                await self.proxy.bucket.take(len(piece))
            await self.write(self.to_broker, piece)

    async def on_response(self, frame, length):
        request = self.waiting.pop(correlation_of(frame))
        self.proxy.bytes[request.api, "out"] += len(frame)
        rule = self.proxy.matching(request, ON_RESPONSE)
        if rule and rule.action == "swallow":
            raise Cut
        if rule and rule.action == "mute":
            return
        if rule:
            frame = with_error(request, frame, rule.code)
        await self.write(self.to_client, length + frame)
        if request.api == "SyncGroup":
            self.proxy.synced[request.client] = time.monotonic()

    @staticmethod
    async def write(writer, data):
        writer.write(data)
        await writer.drain()
