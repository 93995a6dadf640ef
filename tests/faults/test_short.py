"""A few of the scenarios, made short: what `./dev test` can afford. Promises about time are not judged
here; `./dev faults` does."""

import pytest

import faults


@pytest.mark.parametrize("name, mode, articles, seconds", faults.SHORT)
def test_holds(name, mode, articles, seconds):
    result = faults.run(name, mode, articles, seconds, timed=False)
    assert result["held"], result["broken"]
