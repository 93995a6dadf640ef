"""What the brokers have on disk, read without them: record batches of Kafka's message format v2, and
what follows from them: which transactions were aborted, how batches are compressed, how often the
group changed. It needs no client library, so it cannot share a fault with one.

https://kafka.apache.org/documentation/#messageformat
"""

import dataclasses
import pathlib
import struct

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
BATCH = struct.Struct(">qiibIhiqqqhii")  # base offset ... record count
LENGTH_FROM = 12  # a batch's length counts from behind itself
COMPLETE_COMMIT, COMPLETE_ABORT = 4, 5


@dataclasses.dataclass(frozen=True)
class Batch:
    first: int
    last: int
    attributes: int
    max_timestamp: int
    producer: int
    epoch: int
    payload: bytes  # the records, compressed as attributes say

    @property
    def codec(self):
        return CODECS[self.attributes & 7]

    @property
    def is_transactional(self):
        return bool(self.attributes & 16)

    @property
    def is_control(self):
        return bool(self.attributes & 32)


def parse_batches(data):
    position = 0
    while position + BATCH.size <= len(data):
        (first, length, _leader, magic, _crc, attributes, delta, _base_time, max_time, producer,
         epoch, _sequence, _count) = BATCH.unpack_from(data, position)
        end = position + LENGTH_FROM + length
        if length <= 0 or end > len(data):
            return  # the broker is still writing this one
        if magic != 2:
            raise ValueError(f"batch at {position}: message format {magic}")
        yield Batch(first, first + delta, attributes, max_time, producer, epoch,
                    data[position + BATCH.size:end])
        position = end


def read_varint(data, position):
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return (value >> 1) ^ -(value & 1), position


def read_bytes(data, position):
    length, position = read_varint(data, position)
    if length < 0:
        return None, position
    return data[position:position + length], position + length


def parse_records(batch):
    """(key, value) of each record of an uncompressed batch."""
    position = 0
    while position < len(batch.payload):
        length, position = read_varint(batch.payload, position)
        end = position + length
        _time, inside = read_varint(batch.payload, position + 1)
        _offset, inside = read_varint(batch.payload, inside)
        key, inside = read_bytes(batch.payload, inside)
        value, inside = read_bytes(batch.payload, inside)
        yield key, value
        position = end


def partition_batches(folder):
    """All batches in a partition's folder, in order."""
    for segment in sorted(pathlib.Path(folder).glob("*.log")):
        yield from parse_batches(segment.read_bytes())


def is_abort(batch):
    key, _value = next(parse_records(batch))
    return struct.unpack_from(">hh", key)[1] == 0


def aborted_spans(batches):
    """[(first, last), ...]: offsets of records whose transaction ended with an abort."""
    open_spans, aborted = {}, []
    for batch in batches:
        if not batch.is_transactional:
            continue
        if not batch.is_control:
            open_spans.setdefault(batch.producer, []).append((batch.first, batch.last))
            continue
        ended = open_spans.pop(batch.producer, [])
        if is_abort(batch):
            aborted += ended
    return aborted


class Disk:
    """The data folders of all brokers of a cluster; of a partition's replicas the longest is read."""

    def __init__(self, folders):
        self.folders = [pathlib.Path(folder) for folder in folders]

    def partitions(self, topic):
        """{partition: its folder}."""
        found = {}
        for folder in self.folders:
            for candidate in folder.glob(f"{topic}-*"):
                name, _, number = candidate.name.rpartition("-")
                if name == topic and number.isdigit():
                    found.setdefault(int(number), []).append(candidate)
        return {number: max(replicas, key=size_of) for number, replicas in sorted(found.items())}

    def batches(self, topic):
        for folder in self.partitions(topic).values():
            yield from partition_batches(folder)

    def aborted(self, *topics):
        """{(topic, partition): spans of aborted records}."""
        return {(topic, number): aborted_spans(partition_batches(folder))
                for topic in topics for number, folder in self.partitions(topic).items()}

    def codecs(self, topic):
        return {batch.codec for batch in self.batches(topic) if not batch.is_control}

    def generations(self, group, since_ms=0):
        """The group's generations that were written since then: one for each rebalance."""
        return {generation for batch in self.batches("__consumer_offsets")
                if batch.max_timestamp >= since_ms and not batch.is_control
                for key, value in parse_records(batch)
                if (generation := generation_of(key, value, group)) is not None}

    def transactions(self, prefix, since_ms=0):
        """(committed, aborted) of the transactional ids that begin with prefix."""
        ends = [transaction_state(key, value, prefix)
                for batch in self.batches("__transaction_state")
                if batch.max_timestamp >= since_ms for key, value in parse_records(batch)]
        return ends.count(COMPLETE_COMMIT), ends.count(COMPLETE_ABORT)


def size_of(folder):
    return sum(segment.stat().st_size for segment in folder.glob("*.log"))


def read_text(data, position, compact=False):
    if compact:
        length, position = data[position] - 1, position + 1  # names here are shorter than 127
    else:
        length, position = struct.unpack_from(">h", data, position)[0], position + 2
    return data[position:position + length].decode(), position + length


def generation_of(key, value, group):
    """The generation that a record of __consumer_offsets tells of, or None."""
    if value is None or struct.unpack_from(">h", key)[0] != 2 or read_text(key, 2)[0] != group:
        return None
    version = struct.unpack_from(">h", value)[0]
    _protocol, position = read_text(value, 2, compact=version >= 4)
    return struct.unpack_from(">i", value, position)[0]


def transaction_state(key, value, prefix):
    """The state that a record of __transaction_state tells of, or None."""
    if value is None or not read_text(key, 2)[0].startswith(prefix):
        return None
    return struct.unpack_from(">hqhib", value)[4]
