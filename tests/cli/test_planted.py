"""Planted mistakes: test_planted.py PROGRAM [--list]

A configuration that is right has one mistake planted into it, for every option that `copydesk schema`
knows and in every way that fits: misspelt, a wrong type, out of range, in a wrong place, given twice;
and what YAML itself offers. `copydesk check` must refuse each with exit 78 and name the line and the
column of the mistake; of the misspelt keys it must name the right one in at least nine of ten.
"""

import collections
import copy
import json
import random
import re
import subprocess
import sys
import tempfile
import pathlib

PROGRAM = sys.argv[1]
SEED = 20260

BASE = {
    "consumer": {"topics": ["articles.raw"]},
    "processors": [{"language": {}}, {"entities": {}}, {"duplicates": {}}],
    "producer": {
        "routes": [
            {"when": {"language": ["fr"], "duplicate": ["new"], "entity": ["iso:FR"],
                      "source": ["afp"], "header": ["urgent"]}, "topic": "articles.chosen"},
            {"topic": "articles.{language}", "allow": ["ar"], "otherwise": "articles.other"}],
        "dead_letters": "articles.rejected"},
}

Mistake = collections.namedtuple("Mistake", "kind path yaml line column meant")


def deref(schema):
    """The one shape of an option among the alternatives: what a value without ${...} is."""
    while "anyOf" in schema and not any("enum" in s or "pattern" in s or s.get("type") == "boolean"
                                        for s in schema["anyOf"]):
        schema = schema["anyOf"][-1]
    return schema


def kind_of(schema):
    shapes = [s for s in schema.get("anyOf", [schema]) if "$ref" not in s]
    for shape in sorted(shapes, key=lambda s: s.get("type") != "array"):
        if "enum" in shape:
            return "choice"
        if shape.get("type") == "array":
            items = deref(shape["items"])
            if "oneOf" in items:
                return "processors"
            return "tables" if items.get("type") == "object" else "texts"
        if shape.get("type") == "boolean":
            return "flag"
        if "propertyNames" in shape:
            return "map"
        if shape.get("type") in ("object", ["object", "null"]):
            return "table"
    patterns = " ".join(s.get("pattern", "") for s in shapes)
    if "GiB" in patterns:
        return "size"
    if "|ms)" in patterns:
        return "duration"
    if shapes[0].get("type") == "integer":
        return "integer"
    if shapes[0].get("type") == "number":
        return "ratio"
    return "text"


def options(schema, path=()):
    """(path, kind, schema, names beside it) of every option below an object's schema."""
    properties = schema.get("properties", {})
    for name, option in properties.items():
        kind = kind_of(option)
        yield path + (name,), kind, option, list(properties)
        if kind == "table":
            yield from options(option, path + (name,))
        elif kind == "tables":
            items = deref(option["anyOf"][-1]["items"])
            yield from options(items, path + (name, 0))
        elif kind == "processors":
            for entry in option["anyOf"][-1]["items"]["oneOf"]:
                ((processor, table),) = entry["properties"].items()
                index = {"language": 0, "entities": 1, "duplicates": 2}.get(processor)
                if index is not None:
                    yield from options(table, path + (name, index, processor))


def parent_of(tree, path):
    for step in path[:-1]:
        if isinstance(tree, dict):
            tree = tree.setdefault(step, {})
        else:
            tree = tree[step]
    return tree


MARK = "@@"


def write(tree, indent=0):
    """Block YAML whose keys and values may hold marks where a problem must be shown."""
    pad = "  " * indent
    if isinstance(tree, dict):
        if not tree:
            return " {}\n"
        return "\n" + "".join(f"{pad}{key}:{write(value, indent + 1)}" for key, value in tree.items())
    if isinstance(tree, list) and all(isinstance(item, (str, int)) for item in tree):
        return " [" + ", ".join(scalar(item) for item in tree) + "]\n"
    if isinstance(tree, list):
        lines = "\n"
        for item in tree:
            body = write(item, indent + 1)
            lines += pad + "- " + body.lstrip("\n")[2 * (indent + 1):] if body != " {}\n" else \
                pad + "- {}\n"
        return lines
    return " " + scalar(tree) + "\n"


def scalar(value):
    if isinstance(value, str) and (value.startswith(MARK) or value.startswith("!raw ")):
        return value.removeprefix("!raw ")
    return json.dumps(value) if isinstance(value, (str, bool)) or value is None else str(value)


def placed(kind, path, text, meant=None):
    """text with one mark: the mistake's line and column."""
    text = text.lstrip("\n")
    before = text[:text.index(MARK)]
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Mistake(kind, ".".join(map(str, path)), text.replace(MARK, ""), line, column, meant)


def misspellings(name, rng):
    """As hands do it: a letter lost, doubled, swapped, hit beside, plural, case, - for _."""
    found = set()
    for _ in range(60):
        i = rng.randrange(len(name))
        found.add(rng.choice([
            name[:i] + name[i + 1:],
            name[:i] + name[i] + name[i:],
            name[:i] + name[i + 1:i + 2] + name[i] + name[i + 2:],
            name[:i] + rng.choice("abcdefghijklmnopqrstuvwxyz") + name[i + 1:],
            name[:i] + rng.choice("abcdefghijklmnopqrstuvwxyz") + name[i:],
            name + "s", name.rstrip("s"), name.capitalize(), name.replace("_", "-"),
            name.replace("_", "")]))
    return sorted(word for word in found if word not in ("", name) and len(word) > 1)


WRONG_TYPES = {
    "flag": ["maybe", 7, [1, 2], {"a": 1}, None, "yes"],
    "integer": ["many", "10x", [1, 2], {"a": 1}, None, 1.5],
    "size": ["large", "10QB", [1, 2], {"a": 1}, None, "-1"],
    "duration": ["soon", "10", "5 s", [1, 2], {"a": 1}, None],
    "ratio": ["half", [1, 2], {"a": 1}, None, "0.12345"],
    "choice": ["nonsense-value", [1, 2], {"a": 1}, None],
    "text": [[1, 2], {"a": 1}, None],
    "texts": [{"a": 1}, None],
    "table": ["word", [1, 2]],
    "tables": ["word", None],
    "map": ["word", [1, 2]],
    "processors": ["word", None, {"language": {}, "entities": {}}],
}


def with_value(path, value):
    tree = copy.deepcopy(BASE)
    parent_of(tree, path)[path[-1]] = value
    return tree


def marked(value):
    """The mark stands before the value, wherever its first line begins."""
    if isinstance(value, dict):
        return "!raw " + MARK + "{" + ", ".join(f"{k}: {json.dumps(v)}" for k, v in value.items()) + "}"
    return "!raw " + MARK + ("~" if value is None else json.dumps(value))


def out_of_range(option, kind):
    limits = option.get("anyOf", [{}])[0]
    unit = {"size": "B", "duration": "ms"}.get(kind, "")
    if "minimum" in limits:
        yield f"{limits['minimum'] - 1}{unit}" if kind != "size" else limits["minimum"] - 1
    if "maximum" in limits:
        yield limits["maximum"] + 1
    if kind in ("size", "integer", "duration"):
        yield "99999999999999999999" + ("h" if kind == "duration" else "")


def value_mistakes(schema):
    for path, kind, option, _ in options(schema):
        wrong = WRONG_TYPES[kind]
        if path[-1] == "when":
            wrong = ["word", [1, 2]]
        for value in wrong:
            yield placed("wrong type", path, write(with_value(path, marked(value))))
        for value in out_of_range(option, kind):
            if isinstance(value, (int, float)) and value < 0 and kind == "size":
                continue
            yield placed("out of range", path,
                         write(with_value(path, "!raw " + MARK + str(value))))


def key_mistakes(schema, rng):
    for path, _, _, names in options(schema):
        words = [word for word in misspellings(path[-1], rng) if word not in names]
        for word in rng.sample(words, min(6, len(words))):
            tree = copy.deepcopy(BASE)
            parent = parent_of(tree, path)
            value = parent.pop(path[-1], "x")
            parent[MARK + word] = value
            yield placed("misspelt", path, write(tree), path[-1])


def place_mistakes(schema):
    """Every option where it does not belong: at the top, or among limits."""
    top = set(schema["properties"])
    limits = set(schema["properties"]["limits"]["properties"])
    for path, *_ in options(schema):
        if path[-1] not in top:
            tree = copy.deepcopy(BASE)
            tree[MARK + path[-1]] = "x"
            yield placed("wrong place", path, write(tree))
        if path[-1] not in limits and path[0] != "limits":
            tree = copy.deepcopy(BASE)
            tree["limits"] = {MARK + path[-1]: "x"}
            yield placed("wrong place", path, write(tree))


def twice_mistakes(schema):
    for path, kind, *_ in options(schema):
        if kind in ("table", "tables", "processors") or path[-1] in ("topics",):
            continue
        text = write(with_value(path, "!raw KEEP"))
        lines = text.split("\n")
        (at,) = [i for i, line in enumerate(lines) if line.endswith(": KEEP")]
        # a key behind "- " stands where it stands; its twin needs blanks instead
        twin = re.sub(r"^(\s*)- ", r"\1  ", lines[at])
        indent = len(twin) - len(twin.lstrip())
        lines.insert(at + 1, twin[:indent] + MARK + twin[indent:])
        yield placed("given twice", path, "\n".join(lines))


def yaml_mistakes():
    """What YAML allows and copydesk does not, and what is no YAML at all, in each block."""
    good = write(BASE).lstrip("\n")
    for i, line in enumerate(good.split("\n")[:-1]):
        lines = good.split("\n")
        key, colon, value = line.partition(":")
        indent = len(line) - len(line.lstrip())
        if colon and value.strip().startswith("["):
            lines[i] = f"{key}: {MARK}&name{value}"
            yield placed("anchor", (f"line {i + 1}",), "\n".join(lines))
            lines[i] = f"{key}: {MARK}!tag{value}"
            yield placed("tag", (f"line {i + 1}",), "\n".join(lines))
            lines[i] = f"{key}: {MARK}*name"
            yield placed("alias", (f"line {i + 1}",), "\n".join(lines))
        if colon and not line.lstrip().startswith("-"):
            lines = good.split("\n")
            lines.insert(i, " " * indent + MARK + "<<: {x: 1}")
            yield placed("merge key", (f"line {i + 1}",), "\n".join(lines))


def broken_mistakes():
    """No YAML: the place is where the parser gives up, so only a line is asked for."""
    good = write(BASE).lstrip("\n")
    for number, text in enumerate([
            good.replace('["articles.raw"]', '["articles.raw"'),
            good.replace('"articles.rejected"', '"articles.rejected'),
            good.replace("  topics", "\ttopics"),
            good.replace("consumer:", "consumer"),
            good + "}\n", good + "]\n", good + "---\nconsumer: {}\n", good + "- a\n", good + "%\n",
            good + "log: {level: info\n", good + "log: 'x\n", good + "log: @x\n", good + "log: `x\n",
            good + "  log: {}\n", good + "log:\n level: info\n  format: json\n",
            good.replace("consumer:", "? [a, b]\n: c\nconsumer:"), good + "\x01: x\n",
            "- a\n- b\n", "word\n", "[consumer, producer]\n"]):
        yield Mistake("broken YAML", f"{number}", text, None, None, None)


def all_mistakes():
    rng = random.Random(SEED)
    schema = json.loads(subprocess.check_output([PROGRAM, "schema"]))
    yield from key_mistakes(schema, rng)
    yield from value_mistakes(schema)
    yield from place_mistakes(schema)
    yield from twice_mistakes(schema)
    yield from yaml_mistakes()
    yield from broken_mistakes()


def answer(mistake, folder):
    file = folder / "planted.yaml"
    file.write_text(mistake.yaml, encoding="utf-8")
    done = subprocess.run([PROGRAM, "check", "-c", str(file)], capture_output=True, text=True,
                          check=False)
    places = [tuple(map(int, match)) for match in
              re.findall(rf"^{re.escape(str(file))}:(\d+):(\d+): ", done.stderr, re.M)]
    if done.returncode != 78 or not places:
        return "passed", done.stderr
    if mistake.line is not None and (mistake.line, mistake.column) not in places:
        return "elsewhere", done.stderr
    if mistake.meant is not None and f'did you mean "{mistake.meant}"' not in done.stderr:
        return "not suggested", done.stderr
    return "found", done.stderr


def main():
    show = "--list" in sys.argv
    counts = collections.Counter()
    kinds = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for mistake in all_mistakes():
            result, text = answer(mistake, pathlib.Path(folder))
            counts[result] += 1
            kinds[mistake.kind] += 1
            if result in ("passed", "elsewhere") or (show and result != "found"):
                print(f"{result}: {mistake.kind} {mistake.path} expected at {mistake.line}:"
                      f"{mistake.column}\n{text}{mistake.yaml if show else ''}")
    total = sum(counts.values())
    misspelt = kinds["misspelt"]
    right = misspelt - counts["not suggested"]
    print(f"{total} mistakes planted: " + ", ".join(f"{n} {kind}" for kind, n in kinds.items()))
    print(f"{total - counts['passed']} refused, {counts['elsewhere']} at another place; of {misspelt} "
          f"misspelt keys {right} ({100 * right / misspelt:.1f} %) with the right suggestion")
    well = total >= 300 and counts["passed"] + counts["elsewhere"] == 0 and right >= 0.9 * misspelt
    return 0 if well else 1


sys.exit(main())
