"""A seeded stream of invented articles, as a newsroom's bus brings them: 19 languages, JSON in every
legal spelling, tombstones, and poison. Each one says what must become of it."""

import dataclasses
import json
import pathlib
import random

ALLOWED = ("ar", "de", "en", "fr", "ha", "ru", "zh")  # the others go to articles.other
MAX_BYTES = 64 * 1024
MAX_DEPTH = 64
FIRST_TIMESTAMP = 1_700_000_000_000

# Values that a parser which understands numbers or strings too well would change.
UNKNOWN_VALUES = (
    "12345678901234567890123", "1e999", "-0.0", "1.50E+2", '"nul \\u0000 inside"', '"a\\/b"',
    '"\\ud83d\\ude00"', '{"a":[1,{"b":null}], "c" : true}', "[ ]", "null", '"é\\u00e9"')


@dataclasses.dataclass(frozen=True)
class Case:
    """One input record and what must come of it."""

    sequence: int
    key: bytes | None
    value: bytes | None
    headers: tuple
    timestamp: int
    language: str | None = None  # the tag; None for tombstones and poison
    reason: str | None = None  # of the dead letter; None where there is none
    replaces: bool = False  # the value already has an enrichment

    def topic(self, prefix):
        if self.reason:
            return f"{prefix}.rejected"
        primary = (self.language or "und").split("-", maxsplit=1)[0]
        return f"{prefix}.{primary if primary in ALLOWED else 'other'}"


def read_sentences():
    path = pathlib.Path(__file__).with_name("sentences.txt")
    sentences, tag = {}, None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            tag = line.strip("[]")
            sentences[tag] = []
        elif line and not line.startswith("#"):
            sentences[tag].append(line)
    return sentences


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.sentences = read_sentences()
        self.tags = sorted(self.sentences)
        self.sequence = 0

    def cases(self, count):
        return [self.case() for _ in range(count)]

    def case(self):
        kind = self.random.random()
        if kind < 0.02:
            return self._tombstone()
        return self._poison() if kind < 0.08 else self._article()

    def _article(self):
        tag = self.random.choice(self.tags)
        replaces = self.random.random() < 0.02
        members = self._members(tag)
        if replaces:
            members.append(("enrichment", '{"version":1,"language":{"tag":"xx"}}'))
        return self._case(self._render(members), language=tag, replaces=replaces)

    def _tombstone(self):
        return self._case(None, key=f"story-{self.sequence}".encode())

    def _poison(self):
        reason, value = self.random.choice(self._poisons())
        return self._case(value, reason=reason)

    def _poisons(self):
        whole = self._render(self._members("en"))
        deep = b'{"body":"x","deep":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}"
        return [
            ("malformed_json", b""),
            ("malformed_json", whole[:self.random.randrange(1, len(whole.rstrip()) - 1)]
             .decode(errors="ignore").encode()),
            ("malformed_json", whole + b"}"),
            ("malformed_json", b"\xef\xbb\xbf" + whole),
            ("malformed_json", b'{"body": "a line\nbreak"}'),
            ("not_an_object", b'["body", "text"]'),
            ("not_an_object", b"null"),
            ("invalid_utf8", b'{"body": "bad \xff byte"}'),
            ("invalid_utf8", b'{"body": "overlong \xc0\xaf slash"}'),
            ("invalid_utf8", b'{"body": "lone \\ud83d surrogate"}'),
            ("duplicate_key", b'{"body": "one", "id": "1", "body": "two"}'),
            ("no_body", b"{}"),
            ("no_body", b'{"headline": "only this", "id": "7"}'),
            ("no_body", b'{"body": ""}'),
            ("too_deep", deep),
            ("too_large", b'{"body": "' + b"long " * (MAX_BYTES // 5) + b'"}'),
        ]

    def _members(self, tag):
        """The top-level members as (name, JSON text), in any order."""
        choose = self.random.choice
        sentences = self.sentences[tag]
        body = " ".join(self.random.sample(sentences, self.random.randint(4, len(sentences))))
        if self.random.random() < 0.2:
            body = f"<p>{body}</p>\n<p class=\"more\">{choose(sentences)}</p>"
        members = [
            (choose(("id", "uri", "guid")), json.dumps(f"story-{self.sequence}")),
            (choose(("headline", "title")), self._string(choose(sentences))),
            (choose(("body", "body_text", "text")), self._string(body)),
            ("source", '"desk"'),
        ]
        for number in range(self.random.randint(0, 4)):
            members.append((f"unknown_{number}", choose(UNKNOWN_VALUES)))
        self.random.shuffle(members)
        return members

    def _string(self, text):
        return json.dumps(text, ensure_ascii=self.random.random() < 0.3)

    def _render(self, members):
        space = self.random.choice(("", " ", "\n  ", "\r\n\t"))
        inside = f",{space}".join(f'"{name}":{space[:1]}{value}' for name, value in members)
        return f"{{{space}{inside}{space}}}{self.random.choice(('', chr(10)))}".encode()

    def _case(self, value, key=None, **expected):
        choose = self.random.choice
        headers = [("sequence", str(self.sequence).encode()), ("desk", b"foreign")]
        headers += choose(((), (("desk", b"again"),), (("empty", b""), ("null", None)),
                           (("binary", b"\x00\xff\x80"),), (("copydesk-language", b"xx"),)))
        if key is None:
            key = choose((None, b"", f"key-{self.sequence % 50}".encode(), b"\xff\x00"))
        case = Case(self.sequence, key, value, tuple(headers),
                    FIRST_TIMESTAMP + 7 * self.sequence, **expected)
        self.sequence += 1
        return case
