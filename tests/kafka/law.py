"""The law of duplicates once more, in another language and by another hand: from the records of a dumped
claims topic it recomputes every verdict. Written from docs/claims.md and docs/duplicates.md, for
checking only: it is slow, and it leaves out the copies that a kill names.

    for verdict in Law().replay(json.loads(line) for line in dump): ...
"""

import collections
import struct

ARTICLE, KILL, LIST, TERMS, RETRACTION = 1, 2, 3, 4, 5
FORM, MAX_TEXT, MAX_BYTES = 2, 512, 16 + 4 * 65536
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
POSTINGS, CANDIDATES, HISTORY, DIGEST = 32, 24, 64, 16
BINS, MOST_SHINGLES, LEAST_SHINGLES = 256, 65536, 8


class Unreadable(Exception):
    """A record that everybody skips."""


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if self.at + count > len(self.data):
            raise Unreadable
        self.at += count
        return self.data[self.at - count:self.at]

    def integer(self, count, signed=False):
        return int.from_bytes(self.take(count), "little", signed=signed)

    def text(self, most=MAX_TEXT):
        length = self.integer(2)
        if length > most:
            raise Unreadable
        return self.take(length)

    def name(self):
        try:
            return self.text().decode()
        except UnicodeDecodeError as error:
            raise Unreadable from error

    def end(self):
        if self.at != len(self.data):
            raise Unreadable


class Record:
    """One record of the topic, taken apart."""

    def __init__(self, data):
        if len(data) > MAX_BYTES:
            raise Unreadable
        reader = Reader(data)
        form, self.type = reader.integer(1), reader.integer(1)
        if form != FORM:
            raise Unreadable
        if self.type in (ARTICLE, KILL):
            self.read_item(reader)
        elif self.type == LIST:
            count = reader.integer(4)
            if count > 65536:
                raise Unreadable
            reader.take(4 * count)
        elif self.type == TERMS:
            self.read_terms(reader)
        elif self.type == RETRACTION:
            self.read_coordinates(reader)
        else:
            raise Unreadable
        reader.end()

    def read_coordinates(self, reader):
        partition, offset = reader.integer(4, signed=True), reader.integer(8, signed=True)
        payload = reader.integer(8)
        self.coordinates = (reader.name(), partition, offset, payload)
        if offset < 0:
            raise Unreadable

    def read_terms(self, reader):
        rules = reader.integer(1)
        self.rules, self.terms = rules == 1, reader.data[reader.at:]
        self.algorithm = reader.integer(8)
        self.window, self.articles = reader.integer(8, True), reader.integer(8, True)
        self.clock = reader.integer(1)
        for _ in range(3):
            count = reader.integer(1)
            if count > 64:
                raise Unreadable
            for _ in range(count):
                reader.text(255)
        if rules > 1 or self.window <= 0 or not 0 < self.articles <= 10**8 or self.clock > 1:
            raise Unreadable

    def read_item(self, reader):
        flags = reader.integer(2)
        if flags >> 12:
            raise Unreadable
        has = [bool(flags >> bit & 1) for bit in range(12)]
        self.under = reader.integer(8)
        self.read_coordinates(reader)
        self.id = reader.name() if has[0] else None
        self.identity = reader.integer(8) if has[1] else 0
        self.number = reader.integer(8, True) if has[2] else None
        self.label = reader.integer(8) if has[3] else 0
        self.created = reader.integer(8, True) if has[4] else None
        self.old_identity, self.old_id = 0, None
        if has[5]:
            self.old_identity, self.old_id = reader.integer(8), reader.name()
        self.correction, self.withheld = has[7], has[8]
        self.others = self.read_others(reader) if has[10] else []
        self.embargo = reader.integer(8, True) if has[9] else None
        if has[11]:
            reader.text()
        self.sketch, self.keys, self.shingles = [0] * 16, [], 0
        self.exact = self.numbers = self.names = 0
        if self.type == ARTICLE:
            self.read_text_part(reader, has[6])

    def read_others(self, reader):
        count = reader.integer(1)
        if not 0 < count <= 4:
            raise Unreadable
        return [reader.integer(8) for _ in range(count)]

    def read_text_part(self, reader, sketched):
        reader.integer(8)  # the list that it was sketched under
        self.exact, self.numbers, self.names = (reader.integer(8) for _ in range(3))
        if not sketched:
            return
        self.shingles = reader.integer(4)
        self.sketch = list(struct.unpack("<16Q", reader.take(128)))
        count = reader.integer(1)
        if count > 8 or not LEAST_SHINGLES <= self.shingles <= MOST_SHINGLES:
            raise Unreadable
        self.keys = [reader.integer(4) for _ in range(count)]

    @property
    def bins(self):
        """256 values of 4 bits; 0: the bin is empty."""
        if not hasattr(self, "_bins"):
            self._bins = [word >> 4 * i & 15 for word in self.sketch for i in range(16)]
        return self._bins

    @property
    def name_of_item(self):
        topic, partition, offset, _ = self.coordinates
        return self.id if self.id is not None else f"{topic}-{partition}-{offset}"


# ---- similarity, in thousandths ----

def thousandths(part, whole):
    return 1000 if part >= whole else (1000 * part + whole // 2) // whole


class Similarity:
    def __init__(self, new, old):
        self.resemblance = self.new_share = self.old_share = self.overall = 0
        self.agreeing = [False] * BINS
        if not new.shingles or not old.shingles:
            return
        pairs = list(zip(new.bins, old.bins))
        self.agreeing = [a == b != 0 for a, b in pairs]
        used, agreements = sum(bool(a or b) for a, b in pairs), sum(self.agreeing)
        if 15 * agreements <= used:
            return
        part, whole = 15 * agreements - used, 14 * used
        shared = part * (new.shingles + old.shingles)
        self.resemblance = thousandths(part, whole)
        self.new_share = thousandths(shared, (part + whole) * new.shingles)
        self.old_share = thousandths(shared, (part + whole) * old.shingles)
        self.overall = max(self.new_share, self.resemblance)
        if 1000 * new.shingles <= 1800 * old.shingles and self.old_share > 200:
            self.overall = max(self.overall, self.old_share - 200)


def share_of_set(shared, a, b, size):
    if b == size:
        return 1000
    if size * shared <= a * b:
        return 0
    return thousandths(size * shared - a * b, size * a - a * b)


def sets_agree(a, b, size):
    """None where they are too small or too full to tell."""
    in_a, in_b, shared = a.bit_count(), b.bit_count(), (a & b).bit_count()
    if not all(4 <= count <= size - 8 for count in (in_a, in_b)):
        return None
    return max(share_of_set(shared, in_a, in_b, size), share_of_set(shared, in_b, in_a, size))


class Match:
    def __init__(self, new, entry):
        old = entry.claim
        self.entry, self.similarity = entry, Similarity(new, old)
        self.overall = (self.similarity.resemblance if entry.digest else self.similarity.overall)
        self.same_facts = True
        agreement, least = sets_agree(new.numbers >> 10, old.numbers >> 10, 54), 350
        if agreement is None:
            agreement, least = sets_agree(new.names, old.names, 64), 200
        if agreement is not None:
            self.same_facts = agreement >= 600
            if agreement < least:
                self.overall //= 2
        self.near = self.same_facts and self.overall >= 650 and (
            min(new.shingles, old.shingles) > 40
            or (self.overall >= 800 and not new.numbers & ~old.numbers))


# ---- what is remembered ----

class Entry:
    def __init__(self, kind, claim, position, time, verdict):
        self.kind, self.claim, self.position, self.time = kind, claim, position, time
        self.verdict, self.digest, self.retracted = verdict, False, False
        self.second = []  # entries that stand for it at other identities


OWN, OF_KILL, REPLACED, ALIAS, KILL_ALIAS = range(5)


class Memory:
    def __init__(self):
        self.entries = collections.deque()
        self.by_coordinates = {}
        self.by_text = collections.defaultdict(list)
        self.by_key = collections.defaultdict(list)
        self.by_identity = collections.defaultdict(list)

    def expire(self, position, time, window, articles):
        while self.entries and (time - self.entries[0].time >= window
                                or position - self.entries[0].position >= articles):
            self.forget(self.entries.popleft())

    def shrink(self, articles):
        """At once, also where no claim comes before there is more room again."""
        while self.entries and self.entries[-1].position - self.entries[0].position >= articles:
            self.forget(self.entries.popleft())

    def places(self, entry):
        claim = entry.claim
        yield self.by_identity, (entry.kind, entry.identity), entry.identity != 0
        if entry.kind == OWN:
            yield self.by_text, claim.exact, True
            for key in claim.keys:
                yield self.by_key, key, True

    def forget(self, entry):
        if entry.kind in (OWN, OF_KILL):
            self.by_coordinates.pop(entry.claim.coordinates)
        for table, key, there in self.places(entry):
            if there and table[key] and table[key][0] is entry:
                table[key].pop(0)
            if there and not table[key]:
                del table[key]

    def add(self, entry, identity):
        entry.identity = identity
        self.entries.append(entry)
        if entry.kind in (OWN, OF_KILL):
            self.by_coordinates[entry.claim.coordinates] = entry
        for table, key, there in self.places(entry):
            if not there:
                continue
            table[key].append(entry)
            if table is self.by_key:
                del table[key][:-POSTINGS]

    def versions(self, kind, identity):
        """From the newest on."""
        found = self.by_identity.get((kind, identity), ()) if identity else ()
        return [entry for entry in reversed(found) if not entry.retracted]

    def newest(self, kind, identity, name=None):
        found = self.versions(kind, identity)
        if found and name is not None and found[0].claim.name_of_item != name:
            return None
        return found[0] if found else None

    def same_text(self, exact):
        """From the oldest on."""
        return [entry for entry in self.by_text.get(exact, ()) if not entry.retracted]

    def candidates(self, keys):
        """From the newest on; of more than enough those with the rarest key, then the newest."""
        found = {}
        for entries in sorted((self.by_key.get(key, ()) for key in keys), key=len):
            for entry in reversed(entries):
                if len(found) < CANDIDATES:
                    found[id(entry)] = entry
        return sorted((entry for entry in found.values() if not entry.retracted),
                      key=lambda entry: -entry.position)


# ---- the law ----

def compare_versions(new, old):
    """"newer", "older", "same" or None."""
    result = None
    if new.number is not None and old.number is not None:
        result = order(new.number, old.number)
    elif new.label and new.label == old.label:
        result = "same"
    if result not in ("newer", "older") and new.created is not None and old.created is not None:
        result = order(new.created, old.created)
    return result


def order(new, old):
    return "newer" if new > old else "older" if new < old else "same"


def same_version(new, old):
    if new.number is None and not new.label and old.number is None and not old.label:
        return new.created == old.created
    return (new.number, new.label) == (old.number, old.label)


class Law:
    def __init__(self):
        self.terms = None  # a Record of terms
        self.confirmed = self.time = self.article_time = 0
        self.memory = Memory()
        self.highest = {}  # (topic, partition): (offset, time)
        self.skipped = 0

    def replay(self, lines):
        """Yields {offset, coordinates, verdict, of, similarity, contains} for each article and kill.
        lines: of a dump."""
        for line in lines:
            verdict = self.apply(line["offset"], line["time"], bytes.fromhex(line["record"]))
            if verdict is not None:
                yield {"offset": line["offset"], **verdict}

    def apply(self, position, time, data):
        self.time = max(self.time, time)
        if self.terms and self.time - self.confirmed >= max(self.terms.window, HOUR_MS):
            self.terms = None
        try:
            record = Record(data)
        except Unreadable:
            self.skipped += 1
            return None
        if record.type == TERMS:
            self.take_terms(record)
        elif record.type == RETRACTION:
            self.retract(record)
        elif record.type in (ARTICLE, KILL):
            return {"coordinates": record.coordinates, **self.take_item(record, position)}
        return None

    def take_terms(self, record):
        same = self.terms is not None and record.terms == self.terms.terms
        if self.terms is not None and not same and not record.rules:
            return
        if getattr(self, "algorithm", record.algorithm) != record.algorithm:
            self.memory, self.highest = Memory(), {}
        self.algorithm = record.algorithm
        self.memory.shrink(record.articles)
        self.terms, self.confirmed = record, self.time

    def retract(self, record):
        entry = self.memory.by_coordinates.get(record.coordinates)
        if self.terms and entry:
            for one in (entry, *entry.second):
                one.retracted = True

    def clock(self, claim):
        if self.terms.clock == 0:
            return self.time
        if claim.created is not None and self.article_time < claim.created <= self.time:
            self.article_time = claim.created
        return self.article_time

    def take_item(self, claim, position):
        if self.terms is None or (claim.under ^ self.terms.algorithm) & 0xffff:
            return {"verdict": "undetermined"}
        self.confirmed = self.time
        now = self.clock(claim)
        self.memory.expire(position, now, self.terms.window, self.terms.articles)
        seen = self.memory.by_coordinates.get(claim.coordinates)
        if seen:
            return seen.verdict
        topic, partition, offset, _ = claim.coordinates
        high, when = self.highest.get((topic, partition), (-1, 0))
        if (claim.type == ARTICLE and offset <= high
                and now - when < max(2 * self.terms.window, DAY_MS)):
            return {"verdict": "undetermined"}
        if offset >= high:
            self.highest[topic, partition] = (offset, now)
        self.digest = False
        verdict = self.decide_kill(claim) if claim.type == KILL else self.decide(claim)
        self.remember(claim, position, now, verdict)
        return verdict

    def remember(self, claim, position, now, verdict):
        kill = claim.type == KILL
        entry = Entry(OF_KILL if kill else OWN, claim, position, now, verdict)
        entry.digest = self.digest
        self.memory.add(entry, claim.identity)
        second = []
        if claim.old_identity and claim.old_identity != claim.identity:
            second.append((REPLACED, claim.old_identity))
        second += [(KILL_ALIAS if kill else ALIAS, other) for other in claim.others]
        for kind, identity in second:
            entry.second.append(Entry(kind, claim, position, now, verdict))
            self.memory.add(entry.second[-1], identity)

    # ---- by identity ----

    def known(self, claim):
        """The item's newest version in each way that it may be known."""
        memory = self.memory
        ways = [memory.newest(OWN, claim.identity, claim.id), memory.newest(ALIAS, claim.identity),
                *(memory.newest(OWN, other) for other in claim.others)]
        return [entry for entry in ways if entry]

    def decide(self, claim):
        return self.by_identity(claim) or self.kept_from_duplicates(claim, self.by_text(claim))

    def by_identity(self, claim):
        memory = self.memory
        kill = memory.newest(OF_KILL, claim.identity, claim.id)
        if kill or memory.newest(KILL_ALIAS, claim.identity):
            return {"verdict": "stale", "of": claim.name_of_item}
        for other in claim.others:
            if kill := memory.newest(OF_KILL, other):
                return {"verdict": "stale", "of": kill.claim.name_of_item}
        if known := self.known(claim):
            return self.by_history(claim, known[0])
        if by := memory.newest(REPLACED, claim.identity):
            return {"verdict": "stale", "of": by.claim.name_of_item}
        old = memory.newest(OWN, claim.old_identity, claim.old_id)
        if old:
            return {"verdict": "correction" if claim.correction else "revision",
                    "of": old.claim.name_of_item}
        return None

    def of_item(self, claim, entry, verdict, **more):
        own = entry.kind != ALIAS and entry.identity == claim.identity
        return {"verdict": verdict,
                "of": claim.name_of_item if own else entry.claim.name_of_item, **more}

    def by_history(self, claim, newest):
        retried = outdated = newer = after_correction = original = text_seen = False
        for entry in self.memory.versions(newest.kind, newest.identity)[:HISTORY]:
            old = entry.claim
            relation, same_text = compare_versions(claim, old), claim.exact == old.exact
            silent = old.number is None and not old.label and old.created is None
            retried |= (same_text and same_version(claim, old)
                        and (entry is newest or not silent)
                        and (claim.withheld, claim.embargo) == (old.withheld, old.embargo))
            outdated |= relation == "older"
            newer |= relation == "newer"
            text_seen |= same_text
            if relation in ("same", None):
                after_correction |= old.correction
                original |= not old.correction
        late = (not claim.correction and not newer and after_correction
                and (not original or text_seen))
        if retried and not claim.correction:
            return self.of_item(claim, newest, "exact", similarity=1000)
        if outdated or late:
            return self.of_item(claim, newest, "stale")
        return self.of_item(claim, newest, "correction" if claim.correction else "revision")

    def decide_kill(self, claim):
        known = self.known(claim)
        return self.of_item(claim, known[0], "kill") if known else {"verdict": "kill"}

    # ---- by text ----

    def by_text(self, claim):
        if same := self.memory.same_text(claim.exact):
            return self.of_text(same[0], "exact", 1000)
        matches = [Match(claim, entry) for entry in self.memory.candidates(claim.keys)]
        if not matches:
            return {"verdict": "new"}
        best = max(reversed(matches), key=lambda match: match.overall)
        if best.overall < 450:
            return self.as_digest(claim, matches) or {"verdict": "new"}
        digest = None if best.entry.digest else self.as_digest(claim, matches)
        return digest or self.of_text(best.entry, "near" if best.near else "overlaps",
                                      best.overall)

    def of_text(self, entry, verdict, similarity):
        self.digest = entry.digest and verdict != "overlaps"
        return {"verdict": verdict, "of": entry.claim.name_of_item, "similarity": similarity}

    def as_digest(self, claim, matches):
        explained, stories = [False] * BINS, []
        while len(stories) < DIGEST:
            share, story = self.next_story(claim, matches, explained)
            if (story is None or share < 100
                    or share * min(claim.shingles, BINS) < 6000):
                break
            if not stories and share >= 650:
                return None
            stories.append(story.entry)
            explained = [a or b for a, b in zip(explained, story.similarity.agreeing)]
        if len(stories) < 2:
            return None
        self.digest = True
        stories.sort(key=lambda entry: entry.position)
        return {"verdict": "new", "contains": [entry.claim.name_of_item for entry in stories]}

    def next_story(self, claim, matches, explained):
        best, story = 0, None
        filled = sum(bool(one) for one in claim.bins)
        for match in matches:
            if match.similarity.old_share < 500:
                continue
            open_bins = [bool(one) and not done for one, done in zip(claim.bins, explained)]
            hits = 15 * sum(a and b for a, b in zip(match.similarity.agreeing, open_bins))
            candidates = sum(open_bins)
            share = 0 if hits <= candidates else thousandths(hits - candidates, 14 * filled)
            if share > best:
                best, story = share, match
        return best, story

    @staticmethod
    def kept_from_duplicates(claim, verdict):
        if claim.correction:
            return {key: value for key, value in verdict.items() if key != "contains"} | {
                "verdict": "correction"}
        replaces = claim.old_identity and claim.old_identity != claim.identity
        if replaces and verdict["verdict"] in ("exact", "near", "overlaps"):
            return verdict | {"verdict": "revision"}
        return verdict
