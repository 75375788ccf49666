"""Tables for analyses: what is in them, that nothing is missing, what is never in them, and what an erasure takes out again."""

import collections
import json
import os
import secrets
import shutil
import subprocess
import time
import unittest

import installation
from installation import ServedCase, source

QUESTION = "Cervical cancer, distant metastases, ECOG %d"


class TablesTest(ServedCase):
    IDENTITIES = {"analyst": "analyst", "officer": "privacy_officer"}
    POLICY = "analytics_facts: [%s/ecog]\n" % ServedCase.PACK

    def setUp(self):
        super().setUp()
        self.tables = self.site.path / "tables"

    def ask(self, ecog, subject, *words):
        answer = self.ok("admin", "--output", "json", "ask", QUESTION % ecog, "--subject", subject, *words)
        return json.loads(answer)

    def export(self, *words):
        return json.loads(self.ok("analyst", "--output", "json", "audit", "export-tables", self.tables, *words))

    def files(self, table):
        manifest = json.loads((self.tables / "manifest.json").read_text())
        return [file["path"] for file in manifest["files"] if file["table"] == table]

    def table(self, name):
        return [json.loads(line) for file in self.files(name) for line in (self.tables / file).read_text().splitlines()]

    def test_rows_are_what_was_decided_and_nothing_is_missing(self):
        answers = [self.ask(ecog, "s%d" % ecog) for ecog in (0, 1, 1, 2)]
        override = answers[1]["answer"]["recommendations"][0]["statement"]
        self.ok("admin", "feedback", answers[1]["receipt"]["entry"], "--overridden", override + "=declined: not now")
        self.export()
        entries = self.table("entries")
        self.assertEqual([row["entry_index"] for row in entries], list(range(len(entries))))
        decisions = {row["decision"]: row for row in self.table("decisions")}
        self.assertEqual(sorted(decisions), sorted(answer["receipt"]["entry"] for answer in answers))
        for ecog, answer in zip((0, 1, 1, 2), answers):
            row = decisions[answer["receipt"]["entry"]]
            self.assertEqual(row["facts"], {self.PACK + "/ecog": str(ecog)})
            self.assertEqual(row["concepts"], answer["answer"]["question"]["concepts"])
            self.assertEqual(row["outcome"].upper().replace("-", "_"), answer["answer"]["outcome"][len("OUTCOME_"):])
            returned = {one["statement"] for one in self.table("decision_statements")
                        if one["entry_index"] == row["entry_index"]}
            self.assertEqual(returned, {one["statement"] for one in answer["answer"]["recommendations"]})
            excluded = {one["statement"] for one in self.table("exclusions")
                        if one["entry_index"] == row["entry_index"]}
            self.assertEqual(excluded, {one["statement"] for one in answer["answer"].get("exclusions", [])})
        self.assertEqual([(row["statement"], row["verdict"], row["reason"]) for row in self.table("feedback")],
                         [(override, "overridden", "declined")])
        # Going on adds what came since: the export before this one, at least.
        again = self.export()
        self.assertGreater(again["added"], 0)
        entries = self.table("entries")
        self.assertEqual([row["entry_index"] for row in entries], list(range(again["size"])))

    def test_no_text_no_subject_no_caller(self):
        canaries = [secrets.token_hex(16) for _ in range(4)]
        answer = self.ask(1, canaries[0], "--client-reference", canaries[1], "--on-behalf-of", canaries[2])
        statement = answer["answer"]["recommendations"][0]["statement"]
        self.ok("admin", "feedback", answer["receipt"]["entry"], "--overridden", statement + "=other: " + canaries[3])
        self.ok("admin", "ask", "ECOG 1, cervical cancer, " + canaries[0])
        self.export()
        for file in self.tables.rglob("*"):
            if file.is_file():
                content = file.read_text()
                for unwanted in canaries + ["cn:admin", "cn:analyst", "127.0.0.1"]:
                    self.assertNotIn(unwanted, content, file)
        self.refused(self.site.evident("clerk", "audit", "export-tables", self.tables), 4, "ROLE_MISSING")

    def test_an_erasure_reaches_the_tables(self):
        for ecog in (0, 1, 2):
            self.ask(ecog, "s1" if ecog < 2 else "s2")
        self.export()
        keys = collections.Counter(row["key_id"] for row in self.table("decisions"))
        self.assertEqual(sorted(keys.values()), [1, 2])
        self.ok("officer", "audit", "erase", "s1", "--reason", "request")
        said = self.export()
        self.assertGreater(said["rows_erased"], 2)
        self.assertEqual(len(self.table("decisions")), 1)
        (erased,) = [row["erased_key_id"] for row in self.table("erasures")]
        self.assertEqual(keys[erased], 2)
        for name in ("decisions", "decision_statements", "exclusions", "missing_facts", "silences"):
            self.assertEqual([row for row in self.table(name) if row["key_id"] == erased], [], name)
        self.assertEqual([row["erased"] for row in self.table("entries") if row["key_id"] == erased], [True, True])
        # A folder that is begun anew is the same.
        shutil.move(self.tables, str(self.tables) + ".before")
        self.export()
        self.assertEqual(len(self.table("decisions")), 1)

    def test_releases_are_told_once_and_joined_by_digest(self):
        answers = [self.ask(ecog, "s%d" % ecog) for ecog in (0, 1)]
        self.export()
        (release,) = self.table("releases")
        self.assertTrue(release["in_database"])
        digest = release["release_digest"]
        self.assertEqual({row["release_digest"] for row in self.table("decisions")}, {digest})
        statements = {row["statement"]: row for row in self.table("release_statements")}
        self.assertEqual(len(statements), release["statement_count"])
        for answer in answers:
            for one in answer["answer"]["recommendations"]:
                row = statements[one["statement"]]
                self.assertEqual(row["headline"], one["headline"])
                self.assertEqual((row["strength"], row["strength_scheme"]), (one["grade"]["value"], one["grade"]["scheme"])
                                 if "grade" in one else (None, None))
        concepts = {row["concept"]: row["display"] for row in self.table("release_concepts")}
        self.assertTrue(all(concepts[name] for answer in answers for name in answer["answer"]["question"]["concepts"]))
        references = {row["reference"]: row for row in self.table("release_references")}
        cited = {row["name"]: row for answer in answers for row in answer["answer"]["references"]}
        for name, row in cited.items():
            self.assertEqual(references[name]["pmid"], row["reference"].get("pmid"))
        rests_on = {name for row in statements.values() for name in row["rests_on"]}
        self.assertTrue(rests_on and rests_on <= references.keys())
        # Another run adds none of it; another release does.
        self.export()
        self.assertEqual(len(self.table("releases")), 1)
        name = answers[0]["answer"]["recommendations"][0]["statement"]
        self.ok("admin", "statement", "withdraw", name, "--why", "a test")
        self.ask(1, "s1")
        self.export()
        self.assertEqual(len({row["release_digest"] for row in self.table("releases")}), 2)
        standings = {row["release"]: row["standing"] for row in self.table("release_statements") if row["statement"] == name}
        self.assertEqual(sorted(str(standing) for standing in standings.values())[-1], "withdrawn")
        # Two releases are in one table; analysts see who wrote none of it.
        for file in self.tables.rglob("*.ndjson"):
            self.assertNotIn("cn:admin", file.read_text(), file)

    def test_following_goes_on_until_it_is_interrupted_and_leaves_no_entries_while_it_waits(self):
        words = ["audit", "export-tables", self.tables, "--follow", "--heartbeat", 1]
        follower = self.site.begin_evident("analyst", *words)
        try:
            self.wait_for(lambda: self.covered() > 0)
            name = self.ask(1, "s1")["receipt"]["entry"]
            self.wait_for(lambda: name in {row["decision"] for row in self.table("decisions")})
            before = self.site.log_size()
            time.sleep(3.5)  # some heartbeats
            self.assertEqual(self.site.log_size(), before + 1)  # the question for its size
            # A server that comes back is gone on with, without a row too many or too few.
            self.site.stop()
            self.site.start(*self.site.same_port())
            later = self.ask(2, "s2")["receipt"]["entry"]
            self.wait_for(lambda: later in {row["decision"] for row in self.table("decisions")})
            self.assertIsNone(follower.poll())
        finally:
            follower.terminate()
            _, said = follower.communicate(timeout=installation.PATIENCE_S)
        self.assertIn("rows of", said)
        self.assertIn("trying again", said)
        entries = self.table("entries")
        self.assertEqual([row["entry_index"] for row in entries], list(range(len(entries))))
        days = {row["time"][:10] for row in entries}
        self.assertEqual(len(self.files("entries")), len(days))
        # What was followed is gone on with in runs, too; files that it had no time to remove go then.
        size = self.export()["size"]
        self.assertEqual(len(self.table("entries")), size)
        self.assertEqual(sorted(str(file.relative_to(self.tables)) for file in self.tables.glob("entries/*/*.ndjson")),
                         sorted(self.files("entries")))
        self.refused(self.site.evident("analyst", "audit", "export-tables", self.tables, "--follow", "--zstd"), 3, "FOLDER_MIXED")
        self.assertEqual(self.site.evident("analyst", "audit", "export-tables", self.tables, "--heartbeat", 5).code, 2)

    def covered(self):
        manifest = self.tables / "manifest.json"
        return json.loads(manifest.read_text())["size"] if manifest.exists() else 0

    def wait_for(self, there):
        """Until it is there; a file that went while it was read is read again."""
        until = time.monotonic() + installation.PATIENCE_S
        while time.monotonic() < until:
            try:
                if there():
                    return
            except FileNotFoundError:
                pass
            time.sleep(0.05)
        self.fail("it did not come")

    def duckdb(self):
        return subprocess.run(["node", source("tests", "analytics", "queries.mjs"), self.tables], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True, check=False)

    def test_duckdb_answers_from_them(self):
        self.check_duckdb("*.ndjson")

    def test_duckdb_answers_from_compressed_ones(self):
        self.check_duckdb("*.ndjson.zst", "--zstd")

    def check_duckdb(self, files, *words):
        if not source("node_modules", "@duckdb", "node-api").exists():
            self.assertNotIn("EVIDENT_REQUIRE_DUCKDB", os.environ, "@duckdb/node-api is not installed")
            self.skipTest("@duckdb/node-api is not installed: tools/check-analytics installs it")
        answers = [self.ask(ecog, "s%d" % ecog) for ecog in (0, 1)]
        self.export(*words)
        answers.append(self.ask(2, "s2"))
        override = answers[1]["answer"]["recommendations"][0]["statement"]
        for reason in ("declined", "declined", "other"):
            self.ok("admin", "feedback", answers[1]["receipt"]["entry"], "--overridden", override + "=%s: c" % reason)
        self.export(*words)
        self.assertEqual(set(self.tables.rglob("*.ndjson*")), set(self.tables.rglob(files)))
        printed = self.duckdb()
        self.assertEqual(printed.returncode, 0, printed.stderr)
        found = json.loads(printed.stdout)
        self.assertEqual(found["overrides_by_reason"],
                         [{"reason": "declined", "overrides": 2}, {"reason": "other", "overrides": 1}])
        returned = [row for answer in answers
                    for row in {row["statement"]: row for row in answer["answer"]["recommendations"]}.values()]
        counts = collections.Counter((row["statement"], row["headline"]) for row in returned)
        self.assertEqual({(row["statement"], row["headline"]): row["decisions"]
                          for row in found["decisions_per_statement_and_week"]}, dict(counts))
        silent = collections.Counter(silence["fact"] for answer in answers
                                     for silence in {row["fact"]: row for row in
                                                     answer["answer"].get("silences", [])}.values())
        self.assertEqual({row["fact"]: row["decisions"] for row in found["silences_by_concept"]}, dict(silent))
        self.assertTrue(all(row["display"] for row in found["silences_by_concept"]))
        cited = {row["name"] for answer in answers for row in answer["answer"]["references"]}
        self.assertTrue(cited)
        self.assertLessEqual(cited, {row["reference"] for row in found["decisions_by_reference"]})
        ask = [row for row in found["p99_latency_ms"] if row["method"].endswith("/Ask")]
        self.assertEqual(ask[0]["calls"], 3)
        self.assertGreater(ask[0]["p99_ms"], 0)
        # What was changed by hand is told.
        file = next(self.tables.glob("decisions/*/" + files))
        file.write_bytes(file.read_bytes() + b"{}")
        printed = self.duckdb()
        self.assertNotEqual(printed.returncode, 0)
        self.assertIn("is not as the manifest says", printed.stderr)


if __name__ == "__main__":
    unittest.main()
