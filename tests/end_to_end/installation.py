"""An installation as an operator makes it: `evident init`, `evidentd`, and callers who use the command line."""

import collections
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

Printed = collections.namedtuple("Printed", "code out err")

PATIENCE_S = 120

_TOP = pathlib.Path(__file__).resolve().parents[2]


def program(name, in_runfiles):
    folder = os.environ.get("EVIDENT_BIN_DIR")
    return str(pathlib.Path(folder, name)) if folder else str(pathlib.Path(in_runfiles).resolve())


EVIDENT = program("evident", "client/cli/evident")
EVIDENTD = program("evidentd", "server/evidentd")
EVIDENTD_LATER = program("evidentd_later", "tests/end_to_end/evidentd_later")


def source(*path):
    return pathlib.Path(os.environ.get("EVIDENT_SOURCE_DIR", _TOP), *path)


def pack(name):
    return source("knowledge", name)


def run(*command, timeout_s=PATIENCE_S):
    """Runs a program to its end."""
    environment = dict(os.environ, NO_COLOR="1", GRPC_VERBOSITY="NONE")
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, universal_newlines=True, env=environment, timeout=timeout_s)
    return Printed(done.returncode, done.stdout, done.stderr)


def flat(text):
    """Text as it reads, however its lines are broken."""
    return " ".join(text.split())


def parts(answer):
    """A printed answer by its headings, in their order; what stands before the first one is under ''."""
    found = collections.OrderedDict({"": ""})
    heading, after_blank = "", False
    for line in answer.splitlines():
        if after_blank and line and not line.startswith(" ") and not re.match(r"receipt ", line):
            heading = line
        found[heading] = found.get(heading, "") + line + "\n"
        after_blank = not line
    return found


class Installation:
    """One folder with all that a server is made from, and at most one server that runs on it."""

    def __init__(self, folder, name="e2e.example"):
        self.path = pathlib.Path(folder)
        self.server = None
        self.port = None
        self.later_days = 0  # by which the server's clock is ahead
        made = run(EVIDENT, "init", self.path, "--name", name, "--listen", "127.0.0.1:0")
        if made.code != 0:
            raise AssertionError(made.err)

    def add_identity(self, name, roles):
        added = run(EVIDENT, "identity", "add", self.path, name, "--roles", roles)
        if added.code != 0:
            raise AssertionError(added.err)

    def begin(self, *flags, config="evidentd.yaml"):
        """Starts a server; what it prints goes to evidentd.log."""
        server = [EVIDENTD_LATER, str(self.later_days)] if self.later_days else [EVIDENTD]
        with open(self.path / "evidentd.log", "wb") as log:
            return subprocess.Popen([*server, "--config", str(self.path / config), *map(str, flags)], stdout=log,
                                    stderr=log, stdin=subprocess.DEVNULL)

    def start(self, *flags, config="evidentd.yaml"):
        """Starts a server and waits until it serves."""
        port_file = self.path / "port"
        if port_file.exists():
            port_file.unlink()
        self.server = self.begin("--print-port-file", port_file, *flags, config=config)
        while not port_file.exists():
            try:
                code = self.server.wait(timeout=0.02)
            except subprocess.TimeoutExpired:
                continue
            self.server = None
            raise AssertionError("evidentd ended with %d: %s" % (code, self.log()))
        self.port = int(port_file.read_text())

    def log(self):
        return (self.path / "evidentd.log").read_text()

    def fails_to_start(self, *flags, config="evidentd.yaml"):
        """A start that must not succeed: exit code and what was printed."""
        server = self.begin(*flags, config=config)
        try:
            code = server.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
            raise AssertionError("evidentd goes on: %s" % self.log()) from None
        return Printed(code, "", self.log())

    def stop(self):
        """SIGTERM; the exit code."""
        self.server.terminate()
        return self._end()

    def kill(self):
        self.server.kill()
        return self._end()

    def _end(self):
        code = self.server.wait(timeout=PATIENCE_S)
        self.server = None
        return code

    def evident(self, caller, *words):
        """The command line against this server, as one of its callers."""
        if self.later_days:
            words = ("--timeout-ms", 0, *words)  # a deadline of this machine's clock would have passed
        return run(EVIDENT, "--config", self.path / "config.yaml", "--context", caller, "--server",
                   "127.0.0.1:%d" % self.port, *words)

    def begin_evident(self, caller, *words):
        """The same, without waiting for its end; what it says on standard error is kept."""
        command = [EVIDENT, "--config", self.path / "config.yaml", "--context", caller, "--server",
                   "127.0.0.1:%d" % self.port, *words]
        return subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                stdin=subprocess.DEVNULL, universal_newlines=True)

    def same_port(self):
        """Flags by which a server starts where the one before was."""
        return ["--listen", "127.0.0.1:%d" % self.port]

    def offline(self, *words):
        return run(EVIDENT, "--verifier-key", self.path / "log.verifier", *words)

    def entries(self, begin):
        """What the auditor sees from an index on, as (name, kind, method, status)."""
        listed = self.evident("auditor", "audit", "list", "--begin", begin)
        if listed.code != 0:
            raise AssertionError(listed.err)
        found = []
        for line in listed.out.splitlines():
            name, _, kind, method, _, status = line.split()[:6]
            found.append((name, kind, method, int(status)))
        return found

    def log_size(self):
        """Entries so far, with the one that this question makes."""
        said = self.evident("admin", "status").out
        return int(re.search(r", (\d+) entries,", said).group(1)) + 1


class Case(unittest.TestCase):
    """A temporary folder for the class, and checks on what was printed."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="evident-e2e-"))
        cls.running = []

    @classmethod
    def tearDownClass(cls):
        for installation in cls.running:
            if installation.server is not None:
                installation.kill()
        shutil.rmtree(cls.folder)

    @classmethod
    def install(cls, name):
        """An installation with the callers admin, auditor and clerk (reader alone)."""
        made = Installation(cls.folder / name)
        made.add_identity("auditor", "auditor")
        made.add_identity("clerk", "reader")
        cls.running.append(made)
        return made

    @classmethod
    def serve(cls, name, pack_name):
        """The same, serving a pack."""
        made = cls.install(name)
        made.start()
        imported = made.evident("admin", "pack", "import", pack(pack_name))
        if imported.code != 0:
            raise AssertionError(imported.err)
        return made

    def reads(self, text, *expected):
        """That each of `expected` can be read in `text`, whatever its line breaks."""
        for one in expected:
            self.assertIn(one, flat(text))

    def refused(self, printed, code, *expected):
        """That a command ended with `code`, printed no result, and said why."""
        self.assertEqual(printed.code, code, printed)
        self.assertEqual(printed.out, "")
        self.assertTrue(printed.err.startswith("evident: "), printed.err)
        self.reads(printed.err, *expected)


class ServedCase(Case):
    """Each test has a server of its own that serves PACK, with the callers admin, auditor, clerk and IDENTITIES, by name, with their roles."""

    PACK = "cervical-cancer-metastatic"
    IDENTITIES = {}
    POLICY = ""  # what stands behind the identities

    def setUp(self):
        self.site = self.install(self.id().rsplit(".", 1)[-1])
        for name, roles in self.IDENTITIES.items():
            self.site.add_identity(name, roles)
        with open(self.site.path / "policy.yaml", "a") as policy:
            policy.write(self.POLICY)
        self.site.start()
        self.ok("admin", "pack", "import", pack(self.PACK))

    def tearDown(self):
        if self.site.server is not None:
            self.site.stop()

    def ok(self, caller, *words):
        done = self.site.evident(caller, *words)
        self.assertEqual(done.code, 0, done.err)
        return done.out
