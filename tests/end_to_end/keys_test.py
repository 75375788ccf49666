"""Keys that are replaced, and a log that is lost: what was proven stays proven, and the server goes on."""

import json
import shutil
import unittest

from installation import EVIDENT, ServedCase, run

DATA_FAILED, NOT_VERIFIED = 5, 6
QUESTION = "Cervical cancer, distant metastases, ECOG 1"


class KeysTest(ServedCase):
    IDENTITIES = {"officer": "privacy_officer"}

    def ask(self, name):
        """Asks and keeps the answer with its receipt; the name of the entry."""
        said = self.ok("admin", "--output", "json", "ask", QUESTION, "--subject", "p1", "--save", self.folder / name)
        return json.loads(said)["receipt"]["entry"]

    def verify(self, name, keys):
        """The exit code of verifying what was kept, by the keys of a file."""
        return run(EVIDENT, "--verifier-key", self.site.path / keys, "audit", "verify-receipt",
                   self.folder / (name + ".answer"), self.folder / (name + ".receipt")).code

    def configure(self, *changes):
        config = self.site.path / "evidentd.yaml"
        text = config.read_text()
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        config.write_text(text)

    def make_key(self, origin, name):
        made = run(EVIDENT, "audit", "make-key", origin, "--signer", self.site.path / (name + ".key"), "--verifier",
                   self.site.path / (name + ".verifier"))
        self.assertEqual(made.code, 0, made.err)

    def sound(self, log="data/log", guard="guard", key="log.verifier"):
        checked = run(EVIDENT, "--verifier-key", self.site.path / key, "audit", "fsck", self.site.path / log, "--guard",
                      self.site.path / guard, "--keys", self.site.path / "keys", "--kek", self.site.path / "kek.key")
        self.assertEqual(checked.code, 0, checked.out + checked.err)

    def rotate(self):
        self.assertEqual(self.site.stop(), 0)
        self.make_key("e2e.example/1", "second")
        self.configure(("signer_key_file: log.key", "signer_key_file: second.key\n  previous_signer_key_file: log.key"))
        self.site.start()

    def test_the_log_key_is_replaced(self):
        self.ask("before")
        self.ok("auditor", "audit", "export-tiles", self.folder / "tiles")
        checkpoint = self.folder / "old-checkpoint"
        checkpoint.write_text((self.folder / "tiles" / "checkpoint").read_text())
        shutil.copy(self.site.path / "log.verifier", self.site.path / "first.verifier")
        self.rotate()
        # Who knows the old key alone refuses what the new one signs, and is led to it.
        self.assertEqual(self.site.evident("admin", "ask", QUESTION).code, NOT_VERIFIED)
        self.assertEqual(self.site.evident("auditor", "audit", "checkpoint").code, NOT_VERIFIED)
        keys = self.ok("auditor", "audit", "keys", "--out", self.folder / "keys")
        self.assertEqual(keys, "".join((self.site.path / name).read_text() for name in ("first.verifier", "second.verifier")))
        self.assertEqual((self.folder / "keys").read_text(), keys)
        (self.site.path / "log.verifier").write_text(keys)
        self.ask("after")
        for name, own, other in (("before", "first.verifier", "second.verifier"),
                                 ("after", "second.verifier", "first.verifier")):
            self.assertEqual(self.verify(name, "log.verifier"), 0)
            self.assertEqual(self.verify(name, own), 0)
            self.assertEqual(self.verify(name, other), NOT_VERIFIED)
        self.ok("auditor", "audit", "prove-consistency", checkpoint)
        self.ok("auditor", "audit", "export-tiles", self.folder / "tiles")
        self.ok("auditor", "audit", "check-tiles", self.folder / "tiles")
        # The newest key leads back to the first one, too; a stranger's leads nowhere.
        newest = self.site.evident("auditor", "--verifier-key", self.site.path / "second.verifier", "audit", "keys")
        self.assertEqual((newest.code, newest.out), (0, keys))
        self.make_key("e2e.example/1", "stranger")
        stranger = self.site.evident("auditor", "--verifier-key", self.site.path / "stranger.verifier", "audit", "keys")
        self.refused(stranger, NOT_VERIFIED, "none of the keys that are known is one of the log's")
        self.assertEqual(self.site.stop(), 0)
        self.configure(("\n  previous_signer_key_file: log.key", ""))
        self.site.start()
        self.assertEqual(self.site.stop(), 0)
        for key in ("log.verifier", "first.verifier", "second.verifier"):
            self.sound(key=key)

    def test_a_replaced_key_does_not_come_back(self):
        self.rotate()
        self.site.stop()
        for text in ("signer_key_file: log.key", "signer_key_file: log.key\n  previous_signer_key_file: second.key"):
            self.configure(("signer_key_file: second.key\n  previous_signer_key_file: log.key", text))
            printed = self.site.fails_to_start()
            self.assertEqual(printed.code, DATA_FAILED, printed.err)
            self.reads(printed.err, "the signer key is not the one that its entry")
            self.configure((text, "signer_key_file: second.key\n  previous_signer_key_file: log.key"))
        self.site.start()

    def test_a_lost_log_goes_on_as_a_declared_restore(self):
        lost = self.ask("before")
        self.site.kill()
        guard = run(EVIDENT, "--verifier-key", self.site.path / "log.verifier", "audit", "last-checkpoint",
                    self.site.path / "guard")
        self.assertEqual(guard.code, 0, guard.err)
        (self.site.path / "last-checkpoint").write_text(guard.out)
        (self.site.path / "data" / "log").rename(self.site.path / "log-1")
        (self.site.path / "guard").rename(self.site.path / "guard-1")
        self.make_key("e2e.example/2", "log-2")
        self.configure(("incarnation: 1", "incarnation: 2\n  restored_from:\n    checkpoint_file: last-checkpoint\n"
                        "    verifier_key_file: log.verifier"),
                       ("signer_key_file: log.key", "signer_key_file: log-2.key"))
        self.site.start()
        shutil.copy(self.site.path / "config.yaml", self.site.path / "config.kept")
        config = (self.site.path / "config.yaml").read_text()
        (self.site.path / "config.yaml").write_text(config.replace("log.verifier", "log-2.verifier"))
        # The knowledge is there, the answers are proven by the new log, and the old ones by the old one's key.
        again = self.ask("after")
        self.assertTrue(again.startswith("decisions/e2e.example.2-"), again)
        self.assertEqual(self.verify("after", "log-2.verifier"), 0)
        self.assertEqual(self.verify("before", "log.verifier"), 0)
        first = self.ok("auditor", "audit", "entry", "entries/e2e.example.2-0")
        self.reads(first, "INCARNATION", "e2e.example/1", guard.out.splitlines()[2])
        gone = self.site.evident("auditor", "audit", "entry", lost)
        self.assertNotEqual(gone.code, 0)
        # An erasure reaches the bodies of both logs.
        self.ok("officer", "audit", "erase", "p1", "--reason", "asked for")
        self.site.stop()
        self.sound(key="log-2.verifier")
        checked = run(EVIDENT, "--verifier-key", self.site.path / "log.verifier", "audit", "fsck",
                      self.site.path / "log-1", "--guard", self.site.path / "guard-1")
        self.assertEqual(checked.code, 0, checked.out + checked.err)
        with_keys = run(EVIDENT, "--verifier-key", self.site.path / "log.verifier", "audit", "fsck",
                        self.site.path / "log-1", "--keys", self.site.path / "keys", "--kek", self.site.path / "kek.key")
        self.assertEqual(with_keys.code, NOT_VERIFIED)
        self.assertIn("there is no key", with_keys.out)

    def test_the_keys_of_bodies_are_wrapped_anew(self):
        decision = self.ask("before")
        busy = run(EVIDENT, "--verifier-key", self.site.path / "log.verifier", "audit", "rewrap-keys",
                   self.site.path / "keys", "--kek", self.site.path / "kek.key", "--new-kek", self.site.path / "next.key")
        self.refused(busy, busy.code, "another process")
        self.site.stop()
        for attempt in ("first", "again"):
            done = run(EVIDENT, "--verifier-key", self.site.path / "log.verifier", "audit", "rewrap-keys",
                       self.site.path / "keys", "--kek", self.site.path / "kek.key", "--new-kek",
                       self.site.path / "next.key")
            self.assertEqual(done.code, 0, done.err)
            self.reads(done.out, "keys of bodies are wrapped by", "next.key")
        printed = self.site.fails_to_start()
        self.assertEqual(printed.code, DATA_FAILED, printed.err)
        self.configure(("kek_file: kek.key", "kek_file: next.key"))
        self.site.start()
        self.ok("admin", "explain", decision)
        self.ask("after")


if __name__ == "__main__":
    unittest.main()
