"""What an article costs in the chain alone, without Kafka: by part, in memory and in workers.

    ./dev bench-chain [parts] [allocations] [rss] [workers] [--json] [--rounds N] [--articles N]

Without a word, all of them, on articles of bench/generate.py in memory:

    parts        CPU microseconds an article in each part; the median of the rounds, each a process
    allocations  how often memory is allocated for an article in copydesk's own code, once all of
                 them were seen (bench/allocations.c)
    rss          the process's memory after 10,000 articles and at the end of a million
    workers      how much faster two workers are than one: wall time, in turn, the median; the
                 machine's load then is stated, since two workers need two idle cores. "by_cpu" is
                 what it would be with these: 2, less what two workers cost more CPU time for the
                 same articles (caches, locks)

--json ends with all figures as one line.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import generate

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("COPYDESK_BUILD", REPOSITORY / "build"))
SUBJECTS = ("parts", "allocations", "rss", "workers")
MILLION = 1_000_000


def say(text):
    print(text, flush=True)


def write_articles(path, count, seed=1):
    with open(path, "wb") as file:
        for article in generate.articles(count, seed):
            file.write(article + b"\n")
    return path


def chain(articles, *options, **environment):
    """One run of bench/chain.c; its figures."""
    command = [BUILD / "bench" / "chain", *map(str, options), articles]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                            env={**os.environ, **environment}).stdout
    return json.loads(output)


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def parts(articles, rounds):
    runs = [chain(articles, "-p") for _ in range(rounds)]
    figures = {part: round(median(runs, part), 1) for part in runs[0] if part != "articles"}
    say("part            us CPU an article")
    for part, cost in figures.items():
        say(f"{part:14}  {cost:17.1f}")
    return figures


def allocations(articles, rounds):
    """Everything was seen once, so that what grows with what it remembers has grown."""
    library = BUILD / "bench" / "liballocations.so"
    runs = [chain(articles, "-w", 0, "-r", count, LD_PRELOAD=str(library)) for count in (1, 1 + rounds)]
    more = runs[1]["articles"] - runs[0]["articles"]
    figure = round((runs[1]["allocations"] - runs[0]["allocations"]) / more, 4)
    say(f"{figure} allocations an article, over {more} articles")
    return figure


def rss(articles, count):
    few, many = max(1, 10_000 // count), max(2, MILLION // count)
    begin, end = (chain(articles, "-w", 0, "-r", rounds) for rounds in (few, many))
    figures = {"articles": end["articles"], "begin_kib": begin["rss_after_kib"],
               "end_kib": end["rss_after_kib"]}
    say(f"{figures['begin_kib']} KiB after {begin['articles']} articles, "
        f"{figures['end_kib']} KiB after {figures['articles']}")
    return figures


def workers(articles, rounds):
    ratios, by_cpu = [], []
    before = os.getloadavg()[0]
    for _ in range(rounds):
        one, two = (chain(articles, "-t", threads) for threads in (1, 2))
        ratios.append(one["wall_s"] / two["wall_s"])
        by_cpu.append(2 * one["cpu_s"] / two["cpu_s"])
    figures = {"ratio": round(statistics.median(ratios), 2),
               "by_cpu": round(statistics.median(by_cpu), 2), "load_before": round(before, 2),
               "cores": os.cpu_count()}
    say(f"two workers are {figures['ratio']} times as fast as one, by their CPU time "
        f"{figures['by_cpu']} ({figures['cores']} cores, load {figures['load_before']} before)")
    return figures


def measure(arguments, folder):
    count, rounds = arguments.articles, arguments.rounds
    articles = write_articles(folder / "articles.jsonl", count)
    how = {"parts": lambda: parts(articles, rounds),
           "allocations": lambda: allocations(articles, rounds),
           "rss": lambda: rss(articles, count),
           "workers": lambda: workers(articles, rounds)}
    return {subject: how[subject]() for subject in arguments.subjects or SUBJECTS}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("subjects", nargs="*", metavar="subject", help=", ".join(SUBJECTS))
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--articles", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    if unknown := set(arguments.subjects) - set(SUBJECTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}")
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as name:
        figures = measure(arguments, pathlib.Path(name))
    if arguments.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    sys.exit(main())
