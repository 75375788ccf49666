"""The report for readers without engineering background: what it finds, what it shows, and that it can be checked."""

import csv
import io
import unittest

import installation
from installation import ServedCase


class ReportTest(ServedCase):
    IDENTITIES = {"officer": "privacy_officer"}

    def setUp(self):
        super().setUp()
        self.out = self.site.path / "report"

    def ask(self, ecog, reference, subject):
        self.ok("admin", "ask", "Cervical cancer, distant metastases, ECOG %d" % ecog, "--client-reference", reference,
                "--subject", subject, "--on-behalf-of", "Dr. Grey")

    def report(self, ids, *words):
        (self.site.path / "ids.csv").write_text("id,note\n" + "".join(one + ",x\n" for one in ids))
        return self.site.evident("auditor", "audit", "report", "--ids", self.site.path / "ids.csv", "--tz", "Europe/Berlin",
                                 "--out", self.out, *words)

    def test_finds_shows_and_proves(self):
        self.ask(1, "board-1", "s1")
        self.ask(2, "board-2", "s2")
        self.ask(0, "board-3", "s3")
        first = self.site.evident("auditor", "audit", "list", "--client-reference", "board-1").out.split()[0]
        self.ok("admin", "feedback", first, "--overridden", self.PACK + "/s01=declined: wants time")
        self.ok("admin", "statement", "withdraw", self.PACK + "/s01", "--why", "superseded by a newer edition")
        self.ok("officer", "audit", "erase", "s2", "--reason", "request 9")
        printed = self.report(["board-1", "board-2", "board-3", "board-4", first])
        self.assertEqual(printed.code, 0, printed.err)
        self.assertRegex(printed.out, r"^found 4 of 5; 1 not found; 1 erased on \d{4}-\d\d-\d\d, proof intact\n")
        page = (self.out / "report.html").read_text()
        for expected in ("Dr. Grey", "board-1", "wants time", "superseded by a newer edition", "Europe/Berlin",
                         "No decision of this id is in the log", "nobody can open it", "Cervical cancer, distant metastases"):
            self.assertIn(expected, page)
        self.assertNotIn("NOT VERIFIED", page)
        rows = list(csv.DictReader(io.StringIO((self.out / "decisions.csv").read_text())))
        self.assertEqual([(row["id"], row["status"], row["verified"]) for row in rows],
                         [("board-1", "found", "yes"), ("board-2", "erased", "yes"), ("board-3", "found", "yes"),
                          ("board-4", "not found", ""), (first, "found", "yes")])
        # As VERIFY.txt says, with nothing but what lies in the folder.
        for row in rows:
            if row["file"]:
                pair = [self.out / "receipts" / (row["file"] + end) for end in (".answer", ".receipt")]
                checked = installation.run(installation.EVIDENT, "--verifier-key", self.out / "log.verifier", "audit",
                                           "verify-receipt", *pair)
                self.assertEqual(checked.code, 0, checked.err)
                self.assertIn(row["decision"], checked.out)
        self.assertEqual(sum(1 for row in rows if row["file"]), 3)
        self.assertIn("audit verify-receipt", (self.out / "VERIFY.txt").read_text())
        # What was looked at stands in the log.
        self.assertIn("opened the body of " + first, self.ok("auditor", "audit", "entry", self.ok(
            "auditor", "audit", "list", "--method", "/evident.v1.DecisionService/Explain", "--caller", "cn:auditor",
            "--kind", "read").splitlines()[-1].split()[0]))

    def test_by_subject_and_period_and_what_is_wrong(self):
        self.ask(1, "board-1", "s1")
        self.ask(2, "board-2", "s1")
        printed = self.report(["s1"], "--by", "subject", "--from", "2000-01-01")
        self.assertEqual(printed.code, 0, printed.err)
        self.assertEqual((self.out / "report.html").read_text().count("<section>"), 2)
        printed = self.report(["s1"], "--by", "subject", "--to", "2000-01-01")
        self.assertIn("found 0 of 1; 1 not found", printed.out)
        self.refused(self.report(["x" * 300]), 3, "line 2")
        self.refused(self.site.evident("clerk", "audit", "report", "--ids", self.site.path / "ids.csv", "--out", self.out),
                     3, "line 2")
        self.assertEqual(self.report(["s1"], "--from", "yesterday").code, 2)
        (self.site.path / "ids.csv").write_text("board-1\n")
        self.refused(self.site.evident("clerk", "audit", "report", "--ids", self.site.path / "ids.csv", "--out", self.out),
                     4, "ROLE_MISSING")
        self.refused(self.site.evident("auditor", "audit", "report", "--ids", self.site.path / "ids.csv", "--out", self.out,
                                       "--tz", "Mars/Olympus"), 3, "no time zone")


if __name__ == "__main__":
    unittest.main()
