"""What came out, against what went in: counts of everything that may not be. Knows no broker; what it
is fed with comes from the independent client (reader.py) and from the brokers' own log files
(segments.py)."""

import collections
import dataclasses


@dataclasses.dataclass(frozen=True)
class Fed:
    """One input record, as it stands in the input topic. verdict: what must come of it, where that is
    known; parts that are None are not known. times: how often the topic has it (a broker that dies
    can make the feed's own producer repeat itself)."""

    sequence: int
    partition: int
    offset: int
    key: bytes | None
    topic: str
    verdict: tuple = ()
    times: int = 1


@dataclasses.dataclass(frozen=True)
class Seen:
    """One output record, as a read_committed reader got it. fault: what is wrong with the record by
    itself (bytes, headers, coordinates), or None."""

    sequence: int
    topic: str
    partition: int
    offset: int
    verdict: tuple = ()
    fault: str | None = None

    @property
    def place(self):
        return self.topic, self.partition, self.offset


@dataclasses.dataclass
class Findings:
    """Each a list of what it is about, so that a report can name examples."""

    lost: list
    doubled: list  # one entry for each copy beyond the first
    reordered: list
    aborted_read: list
    flipped: list
    damaged: list
    strange: list  # came out without having gone in

    def counts(self):
        return {field.name: len(getattr(self, field.name)) for field in dataclasses.fields(self)}


def examine(fed, final, live=(), aborted=None):
    """fed: {sequence: Fed}. final: Seen of everything readable at the end, in the order of each
    partition's log. live: Seen of the reader that read while the faults happened. aborted:
    {(topic, partition): [(first, last), ...]}, offsets of aborted transactions."""
    known = [seen for seen in final if seen.sequence in fed]
    expected = collections.Counter({sequence: one.times for sequence, one in fed.items()})
    copies = collections.Counter(seen.sequence for seen in known)
    return Findings(
        lost=sorted((expected - copies).elements()),
        doubled=sorted((copies - expected).elements()),
        reordered=overtaken(fed, known),
        aborted_read=sorted(read_though_aborted(final, live, aborted or {})),
        flipped=flipped(fed, [*known, *(seen for seen in live if seen.sequence in fed)]),
        damaged=[f"{seen.sequence}: {fault}" for seen in known
                 if (fault := seen.fault or misplaced(fed, seen))],
        strange=[seen.sequence for seen in final if seen.sequence not in fed])


def overtaken(fed, final):
    """Sequences that came out behind a later one of the same key and input partition. Of a record
    that came more than once the first counts: what comes again comes again in order. Records without
    a key have no order: each copy may go to another partition."""
    last, first_time, found = {}, set(), []
    for seen in final:
        origin = fed[seen.sequence]
        if origin.key is None or seen.sequence in first_time:
            continue
        first_time.add(seen.sequence)
        lane = (seen.topic, seen.partition, origin.partition, origin.key)
        if origin.offset < last.get(lane, -1):
            found.append(seen.sequence)
        last[lane] = max(origin.offset, last.get(lane, -1))
    return found


def read_though_aborted(final, live, aborted):
    """Places that a read_committed reader must never have shown: inside an aborted transaction, or
    shown while the faults happened and gone at the end."""
    at_the_end = {seen.place for seen in final}
    found = {seen.place for seen in live if seen.place not in at_the_end}
    for seen in [*final, *live]:
        spans = aborted.get((seen.topic, seen.partition), ())
        if any(first <= seen.offset <= last for first, last in spans):
            found.add(seen.place)
    return found


def flipped(fed, records):
    """Sequences whose verdict is not the expected one, or differs between copies."""
    verdicts = collections.defaultdict(set)
    for seen in records:
        verdicts[seen.sequence].add(seen.verdict)
    return sorted(sequence for sequence, found in verdicts.items()
                  if len(found) > 1 or not agrees(fed[sequence].verdict, next(iter(found))))


def agrees(expected, found):
    return not expected or (len(expected) == len(found) and all(
        want is None or want == got for want, got in zip(expected, found)))


def misplaced(fed, seen):
    expected = fed[seen.sequence].topic
    return None if seen.topic == expected else f"on {seen.topic} instead of {expected}"


def committed_too_early(samples, places, arrivals, slack=5.0):
    """Sequences whose offset was committed although the article was not out. samples: [(time,
    {partition: committed}), ...]; arrivals: [(time, sequence), ...] as the live reader got them.
    slack: how much later than the offset an output may be seen, in seconds."""
    first = {}
    for at, sequence in arrivals:
        first.setdefault(sequence, at)
    return sorted({sequence for at, committed in samples
                   for sequence, (partition, offset) in places.items()
                   if offset < committed.get(partition, 0)
                   and first.get(sequence, float("inf")) > at + slack})
