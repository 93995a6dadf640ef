"""As much of Kafka's protocol as the proxy needs: frames, request headers, and where the error codes
of a few responses are. https://kafka.apache.org/protocol"""

import dataclasses
import struct

APIS = {0: "Produce", 1: "Fetch", 3: "Metadata", 8: "OffsetCommit", 9: "OffsetFetch",
        10: "FindCoordinator", 11: "JoinGroup", 12: "Heartbeat", 13: "LeaveGroup", 14: "SyncGroup",
        18: "ApiVersions", 22: "InitProducerId", 24: "AddPartitionsToTxn", 25: "AddOffsetsToTxn",
        26: "EndTxn", 28: "TxnOffsetCommit"}

# The first version with compact lengths and tagged fields.
FLEXIBLE_FROM = {"Produce": 9, "OffsetCommit": 8, "AddPartitionsToTxn": 3, "AddOffsetsToTxn": 3,
                 "EndTxn": 3, "TxnOffsetCommit": 3}

ILLEGAL_GENERATION = 22
REBALANCE_IN_PROGRESS = 27


@dataclasses.dataclass(frozen=True)
class Request:
    api: str
    version: int
    correlation: int
    client: str

    @property
    def is_flexible(self):
        return self.version >= FLEXIBLE_FROM.get(self.api, 1 << 15)


def parse_request(frame):
    """frame: without its length."""
    api, version, correlation, length = struct.unpack_from(">hhih", frame)
    client = frame[10:10 + max(length, 0)].decode(errors="replace")
    return Request(APIS.get(api, str(api)), version, correlation, client)


def correlation_of(frame):
    return struct.unpack_from(">i", frame)[0]


def with_error(request, frame, code):
    """The response with every error code in it replaced."""
    walk = Walk(bytearray(frame), request.is_flexible, code)
    walk.skip(4)
    walk.tags()
    if request.api in ("EndTxn", "AddOffsetsToTxn"):
        walk.skip(4)  # throttle time
        walk.error()
    elif request.api in ("TxnOffsetCommit", "AddPartitionsToTxn", "OffsetCommit"):
        if request.api != "OffsetCommit" or request.version >= 3:
            walk.skip(4)
        walk.topics(behind_error=0)
    elif request.api == "Produce" and request.version <= 7:
        walk.topics(behind_error=24)  # offset, time, start offset
    else:
        raise ValueError(f"error codes of {request.api} {request.version} are not known")
    return bytes(walk.frame)


class Walk:
    """Goes over a response and writes the code where an error code is."""

    def __init__(self, frame, flexible, code):
        self.frame = frame
        self.flexible = flexible
        self.code = code
        self.position = 0

    def skip(self, count):
        self.position += count

    def number(self, form):
        value, = struct.unpack_from(form, self.frame, self.position)
        self.position += struct.calcsize(form)
        return value

    def unsigned(self):
        value = shift = 0
        while True:
            byte = self.number("B")
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def tags(self):
        if self.flexible:
            for _ in range(self.unsigned()):
                self.unsigned()
                self.skip(self.unsigned())

    def error(self):
        struct.pack_into(">h", self.frame, self.position, self.code)
        self.position += 2

    def count(self):
        return self.unsigned() - 1 if self.flexible else self.number(">i")

    def text(self):
        self.skip(self.unsigned() - 1 if self.flexible else self.number(">h"))

    def topics(self, behind_error):
        for _ in range(self.count()):
            self.text()
            for _ in range(self.count()):
                self.skip(4)  # the partition
                self.error()
                self.skip(behind_error)
                self.tags()
            self.tags()
