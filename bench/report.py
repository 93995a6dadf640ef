"""The figures as a page: docs/performance.html, made of bench/figures.json: no scripts, nothing fetched.

    report.py                          writes the page anew
    report.py --check                  exits with 1 where the page is not that of the figures
    report.py --take NAME FILE...      first takes figures over: the last line of FILE, as
                                       ./dev bench, bench-chain or bench-latency --json print it,
                                       under the name bench, chain or latency; --note: under
                                       what conditions, for the page
What was not measured is not on the page.
"""

import argparse
import datetime
import html
import json
import os
import pathlib
import platform
import sys

HERE = pathlib.Path(__file__).resolve().parent
FIGURES = HERE / "figures.json"
INSTRUCTIONS = HERE / "instructions.json"
PAGE = HERE.parent / "docs" / "performance.html"

SUBJECTS = {
    "passthrough": "bare pass-through", "no_processors": "stage, no processors", "chain": "whole chain",
    "exactly_once": "whole chain, exactly once", "python_tuned": "tuned Python script",
}
GOALS = {"no_processors": 1.5, "chain": 5.0}
MOST_OF_PYTHON = 0.1

WIDTH, LABELS, BAR, GAP = 760, 210, 18, 8
COLOURS = ("#44688f", "#b0572c", "#5f7f45")

STYLE = """body { font: 15px/1.5 sans-serif; max-width: 50em; margin: 2em auto; padding: 0 1em; color: #222 }
svg { display: block; margin: 1em 0 } svg text { font: 13px sans-serif; fill: #222 }
table { border-collapse: collapse } td, th { padding: .2em .8em; text-align: right; border-bottom: 1px solid #ddd }
td:first-child, th:first-child { text-align: left } .missed { color: #a22 } .met { color: #262 }"""


def bars(rows, unit, marks=()):
    """Bars of rows [(label, value, text)], and marks [(value, text)] as lines across."""
    most = max([value for _, value, _ in rows] + [value for value, _ in marks])
    scale = (WIDTH - LABELS - 120) / most
    height = len(rows) * (BAR + GAP) + (22 if marks else 4)
    parts = [f'<svg width="{WIDTH}" height="{height}" role="img" aria-label="{html.escape(unit)}">']
    for number, (label, value, text) in enumerate(rows):
        y = number * (BAR + GAP)
        parts.append(f'<text x="{LABELS - 8}" y="{y + 14}" text-anchor="end">{html.escape(label)}</text>'
                     f'<rect x="{LABELS}" y="{y}" width="{max(1, value * scale):.1f}" height="{BAR}" '
                     f'fill="{COLOURS[0]}"/>'
                     f'<text x="{LABELS + value * scale + 6:.1f}" y="{y + 14}">{html.escape(text)}</text>')
    for value, text in marks:
        x = LABELS + value * scale
        parts.append(f'<line x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{height - 18}" stroke="{COLOURS[1]}" '
                     f'stroke-dasharray="4 3"/><text x="{x + 4:.1f}" y="{height - 4}">{html.escape(text)}</text>')
    return "\n".join([*parts, "</svg>"])


def table(heads, rows):
    lines = ["<table><tr>" + "".join(f"<th>{html.escape(head)}</th>" for head in heads) + "</tr>"]
    for row in rows:
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>")
    return "\n".join([*lines, "</table>"])


def verdict(value, goal, least=False):
    met = value >= goal if least else value <= goal
    return f'<span class="{"met" if met else "missed"}">{"met" if met else "missed"}</span>'


def on_kafka(figures):
    floor = figures["passthrough"]
    rows = [(name, figures[key] / floor, f"{figures[key] / floor:.2f} ({figures[key]:.0f} µs)")
            for key, name in SUBJECTS.items() if key in figures]
    marks = [(goal, f"goal {goal:g}") for goal in GOALS.values()]
    return ["<h2>Beside a bare pass-through</h2>",
            "<p>CPU time an article, in pass-throughs: what librdkafka alone needs for the same records in the "
            f"same run. Medians; {figures['articles']} articles a round. {html.escape(figures.get('note', ''))}</p>",
            bars(rows, "pass-throughs", marks)]


def goals_of_stage(figures):
    floor, rows = figures["passthrough"], []
    for key, goal in GOALS.items():
        ratio = figures[key] / floor
        rows.append((SUBJECTS[key], f"{ratio:.2f} pass-throughs", f"{goal:g}", verdict(ratio, goal)))
    if "python_tuned" in figures:
        share = figures["chain"] / figures["python_tuned"]
        rows.append(("of the tuned script", f"{share:.2f}", f"{MOST_OF_PYTHON:g}", verdict(share, MOST_OF_PYTHON)))
    return rows


def goals_of_chain(chain):
    ratio = chain["workers"]["ratio"]
    return [("allocations an article, index growing", f"{chain['allocations']:.4f}", "0", verdict(chain["allocations"], 0.05)),
            ("two workers to one", f"{ratio:.2f}", "1.8", verdict(ratio, 1.8, least=True))]


def goals(figures):
    rows = []
    if "bench" in figures:
        rows += goals_of_stage(figures["bench"])
    if "latency" in figures:
        added = figures["latency"]["added_p99"]
        rows.append(("latency added, p99", f"{added:.1f} ms", "10 ms", verdict(added, 10)))
    if "chain" in figures:
        rows += goals_of_chain(figures["chain"])
    return ["<h2>Goals</h2>", table(("", "measured", "goal", ""), rows)]


def in_parts(chain, instructions):
    parts = {name: cost for name, cost in chain["parts"].items() if name != "sum"}
    rows = [(name, cost, f"{cost:.1f} µs") for name, cost in parts.items()]
    note = html.escape(chain.get("note", ""))
    counts = {name: count for name, count in instructions.items() if name != "whole"}
    counted = [(name, count, f"{count:,}") for name, count in counts.items()]
    return ["<h2>The chain alone</h2>",
            f"<p>CPU time an article by part, articles in memory: {chain['parts']['sum']:.0f} µs in all. {note}</p>",
            bars(rows, "microseconds"),
            f"<p>Instructions an article, by callgrind: {instructions['whole']:,} in all.</p>",
            bars(counted, "instructions")]


def in_time(latency):
    rows = [(f"{SUBJECTS[key]}, {name}", latency[key][name], f"{latency[key][name]:.1f} ms")
            for key in ("passthrough", "chain") for name in ("p50", "p99")]
    return ["<h2>Latency</h2>", "<p>From the producer's hands into a reader's, 120 articles a second, at least once.</p>",
            bars(rows, "milliseconds")]


def in_memory(chain):
    workers, rss = chain["workers"], chain.get("rss")
    text = (f"Two workers are {workers['ratio']} times as fast as one, by their CPU time {workers['by_cpu']} "
            f"({workers['cores']} cores, load {workers['load_before']} before).")
    if rss:
        text += (f" Resident after 10,000 articles {rss['begin_kib'] / 1024:.0f} MiB, after "
                 f"{rss['articles']:,} {rss['end_kib'] / 1024:.0f} MiB.")
    return ["<h2>Memory and workers</h2>", f"<p>{text}</p>"]


def page(figures):
    body = [f"<p>Measured {html.escape(figures['measured'])} on {html.escape(figures['machine'])}. What each "
            'figure is and how to measure it: <a href="performance.md">performance.md</a>. Machines differ: '
            "ratios are what counts.</p>", *goals(figures)]
    if "bench" in figures:
        body += on_kafka(figures["bench"])
    if "chain" in figures:
        body += in_parts(figures["chain"], figures["instructions"]) + in_memory(figures["chain"])
    if "latency" in figures:
        body += in_time(figures["latency"])
    return ("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>What an article costs</title>\n"
            f"<style>{STYLE}</style></head>\n<body><h1>What an article costs</h1>\n" + "\n".join(body)
            + "\n</body></html>\n")


def take(figures, name, file, note):
    taken = json.loads(pathlib.Path(file).read_text(encoding="utf-8").splitlines()[-1])
    before = figures.get(name, {}) if name == "chain" else {}  # which may be measured subject by subject
    figures[name] = {**before, **taken, "note": note}
    figures["instructions"] = json.loads(INSTRUCTIONS.read_text(encoding="utf-8"))["instructions"]
    figures["measured"] = datetime.date.today().isoformat()
    figures["machine"] = f"{platform.machine()}, {os.cpu_count()} cores"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--take", nargs=2, action="append", default=[], metavar=("NAME", "FILE"))
    parser.add_argument("--note", default="")
    arguments = parser.parse_args()
    figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    for name, file in arguments.take:
        take(figures, name, file, arguments.note)
    if arguments.take:
        FIGURES.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    made = page(figures)
    if arguments.check:
        same = PAGE.read_text(encoding="utf-8") == made
        print("the page is that of the figures" if same else f"{PAGE} is old; run bench/report.py")
        return 0 if same else 1
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
