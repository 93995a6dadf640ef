"""The law in C against the law in Python (tests/kafka/law.py), on random journals: few ids, few texts
that share parts, versions, corrections, kills, further ids, retractions, other terms, garbage. No
broker: `copydesk claims verify` replays a dump.

    test_law.py PROGRAM [SEED...]
"""

import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "kafka"))

import law  # noqa: E402

RECORDS = 3000
ALGORITHM = 0x1122334455667788
CONFIGURATION = """
consumer: {topics: [raw]}
processors: [{duplicates: {scope: group}}]
producer: {routes: [{topic: out}], dead_letters: dead}
"""


def integer(value, count):
    return (value & (1 << 8 * count) - 1).to_bytes(count, "little")


def identity(number):
    """Identities are hashes."""
    return integer(((number + 1) * 0x9e3779b97f4a7c15 & (1 << 64) - 1) | 1, 8)


def text(value):
    return integer(len(value), 2) + value.encode()


class Journal:
    def __init__(self, seed):
        self.choose = random.Random(seed)
        self.stories = [self.story() for _ in range(12)]
        self.offsets = [0, 0, 0]
        self.claimed = []

    def story(self):
        """A fingerprint: bins, numbers, names."""
        bins = [self.choose.randrange(1, 16) for _ in range(256)]
        return bins, self.choose.getrandbits(64) & self.choose.getrandbits(64), (
            self.choose.getrandbits(64) & self.choose.getrandbits(64))

    def fingerprint(self):
        """A story, a part of one and of another, or a digest of several."""
        share = self.choose.choice((1, 1, 0.9, 0.7, 0.6, 0.5, 0.3))
        one, other = self.choose.sample(self.stories, 2)
        fresh = self.choose.random() < 0.3
        mixed = self.story() if fresh else other
        bins = [a if self.choose.random() < share else b for a, b in zip(one[0], mixed[0])]
        numbers = one[1] if self.choose.random() < 0.7 else mixed[1]
        names = one[2] if self.choose.random() < 0.7 else mixed[2]
        return bins, numbers, names

    def keys(self, bins):
        """What texts that share bins share."""
        return sorted({hash((i // 32, tuple(bins[i:i + 2]))) & 0xffffffff
                       for i in range(0, 256, 32)})[:8]

    def text_part(self):
        bins, numbers, names = self.fingerprint()
        shingles = self.choose.choice((0, 20, 40, 41, 100, 300, 400, 2000))
        exact = hash((tuple(bins), numbers)) & 0xffffffffffffffff
        part = integer(-1, 8) + integer(exact, 8) + integer(numbers, 8) + integer(names, 8)
        if not shingles:
            return 0, part
        words = [sum(bins[16 * word + i] << 4 * i for i in range(16)) for word in range(16)]
        keys = self.keys(bins)
        return 1 << 6, (part + integer(shingles, 4) + struct.pack("<16Q", *words)
                        + integer(len(keys), 1) + b"".join(integer(key, 4) for key in keys))

    def coordinates(self):
        if self.claimed and self.choose.random() < 0.1:
            return self.choose.choice(self.claimed)
        partition = self.choose.randrange(3)
        self.offsets[partition] += self.choose.choice((1, 1, 1, 2))
        back = self.choose.choice((0, 0, 0, 0, 0, 0, 1, 400))
        offset = max(0, self.offsets[partition] - back)
        here = integer(partition, 4) + integer(offset, 8) + integer(offset * 7, 8) + text("raw")
        self.claimed.append(here)
        return here

    def maybe(self, flag, chance, make):
        return (flag, make()) if self.choose.random() < chance else (0, b"")

    def item(self):
        choose, kind = self.choose, law.KILL if self.choose.random() < 0.04 else law.ARTICLE
        number = choose.randrange(150)
        parts = [self.maybe(1, 0.9, lambda: text(f"wire-{number}")),
                 (2, identity(number)) if choose.random() < 0.9 else (0, b""),
                 self.maybe(4, 0.3, lambda: integer(choose.randrange(4), 8)),
                 self.maybe(8, 0.1, lambda: integer(choose.randrange(1, 4) | 1, 8)),
                 self.maybe(16, 0.3, lambda: integer(choose.randrange(5) * 1000, 8)),
                 self.maybe(32, 0.1, lambda: identity(choose.randrange(150))
                            + text(f"wire-{choose.randrange(150)}")),
                 self.maybe(1 << 10, 0.1, lambda: integer(2, 1) + identity(
                     choose.randrange(150)) + identity(choose.randrange(150))),
                 self.maybe(1 << 7, 0.1, bytes), self.maybe(1 << 8, 0.1, bytes),
                 self.maybe(1 << 9, 0.1, lambda: integer(choose.randrange(3), 8)),
                 self.maybe(1 << 11, 0.3, lambda: text("somewhere"))]
        flag, body = self.text_part() if kind == law.ARTICLE else (0, b"")
        flags = sum(one for one, _ in parts) + flag
        under = (choose.getrandbits(48) << 16 | ALGORITHM & 0xffff) ^ (choose.random() < 0.01)
        return (integer(law.FORM, 1) + integer(kind, 1) + integer(flags, 2) + integer(under, 8)
                + self.coordinates() + b"".join(part for _, part in parts) + body)

    def terms(self, rules):
        window, articles = self.choose.choice(((4_000_000, 1000), (9_000_000, 300)))
        return (integer(law.FORM, 1) + integer(law.TERMS, 1) + integer(rules, 1)
                + integer(ALGORITHM, 8) + integer(window, 8) + integer(articles, 8)
                + integer(0, 1) + 3 * integer(0, 1))

    def record(self, number):
        kind = self.choose.random()
        if number == 0 or kind < 0.01:
            return self.terms(rules=self.choose.random() < 0.3)
        if kind < 0.03 and self.claimed:
            return (integer(law.FORM, 1) + integer(law.RETRACTION, 1)
                    + self.choose.choice(self.claimed))
        record = self.item()
        return record if kind > 0.05 else record[:self.choose.randrange(len(record))]

    def lines(self):
        time = 1_700_000_000_000
        for number in range(RECORDS):
            time += self.choose.choice((0, 1, 5000, 20_000, -3000))
            yield {"offset": 2 * number, "time": time, "key": "",
                   "record": self.record(number).hex()}


def told(line):
    similarity = line.get("similarity", 0)
    return (line["offset"], line["verdict"], line.get("of"), line.get("contains"),
            similarity if isinstance(similarity, int) else round(1000 * similarity))


def compare(program, folder, seed):
    """Whether both give the same, and how often which verdict."""
    file, dump = folder / "copydesk.yaml", folder / "dump.jsonl"
    file.write_text(CONFIGURATION, encoding="utf-8")
    lines = list(Journal(seed).lines())
    dump.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    out = subprocess.run([program, "claims", "verify", dump, "-c", file, "--json", "-q"],
                         check=True, stdout=subprocess.PIPE, text=True).stdout
    *verified, summary = [json.loads(line) for line in out.splitlines()]
    model = law.Law()
    modelled = list(model.replay(lines))
    assert len(verified) == len(modelled)
    for ours, theirs in zip(modelled, verified):
        assert told(ours) == told(theirs), f"seed {seed}: the model {told(ours)}, {told(theirs)}"
    return summary["verdicts"]


def main():
    program, *seeds = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for seed in map(int, seeds or ("1", "2", "3")):
            print(seed, compare(program, pathlib.Path(folder), seed))


if __name__ == "__main__":
    main()
