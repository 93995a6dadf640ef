"""Batches written by hand are read back; what was aborted is told from what was committed."""

import struct

from segments import (BATCH, COMPLETE_ABORT, COMPLETE_COMMIT, Disk, aborted_spans, parse_batches,
                      parse_records)

TRANSACTIONAL, CONTROL = 16, 32
ABORT, COMMIT = 0, 1


def varint(value):
    value = (value << 1) ^ (value >> 63)
    out = b""
    while value >= 128:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def record(number, key, value):
    def field(data):
        return varint(-1) if data is None else varint(len(data)) + data
    body = b"\x00" + varint(0) + varint(number) + field(key) + field(value) + varint(0)
    return varint(len(body)) + body


def batch(first, records, attributes=0, producer=-1, time=1000):
    payload = b"".join(record(n, *pair) for n, pair in enumerate(records))
    header = BATCH.pack(first, BATCH.size - 12 + len(payload), 0, 2, 0, attributes,
                        len(records) - 1, time, time, producer, 0, 0, len(records))
    return header + payload


def articles(first, count, producer):
    return batch(first, [(b"k", b"v" * 300)] * count, TRANSACTIONAL, producer)


def marker(first, kind, producer):
    return batch(first, [(struct.pack(">hh", 0, kind), b"")], TRANSACTIONAL | CONTROL, producer)


def test_records_are_read_back():
    data = batch(5, [(b"one", b"1" * 1000), (None, None)]) + batch(7, [(b"", b"")], attributes=3)
    first, second = parse_batches(data)
    assert (first.first, first.last, first.codec) == (5, 6, "none")
    assert list(parse_records(first)) == [(b"one", b"1" * 1000), (None, None)]
    assert (second.first, second.codec, second.is_transactional) == (7, "lz4", False)


def test_a_batch_that_is_still_being_written_is_left_out():
    data = batch(0, [(b"k", b"v")]) + batch(1, [(b"k", b"v")])
    assert [one.first for one in parse_batches(data[:-3])] == [0]
    assert [one.first for one in parse_batches(data + bytes(100))] == [0, 1]


def test_interleaved_transactions_end_each_for_itself():
    data = (articles(0, 3, producer=1) + articles(3, 2, producer=2) + articles(5, 1, producer=1)
            + marker(6, ABORT, 1) + articles(7, 4, producer=1) + marker(11, COMMIT, 2)
            + marker(12, COMMIT, 1) + articles(13, 1, producer=2))
    assert aborted_spans(parse_batches(data)) == [(0, 2), (5, 5)]


def write(folder, partition, *batches):
    (folder / partition).mkdir(parents=True)
    (folder / partition / "00000000000000000000.log").write_bytes(b"".join(batches))


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def generation(group, number, version=3):
    name = text("consumer") if version < 4 else b"\x09consumer"
    return (struct.pack(">h", 2) + text(group),
            struct.pack(">h", version) + name + struct.pack(">i", number) + b"\xff" * 20)


def state(transactional_id, status):
    return (struct.pack(">h", 0) + text(transactional_id),
            struct.pack(">hqhib", 1, 4000, 3, 15000, status) + b"\x00" * 20)


def test_the_disk_tells_generations_and_transactions(tmp_path):
    commit = (struct.pack(">h", 1) + text("desk") + text("raw") + b"\x00" * 4, b"\x00" * 20)
    write(tmp_path, "__consumer_offsets-0",
          batch(0, [generation("desk", 1), commit], time=1000),
          batch(2, [generation("desk", 2), generation("other", 9)], time=2000),
          batch(4, [generation("desk", 3, version=4), (generation("desk", 3)[0], None)], time=3000))
    write(tmp_path, "__transaction_state-3",
          batch(0, [state("copydesk-desk-a", 1), state("copydesk-desk-a", COMPLETE_COMMIT),
                    state("copydesk-desk-b", COMPLETE_ABORT), state("else", COMPLETE_ABORT)]))
    disk = Disk([tmp_path])
    assert disk.generations("desk") == {1, 2, 3}
    assert disk.generations("desk", since_ms=2000) == {2, 3}
    assert disk.transactions("copydesk-desk-") == (1, 1)


def test_of_a_partitions_replicas_the_longest_counts(tmp_path):
    write(tmp_path / "one", "out-0", articles(0, 2, 1))
    write(tmp_path / "two", "out-0", articles(0, 2, 1), marker(2, ABORT, 1))
    disk = Disk([tmp_path / "one", tmp_path / "two"])
    assert disk.aborted("out", "absent") == {("out", 0): [(0, 1)]}
    assert disk.codecs("out") == {"none"}
