"""Servers that must not start: each says why in one line, exits as docs/operating.md has it, and changes nothing."""

import hashlib
import json
import os
import pathlib
import shutil
import unittest
import unittest.mock

from installation import Case, EVIDENT, EVIDENTD, run

CONFIGURATION, SECRETS, ADDRESSES, DATA = 2, 3, 4, 5


def content_of(folder):
    """Every file's digest. RocksDB's own operating log and lock are no data."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith("LOG") and path.name != "LOCK"}


class Start(Case):
    """Each test has a copy of an installation that was killed after it had answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = cls.serve("made", "fictional-emberfern-wilt")
        cls.made.kill()
        cls.foreign = cls.serve("foreign", "fictional-emberfern-wilt")
        cls.foreign.stop()

    def setUp(self):
        self.path = self.made.path
        self.kept = self.folder / "kept"
        shutil.copytree(self.path, self.kept)

    def tearDown(self):
        shutil.rmtree(self.path)
        self.kept.rename(self.path)

    def refuses(self, code, *expected, flags=(), config="evidentd.yaml", untouched="data"):
        """That no server starts, that it says why in one line, and leaves the folder `untouched` byte for byte."""
        before = content_of(self.path / untouched)
        printed = self.made.fails_to_start(*flags, config=config)
        self.assertEqual(printed.code, code, printed.err)
        lines = [line for line in printed.err.splitlines() if not line.startswith("{")]
        self.assertEqual(len(lines), 1, printed.err)
        self.assertTrue(lines[0].startswith("evidentd: "), lines[0])
        self.reads(lines[0], *expected)
        self.assertEqual(content_of(self.path / untouched), before, "what is refused is left as it was")

    def log_in_words(self):
        """Entries, tiles and checkpoints of the log as the offline check counts them."""
        checked = self.made.offline("audit", "fsck", self.path / "data" / "log", "--guard", self.path / "guard")
        self.assertEqual(checked.code, 0, checked.out + checked.err)
        return checked.out

    def replace(self, name, source):
        target = self.path / name
        shutil.rmtree(target)
        shutil.copytree(source, target)

    def test_untouched_one_starts(self):
        self.made.start()
        self.assertEqual(self.made.stop(), 0)

    def test_missing_secrets_are_named(self):
        for file in ("log.key", "kek.key", "server.key", "server.crt", "ca.crt"):
            with self.subTest(file):
                (self.path / file).rename(self.path / "aside")
                self.refuses(SECRETS, file, "No such file")
                (self.path / "aside").rename(self.path / file)

    def test_secrets_that_are_none_are_named(self):
        for file in ("log.key", "kek.key", "server.key", "server.crt", "ca.crt"):
            with self.subTest(file):
                (self.path / file).rename(self.path / "aside")
                (self.path / file).write_text("nothing of the kind\n")
                self.refuses(SECRETS, file)
                (self.path / "aside").replace(self.path / file)

    def test_server_key_of_another_certificate(self):
        shutil.copy(self.foreign.path / "server.key", self.path / "server.key")
        self.refuses(SECRETS, "server.key", "is not the key of the certificate in", "server.crt")

    def test_signing_key_of_another_log(self):
        shutil.copy(self.foreign.path / "log.key", self.path / "log.key")
        before = self.log_in_words()
        self.refuses(DATA, "data/log", "signer key is not the one that its entry 0 names",
                     untouched="data/knowledge")
        self.assertEqual(self.log_in_words(), before)

    def test_key_encryption_key_of_another_log(self):
        shutil.copy(self.foreign.path / "kek.key", self.path / "kek.key")
        before = self.log_in_words()
        self.refuses(DATA, "wrapped by another key-encryption key", untouched="data/knowledge")
        self.assertEqual(self.log_in_words(), before)

    def test_signing_key_of_another_name(self):
        other = self.folder / "other-name"
        self.assertEqual(run(EVIDENT, "init", other, "--name", "another.example", "--listen", "127.0.0.1:0").code, 0)
        shutil.copy(other / "log.key", self.path / "log.key")
        self.refuses(SECRETS, "log.key", "another.example/1", "e2e.example/1")

    def test_policy_that_is_none(self):
        (self.path / "policy.yaml").write_text("identities: {cn:admin: [emperor]}\n")
        self.refuses(CONFIGURATION, "policy.yaml:1:", "emperor")

    def test_configuration_with_an_unknown_key(self):
        config = self.path / "evidentd.yaml"
        config.write_text(config.read_text().replace("data_dir:", "data_dri:"))
        self.refuses(CONFIGURATION, "evidentd.yaml:1:1", "data_dri")

    def test_port_in_use(self):
        self.foreign.start()
        try:
            address = "127.0.0.1:%d" % self.foreign.port
            self.refuses(ADDRESSES, "listen on " + address, "Address already in use", flags=("--listen", address))
        finally:
            self.foreign.stop()

    def test_data_in_use_by_a_running_server(self):
        self.made.start()
        printed = run(EVIDENTD, "--config", self.path / "evidentd.yaml")
        self.assertEqual(printed.code, DATA, printed.err)
        self.reads(printed.err, "data/log", "another process")
        said = self.made.evident("admin", "status")
        self.assertEqual(said.code, 0, said.err)
        self.made.stop()

    def test_plaintext_on_an_address_that_is_not_loopback(self):
        config = (self.path / "evidentd.yaml").read_text()
        begin, end = config.index("tls:"), config.index("policy_file:")
        (self.path / "plain.yaml").write_text(config[:begin] + config[end:])
        for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:7443"):
            self.refuses(CONFIGURATION, "plaintext is served on literal loopback addresses only", address,
                         flags=("--plaintext-loopback", "--listen", address), config="plain.yaml")
        self.refuses(CONFIGURATION, "tls is missing", config="plain.yaml")
        self.refuses(CONFIGURATION, "both tls and plaintext", flags=("--plaintext-loopback",))

    def test_log_cut_off_in_the_middle(self):
        logs = [file for file in (self.path / "data" / "log").glob("*.log") if file.stat().st_size > 0]
        self.assertTrue(logs, "a killed server leaves write-ahead logs")
        for file in logs:
            file.write_bytes(file.read_bytes()[:file.stat().st_size // 2])
        self.refuses(DATA, "data/log", "were released: it was cut off or rolled back",
                     untouched="data/knowledge")

    def test_databases_without_their_manifest(self):
        for part in ("log", "knowledge"):
            with self.subTest(part):
                folder = self.path / "data" / part
                for file in folder.glob("MANIFEST-*"):
                    file.write_bytes(file.read_bytes()[:10])
                self.refuses(DATA, "data/" + part, untouched="data/" + part)
                shutil.rmtree(self.path / "data")
                shutil.copytree(self.kept / "data", self.path / "data")

    def test_log_that_is_gone_is_a_loss_and_no_beginning(self):
        shutil.rmtree(self.path / "data" / "log")
        self.refuses(DATA, "data/log")

    def test_knowledge_that_is_gone_is_a_loss(self):
        before = self.log_in_words()
        shutil.rmtree(self.path / "data" / "knowledge")
        self.refuses(DATA, "data/knowledge", untouched="data/knowledge")
        self.assertEqual(self.log_in_words(), before)

    def test_log_in_the_place_of_the_knowledge(self):
        self.replace("data/knowledge", self.foreign.path / "data" / "log")
        self.refuses(DATA, "data/knowledge", untouched="data/knowledge")

    def test_knowledge_in_the_place_of_the_log(self):
        self.replace("data/log", self.foreign.path / "data" / "knowledge")
        self.refuses(DATA, "data/log")

    def test_log_of_another_installation(self):
        self.replace("data/log", self.foreign.path / "data" / "log")
        self.refuses(DATA, "data/log", untouched="data/knowledge")

    def test_folder_of_something_else(self):
        shutil.rmtree(self.path / "data" / "log")
        (self.path / "data" / "log").mkdir()
        (self.path / "data" / "log" / "holiday.txt").write_text("not a database\n")
        self.refuses(DATA, "data/log")


class Initialise(Case):

    def test_never_writes_into_a_folder_that_holds_something(self):
        (self.folder / "full").mkdir()
        (self.folder / "full" / "mine").write_text("mine\n")
        said = run(EVIDENT, "init", self.folder / "full", "--name", "a.example", "--listen", "127.0.0.1:0")
        self.refused(said, 3, "full is there already and not an empty folder")
        self.assertEqual([file.name for file in (self.folder / "full").iterdir()], ["mine"])

    def test_says_in_json_what_it_made(self):
        made = run(EVIDENT, "--output", "json", "init", self.folder / "json", "--name", "e2e.example")
        self.assertEqual(made.code, 0, made.err)
        said = json.loads(made.out)
        for name in ("server_config", "contexts", "policy", "verifier_key"):
            self.assertTrue(pathlib.Path(said[name]).is_file(), said)
        added = run(EVIDENT, "--output", "json", "identity", "add", self.folder / "json", "ward-7", "--roles",
                    "decider,reader")
        said = json.loads(added.out)
        self.assertEqual((said["identity"], said["roles"]), ("cn:ward-7", ["decider", "reader"]))
        self.assertTrue(pathlib.Path(said["key"]).is_file(), said)

    def test_mistyped_context_file_is_named(self):
        with unittest.mock.patch.dict(os.environ, {"EVIDENT_CONFIG": str(self.folder / "nowhere.yaml")}):
            self.refused(run(EVIDENT, "status"), 3, "nowhere.yaml")

    def test_refused_name_leaves_nothing_behind(self):
        said = run(EVIDENT, "init", self.folder / "none", "--name", "A B", "--listen", "127.0.0.1:0")
        self.refused(said, 3, "a-z, 0-9")
        self.assertFalse((self.folder / "none").exists())

    def test_secrets_are_for_their_owner_alone(self):
        site = self.install("site")
        for file in ("ca.key", "server.key", "log.key", "kek.key", "clients/admin.key"):
            self.assertEqual((site.path / file).stat().st_mode & 0o077, 0, file)


if __name__ == "__main__":
    unittest.main()
