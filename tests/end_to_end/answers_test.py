"""The way of a user: import a pack, ask, follow up, verify; on one pack of medicine and on an invented one."""

import json
import re
import shutil
import unittest

from installation import Case, flat, pack, parts, source

MEDICINE = "cervical-cancer-metastatic"
INVENTED = "fictional-emberfern-wilt"
QUESTION = ("What is the long-term treatment plan for a cervical cancer patient with distant metastases? "
            "ECOG 1, no prior systemic therapy, no contraindication.")
RECEIPT = re.compile(
    r"receipt verified: decisions/\S+ is entry \d+ of e2e\.example/1, signed checkpoint of \d+ entries")
NOT_VERIFIED = 6


def authored_titles(guideline):
    """Titles of sections as the guideline's file has them, each under the one above it, in its order."""
    text = guideline.read_text()
    titles, above = [], {}
    for line in text[text.index("\n  sections:\n"):text.index("\n  marks:\n")].splitlines():
        title = re.search(r"title: ([^}]+)", line)
        if title is None:
            continue
        depth = len(line) - len(line.lstrip()) - (2 if line.lstrip().startswith("title") else 0)
        above = {outer: name for outer, name in above.items() if outer < depth}
        above[depth] = title.group(1)
        titles.append(" / ".join(above[outer] for outer in sorted(above)))
    return titles


def decision_of(printed):
    return re.search(r"receipt verified: (decisions/\S+)", printed.out).group(1)


class Plan(Case):
    """The question of the demo and its follow-up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.serve("site", MEDICINE)
        cls.first = cls.site.evident("admin", "ask", QUESTION, "--subject", "p1", "--save", cls.folder / "first")
        cls.second = cls.site.evident("admin", "ask", "progressed on platinum", "--subject", "p1", "--follows",
                                      decision_of(cls.first), "--save", cls.folder / "second")

    def test_the_readme_shows_what_is_printed(self):
        blocks = re.findall(r"```text answer (\d)\n(.*?)```", source("README.md").read_text(), re.DOTALL)
        self.assertGreater(len(blocks), 2)
        for which, block in blocks:
            self.assertIn(block, {"1": self.first, "2": self.second}[which].out)

    def test_says_what_it_understood(self):
        self.assertEqual(self.first.code, 0, self.first.err)
        self.reads(self.first.out, '"distant metastases" as distant_metastases = true', '"ECOG 1" as ecog = 1',
                   '"no prior systemic therapy" as prior_systemic_lines = 0',
                   "derived: progressed_on_first_line = false since false when prior_systemic_lines = 0")
        self.assertNotIn("not understood", self.first.out)

    def test_sections_come_in_authored_order(self):
        authored = authored_titles(pack(MEDICINE) / "guidelines" / "long-term-plan.yaml")
        shown = [heading for heading in parts(self.first.out) if heading in authored]
        self.assertGreater(len(shown), 10)
        self.assertEqual(shown, [title for title in authored if title in shown])
        for heading in ("Decisions", "Conflicts in the knowledge", "Left out", "References", "Knowledge"):
            self.assertIn(heading, parts(self.first.out))

    def test_statements_show_polarity_dose_figures_and_review_state(self):
        therapy = parts(self.first.out)["Initial treatment / First-line systemic therapy"]
        self.reads(therapy, "[recommend, preferred] First line, ECOG 0 to 1", "Bevacizumab 15 mg/kg every 3 wk",
                   "16.8 mo (chemotherapy with bevacizumab) against 13.3 mo", "HR 0.765, P = 0.0068",
                   "[consider, alternative, if cisplatin_intolerant]", "s02 | submitted, not yet reviewed",
                   "s04 | details s02 | submitted, not yet reviewed")
        self.reads(parts(self.first.out)["Pitfalls"], "[advise against", "[stop, if ")
        self.reads(self.first.out, "has not been approved in clinical review")

    def test_provenance_leads_down_to_a_reference(self):
        evidence = re.search(r"evidence: Median overall survival [^>]+ -> \[(\d+)\], mark 3 UNRESOLVED",
                             flat(self.first.out))
        self.assertIsNotNone(evidence)
        references = flat(parts(self.first.out)["References"])
        self.assertIn("[%s] Palliative Care for Cervical Cancer with Distant Metastases." % evidence.group(1),
                      references)
        self.assertIn("[calls itself guideline; assessed as practical summary]", references)
        self.reads(self.first.out, "provenance incomplete", "Citations that could not be resolved to a reference")

    def test_says_what_is_left_out_and_why(self):
        self.reads(parts(self.first.out)["Left out"],
                   "No chemotherapy at ECOG 3 to 4 (s06b-chemotherapy): does not fit the patient; ecog >= 3: no (1)",
                   "would apply with: ecog >= 3")

    def test_asks_for_the_facts_that_would_change_the_answer(self):
        missing = parts(self.first.out)["Facts that would change the answer, first asked first"]
        self.reads(missing, "cisplatin_intolerant: Can the patient not tolerate cisplatin?",
                   "decides statements s02, s04, s05", "(the source does not define the term)")
        self.assertNotIn("- ecog:", missing)

    def test_follow_up_inherits_facts_and_shows_the_conflict(self):
        self.assertEqual(self.second.code, 0, self.second.err)
        self.reads(self.second.out, "ecog = 1 (from the decision before)", "outcome: conflict",
                   "prior_systemic_lines = 1 (from the words)")
        self.reads(parts(self.second.out)["Conflicts in the knowledge"],
                   "standing: Stop chemotherapy when the disease progresses despite first-line chemotherapy "
                   "(s27a-stop) AGAINST After progression on first-line platinum: a single agent without platinum is "
                   "preferred (s17)",
                   "the sources name no fact that tells the sides apart")
        self.assertNotIn("standing:", self.first.out)

    def test_says_where_the_knowledge_is_silent(self):
        said = self.site.evident("admin", "recommend", "--concept", "cervical-cancer",
                                 "--fact", "distant_metastases=true", "--fact", "prior_systemic_lines=0",
                                 "--fact", "ecog=2")
        self.assertEqual(said.code, 0, said.err)
        self.reads(parts(said.out)["What the knowledge does not say"],
                   "First-line systemic therapy: no statement covers ecog = 2")

    def test_words_that_mean_nothing_here_are_an_answer_that_says_so(self):
        said = self.site.evident("admin", "ask", "What helps a thirsty cactus?")
        self.assertEqual(said.code, 0, said.err)
        self.reads(said.out, "not understood: What helps a thirsty cactus")
        self.assertNotIn("[recommend", said.out)

    def test_a_batch_is_answered_line_by_line_with_verified_receipts(self):
        questions = self.folder / "cohort.ndjson"
        questions.write_text(
            '{"client_reference": "case-1", "subject": "p-1", "facts": {"ecog": 1, "distant_metastases": true}}\n'
            '\n'
            '{"client_reference": "case-2", "facts": {"ecog": 2, "distant_metastases": true, "prior_systemic_lines": 0}}\n'
            '{"client_reference": "case-3", "facts": {"ecog": 9}}\n')
        saved = self.folder / "cohort"
        said = self.site.evident("admin", "batch", questions, "--concept", "cervical-cancer", "--save", saved)
        self.assertEqual(said.code, 3, said)
        lines = said.out.splitlines()
        self.assertRegex(lines[0], r"^0 case-1: \w.* receipt verified: decisions/")
        self.assertRegex(lines[1], r"^1 case-2: ")
        self.assertRegex(lines[2], r"^2 case-3: refused: .*ecog.* \(entries/")
        self.assertEqual(lines[3], "3 questions: 2 answered, 1 refused")
        held = self.site.offline("audit", "verify-receipt", saved / "1.answer", saved / "1.receipt", "--request",
                                 saved / "1.request")
        self.assertEqual(held.code, 0, held.err)
        printed = self.site.evident("admin", "--output", "json", "batch", questions, "--concept", "cervical-cancer")
        answers = [json.loads(line) for line in printed.out.splitlines()]
        self.assertEqual([one.get("item", "0") for one in answers], ["0", "1", "2"])
        self.assertEqual(answers[2]["error"]["reason"], "QUESTION_INVALID")

    def test_a_batch_that_is_not_right_is_refused_whole(self):
        questions = self.folder / "broken.ndjson"
        questions.write_text('{"facts": {"ecog": 1}}\nnot json\n{"fakts": {}}\n{"facts": {"ecog": [1]}}\n')
        self.refused(self.site.evident("admin", "batch", questions, "--concept", "cervical-cancer"), 3,
                     "broken.ndjson:2", "broken.ndjson:3", "fakts", "broken.ndjson:4")

    def test_what_if_tells_what_other_facts_would_change(self):
        said = self.site.evident("admin", "what-if", "cervical-cancer", "--fact", "distant_metastases=true",
                                 "--fact", "ecog=1", "--fact", "prior_systemic_lines=0", "--if", "ecog=3",
                                 "--if", "prior_systemic_lines=1, progressed_on_first_line=true", "--if", "ecog=9")
        self.assertEqual(said.code, 0, said.err)
        self.reads(said.out, "As it stands, on the whole:", "If ecog=3", "it cannot be:", "receipt verified: entries/")
        self.reads(parts(said.out)["If ecog=3"], "First-line systemic therapy")

    def test_a_question_asked_again_under_its_id_gets_the_first_answer(self):
        words = ("recommend", "--concept", "cervical-cancer", "--fact", "ecog=1", "--request-id", "visit-7")
        first, again = (self.site.evident("admin", *words) for _ in range(2))
        self.assertEqual((first.code, again.code), (0, 0), again.err)
        self.assertEqual(decision_of(first), decision_of(again))
        self.refused(self.site.evident("admin", *words, "--fact", "distant_metastases=true"), 3, "REQUEST_ID_REUSED")

    def test_codes_that_nothing_binds_are_told(self):
        said = self.site.evident("admin", "recommend", "--concept", "cervical-cancer", "--observation",
                                 "urn:nowhere|X=1")
        self.assertEqual(said.code, 0, said.err)
        self.reads(said.out, "not bound: urn:nowhere|X")
        self.refused(self.site.evident("admin", "recommend", "cervical-cancer", "--observation", "X=1"), 3,
                     "expected SYSTEM|CODE")

    def test_reads_as_markdown_too(self):
        said = self.site.evident("admin", "ask", QUESTION, "--subject", "p1", "--markdown")
        self.assertEqual(said.code, 0, said.err)
        for line in ("## Initial treatment", "### First-line systemic therapy", "## References",
                     "- **\\[2\\]** Palliative Care for Cervical Cancer with Distant Metastases."):
            self.assertIn("\n" + line, said.out)
        self.assertIn("mark 3 UNRESOLVED", said.out)
        self.assertNotIn("\x1b", said.out)

    def test_facts_go_in_as_json_that_a_schema_describes(self):
        said = self.site.evident("admin", "facts", "cervical-cancer", "--json-schema")
        self.assertEqual(said.code, 0, said.err)
        known = json.loads(said.out)["properties"]
        self.assertEqual((known[MEDICINE + "/ecog"]["type"], known[MEDICINE + "/ecog"]["maximum"]), ("integer", 4))
        self.assertEqual(known[MEDICINE + "/distant_metastases"]["type"], "boolean")
        facts = self.folder / "facts.json"
        facts.write_text(json.dumps({MEDICINE + "/ecog": 1, MEDICINE + "/distant_metastases": True}))
        by_file = self.site.evident("admin", "recommend", "cervical-cancer", "--facts-file", facts)
        self.assertEqual(by_file.code, 0, by_file.err)
        by_words = self.site.evident("admin", "recommend", "cervical-cancer", "--fact", "ecog=1", "--fact",
                                     "distant_metastases=true")
        self.assertEqual(RECEIPT.sub("", by_file.out), RECEIPT.sub("", by_words.out))
        facts.write_text('{"ecog": 1.5}')
        self.refused(self.site.evident("admin", "recommend", "cervical-cancer", "--facts-file", facts), 3,
                     "FACTS_FILE_INVALID", "ecog", "so that no digit is lost")

    def test_names_release_and_digest(self):
        digest = re.search(r"\n  digest (\w{64})\n", self.site.evident("admin", "release", "list").out).group(1)
        self.reads(parts(self.first.out)["Knowledge"], "release 1, as valid on 20", "digest " + digest)

    def test_receipt_verifies_with_the_log_key_alone(self):
        self.assertRegex(self.first.out, RECEIPT)
        said = self.site.offline("audit", "verify-receipt", self.folder / "first.answer", self.folder / "first.receipt",
                                 "--request", self.folder / "first.request")
        self.assertEqual(said.code, 0, said.err)
        self.assertRegex(said.out, RECEIPT)
        self.reads(said.out, "the request is the one committed to")

    def test_swapped_answer_is_refused(self):
        for answer, receipt in (("first", "second"), ("second", "first")):
            said = self.site.offline("audit", "verify-receipt", self.folder / (answer + ".answer"),
                                     self.folder / (receipt + ".receipt"))
            self.refused(said, NOT_VERIFIED, "(ANSWER_MISMATCH)")

    def test_swapped_request_is_refused(self):
        said = self.site.offline("audit", "verify-receipt", self.folder / "first.answer", self.folder / "first.receipt",
                                 "--request", self.folder / "second.request")
        self.refused(said, NOT_VERIFIED, "(REQUEST_MISMATCH)")

    def test_answer_with_one_changed_byte_is_refused(self):
        answer = bytearray((self.folder / "first.answer").read_bytes())
        answer[len(answer) // 2] ^= 1
        (self.folder / "changed.answer").write_bytes(answer)
        said = self.site.offline("audit", "verify-receipt", self.folder / "changed.answer",
                                 self.folder / "first.receipt")
        self.refused(said, NOT_VERIFIED, "(ANSWER_MISMATCH)")

    def test_proofs_verify_on_the_command_line(self):
        index = decision_of(self.first).rsplit("-", 1)[1]
        said = self.site.evident("auditor", "audit", "prove-inclusion", index)
        self.assertEqual(said.code, 0, said.err)
        self.reads(said.out, "inclusion verified: entry %s of " % index)

    def test_auditor_opens_the_decision_and_finds_the_subject(self):
        said = self.site.evident("auditor", "audit", "entry", decision_of(self.first))
        self.assertEqual(said.code, 0, said.err)
        self.reads(said.out, "DECISION /evident.v1.DecisionService/Ask status 0 UNDECIDED",
                   "caller: cn:admin from ipv4:", "subject: p1")


class Afterwards(Case):
    """A decision some time later: explained, replayed, and what was done about it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.serve("site", MEDICINE)
        cls.asked = cls.site.evident("admin", "ask", QUESTION, "--subject", "p1", "--purpose", "treatment")
        cls.decision = decision_of(cls.asked)
        cls.withdrawn = cls.site.evident("admin", "statement", "withdraw", MEDICINE + "/s20", "--why", "e2e test")

    def test_is_the_same_byte_for_byte_at_a_later_release(self):
        self.assertEqual(self.withdrawn.code, 0, self.withdrawn.err)
        for caller in ("admin", "auditor"):
            replayed = self.site.evident(caller, "replay", self.decision)
            self.assertEqual(replayed.code, 0, replayed.out + replayed.err)
            self.reads(replayed.out, "replay: the same: byte for byte what the log commits to")

    def test_is_explained_with_what_changed_since(self):
        said = self.site.evident("auditor", "explain", self.decision)
        self.assertEqual(said.code, 0, said.err)
        self.reads(said.out, "decision: " + self.decision, "asked by: cn:admin", "purpose: treatment", "subject: p1",
                   "Since then, up to releases/2", MEDICINE + "/s20: standing: withdrawn on ", ": e2e test (releases/2, ",
                   "The answer as it was given", "receipt verified: entries/")
        # The answer is the one that was shown, to the letter.
        shown = self.asked.out[:self.asked.out.index("receipt verified")].strip()
        self.assertIn(shown, said.out)
        explained = self.site.evident("admin", "--output", "json", "explain", self.decision)
        self.assertEqual(json.loads(explained.out)["explanation"]["decision"], self.decision)

    def test_is_drawn_from_statements_to_references(self):
        dot, svg = self.folder / "answer.dot", self.folder / "answer.svg"
        said = self.site.evident("admin", "explain", self.decision, "--dot", dot)
        self.assertEqual(said.code, 0, said.err)
        drawing = dot.read_text()
        for drawn in ("s02: recommend", "mark 3: leads nowhere", "[2] Palliative Care for Cervical"):
            self.assertIn(drawn, drawing)
        said = self.site.evident("admin", "explain", self.decision, "--svg", svg)
        if shutil.which("dot") is None:
            self.refused(said, 3, "GRAPHVIZ_MISSING")
            self.assertFalse(svg.exists())
        else:
            self.assertEqual(said.code, 0, said.err)
            self.assertIn("</svg>", svg.read_text())

    def test_takes_feedback_from_who_asked(self):
        said = self.site.evident("admin", "feedback", self.decision, "--accepted", MEDICINE + "/s02", "--overridden",
                                 MEDICINE + "/s20=declined: not now")
        self.assertEqual(said.code, 0, said.err)
        self.reads(said.out, "recorded: what was done about 2 statements")
        last = [entry for entry in self.site.entries(0) if entry[1] == "FEEDBACK"][-1]
        self.assertEqual(last[2:], ("/evident.v1.DecisionService/RecordFeedback", 0))
        opened = self.site.evident("auditor", "audit", "entry", last[0])
        self.reads(opened.out, "follows: " + self.decision, "s20 overridden: declined: not now", "s02 accepted")

    def test_refuses_what_it_cannot_mean(self):
        self.refused(self.site.evident("clerk", "explain", self.decision), 4, "ROLE_MISSING")
        # A key that cannot be read says nothing of the receipt.
        for words in (("explain", self.decision), ("ask", QUESTION)):
            self.refused(self.site.evident("admin", "--verifier-key", self.folder / "nowhere", *words), 3, "nowhere")
        self.refused(self.site.evident("auditor", "feedback", self.decision, "--accepted", MEDICINE + "/s02"), 4,
                     "ROLE_MISSING")
        self.refused(self.site.evident("admin", "explain", self.decision.replace("decisions", "entries")), 3,
                     "ENTRY_NOT_FOUND")
        self.refused(
            self.site.evident("admin", "feedback", self.decision, "--overridden", MEDICINE + "/s02"), 3,
            "FEEDBACK_INVALID", "what is overridden needs a reason")


class Restart(Case):
    """The same knowledge after a stop, and after a kill."""

    def test_serves_the_same_release_and_a_longer_log(self):
        site = self.serve("site", INVENTED)
        released = site.evident("admin", "release", "list").out
        ask = ("ask", "Ember wilt with a frond curl of 4, not dormant", "--as-valid-on", "2026-03-10")
        asked = site.evident("admin", *ask).out
        checkpoint = self.folder / "checkpoint"
        note = site.evident("auditor", "audit", "checkpoint").out
        checkpoint.write_text(note[:note.index("checkpoint verified")])
        for end in (site.stop, site.kill):
            self.assertIn(end(), (0, -9))
            checked = site.offline("audit", "fsck", site.path / "data" / "log", "--guard", site.path / "guard")
            self.assertEqual(checked.code, 0, checked.out + checked.err)
            self.reads(checked.out, "the log is sound")
            site.start()
            self.assertEqual(site.evident("admin", "release", "list").out, released)
            again = site.evident("admin", *ask)
            self.assertEqual(again.code, 0, again.err)
            self.assertEqual(RECEIPT.sub("", again.out), RECEIPT.sub("", asked))
            proven = site.evident("auditor", "audit", "prove-consistency", checkpoint)
            self.assertEqual(proven.code, 0, proven.err)
            self.reads(proven.out, "consistency verified: the first ")


class RolledBack(Case):
    """A log that somebody put back to an earlier day, guard and all."""

    def test_is_found_out_by_a_checkpoint_kept_outside(self):
        site = self.install("site")
        site.start()
        site.stop()
        kept = {name: self.folder / ("kept-" + name) for name in ("log", "guard")}
        shutil.copytree(str(site.path / "data" / "log"), str(kept["log"]))
        shutil.copy(str(site.path / "guard"), str(kept["guard"]))
        site.start()
        for _ in range(8):
            site.evident("admin", "status")
        newest = json.loads(site.evident("auditor", "audit", "checkpoint", "--output", "json").out)
        self.assertTrue(newest["verified"])
        self.assertGreaterEqual(newest["size"], 9)
        note = self.folder / "newest"
        note.write_text(newest["checkpoint"])
        proven = json.loads(
            site.evident("auditor", "audit", "prove-consistency", note, "--output", "json").out)
        self.assertEqual((proven["verified"], proven["old_size"]), (True, newest["size"]))
        proven = json.loads(site.evident("auditor", "audit", "prove-inclusion", "0", "--output", "json").out)
        self.assertEqual((proven["verified"], proven["index"]), (True, 0))
        site.stop()
        shutil.rmtree(str(site.path / "data" / "log"))
        shutil.copytree(str(kept["log"]), str(site.path / "data" / "log"))
        shutil.copy(str(kept["guard"]), str(site.path / "guard"))
        site.start()
        self.refused(site.evident("auditor", "audit", "prove-consistency", note), NOT_VERIFIED,
                     "the log is shorter than its", "(PROOF_RANGE)")


class InventedPack(Case):
    """Another subject, with no change of code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.serve("site", INVENTED)
        cls.first = cls.site.evident(
            "admin", "ask", "What is to be done for ember wilt with a frond curl of 4, no tonic so far, "
            "sap pressure 3.1 kPa, not dormant?", "--as-valid-on", "2026-03-10")

    def test_answers_with_its_own_silence_and_sections(self):
        self.assertEqual(self.first.code, 0, self.first.err)
        self.reads(self.first.out, "sap_pressure = 3.1 kPa", "outcome: not covered", "tonic-plan | under review")
        self.reads(parts(self.first.out)["What the knowledge does not say"],
                   "Choice of tonic: no statement covers frond_curl = 4")
        titles = authored_titles(pack(INVENTED) / "guidelines" / "field-book.yaml")
        shown = [heading for heading in parts(self.first.out) if heading in titles]
        self.assertEqual(shown, ["Tonics", "The bed", "Keeping"])
        self.assertRegex(self.first.out, RECEIPT)

    def test_shows_its_own_conflict_and_unresolved_citation(self):
        said = self.site.evident("admin", "ask", "one tonic has failed, sturdy", "--follows", decision_of(self.first),
                                 "--as-valid-on", "2026-03-10")
        self.reads(parts(said.out)["Conflicts in the knowledge"],
                   "standing: End tonics once one has failed (end-after-failure) AGAINST Songsap for sturdy plants in "
                   "which a tonic has failed (songsap-after-failure)")
        self.reads(said.out, "mark c UNRESOLVED (may mean moonrise-trial, keepers-almanac)")

    def test_holds_back_what_is_not_yet_valid(self):
        self.reads(parts(self.first.out)["Left out"], "(gravel-cover): not valid on the day asked for")

    def test_knows_nothing_of_another_pack(self):
        said = self.site.evident("admin", "recommend", "cervical-cancer")
        self.refused(said, 3, "there is no concept 'cervical-cancer'")


if __name__ == "__main__":
    unittest.main()
