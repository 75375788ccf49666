"""Programs that share no code with Evident take what it hands out and publishes, and refuse the same as it does."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "end_to_end"))

from installation import Case, EVIDENT, run, source  # noqa: E402

VECTORS = HERE / "vectors"
GO_SOURCES = pathlib.Path("/usr/share/gocode")
BAD_INPUT, NOT_PERMITTED, NOT_VERIFIED = 3, 4, 6
INSTALL = "; tools/install-packages --tests installs it"

# Counts the changes of one bit in each byte of a receipt that the Python verifier lets through.
CHANGED_BYTES = """
import sys
sys.path.insert(0, sys.argv[1])
import verify_receipt
key, answer, receipt = (open(path, "rb").read() for path in sys.argv[2:])
keys = verify_receipt.LogKeys(key.decode())
verify_receipt.verify(keys, receipt, answer)
passed = 0
for at in range(len(receipt)):
    changed = receipt[:at] + bytes([receipt[at] ^ 1]) + receipt[at + 1:]
    try:
        verify_receipt.verify(keys, changed, answer)
        passed += 1
    except verify_receipt.Refused:
        pass
print(len(receipt), passed)
"""


class Programs:
    """The foreign verifiers, made ready once."""
    folder = python = receipt = tiles = None

    @classmethod
    def prepare(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="evident-foreign-"))
        cls.python = cls.python_with_cryptography()
        go = shutil.which("go")
        if go is None:
            raise AssertionError("go is missing (Debian: golang-go)" + INSTALL)
        if not (GO_SOURCES / "src/golang.org/x/mod/sumdb/note").is_dir():
            raise AssertionError("golang.org/x/mod is missing (Debian: golang-golang-x-mod-dev)" + INSTALL)
        cls.receipt, cls.tiles = (cls.build(go, name) for name in ("verify_receipt", "verify_tiles"))

    @staticmethod
    def python_with_cryptography():
        """Debian's package is for Debian's Python, which need not be the one that runs this test."""
        for python in (sys.executable, "/usr/bin/python3"):
            if shutil.which(python) and run(python, "-c", "import cryptography").code == 0:
                return python
        raise AssertionError("the Python package cryptography is missing (Debian: python3-cryptography)" + INSTALL)

    @classmethod
    def build(cls, go, name):
        """Offline, from what Debian installed and nothing else."""
        made = cls.folder / name
        environment = dict(os.environ, GO111MODULE="off", GOPATH=str(GO_SOURCES), GOCACHE=str(cls.folder / "cache"),
                           GOFLAGS="", GOENV="off", GOPROXY="off", CGO_ENABLED="0")
        built = subprocess.run([go, "build", "-o", str(made), name + ".go", "checkpoint.go"], cwd=HERE, env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, check=False)
        if built.returncode != 0:
            raise AssertionError(built.stdout)
        return made


def setUpModule():
    Programs.prepare()


def tearDownModule():
    shutil.rmtree(Programs.folder)


def reason_in(printed):
    """The reason that a refusal names; None where nothing was refused."""
    found = re.search(r"\b[A-Z]+(_[A-Z]+)+\b", printed.err)
    return found.group(0) if found else None


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


class Receipts(Case):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = json.loads((VECTORS / "manifest.json").read_text())["cases"]

    def verdicts(self, case):
        """(exit code, reason) of our own command, of the Python program and of the Go program."""
        options = ["--request", VECTORS / case["request"]] if "request" in case else []
        options += [] if case["answer"] else ["--no-answer"]
        files = [VECTORS / name for name in (case["answer"], case["receipt"]) if name]
        key = VECTORS / case["key"]
        printed = (run(EVIDENT, "--verifier-key", key, "audit", "verify-receipt", *options, *files),
                   run(Programs.python, "-B", HERE / "verify_receipt.py", *options, key, *files),
                   run(Programs.receipt, *options, key, *files))
        for one in printed[1:]:
            self.assertEqual(len((one.out + one.err).splitlines()), 1, one)
        return [(one.code, reason_in(one)) for one in printed]

    def test_three_verifiers_say_the_same_of_every_vector(self):
        for case in self.cases:
            with self.subTest(case["name"], what=case["what"]):
                if case["verdict"] == "holds":
                    expected = [(0, None)] * 3
                else:
                    ours = BAD_INPUT if case["reason"] == "VERIFIER_KEY_MALFORMED" else NOT_VERIFIED
                    expected = [(ours, case["reason"])] + [(1, case["reason"])] * 2
                self.assertEqual(self.verdicts(case), expected)

    def test_the_vectors_give_every_reason_that_a_receipt_can_have(self):
        page = source("docs/formats/receipt.md").read_text()
        listed = re.search(r"Each failure has a reason of its own: ([^.]*)\.", page).group(1)
        # A note without a line by the key has one by another key, which is told first, or none, and is no note.
        expected = set(re.findall(r"[A-Z_]+", listed)) - {"SIGNATURE_MISSING"} | {"VERIFIER_KEY_MALFORMED"}
        self.assertEqual({case["reason"] for case in self.cases if case["verdict"] == "fails"}, expected)

    def test_every_file_of_the_vectors_is_of_a_case(self):
        named = {case[part] for case in self.cases for part in ("key", "answer", "receipt", "request") if case.get(part)}
        self.assertEqual({path.name for path in VECTORS.iterdir()}, named | {"manifest.json"})

    def test_no_changed_byte_is_let_through(self):
        files = [VECTORS / name for name in ("log.verifier", "first.answer", "first.receipt")]
        receipt = files[2].read_bytes()
        counted = run(Programs.python, "-B", "-c", CHANGED_BYTES, HERE, *files)
        self.assertEqual(counted.out, "%d 0\n" % len(receipt), counted.err)
        changed = self.folder / "changed.receipt"
        for at in range(len(receipt)):
            changed.write_bytes(receipt)
            flip(changed, at)
            self.assertEqual(run(Programs.receipt, *files[:2], changed).code, 1, "byte %d" % at)


class PublishedLog(Case):
    """A log that is published while it grows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.serve("site", "fictional-emberfern-wilt")
        cls.site.add_identity("counter", "analyst")

    def export(self, site, folder, caller="auditor"):
        """Entries that are published, and how many of them were not before."""
        printed = site.evident(caller, "--output", "json", "audit", "export-tiles", folder)
        self.assertEqual(printed.code, 0, printed.err)
        said = json.loads(printed.out)
        return said["size"], said["added"]

    def check(self, site, folder, earlier=()):
        """(exit code, reason) of both checks."""
        foreign = run(Programs.tiles, site.path / "log.verifier", folder, *earlier)
        self.assertEqual(len((foreign.out + foreign.err).splitlines()), 1, foreign)
        ours = site.offline("audit", "check-tiles", folder)
        return (foreign.code, reason_in(foreign)), (ours.code, reason_in(ours))

    @staticmethod
    def files(folder):
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

    def ask_many(self, many):
        questions = self.folder / "questions"
        questions.write_text('{"facts": {"frond_curl": 1}}\n' * many)
        said = self.site.evident("admin", "batch", questions, "--concept", "emberfern-wilt", "--summary")
        self.assertEqual(said.code, 0, said.err)

    def test_a_log_verifies_each_time_that_it_was_published(self):
        folder, earlier = self.folder / "growing", self.folder / "earlier"
        self.ask_many(3)
        size, added = self.export(self.site, folder)
        self.assertEqual(size, added)
        self.assertEqual(self.check(self.site, folder), ((0, None), (0, None)))
        shutil.copyfile(folder / "checkpoint", earlier)
        self.ask_many(300)
        grown, added = self.export(self.site, folder, "counter")
        self.assertEqual(grown, size + added)
        self.assertEqual(self.check(self.site, folder, [earlier]), ((0, None), (0, None)))
        again, added = self.export(self.site, folder)
        self.assertEqual(again, grown + added)
        self.assertEqual(self.check(self.site, folder, [earlier]), ((0, None), (0, None)))

    def test_only_what_the_checkpoint_needs_is_left(self):
        folder = self.folder / "left"
        size, _ = self.export(self.site, folder)
        for more in (1, 600):
            self.ask_many(more)
            size, _ = self.export(self.site, folder)
        full, width = divmod(size, 256)
        self.assertGreater(full, 1)
        leaves = ["%03d" % n for n in range(full)] + (["%03d.p/%d" % (full, width)] if width else [])
        self.assertEqual(self.files(folder), ["checkpoint"] + ["tile/0/" + leaf for leaf in leaves] +
                         ["tile/1/000.p/%d" % full] + ["tile/entries/" + leaf for leaf in leaves])

    def test_a_changed_byte_in_any_file_is_found(self):
        folder, aside = self.folder / "changed", self.folder / "aside"
        self.ask_many(260)
        self.export(self.site, folder)
        for name in self.files(folder):
            file = folder / name
            sound = file.read_bytes()
            for at in (0, len(sound) // 2, len(sound) - 1):
                with self.subTest(name, at=at):
                    flip(file, at)
                    self.both_refuse(folder)
                    file.write_bytes(sound)
            with self.subTest(name, missing=True):
                file.rename(aside)
                self.both_refuse(folder)
                aside.rename(file)
        self.assertEqual(self.check(self.site, folder), ((0, None), (0, None)))

    def both_refuse(self, folder):
        (foreign, _), (ours, _) = self.check(self.site, folder)
        self.assertEqual(foreign, 1)
        self.assertIn(ours, (BAD_INPUT, NOT_VERIFIED))

    def test_roles_without_the_log_may_not_publish_it(self):
        self.refused(self.site.evident("clerk", "audit", "export-tiles", self.folder / "none"), NOT_PERMITTED, "auditor")

    def test_a_log_that_was_set_back_is_found_out(self):
        """An older copy signs positions anew that were published already."""
        site = self.install("restored")
        kept, before, after = self.folder / "kept", self.folder / "before", self.folder / "after"
        shutil.copytree(site.path, kept)
        site.start()
        self.export(site, before)
        site.stop()
        shutil.rmtree(site.path)
        kept.rename(site.path)
        site.start()
        for _ in range(3):
            site.evident("admin", "status")
        self.export(site, after)
        self.assertEqual(self.check(site, after), ((0, None), (0, None)))
        self.assertEqual(self.check(site, after, [before / "checkpoint"])[0], (1, "TILES_FORKED"))
        self.refused(site.evident("auditor", "audit", "export-tiles", before), NOT_VERIFIED, "(TILES_FORKED)")
        site.stop()


if __name__ == "__main__":
    unittest.main()
