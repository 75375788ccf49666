"""Bodies that are old enough go, archived before; what proves them stays; and a kill leaves all of them or none."""

import json
import pathlib
import random
import re
import secrets
import struct
import threading
import time
import unittest

import installation
from installation import ServedCase

QUESTION = "Cervical cancer, distant metastases, ECOG 1"
DAYS_KEPT = 60
LEAF_BYTES = 224


def archived(folder):
    """The sealed bodies of an archive, by index."""
    bodies = []
    for file in sorted((folder / "bodies").iterdir()):
        content = file.read_bytes()
        assert content[:4] == b"EVA1"
        at = 4
        while at < len(content):
            length, = struct.unpack(">I", content[at + LEAF_BYTES:at + LEAF_BYTES + 4])
            at += LEAF_BYTES + 4
            bodies.append(content[at:at + length])
            at += length
    return bodies


class RetentionTest(ServedCase):
    IDENTITIES = {"officer": "privacy_officer"}

    def setUp(self):
        super().setUp()
        config = self.site.path / "evidentd.yaml"
        config.write_text(config.read_text().replace(
            "audit:\n", "audit:\n  retention_days: %d\n  archive_required: true\n" % DAYS_KEPT, 1))

    def ask(self, *words):
        answer = self.ok("admin", "--output", "json", "ask", QUESTION, *words)
        return json.loads(answer)["receipt"]["entry"]

    def state(self, entry):
        return json.loads(self.ok("auditor", "--output", "json", "audit", "entry", entry))["entry"]["body_state"]

    def later(self, days):
        """The same server, that many days from now."""
        self.assertEqual(self.site.stop(), 0)
        self.site.later_days = days
        self.site.start()

    def in_log(self, bodies):
        """How many of these are in a file of the log's folder."""
        content = b"".join(file.read_bytes() for file in (self.site.path / "data" / "log").iterdir() if file.is_file())
        return sum(body in content for body in bodies)

    def fsck(self):
        checked = self.site.offline("audit", "fsck", self.site.path / "data" / "log", "--guard", self.site.path / "guard",
                                    "--keys", self.site.path / "keys", "--kek", self.site.path / "kek.key")
        self.assertEqual(checked.code, 0, checked.out)
        return checked.out

    def archive(self, name="archive"):
        folder = self.folder / name
        self.ok("officer", "audit", "archive", folder)
        checked = self.site.offline("audit", "check-archive", folder)
        self.assertEqual(checked.code, 0, checked)
        return folder, checked.out

    def test_what_is_old_goes_once_it_is_archived(self):
        old = self.ask("--subject", "s1")
        self.later(100)
        young = self.ask("--subject", "s2")
        end = young.rsplit("-", 1)[1]
        self.refused(self.site.evident("officer", "audit", "prune", "--below", end, "--reason", "r"), 3, "ARCHIVE_REQUIRED")
        folder, said = self.archive()
        manifest = re.search(r"manifest ([0-9a-f]{64})", said).group(1)
        bodies = archived(folder)[:int(end)]
        self.assertEqual(self.in_log(bodies), int(end))
        self.refused(self.site.evident("officer", "audit", "prune", "--before", "2100-01-01", "--reason", "r"), 3, "RETENTION")
        self.refused(self.site.evident("auditor", "audit", "prune", "--below", end, "--reason", "r", "--archive", folder), 4,
                     "ROLE_MISSING")
        dry = self.ok("officer", "audit", "prune", "--below", end, "--dry-run", "--archive", folder)
        self.reads(dry, "would remove the bodies of %s entries, 0 to before %s: 1 decisions" % (end, end))
        self.assertEqual(self.state(old), "BODY_STATE_OPENED")
        self.ok("officer", "audit", "hold", "place", "s1", "--reason", "file 7")
        self.refused(self.site.evident("officer", "audit", "prune", "--below", end, "--reason", "r", "--archive", folder), 3,
                     "LEGAL_HOLD", old)
        self.ok("officer", "audit", "hold", "lift", "s1", "--reason", "closed")

        done = self.ok("officer", "audit", "prune", "--below", end, "--reason", "plan 3", "--archive", folder)
        self.reads(done, "removed the bodies of %s entries" % end)
        pruning = re.search(r"(entries/\S+) says so", done).group(1)
        self.assertEqual(self.in_log(bodies), 0)
        self.assertEqual(self.state(old), "BODY_STATE_PRUNED")
        self.assertEqual(self.state(young), "BODY_STATE_OPENED")
        self.refused(self.site.evident("auditor", "explain", old), 3, "DECISION_PRUNED", pruning)
        self.ok("auditor", "audit", "prove-inclusion", old.rsplit("-", 1)[1])
        intent = "%s-%d" % tuple(f(x) for f, x in zip((str, lambda x: int(x) - 1), pruning.rsplit("-", 1)))
        self.reads(self.ok("auditor", "audit", "entry", intent), manifest, "plan 3", "retention_days is 60")
        again = self.ok("officer", "audit", "prune", "--below", end, "--reason", "plan 3", "--archive", folder)
        self.reads(again, "nothing to remove")

        self.archive()  # goes on
        self.archive("another")  # of a log that has lost bodies already
        self.assertEqual(self.site.stop(), 0)
        self.assertIn("%s bodies removed by age\n" % end, self.fsck())
        # An archive whose bytes are not those of the log is not taken for one.
        file = sorted((folder / "bodies").iterdir())[0]
        content = bytearray(file.read_bytes())
        content[1000] ^= 1
        file.write_bytes(content)
        self.assertEqual(self.site.offline("audit", "check-archive", folder).code, 6)

    def test_a_receipt_from_before_still_verifies(self):
        saved = self.folder / "saved"
        old = self.ask("--save", saved)
        self.later(100)
        end = str(int(old.rsplit("-", 1)[1]) + 1)
        folder, _ = self.archive("receipts")
        self.ok("officer", "audit", "prune", "--below", end, "--reason", "plan 3", "--archive", folder)
        self.assertEqual(self.state(old), "BODY_STATE_PRUNED")
        files = [str(saved) + ending for ending in (".answer", ".receipt")]
        verified = self.site.offline("audit", "verify-receipt", *files)
        self.assertEqual(verified.code, 0, verified)

    def test_a_pruning_that_is_cut_off_is_whole_or_never_was(self):
        seed = secrets.randbelow(1 << 32)
        chance = random.Random(seed)
        asked = [self.ask() for _ in range(6)]
        self.later(100)
        self.ask()
        folder, _ = self.archive("killed")
        bodies = archived(folder)
        for entry in asked:
            end = int(entry.rsplit("-", 1)[1]) + 1
            pruning = threading.Thread(target=self.site.evident, args=(
                "officer", "audit", "prune", "--below", end, "--reason", "plan 3", "--archive", folder))
            pruning.start()
            time.sleep(chance.uniform(0, 0.5))
            self.site.kill()
            pruning.join()
            self.site.start()
            with self.subTest(seed=seed, entry=entry):
                if self.state(entry) == "BODY_STATE_PRUNED":
                    self.assertEqual(self.in_log(bodies[:end]), 0)
        listed = [self.ok("auditor", "audit", "list", "--method", "/evident.v1.AuditService/PruneBodies", "--kind", kind)
                  for kind in ("intent", "outcome")]
        self.assertEqual(listed[0].count("INTENT"), listed[1].count("OUTCOME"), seed)
        self.assertEqual(self.site.stop(), 0)
        self.fsck()


if __name__ == "__main__":
    unittest.main()
