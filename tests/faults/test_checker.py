"""The checker is checked: each planted fault is found, and what is right passes."""

import dataclasses

import pytest

from checker import Fed, Seen, committed_too_early, examine

VERDICT = ("en", "new")


def fed_articles(count=24):
    """Two input partitions, three keys each."""
    return {n: Fed(n, n % 2, n // 2, b"key-%d" % (n % 6), "out", VERDICT) for n in range(count)}


def outputs(fed):
    """What a stage without faults makes of them: one output partition, no gaps."""
    return [Seen(n, "out", 0, n, VERDICT) for n in fed]


def found(fed, final, live=(), aborted=None):
    return {name: count for name, count in examine(fed, final, live, aborted).counts().items()
            if count}


def test_what_is_right_passes():
    fed = fed_articles()
    assert found(fed, outputs(fed), outputs(fed), {("out", 0): [(100, 120)]}) == {}


def test_loss_is_found():
    fed = fed_articles()
    final = outputs(fed)
    del final[3], final[10]
    assert examine(fed, final).lost == [3, 11]
    assert found(fed, final) == {"lost": 2}


def test_every_copy_beyond_the_first_is_a_double():
    fed = fed_articles()
    final = outputs(fed)
    final += [dataclasses.replace(final[5], offset=100), dataclasses.replace(final[5], offset=101)]
    assert examine(fed, final).doubled == [5, 5]
    assert found(fed, final) == {"doubled": 2}


def test_what_the_input_has_twice_comes_out_twice():
    fed = fed_articles()
    fed[5] = dataclasses.replace(fed[5], times=2)
    assert found(fed, outputs(fed)) == {"lost": 1}
    final = outputs(fed)
    final.append(dataclasses.replace(final[5], offset=100))
    assert found(fed, final) == {}


def test_overtaking_within_a_key_is_found():
    fed = fed_articles()
    final = outputs(fed)
    final[0], final[6] = final[6], final[0]  # the same partition and key
    assert examine(fed, final).reordered == [0]
    assert found(fed, final) == {"reordered": 1}


def test_different_keys_may_pass_each_other():
    fed = fed_articles()
    final = outputs(fed)
    final[0], final[2] = final[2], final[0]
    final[1], final[4] = final[4], final[1]
    assert found(fed, final) == {}


def test_records_without_a_key_have_no_order():
    fed = {n: dataclasses.replace(one, key=None) for n, one in fed_articles().items()}
    assert found(fed, outputs(fed)[::-1]) == {}
    fed = {n: dataclasses.replace(one, key=b"") for n, one in fed_articles().items()}
    assert found(fed, outputs(fed)[::-1]) == {"reordered": 22}


def test_what_comes_again_after_a_crash_is_doubled_but_not_reordered():
    fed = fed_articles()
    final = outputs(fed)
    final = final[:12] + final[6:]
    assert found(fed, final) == {"doubled": 6}


def test_loss_hidden_by_a_double_is_found():
    fed = fed_articles()
    final = outputs(fed)
    final[3] = dataclasses.replace(final[4], offset=3)
    assert found(fed, final) == {"lost": 1, "doubled": 1}


@pytest.mark.parametrize("reader", ["live", "final"])
def test_a_record_of_an_aborted_transaction_is_found_whoever_read_it(reader):
    fed = fed_articles()
    final, aborted = outputs(fed), {("out", 0): [(30, 35)]}
    ghost = Seen(7, "out", 0, 33, VERDICT)
    live = [ghost] if reader == "live" else []
    final += [ghost] if reader == "final" else []
    assert examine(fed, final, live, aborted).aborted_read == [("out", 0, 33)]


def test_a_record_that_was_shown_and_is_gone_is_found():
    fed = fed_articles()
    final = outputs(fed)
    assert found(fed, final, [*final, Seen(7, "out", 0, 33, VERDICT)]) == {"aborted_read": 1}


def test_a_flipped_verdict_is_found():
    fed = fed_articles()
    final = outputs(fed)
    final[8] = dataclasses.replace(final[8], verdict=("en", "near"))
    assert examine(fed, final).flipped == [8]
    assert found(fed, final) == {"flipped": 1}


def test_copies_that_disagree_are_flipped_even_where_the_verdict_is_not_known():
    fed = {n: dataclasses.replace(one, verdict=(None, None))
           for n, one in fed_articles().items()}
    final = outputs(fed)
    assert found(fed, final) == {}
    final.append(dataclasses.replace(final[8], offset=100, verdict=("fr", "new")))
    assert found(fed, final) == {"doubled": 1, "flipped": 1}


def test_a_verdict_that_only_the_live_reader_saw_differently_is_flipped():
    fed = fed_articles()
    final = outputs(fed)
    live = [dataclasses.replace(final[8], verdict=("fr", "new"))]
    assert found(fed, final, live) == {"flipped": 1}


def test_damage_wrong_topics_and_strangers_are_found():
    fed = fed_articles()
    final = outputs(fed)
    final[2] = dataclasses.replace(final[2], fault="key changed")
    final[3] = dataclasses.replace(final[3], topic="elsewhere")
    final.append(Seen(999, "out", 0, 100, VERDICT))
    assert found(fed, final) == {"damaged": 2, "strange": 1}


def test_an_offset_committed_before_its_article_is_out_is_found():
    places = {n: (0, n) for n in range(6)}
    arrivals = [(10.0 + n, n) for n in range(6)]
    assert committed_too_early([(12.5, {0: 3}), (16.0, {0: 6})], places, arrivals, slack=0) == []
    assert committed_too_early([(12.5, {0: 5})], places, arrivals, slack=0) == [3, 4]
    assert committed_too_early([(12.5, {0: 5})], places, arrivals, slack=2) == []
    assert committed_too_early([(99, {0: 6})], places, arrivals[:5], slack=2) == [5]
