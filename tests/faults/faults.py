"""./dev faults [SCENARIO...]: does harm to the stage and tells what came of it. Each run ends with
one JSON line on standard output; the rest goes to standard error."""

import argparse
import atexit
import os
import pathlib
import shutil
import sys
import tempfile

import confluent_kafka

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[1] / "kafka"))

import claims  # noqa: E402, F401: registers scenarios
from scenarios import SCENARIOS  # noqa: E402
from trial import AT_LEAST, EXACTLY, Trial, print_result, say  # noqa: E402

# What `./dev test` runs (test_short.py): (scenario, mode, articles, seconds).
SHORT = [
    ("kill9", EXACTLY, 4000, 12),
    ("kill9", AT_LEAST, 4000, 12),
    ("kill9-static", EXACTLY, 4000, 12),
    ("rolling-restart", EXACTLY, 4000, 20),
    ("rolling-restart", AT_LEAST, 4000, 20),
    ("swallow-endtxn", EXACTLY, 4000, 12),
    ("only-broker-restart", EXACTLY, 6000, 30),
    ("topic-recreated", AT_LEAST, 1000, 6),
    ("fidelity", EXACTLY, 1000, 2),
    ("claims", EXACTLY, 4000, 12),
]


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./dev faults", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO",
                        help="all of them when none is named")
    parser.add_argument("--mode", choices=(EXACTLY, AT_LEAST, "both"), default=EXACTLY)
    parser.add_argument("--list", action="store_true", help="name the scenarios")
    parser.add_argument("--short", action="store_true", help="the set that ./dev test runs, where times are told but not judged")
    parser.add_argument("--seconds", type=float, help="how long articles are fed")
    parser.add_argument("--articles", type=int, help="how many")
    parser.add_argument("--keep", action="store_true", help="keep logs and the brokers' data")
    parser.add_argument("--wheel", action="store_true",
                        help="the instances run on the librdkafka of the Python client")
    arguments = parser.parse_args()
    for name in arguments.scenarios:
        if name not in SCENARIOS:
            parser.error(f'no scenario "{name}"; --list names them')
    return arguments


def list_scenarios():
    width = max(map(len, SCENARIOS))
    for name, scenario in SCENARIOS.items():
        only = f" ({scenario.modes[0]} only)" if len(scenario.modes) == 1 else ""
        print(f"{name:<{width}}  {scenario.summary}{only}")


def wanted_runs(arguments):
    """[(name, mode, articles, seconds)]."""
    if arguments.short:
        return SHORT
    modes = (EXACTLY, AT_LEAST) if arguments.mode == "both" else (arguments.mode,)
    names = arguments.scenarios or SCENARIOS
    runs = [(name, mode, arguments.articles or SCENARIOS[name].articles,
             arguments.seconds or SCENARIOS[name].seconds)
            for mode in modes for name in names if mode in SCENARIOS[name].modes]
    if not runs:
        sys.exit(f"faults: {' '.join(names)} has no {arguments.mode} form")
    return runs


def run(name, mode, articles, seconds, keep=False, timed=True):
    """The result, which is printed as well. timed: promises about time are judged, not only told."""
    scenario = SCENARIOS[name]
    say(f"{name}, {mode}: {scenario.summary}")
    if scenario.needs and not scenario.needs.exists():
        result = {"scenario": name, "mode": mode, "skipped": f"there is no {scenario.needs}"}
        print_result(result)
        return result
    with Trial(name, mode, articles, seconds, brokers=scenario.brokers, proxied=scenario.proxied,
               tmpfs=scenario.tmpfs, keep=keep, timed=timed) as trial:
        try:
            scenario.run(trial)
            result = trial.judge()
        except Exception:
            trial.broken.append("the run did not come to its end")
            raise
    print_result(result)
    return result


def use_librdkafka_of_wheel():
    """The library that confluent-kafka's wheel carries, newer than Debian's, under the name that
    copydesk asks the loader for."""
    folder = pathlib.Path(confluent_kafka.__file__).parents[1] / "confluent_kafka.libs"
    library, = folder.glob("librdkafka*.so.1")
    named = tempfile.mkdtemp(prefix="copydesk-librdkafka-")
    atexit.register(shutil.rmtree, named)
    os.symlink(library, os.path.join(named, "librdkafka.so.1"))
    os.environ["LD_LIBRARY_PATH"] = named


def main():
    arguments = parse_arguments()
    if arguments.list:
        list_scenarios()
        return 0
    if arguments.wheel:
        use_librdkafka_of_wheel()
    results = [run(*wanted, keep=arguments.keep, timed=not arguments.short)
               for wanted in wanted_runs(arguments)]
    return 0 if all(result.get("held", "skipped" in result) for result in results) else 3


if __name__ == "__main__":
    sys.exit(main())
