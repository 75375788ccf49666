"""Scans every include against the table in layers.bzl. Run from anywhere: layering_test.py TOP_OF_THE_TREE"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
SUFFIXES = (".h", ".cc")


def load_table(top):
    """The table is Starlark that is also Python."""
    scope = {}
    exec((top / "tests/layering/layers.bzl").read_text(), scope)  # pylint: disable=exec-used
    return scope


def room_of(path, rooms):
    """The longest room that `path` lies in, or None."""
    inside = [room for room in rooms if path == room or path.startswith(room + "/")]
    return max(inside, key=len, default=None)


def room_of_include(included, rooms):
    """Generated protobuf headers belong to proto; the rest is named from the top of the tree."""
    if included.endswith(".pb.h"):
        return None if included.startswith("google/protobuf/") else "proto"
    return room_of(included, rooms)


def scan_file(path, text, table):
    """Every include of one file that the table does not allow, as messages."""
    rooms = table["ROOMS"]
    top_folder = path.split("/")[0]
    if top_folder in table["UNBOUND"]:
        return []
    room = room_of(path, rooms)
    if room is None:
        return ["%s: lies in no room of the table" % path]
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        where, included = "%s:%d" % (path, number), match.group(2)
        for prefix, allowed in table["HEADERS"].items():
            if included.startswith(prefix) and room not in allowed:
                problems.append("%s: <%s> is not for %s" % (where, included, room))
        target = room_of_include(included, rooms)
        if target and target != room and target not in rooms[room]:
            problems.append("%s: %s may not use %s (%s)" % (where, room, target, included))
        if match.group(1) == '"' and "/" not in included:
            problems.append("%s: \"%s\" is not named from the top of the tree" % (where, included))
    return problems


def check_acyclic(rooms):
    """Every room uses only rooms whose own uses do not lead back."""
    def reach(room, seen):
        for used in rooms[room]:
            if used not in seen:
                seen.add(used)
                reach(used, seen)
        return seen
    return ["%s leads back to itself" % room for room in rooms if room in reach(room, set())]


def self_check(table):
    """The scanner must see what it is there for."""
    bad = [
        ("kv/x.cc", '#include "server/config.h"\n'),
        ("decision/x.cc", '#include <rocksdb/db.h>\n'),
        ("base/x.cc", '#include "evident/v1/answer.pb.h"\n'),
        ("client/x.cc", '#include "workbench/cases.h"\n'),
        ("attic/x.cc", "\n"),
        ("kv/x.cc", '#include "database.h"\n'),
    ]
    good = [
        ("kv/x.cc", '#include <rocksdb/db.h>\n#include "base/status.h"\n'),
        ("client/cli/x.cc", '#include "workbench/cases.h"\n'),
        ("tests/x.cc", '#include "server/config.h"\n'),
    ]
    missed = ["scanner misses: %s %r" % case for case in bad if not scan_file(*case, table)]
    false = ["scanner refuses: %s %r" % case for case in good if scan_file(*case, table)]
    return missed + false


def main():
    top = pathlib.Path(sys.argv[1]).resolve()
    table = load_table(top)
    problems = self_check(table) + check_acyclic(table["ROOMS"])
    files = 0
    for folder in sorted({room.split("/")[0] for room in table["ROOMS"]} | set(table["UNBOUND"])):
        for path in sorted((top / folder).rglob("*")):
            if path.suffix in SUFFIXES:
                files += 1
                problems += scan_file(str(path.relative_to(top)), path.read_text(), table)
    if files == 0:
        problems.append("no source was found under %s" % top)
    for problem in problems:
        print(problem)
    print("layering: %d files, %d problems" % (files, len(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
