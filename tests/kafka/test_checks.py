"""The checks are checked: each planted fault is caught, and what is right passes."""

import dataclasses
import json

import pytest

import checks
from articles import Case, Generator

PREFIX = "planted"


@dataclasses.dataclass
class Record:
    """A record as the client library hands it out."""

    of_topic: str
    of_value: bytes | None
    of_key: bytes | None
    of_headers: list
    of_timestamp: int

    def topic(self):
        return self.of_topic

    def partition(self):
        return 0

    def value(self):
        return self.of_value

    def key(self):
        return self.of_key

    def headers(self):
        return self.of_headers

    def timestamp(self):
        return (1, self.of_timestamp)


def right(case):
    """What a stage without faults makes of a case."""
    headers, value = checks.foreign(case.headers), case.value
    if case.reason:
        headers += [("copydesk-reason", case.reason.encode()), ("copydesk-reason-text", b"why"),
                    ("copydesk-source-topic", f"{PREFIX}.raw".encode()),
                    ("copydesk-source-partition", b"0"), ("copydesk-attempts", b"1"),
                    ("copydesk-source-offset", str(case.sequence).encode()),
                    ("copydesk-config", b"sha256:0")]
    elif value is not None:
        enrichment = {"version": 1, "language": {"tag": case.language},
                      "made_by": {"config": "sha256:0"}}
        place = value.rindex(b"}")
        value = (value[:place] + b',"enrichment":' + json.dumps(enrichment).encode()
                 + value[place:])
        headers += [("copydesk-language", case.language.encode())]
    return Record(case.topic(PREFIX), value, case.key, headers, case.timestamp)


def plain_cases(count):
    return [Case(n, b"k", b'{"id":"%d","body":"text"}' % n, (("sequence", b"%d" % n),), n,
                 language="en") for n in range(count)]


def check_all(records, cases):
    places = {case.sequence: (0, case.sequence) for case in cases}
    checks.exactly_once(records, cases)
    checks.in_order(records, places)
    by_sequence = {case.sequence: case for case in cases}
    for record in records:
        case = by_sequence[checks.sequence_of(record)]
        checks.became(record, case, PREFIX, places[case.sequence])


def test_what_is_right_passes():
    cases = [case for case in Generator(seed=7).cases(500) if not case.replaces]
    check_all([right(case) for case in cases], cases)


def lose(records):
    del records[3]


def double(records):
    records.append(records[3])


def swap(records):
    records[2], records[3] = records[3], records[2]


def invent(records):
    records.append(right(plain_cases(100)[99]))


def change_language(records):
    records[3].of_value = records[3].of_value.replace(b'"en"', b'"fr"')


def change_body(records):
    records[3].of_value = records[3].of_value.replace(b"text", b"test")


def respell(records):
    records[3].of_value = records[3].of_value.replace(b'{"id":"', b'{"id": "')


def misroute(records):
    records[3].of_topic = f"{PREFIX}.fr"


def drop_key(records):
    records[3].of_key = None


def shift_time(records):
    records[3].of_timestamp += 1


def add_header(records):
    records[3].of_headers.append(("stray", b""))


@pytest.mark.parametrize("fault", [lose, double, swap, invent, change_language, change_body,
                                   respell, misroute, drop_key, shift_time, add_header])
def test_a_planted_fault_is_caught(fault):
    cases = plain_cases(10)
    records = [right(case) for case in cases]
    check_all(records, cases)
    fault(records)
    with pytest.raises(AssertionError):
        check_all(records, cases)


def test_a_wrong_reason_and_wrong_coordinates_are_caught():
    case = Case(5, None, b"{", (("sequence", b"5"),), 0, reason="malformed_json")
    for wrong in (("copydesk-reason", b"no_body"), ("copydesk-source-offset", b"6")):
        record = right(case)
        record.of_headers = [wrong if name == wrong[0] else (name, value)
                             for name, value in record.of_headers]
        with pytest.raises(AssertionError):
            checks.became(record, case, PREFIX, (0, 5))


def test_a_repeated_article_is_loss_free_but_not_exactly_once():
    cases = plain_cases(3)
    records = [right(case) for case in cases]
    records.append(records[0])
    checks.nothing_lost(records, cases)
    checks.in_order(records, {n: (0, n) for n in range(3)})
    with pytest.raises(AssertionError):
        checks.exactly_once(records, cases)
