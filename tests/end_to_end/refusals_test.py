"""Bad input over the wire: a clear error, a non-zero exit, an entry of the refusal, nothing half-stored."""

import shutil
import unittest

from installation import Case, EVIDENT, pack, run

INVENTED = "fictional-emberfern-wilt"
BAD_INPUT, NOT_PERMITTED, UNAVAILABLE = 3, 4, 5
INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED = 3, 5, 7


class Refusals(Case):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.serve("site", INVENTED)

    def call(self, method, status, reason, caller, *words):
        """Runs a command and checks that its one call is in the log as a refusal, with its reason."""
        before = self.site.log_size()
        printed = self.site.evident(caller, *words)
        name, kind, called, recorded = self.site.entries(before)[0]
        self.assertEqual((kind, called, recorded), ("REFUSAL", "/evident.v1." + method, status))
        body = self.site.evident("auditor", "audit", "entry", name)
        self.reads(body.out, "caller: cn:" + caller + " from ", "reason: ", reason)
        self.assertIn("(%s)" % reason, printed.err)
        return printed

    def question(self, *words, concept="emberfern-wilt"):
        return self.call("DecisionService/Recommend", INVALID_ARGUMENT, "QUESTION_INVALID", "admin", "recommend",
                         "--concept", concept, *words)

    def test_unknown_concept_names_the_nearest(self):
        self.refused(self.question(concept="emberfern-wlit"), BAD_INPUT,
                     "there is no concept 'emberfern-wlit'; nearest known: emberfern-wilt")

    def test_unknown_fact_names_the_nearest(self):
        self.refused(self.question("--fact", "frond_crul=2"), BAD_INPUT,
                     "facts[0].name: there is no fact 'frond_crul'; nearest known: frond_curl")

    def test_wrong_type_names_both(self):
        self.refused(self.question("--fact", "frond_curl=true"), BAD_INPUT,
                     "facts[0].value: fictional-emberfern-wilt/frond_curl: expected integer, got boolean true")

    def test_wrong_unit_names_both(self):
        self.refused(self.question("--fact", "sap_pressure=3.1[mL]"), BAD_INPUT,
                     "facts[0].value", "sap_pressure", "kPa", "mL")

    def test_value_out_of_range_names_the_bound(self):
        self.refused(self.question("--fact", "frond_curl=11"), BAD_INPUT, "11 is out of range; it must be at most 10")

    def test_unknown_code_names_the_known_ones(self):
        self.refused(self.question("--fact", "strain=pail"), BAD_INPUT, "strain", "pail", "pale")

    def test_contradicting_facts_are_both_named(self):
        self.refused(self.question("--fact", "mirrorsalt_burn=true", "--fact", "mirrorsalt_barred=false"), BAD_INPUT,
                     "mirrorsalt_burn", "mirrorsalt_barred")

    def test_every_violation_is_told_at_once(self):
        printed = self.question("--fact", "frond_crul=2", "--fact", "dormant=3", "--as-valid-on", "2026-13-40")
        self.refused(printed, BAD_INPUT, "has 3 errors", "facts[0].name", "facts[1].value", "as_valid_on")

    def test_unknown_release_is_not_found(self):
        printed = self.call("DecisionService/Recommend", NOT_FOUND, "RELEASE_UNKNOWN", "admin", "recommend",
                            "--concept", "emberfern-wilt", "--release", "releases/9")
        self.refused(printed, BAD_INPUT, "there is no release 9")

    def test_unknown_node_names_the_nearest(self):
        printed = self.call("KnowledgeService/GetNode", NOT_FOUND, "NODE_NOT_FOUND", "admin", "graph", "node",
                            INVENTED + "/young-pare")
        self.refused(printed, BAD_INPUT, INVENTED + "/young-pair")

    def test_role_that_is_not_allowed_is_named(self):
        printed = self.call("DecisionService/Recommend", PERMISSION_DENIED, "ROLE_MISSING", "clerk", "recommend",
                            "--concept", "emberfern-wilt")
        self.refused(printed, NOT_PERMITTED, "cn:clerk has none of the roles that may call", "decider")
        printed = self.call("CurationService/ImportPack", PERMISSION_DENIED, "ROLE_MISSING", "clerk", "pack", "import",
                            pack(INVENTED))
        self.refused(printed, NOT_PERMITTED, "curator")
        printed = self.call("AuditService/ListEntries", PERMISSION_DENIED, "ROLE_MISSING", "clerk", "audit", "list")
        self.refused(printed, NOT_PERMITTED, "auditor")

    def test_body_stays_sealed_for_who_may_not_open_it(self):
        said = self.site.evident("admin", "audit", "entry", "entries/e2e.example.1-1")
        self.assertEqual(said.code, 0, said.err)
        self.reads(said.out, "body: SEALED")

    def test_fact_that_cannot_be_read_is_refused_before_it_is_sent(self):
        before = self.site.log_size()
        for fact, why in (("frond_curl", "expected name=value"), ("sap_pressure=3.1", "needs its unit in brackets")):
            printed = self.site.evident("admin", "recommend", "--concept", "emberfern-wilt", "--fact", fact)
            self.refused(printed, BAD_INPUT, why, "(FACT_ARGUMENT_INVALID)")
        self.assertEqual(self.site.log_size(), before + 1)


class MalformedPack(Case):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.serve("site", INVENTED)

    def broken(self, file, old, new):
        """The pack with one thing changed, under another name, so that all of it would be new."""
        copy = self.folder / "broken"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(pack(INVENTED), copy)
        for name, was, now in (("pack.yaml", "name: " + INVENTED, "name: broken"), (file, old, new)):
            text = (copy / name).read_text()
            self.assertIn(was, text)
            (copy / name).write_text(text.replace(was, now, 1))
        return copy

    def refuses(self, where, why, *change):
        copy = self.broken(*change)
        released = self.site.evident("admin", "release", "list").out
        before = self.site.log_size()
        printed = self.site.evident("admin", "pack", "import", copy)
        self.refused(printed, BAD_INPUT, "%s: %s" % (where, why), "(PACK_INVALID)")
        recorded = [(kind, status) for _, kind, method, status in self.site.entries(before)
                    if method.endswith("/ImportPack")]
        self.assertEqual(recorded, [("STREAM_OPEN", 0), ("STREAM_CLOSE", INVALID_ARGUMENT)])
        self.assertEqual(self.site.evident("admin", "release", "list").out, released)
        self.assertEqual(self.site.evident("admin", "graph", "node", "broken/young-pair").code, BAD_INPUT)
        offline = run(EVIDENT, "pack", "check", copy)
        self.assertEqual(offline, printed, "the same errors offline")

    def test_text_that_is_no_yaml(self):
        self.refuses("statements/bed.yaml:6:11", "not readable as YAML", "statements/bed.yaml",
                     "  kind: recommendation", "  kind: [recommendation")

    def test_unknown_key_names_the_nearest(self):
        self.refuses("statements/bed.yaml:9:3",
                     'found the key "decidez", which a statement does not have; nearest known: decides',
                     "statements/bed.yaml", "decides:", "decidez:")

    def test_criterion_on_an_unknown_fact_names_the_nearest(self):
        self.refuses("statements/bed.yaml:8:9",
                     'found "recently_floded"; expected a fact of this pack; nearest known: recently_flooded',
                     "statements/bed.yaml", "when: recently_flooded", "when: recently_floded")

    def test_unresolved_intervention(self):
        self.refuses("statements/bed.yaml:11:17",
                     'found "rot-bath"; expected an intervention of this pack; nearest known: root-bath',
                     "statements/bed.yaml", "intervention: root-bath", "intervention: rot-bath")

    def test_sound_pack_goes_in_afterwards(self):
        again = self.site.evident("admin", "pack", "import", pack(INVENTED))
        self.assertEqual(again.code, 0, again.err)
        self.reads(again.out, "nothing differs from releases/1: no release was made")

    def test_folder_without_a_pack(self):
        (self.folder / "empty").mkdir()
        self.refused(self.site.evident("admin", "pack", "import", self.folder / "empty"), BAD_INPUT, "pack.yaml")
        self.refused(self.site.evident("admin", "pack", "import", self.folder / "none"), BAD_INPUT, "none")


class Strangers(Case):
    """Callers whom the transport turns away. What is said of a handshake is gRPC's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.install("site")
        cls.other = cls.install("other")
        cls.site.start()

    def status(self, ca, cert, key, *more):
        return run(EVIDENT, "--server", "127.0.0.1:%d" % self.site.port, "--ca", ca.path / "ca.crt", "--cert",
                   cert.path / "clients/admin.crt", "--key", key.path / "clients/admin.key", *more, "status")

    def test_certificate_of_the_right_authority_is_let_in(self):
        said = self.status(self.site, self.site, self.site)
        self.assertEqual(said.code, 0, said.err)
        self.reads(said.out, "you are cn:admin")

    def test_client_certificate_of_another_authority_is_turned_away(self):
        before = self.site.log_size()
        self.refused(self.status(self.site, self.other, self.other), UNAVAILABLE)
        self.assertEqual(self.site.log_size(), before + 1, "no call was made")

    def test_server_certificate_of_another_authority_is_not_trusted(self):
        self.refused(self.status(self.other, self.site, self.site), UNAVAILABLE, "certificate verify failed")

    def test_key_of_another_certificate_is_refused(self):
        self.assertNotEqual(self.status(self.site, self.site, self.other).code, 0)

    def test_plaintext_caller_is_turned_away(self):
        said = run(EVIDENT, "--server", "127.0.0.1:%d" % self.site.port, "--plaintext", "status")
        self.refused(said, UNAVAILABLE)

    def test_missing_file_is_named(self):
        said = run(EVIDENT, "--server", "127.0.0.1:%d" % self.site.port, "--ca", self.site.path / "none.crt", "--cert",
                   self.site.path / "clients/admin.crt", "--key", self.site.path / "clients/admin.key", "status")
        self.refused(said, BAD_INPUT, "none.crt: No such file")

    def test_server_that_is_not_there_is_unavailable(self):
        said = run(EVIDENT, "--server", "127.0.0.1:1", "--plaintext", "status")
        self.refused(said, UNAVAILABLE, "127.0.0.1:1", "Connection refused")

    def test_identity_without_a_role_is_refused_and_recorded(self):
        self.site.add_identity("guest", "reader")
        policy = self.site.path / "policy.yaml"
        policy.write_text("".join(line for line in policy.read_text().splitlines(True) if "cn:guest" not in line))
        self.refused(self.site.evident("guest", "audit", "list"), NOT_PERMITTED, "cn:guest", "(ROLE_MISSING)")
        self.assertIn(("REFUSAL", PERMISSION_DENIED), [(kind, status) for _, kind, _, status in self.site.entries(1)])


if __name__ == "__main__":
    unittest.main()
