"""The tests of the tools need no broker. What they share with tests/kafka is found there."""

import pathlib
import sys

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[1] / "kafka"))
