"""The log as FHIR AuditEvent: that events are as R4 and BALP have them, that none is missing, who sees what, and what an erasure leaves."""

import base64
import copy
import hashlib
import json
import secrets
import unittest

import fhir_schema
from installation import ServedCase

QUESTION = "Cervical cancer, distant metastases, ECOG %d"


def root_of(hashes):
    """The root of RFC 6962 over leaf hashes."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + root_of(hashes[:split]) + root_of(hashes[split:])).digest()


class FhirTest(ServedCase):
    IDENTITIES = {"analyst": "analyst", "officer": "privacy_officer"}

    def setUp(self):
        super().setUp()
        self.events = self.site.path / "events"

    def ask(self, ecog, subject, *words):
        return json.loads(self.ok("admin", "--output", "json", "ask", QUESTION % ecog, "--subject", subject, *words))

    def export(self, caller="auditor", *words):
        return json.loads(self.ok(caller, "--output", "json", "audit", "export-fhir", self.events, *words))

    def table(self, name):
        manifest = json.loads((self.events / "manifest.json").read_text())
        rows = []
        for file in manifest["files"]:
            content = (self.events / file["path"]).read_bytes()
            self.assertEqual(hashlib.sha256(content).hexdigest(), file["sha256"])
            if file["table"] == name:
                rows += [json.loads(line) for line in content.splitlines()]
                self.assertIn("day=" + file["day"], file["path"])
        return rows

    def by_entry(self):
        return {event["entity"][0]["what"]["identifier"]["value"]: event for event in self.table("AuditEvent")}

    def entity(self, event, number):
        return [one for one in event["entity"] if one["type"]["code"] == number]

    def test_events_are_as_the_standards_have_them_and_none_is_missing(self):
        answer = self.ask(1, "pseudonym-1", "--on-behalf-of", "dr-4711", "--purpose", "treatment")
        decision = answer["receipt"]["entry"]
        statement = answer["answer"]["recommendations"][0]["statement"]
        self.ok("admin", "feedback", decision, "--overridden", statement + "=declined: c")
        self.ok("admin", "explain", decision)
        self.ok("auditor", "audit", "entry", decision)
        self.ok("admin", "graph", "list", "statement")
        self.refused(self.site.evident("clerk", "ask", QUESTION % 1), 4, "ROLE_MISSING")
        self.ok("officer", "audit", "hold", "place", "pseudonym-1", "--reason", "file 1")
        self.ok("officer", "audit", "hold", "lift", "pseudonym-1", "--reason", "file 1")
        said = self.export()
        events = self.by_entry()
        for name, event in events.items():
            self.assertEqual(list(fhir_schema.problems(event)), [], name)
        # That the check can fail.
        for path in (("recorded",), ("agent",), ("source", "observer"), ("agent", 0, "requestor"), ("agent", 0, "network")):
            broken = copy.deepcopy(events[decision])
            at = broken
            for step in path[:-1]:
                at = at[step]
            del at[path[-1]]
            self.assertNotEqual(list(fhir_schema.problems(broken)), [], path)
        profiles = {event["meta"]["profile"][0].rsplit(".", 1)[1] for event in events.values() if "meta" in event}
        self.assertEqual(profiles, {"PatientQuery", "Query", "Read", "Create", "PatientCreate", "Delete"})
        asked = events[decision]
        self.assertEqual(asked["agent"][0]["who"]["identifier"]["value"], "cn:admin")
        self.assertEqual(asked["agent"][0]["network"], {"address": "127.0.0.1", "type": "2"})
        self.assertEqual(asked["agent"][2]["who"]["identifier"]["value"], "dr-4711")
        self.assertEqual(self.entity(asked, "1")[0]["what"]["identifier"]["value"], "pseudonym-1")
        refused = [event for event in events.values() if event["outcome"] == "4"]
        self.assertEqual([(event["agent"][0]["who"]["identifier"]["value"], "meta" in event) for event in refused], [("cn:clerk", False)])
        # Every entry is there, once, and their hashes lead to the root that was signed.
        entries = self.table("entries")
        self.assertEqual([row["entry_index"] for row in entries], list(range(said["size"])))
        manifest = json.loads((self.events / "manifest.json").read_text())
        self.assertEqual(root_of([bytes.fromhex(row["leaf_hash"]) for row in entries]).hex(), manifest["root"])
        self.assertEqual({row["entry"]: row["leaf_hash"] for row in entries if row["event"]},
                         {name: event["id"] for name, event in events.items()})
        # Going on adds what came since, the export itself with that it opened bodies.
        again = self.export()
        self.assertEqual(again["added"], again["size"] - said["size"])
        exports = [event for event in self.table("AuditEvent")
                   if event["entity"][0]["detail"][2]["valueString"].endswith("/ExportEntries")]
        self.assertEqual(len(exports), 1)

    def test_who_opens_no_bodies_gets_nothing_of_them(self):
        canaries = [secrets.token_hex(16) for _ in range(3)]
        self.ask(1, canaries[0], "--client-reference", canaries[1], "--on-behalf-of", canaries[2])
        self.export("analyst")
        for file in self.events.rglob("*"):
            if file.is_file():
                for unwanted in canaries + ["cn:admin", "cn:analyst", "127.0.0.1"]:
                    self.assertNotIn(unwanted, file.read_text(), file)
        for event in self.table("AuditEvent"):
            self.assertEqual(list(fhir_schema.problems(event)), [])
        self.refused(self.site.evident("clerk", "audit", "export-fhir", self.events), 4, "ROLE_MISSING")

    def test_questions_are_there_where_they_are_asked_for_and_an_erasure_reaches_them(self):
        names = [self.ask(1, subject)["receipt"]["entry"] for subject in ("s-erased", "s-kept")]
        self.export("auditor", "--requests")
        for name in names:
            (query,) = self.entity(self.by_entry()[name], "2")
            self.assertIn(b"Cervical cancer", base64.b64decode(query["query"]))
        self.refused(self.site.evident("auditor", "audit", "export-fhir", self.events), 3, "FOLDER_MIXED")
        self.ok("officer", "audit", "erase", "s-erased", "--reason", "request")
        self.assertEqual(self.export("auditor", "--requests")["events_erased"], 1)
        events = self.by_entry()
        self.assertEqual(len(events[names[0]]["entity"]), 1)
        self.assertNotIn("who", events[names[0]]["agent"][0])
        self.assertEqual(len(self.entity(events[names[1]], "2")), 1)
        for event in events.values():
            self.assertEqual(list(fhir_schema.problems(event)), [])


if __name__ == "__main__":
    unittest.main()
