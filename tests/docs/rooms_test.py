"""Every room has its sentence in docs/architecture.md, and every folder of the tree its line in README.md.

rooms_test.py TOP_OF_THE_TREE
"""

import pathlib
import re
import sys

ROW = re.compile(r"^\| `([a-z/_]+?)/?` \| (.+) \|$", re.MULTILINE)


def folders(top):
    """The folders of the tree, those of builds and tools of this machine apart."""
    return {path.name for path in top.iterdir()
            if path.is_dir() and not path.name.startswith((".", "build", "bazel-", "node_modules"))}


def problems(rooms, folders_there, architecture, readme):
    known = {room.split("/")[0] for room in rooms}
    expected = set(rooms) | (folders_there - known)
    for page, rows, wanted in (("docs/architecture.md", dict(ROW.findall(architecture)), expected),
                               ("README.md", dict(ROW.findall(readme)), folders_there)):
        yield from (f"{page} says nothing of {name}" for name in sorted(wanted - rows.keys()))
        yield from (f"{page} speaks of {name}, which is not there" for name in sorted(rows.keys() - wanted))


def main():
    top = pathlib.Path(sys.argv[1]).resolve()
    table = {}
    exec((top / "tests/layering/layers.bzl").read_text(), table)  # pylint: disable=exec-used
    rooms = [room for room in table["ROOMS"]]
    architecture = (top / "docs/architecture.md").read_text()
    readme = (top / "README.md").read_text()
    found = list(problems(rooms, folders(top), architecture, readme))
    # That the check can fail: a room, a folder and a row that are wrong are each found.
    for wrong in ((rooms + ["attic"], folders(top), architecture, readme),
                  (rooms, folders(top) | {"attic"}, architecture, readme),
                  (rooms, folders(top), architecture, readme.replace("| `kv/` |", "| `kw/` |"))):
        if not list(problems(*wrong)):
            found.append("the check misses what is wrong")
    for problem in found:
        print(problem)
    print(f"rooms: {len(rooms)} rooms, {len(found)} problems")
    sys.exit(1 if found else 0)


main()
