"""tools/install-packages, with stand-ins for the programs of the system: what it would install."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(sys.argv.pop(1)).resolve()


class InstallPackagesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bin = pathlib.Path(folder.name)
        for program in ("bash", "env", "grep"):
            (self.bin / program).symlink_to(shutil.which(program))
        self.stand_in("dpkg-query", "exit 1")
        self.stand_in("id", "echo 0")
        self.stand_in("apt-get", f'echo "$@" >>{self.bin}/asked')

    def stand_in(self, program, line):
        (self.bin / program).write_text(f"#!{self.bin}/bash\n{line}\n")
        (self.bin / program).chmod(0o755)

    def installed(self, *arguments):
        """The packages that apt-get was asked for."""
        subprocess.run([str(self.bin / "bash"), str(TOP / "tools/install-packages"), *arguments], check=True,
                       capture_output=True, env={"PATH": str(self.bin)})
        asked = self.bin / "asked"
        return asked.read_text().split() if asked.exists() else []

    def test_a_bare_machine_gets_what_a_build_the_tests_and_the_checks_need(self):
        build = self.installed()
        self.assertIn("libgrpc++-dev", build)
        for package in ("npm", "golang-go"):
            self.assertNotIn(package, build)
        tests = self.installed("--tests")
        for package in ("golang-go", "golang-golang-x-mod-dev", "python3-cryptography"):
            self.assertIn(package, tests)
        self.assertNotIn("npm", tests)
        checks = self.installed("--checks")
        for package in ("npm", "git", "clang-format", "bazel-bootstrap", "golang-go"):
            self.assertIn(package, checks)

    def test_another_word_is_refused(self):
        with self.assertRaises(subprocess.CalledProcessError):
            self.installed("--test")
        self.assertFalse((self.bin / "asked").exists())

    def test_an_npm_that_is_there_stays(self):
        self.stand_in("npm", "exit 0")
        self.assertNotIn("npm", self.installed("--checks"))

    def test_nothing_is_installed_when_all_is_there(self):
        self.stand_in("npm", "exit 0")
        self.stand_in("dpkg-query", "echo install ok installed")
        self.assertEqual(self.installed("--checks"), [])


unittest.main()
