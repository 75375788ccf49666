"""docs/limits.md gives every cap of base/limits.h, with its value and what it is for, and code holds to it.

limits_test.py TOP_OF_THE_TREE
"""

import ast
import pathlib
import re
import sys

CAP = re.compile(r"^inline constexpr \w+ (k\w+) = ([^;]+);", re.MULTILINE)
ROW = re.compile(r"^\| `(k\w+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "s": 1000, "ms": 1, "bytes": 1, "B": 1}


def in_code(text):
    """4u << 20, 30'000 or 64 as a number."""
    tree = ast.parse(re.sub(r"(\d)u\b", r"\1", text.replace("'", "")), mode="eval")
    return eval(compile(tree, "limits.h", "eval"), {"__builtins__": {}})


def in_docs(text):
    """4 MiB, 30 s or 1,024 as a number, in bytes or milliseconds where it has a unit."""
    number, _, unit = text.strip().partition(" ")
    return int(number.replace(",", "")) * UNITS[unit] if unit else int(number.replace(",", ""))


def problems(header, docs):
    caps = {name: in_code(value) for name, value in CAP.findall(header)}
    rows = {}
    for name, value, note in ROW.findall(docs):
        if name in rows:
            yield f"{name} stands twice"
        rows[name] = in_docs(value)
        words = " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name[1:])).lower()
        if note.strip().lower() == words:
            yield f"{name}: the note says no more than the name"
    for name in sorted(caps.keys() | rows.keys()):
        if caps.get(name) != rows.get(name):
            yield f"{name}: {caps.get(name)} in base/limits.h, {rows.get(name)} in docs/limits.md"


def unused(top, caps):
    """Caps that no source but a test names."""
    sources = [
        path.read_text() for room in sorted(top.iterdir()) if room.is_dir() and not room.name.startswith((".", "build", "node_"))
        for path in room.rglob("*") if path.suffix in (".cc", ".h") and not path.name.endswith("_test.cc")
        and path.name != "limits.h"
    ]
    text = "\n".join(sources)
    return [cap for cap in caps if not re.search(rf"\b{cap}\b", text)]


def main():
    top = pathlib.Path(sys.argv[1])
    header = (top / "base/limits.h").read_text()
    docs = (top / "docs/limits.md").read_text()
    found = list(problems(header, docs))
    # That the check can fail: a value, a row and a note that are wrong are each found.
    first = ROW.search(docs)
    wrong = [docs.replace(first.group(0), ""), docs.replace(first.group(2), "12345", 1), docs + first.group(0) + "\n"]
    found += [f"the check missed change {i}" for i, text in enumerate(wrong) if not list(problems(header, text))]
    found += [f"{cap}: no code holds to it" for cap in unused(top, [name for name, _ in CAP.findall(header)])]
    for problem in found:
        print(problem)
    print(f"limits: {len(CAP.findall(header))} caps, {len(found)} problems")
    sys.exit(1 if found else 0)


main()
