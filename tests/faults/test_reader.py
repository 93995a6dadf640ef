"""Take-over is measured by the silence of partitions."""

from reader import longest_silence

PLACES = {sequence: (sequence % 2, sequence // 2) for sequence in range(20)}


def arrivals(*moments):
    """Of partition 0."""
    return [(at, 2 * number) for number, at in enumerate(moments)]


def test_silence_counts_from_the_stop_to_the_first_output():
    assert longest_silence(arrivals(9.0, 12.5, 12.6), PLACES, [0], 10.0, 15.0) == 2.5


def test_a_silence_that_ends_late_counts_whole():
    assert longest_silence(arrivals(10.5, 18.5), PLACES, [0], 10.0, 12.0) == 8.0


def test_a_silence_that_begins_later_does_not_count():
    assert longest_silence(arrivals(10.5, 12.5, 19.0), PLACES, [0], 10.0, 12.0) == 2.0


def test_other_partitions_do_not_count():
    assert longest_silence([(10.5, 0), (10.75, 2), (14.0, 1)], PLACES, [0], 10.0, 15.0) == 0.5
    assert longest_silence([(10.5, 0), (14.0, 1)], PLACES, [0, 1], 10.0, 15.0) == 4.0


def test_partitions_that_give_nothing_more_have_no_silence():
    assert longest_silence([], PLACES, [0, 1], 10.0, 15.0) == 0.0
