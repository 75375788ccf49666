"""No source is longer than one sitting: source_size_test.py TOP_OF_THE_TREE. Messages in proto/ may be."""

import pathlib
import sys

LINES_MAX = 500
SUFFIXES = (".cc", ".h", ".py", ".sh")


def too_long(name, text):
    lines = text.count("\n")
    return ["%s has %d lines; split what is past %d" % (name, lines, LINES_MAX)] if lines > LINES_MAX else []


def sources(top):
    for folder in sorted(top.iterdir()):
        if not folder.is_dir() or folder.name.startswith((".", "build", "bazel-", "node_modules")):
            continue
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (path.suffix in SUFFIXES or folder.name == "tools"):
                yield path


def main():
    top = pathlib.Path(sys.argv[1]).resolve()
    problems = []
    if too_long("x", "\n" * LINES_MAX) or not too_long("x", "\n" * (LINES_MAX + 1)):
        problems.append("the check does not tell %d lines from one more" % LINES_MAX)
    files = list(sources(top))
    if not files:
        problems.append("no source was found under %s" % top)
    for path in files:
        problems += too_long(str(path.relative_to(top)), path.read_text())
    for problem in problems:
        print(problem)
    print("source size: %d files, %d problems" % (len(files), len(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
