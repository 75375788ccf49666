"""Every source stands in both builds, and in neither that does not exist: build_parity_test.py TOP_OF_THE_TREE"""

import pathlib
import re
import sys

SOURCE = re.compile(r"[A-Za-z0-9_./-]+\.(?:cc|proto)\b")
HEADER = re.compile(r"[A-Za-z0-9_./-]+\.h\b")
COMMENT = re.compile(r"#.*")


def named_in(build_file, pattern, top):
    """Sources that a build file names, as paths from the top of the tree."""
    text = "\n".join(COMMENT.sub("", line) for line in build_file.read_text().splitlines())
    folder = build_file.parent
    found = set()
    for name in pattern.findall(text):
        if "google/protobuf" in name or name.startswith("."):
            continue
        found.add(str((folder / name).resolve().relative_to(top)))
    return found


def collect(top, file_name, pattern):
    found = set()
    for build_file in sorted(top.rglob(file_name)):
        parts = build_file.relative_to(top).parts
        if parts[0].startswith(("build", "bazel", "node_modules", ".")) and len(parts) > 1:
            continue
        found |= named_in(build_file, pattern, top)
    return found


def in_tree(top, folders, suffixes):
    return {
        str(path.relative_to(top))
        for folder in folders
        for path in (top / folder).rglob("*")
        if path.suffix in suffixes
    }


def main():
    top = pathlib.Path(sys.argv[1]).resolve()
    rooms = ["base", "kv", "criteria", "proto", "graph", "decision", "workbench", "audit", "server", "client",
             "tests", "benchmarks"]
    sources = in_tree(top, rooms, {".cc", ".proto"})
    headers = {h for h in in_tree(top, rooms, {".h"})}
    cmake = collect(top, "CMakeLists.txt", SOURCE)
    bazel = collect(top, "BUILD.bazel", SOURCE)
    bazel_headers = collect(top, "BUILD.bazel", HEADER)
    problems = []
    problems += ["%s is in no CMakeLists.txt" % s for s in sorted(sources - cmake)]
    problems += ["%s is in no BUILD.bazel" % s for s in sorted(sources - bazel)]
    problems += ["%s is in a CMakeLists.txt and not in the tree" % s for s in sorted(cmake - sources)]
    problems += ["%s is in a BUILD.bazel and not in the tree" % s for s in sorted(bazel - sources)]
    problems += ["%s is in no BUILD.bazel" % h for h in sorted(headers - bazel_headers)]
    if not sources:
        problems.append("no source was found under %s" % top)
    for problem in problems:
        print(problem)
    print("build parity: %d sources, %d headers, %d problems" % (len(sources), len(headers), len(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
