"""The measurement of joins and leaves is checked: planted silences are found, and the plot is whole."""

import collections
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

import pytest

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))

# pylint: disable=wrong-import-position
import scale
import scale_plot


def arrivals(partition, since, until, every=0.1, without=None):
    """Articles of a partition at even distances, but in the time `without`."""
    count = int((until - since) / every)
    times = (since + every * (number + 1) for number in range(count))
    return [(at, partition, number, "new") for number, at in enumerate(times)
            if without is None or not without[0] < at < without[1]]


def silence(seen, partitions, at=10.0, until=20.0):
    return scale.Run.silence(None, sorted(seen), {"at": at, "partitions": partitions}, until)


def test_a_partition_that_goes_on_is_silent_no_longer_than_between_two_articles():
    assert silence(arrivals(0, 5, 20), [0]) == pytest.approx(0.1, abs=0.01)


def test_the_longest_silence_of_the_moved_partitions_counts():
    seen = arrivals(0, 5, 20) + arrivals(1, 5, 20, without=(12, 14.5)) + \
        arrivals(2, 5, 20, without=(11, 19))
    assert silence(seen, [0, 1]) == pytest.approx(2.5, abs=0.15)


def test_a_silence_that_begins_with_the_step_counts_from_there():
    assert silence(arrivals(3, 5, 20, without=(9, 11.2)), [3]) == pytest.approx(1.2, abs=0.15)


def test_a_partition_that_never_comes_back_is_silent_to_the_end():
    assert silence(arrivals(4, 5, 10), [4]) == pytest.approx(10)


def test_three_of_ten_articles_have_a_text_that_was_there_and_ids_are_places():
    made = list(scale.articles(600))
    texts = collections.Counter(value.split(b'"body"')[1] for _, _, value in made)
    assert sum(count - 1 for count in texts.values()) == 180
    for partition in range(scale.PARTITIONS):
        ids = [identity for of, identity, _ in made if of == partition]
        assert ids == [f"{partition}-{offset}" for offset in range(100)]


def test_the_plot_is_xml_with_every_step(tmp_path):
    steps = [{"what": what, "name": name, "at": 100.0 + 10 * number}
             for number, (what, name) in enumerate(scale.STEPS)]
    times = [100.5 + number * 0.05 for number in range(900)]
    scale_plot.write(tmp_path / "plot.svg", times, steps, 1000, 150.0)
    root = ElementTree.parse(tmp_path / "plot.svg").getroot()
    words = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    for step in steps:
        assert words.count(f"{step['name']} {step['what']}") == 2
