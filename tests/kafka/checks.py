"""What must be true of the records that came out, told by the records that went in."""

import collections
import hashlib
import json
import re


def headers_of(message):
    return [(name, value) for name, value in message.headers() or []]


def own(headers):
    return {name: (value or b"").decode() for name, value in headers
            if name.startswith("copydesk-")}


def foreign(headers):
    return [(name, value) for name, value in headers if not name.startswith("copydesk-")]


def sequence_of(message):
    return int(dict(message.headers())["sequence"])


def exactly_once(records, cases):
    """Each case came out once, and nothing else did."""
    counts = collections.Counter(map(sequence_of, records))
    assert {n: count for n, count in counts.items() if count != 1} == {}
    assert sorted(counts) == sorted(case.sequence for case in cases)


def nothing_lost(records, cases):
    """Each case came out at least once."""
    out = set(map(sequence_of, records))
    assert [case.sequence for case in cases if case.sequence not in out] == []


def in_order(records, places):
    """Within an output partition, what came from one input partition kept its order. Of a record
    that came more than once only the first counts."""
    last, seen = {}, set()
    for message in records:
        sequence = sequence_of(message)
        if sequence in seen:
            continue
        seen.add(sequence)
        partition, offset = places[sequence]
        lane = (message.topic(), message.partition(), partition)
        assert last.get(lane, -1) < offset, f"{sequence} overtook another one on {lane}"
        last[lane] = offset


def faithful(message, case, prefix):
    """The record is on the right topic with key, time and headers as they were."""
    assert message.topic() == case.topic(prefix), f"{case.sequence}: {message.headers()}"
    assert message.key() == case.key
    assert message.timestamp()[1] == case.timestamp
    assert foreign(headers_of(message)) == foreign(case.headers)


def split_enrichment(value, original):
    """The enrichment's object, when the rest of value is original byte for byte."""
    place = original.rindex(b"}")
    before, after = original[:place], original[place:]
    assert value.startswith(before) and value.endswith(after), (original, value)
    spliced = value[len(before):len(value) - len(after)]
    found = re.fullmatch(rb',"enrichment":(\{.*\})', spliced, re.DOTALL)
    assert found, spliced
    return json.loads(found.group(1))


def members(value):
    """Top-level members but the enrichment, numbers as they are spelt."""
    pairs = json.loads(value, parse_int=str, parse_float=str, parse_constant=str,
                       object_pairs_hook=lambda pairs: pairs)
    return [pair for pair in pairs if pair[0] != "enrichment"]


def enriched(message, case):
    if case.replaces:
        assert members(message.value()) == members(case.value)
        assert message.value().count(b'"enrichment":') == 1
        enrichment = json.loads(message.value())["enrichment"]
    else:
        enrichment = split_enrichment(message.value(), case.value)
    assert enrichment["version"] == 1
    assert enrichment["language"]["tag"] == case.language, (enrichment, case.value.decode())
    assert own(headers_of(message))["copydesk-language"] == case.language
    assert enrichment["made_by"]["config"].startswith("sha256:")


def whole_or_cut(value, original, said):
    """A dead letter has the untouched bytes; where they do not fit, their beginning and their hash."""
    if "copydesk-sha256" not in said:
        assert value == original
        return
    assert len(value) < len(original) and original.startswith(value)
    assert said["copydesk-sha256"] == hashlib.sha256(original).hexdigest()
    assert int(said["copydesk-length"]) == len(original)


def dead_letter(message, case, topic, place):
    said = own(headers_of(message))
    whole_or_cut(message.value(), case.value, said)
    assert said["copydesk-reason"] == case.reason, (case.value, said)
    assert said["copydesk-reason-text"]
    assert said["copydesk-source-topic"] == topic
    assert (int(said["copydesk-source-partition"]), int(said["copydesk-source-offset"])) == place
    assert int(said["copydesk-attempts"]) >= 1
    assert said["copydesk-config"].startswith("sha256:")


def became(message, case, prefix, place):
    """All of the above that applies to one record."""
    faithful(message, case, prefix)
    if case.reason:
        dead_letter(message, case, f"{prefix}.raw", place)
    elif case.value is None:
        assert message.value() is None
    else:
        enriched(message, case)
