"""Adds up what the steps of `./dev test` left behind and prints one closing line.

Reads from the folder given: steps ("name status seconds" a line), <name>.meson.json (Meson's test
log, whose tests print cmocka's or TAP's counts) and <name>.junit.xml (pytest). A step without counts
of its own is one test; a test program that died without counts is one failure.
"""

import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

CMOCKA = {
    "passed": re.compile(r"\[  PASSED  \] (\d+) test"),
    "skipped": re.compile(r"\[  SKIPPED \] (\d+) test"),
    "failed": re.compile(r"\[  FAILED  \] (\d+) test"),
}


def count_program(entry):
    """One test program of Meson: cmocka's own counts, else one."""
    output = entry.get("stdout", "") + "\n" + entry.get("stderr", "")
    counts = {key: sum(map(int, rule.findall(output))) for key, rule in CMOCKA.items()}
    if entry["result"] in ("OK", "EXPECTEDFAIL"):
        if not any(counts.values()):
            counts["passed"] = 1
    elif entry["result"] == "SKIP":
        counts["skipped"] = max(counts["skipped"], 1)
    else:
        counts["failed"] = max(counts["failed"], 1)
    return counts


def count_meson(path):
    with open(path, encoding="utf-8") as log:
        programs = [count_program(json.loads(line)) for line in log if line.strip()]
    return {key: sum(program[key] for program in programs) for key in CMOCKA}


def count_junit(path):
    suites = ElementTree.parse(path).getroot().iter("testsuite")
    totals = {"passed": 0, "skipped": 0, "failed": 0}
    for suite in suites:
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        totals["failed"] += failed
        totals["skipped"] += skipped
        totals["passed"] += int(suite.get("tests", 0)) - failed - skipped
    return totals


def count_step(folder, name, status):
    if (folder / f"{name}.meson.json").exists():
        counts = count_meson(folder / f"{name}.meson.json")
    elif (folder / f"{name}.junit.xml").exists():
        counts = count_junit(folder / f"{name}.junit.xml")
    else:
        counts = {"passed": int(status == 0), "skipped": 0, "failed": 0}
    if status != 0:
        counts["failed"] = max(counts["failed"], 1)
    return counts


def main():
    folder = pathlib.Path(sys.argv[1])
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    print()
    for line in (folder / "steps").read_text().splitlines():
        name, status, seconds = line.split()
        counts = count_step(folder, name, int(status))
        for key in totals:
            totals[key] += counts[key]
        print(f"{name:<12} {counts['passed']:>5} ok {counts['failed']:>4} failed "
              f"{counts['skipped']:>4} skipped {seconds:>5} s")
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**totals))
    return 1 if totals["failed"] or not totals["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
