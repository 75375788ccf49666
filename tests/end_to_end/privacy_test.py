"""What is said of a patient: in no file in clear, found by those who may, and gone for good once it is erased."""

import base64
import json
import random
import re
import secrets
import shutil
import threading
import time
import unittest

import installation
from installation import ServedCase

QUESTION = "Cervical cancer, distant metastases, ECOG 1"


def spellings(canary):
    """The bytes of a random text, of the 16 bytes that it is the hex of, and of both as others may write them."""
    text, raw = canary.encode(), bytes.fromhex(canary)
    found = {"text": text, "raw": raw, "upper case": canary.upper().encode()}
    for name, value in (("text", text), ("raw", raw)):
        found["hex of " + name] = value.hex().encode()
        # Whatever stands before it in the same run of base64: three bytes make four characters.
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + value)
            found["base64 of %s, shifted by %d" % (name, shift)] = coded[4 if shift else 0:-4]
    for order in ("le", "be"):
        found["UTF-16" + order] = canary.encode("utf-16-" + order)
    return found


class PrivacyTest(ServedCase):
    IDENTITIES = {"officer": "privacy_officer"}

    def ask(self, subject, *words):
        """The name of the decision's entry."""
        answer = self.ok("admin", "--output", "json", "ask", QUESTION, "--subject", subject, *words)
        return json.loads(answer)["receipt"]["entry"]

    def names(self, caller, *words):
        listed = self.ok(caller, "--output", "json", "audit", "list", *words)
        return [entry["name"] for entry in json.loads(listed).get("entries", [])]

    def state(self, entry):
        shown = json.loads(self.ok("auditor", "--output", "json", "audit", "entry", entry))
        return shown["entry"]["body_state"]

    def find_in_files(self, canaries):
        """Where any of them stands, in any spelling."""
        found = []
        for file in sorted(self.site.path.rglob("*")):
            if not file.is_file():
                continue
            content = file.read_bytes()
            for what, canary in canaries.items():
                for spelling, value in spellings(canary).items():
                    if value in content:
                        found.append("%s (%s) in %s" % (what, spelling, file.relative_to(self.site.path)))
        return found

    def test_nothing_of_a_patient_is_in_any_file(self):
        canaries = {what: secrets.token_hex(16) for what in
                    ("subject", "reference", "words", "code", "comment", "person", "refused", "searched", "reason")}
        decision = self.ask(canaries["subject"], "--client-reference", canaries["reference"], "--observation",
                            "urn:site|" + canaries["code"] + "=1", "--on-behalf-of", canaries["person"])
        self.ok("admin", "ask", QUESTION + ", " + canaries["words"])
        statement = json.loads(self.ok("auditor", "--output", "json", "audit", "entry", decision))[
            "entry"]["body"]["decision"]["statements"][0]["statement"]
        self.ok("admin", "feedback", decision, "--overridden", "%s=other: %s" % (statement, canaries["comment"]))
        refused = self.site.evident("clerk", "ask", QUESTION, "--subject", canaries["refused"])
        self.assertEqual(refused.code, 4, refused)
        self.ok("officer", "audit", "list", "--subject", canaries["searched"])
        self.ok("officer", "audit", "hold", "place", canaries["subject"], "--reason", canaries["reason"])
        self.assertEqual(self.find_in_files(canaries), [])
        # The log knows them all the same.
        self.assertEqual(self.names("auditor", "--client-reference", canaries["reference"]), [decision])
        self.assertIn(canaries["comment"], self.ok("auditor", "audit", "list", "--limit", "1") + "".join(
            self.ok("auditor", "audit", "entry", name) for name in self.names("auditor", "--kind", "feedback")))
        self.assertEqual(self.site.stop(), 0)
        self.assertEqual(self.find_in_files(canaries), [])
        # And the search finds what is there to be found.
        (self.site.path / "found").write_bytes(b"--" + base64.b64encode(canaries["words"].encode()) + b"--")
        self.assertEqual(len(self.find_in_files(canaries)), 1)

    def test_a_copy_of_before_says_nothing_once_the_subject_is_erased(self):
        erased = [self.ask("s1") for _ in range(3)]
        kept = [self.ask("s2") for _ in range(2)]
        before = self.folder / "before"
        self.assertEqual(self.site.stop(), 0)
        shutil.copytree(self.site.path / "data" / "log", before)
        self.site.start()
        self.assertEqual(sorted(self.names("officer", "--subject", "s1")), sorted(erased))
        said = self.ok("officer", "audit", "erase", "s1", "--reason", "request 12")
        self.assertRegex(said, r"^erased: the key [0-9a-f]{32} is destroyed, as entries/\S+ says\n$")
        self.assertEqual({self.state(entry) for entry in erased}, {"BODY_STATE_ERASED"})
        self.assertEqual({self.state(entry) for entry in kept}, {"BODY_STATE_OPENED"})
        self.assertEqual(self.names("officer", "--subject", "s1"), [])
        self.assertEqual(self.names("officer", "--subject", "s2"), kept)
        self.refused(self.site.evident("auditor", "explain", erased[0]), 3, "DECISION_ERASED")
        self.refused(self.site.evident("officer", "audit", "erase", "s1", "--reason", "again"), 3, "SUBJECT_UNKNOWN")
        again = self.ask("s1")
        self.assertEqual(self.names("officer", "--subject", "s1"), [again])
        self.assertEqual(self.site.stop(), 0)
        keys = ("--keys", self.site.path / "keys", "--kek", self.site.path / "kek.key")
        # Today's log with today's keys is sound, and says how many are erased.
        sound = self.site.offline("audit", "fsck", self.site.path / "data" / "log", "--guard",
                                  self.site.path / "guard", *keys)
        self.assertEqual(sound.code, 0, sound.out)
        self.assertIn("3 erased", sound.out)
        # Yesterday's log with today's keys opens everything but the subject's bodies.
        opened = json.loads(self.site.offline("--output", "json", "audit", "fsck", before, *keys).out)
        closed = {int(body) for body in re.findall(r"body (\d+): there is no key", "\n".join(opened["problems"]))}
        self.assertEqual(closed, {int(entry.rsplit("-", 1)[1]) for entry in erased})
        self.assertEqual(opened["bodies_opened"], opened["entries"] - len(erased))

    def test_a_hold_keeps_a_subject(self):
        decision = self.ask("s1")
        self.assertEqual(self.ok("officer", "audit", "hold", "place", "s1", "--reason", "file 7"), "the hold is placed\n")
        self.refused(self.site.evident("officer", "audit", "erase", "s1", "--reason", "request"), 3, "LEGAL_HOLD")
        self.assertEqual(self.state(decision), "BODY_STATE_OPENED")
        self.assertEqual(self.site.kill(), -9)
        self.site.start()
        self.refused(self.site.evident("officer", "audit", "erase", "s1", "--reason", "request"), 3, "LEGAL_HOLD")
        self.assertEqual(self.ok("officer", "audit", "hold", "lift", "s1", "--reason", "closed"), "the hold is lifted\n")
        self.ok("officer", "audit", "erase", "s1", "--reason", "request")
        self.assertEqual(self.state(decision), "BODY_STATE_ERASED")

    def test_an_erasure_that_is_cut_off_is_whole_or_never_was(self):
        seed = secrets.randbelow(1 << 32)
        chance = random.Random(seed)
        decisions = {}
        for round_ in range(6):
            subject = "s%d" % round_
            decisions[subject] = self.ask(subject)
            erasing = threading.Thread(
                target=self.site.evident, args=("officer", "audit", "erase", subject, "--reason", "request"))
            erasing.start()
            time.sleep(chance.uniform(0, 0.12))
            self.site.kill()
            erasing.join()
            self.site.start()
        states = {subject: self.state(entry) for subject, entry in decisions.items()}
        for subject, state in states.items():
            with self.subTest(seed=seed, subject=subject):
                found = self.names("officer", "--subject", subject)
                expected = [] if state == "BODY_STATE_ERASED" else [decisions[subject]]
                self.assertEqual(found, expected, states)
        method = "/evident.v1.AuditService/EraseSubject"
        intents = self.names("auditor", "--method", method, "--kind", "intent")
        outcomes = self.names("auditor", "--method", method, "--kind", "outcome")
        self.assertEqual(len(intents), len(outcomes), seed)
        self.assertEqual(self.site.stop(), 0)
        checked = self.site.offline(
            "audit", "fsck", self.site.path / "data" / "log", "--guard", self.site.path / "guard", "--keys",
            self.site.path / "keys", "--kek", self.site.path / "kek.key")
        self.assertEqual(checked.code, 0, checked.out)


if __name__ == "__main__":
    unittest.main()
