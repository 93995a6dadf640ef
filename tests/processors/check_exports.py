#!/usr/bin/env python3
"""A plugin exports copydesk_processor and nothing else, and needs nothing but the C library.

usage: check_exports.py PLUGIN.so [--exports-only]   (instrumented builds need their runtime)
"""
import subprocess
import sys

# What the compiler's start files leave in every shared module, as weak references.
COMPILERS_OWN = {"__gmon_start__", "_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable"}


def symbols(which, plugin):
    lines = subprocess.run(["nm", "-D", which, plugin], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    return {line.split()[-1] for line in lines}


def main():
    plugin = sys.argv[1]
    exported = symbols("--defined-only", plugin)
    needed = symbols("--undefined-only", plugin)
    foreign = {name for name in needed - COMPILERS_OWN if "@GLIBC_" not in name}
    problems = []

    if exported != {"copydesk_processor"}:
        problems.append(f"exports {sorted(exported)}, not copydesk_processor alone")
    if foreign and "--exports-only" not in sys.argv:
        problems.append(f"needs {sorted(foreign)}, which the C library does not have")
    for problem in problems:
        print(f"{plugin} {problem}")
    return 1 if problems else 0


sys.exit(main())
