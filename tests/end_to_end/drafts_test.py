"""A curator's draft, from the pack's folder to a release that somebody else approved, through the server and the command line."""

import json
import pathlib
import re
import shutil
import tempfile
import unittest

import installation
from installation import flat, pack

NAME = "fictional-emberfern-wilt"


class DraftsTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.site = installation.Installation(self.folder / "site")
        self.site.add_identity("auditor", "auditor")
        self.site.add_identity("ann", "curator")
        self.site.add_identity("bob", "reviewer,publisher")
        self.site.start()
        self.addCleanup(self.end)
        self.ok("admin", "pack", "import", pack(NAME))
        self.edited = self.folder / "edited"
        shutil.copytree(pack(NAME), self.edited)
        self.edit()

    def end(self):
        if self.site.server:
            self.site.stop()

    def edit(self):
        """Puts other words into the first headline that there is."""
        for file in sorted((self.edited / "statements").iterdir()):
            text = file.read_text()
            headline = re.search(r"^  headline: (.*)$", text, re.MULTILINE)
            if headline:
                file.write_text(text.replace(headline.group(1), "A headline that nobody had before", 1))
                return
        self.fail("no headline")

    def ok(self, caller, *words):
        done = self.site.evident(caller, *words)
        self.assertEqual(done.code, 0, done.err)
        return done.out

    def refused(self, reason, caller, *words):
        done = self.site.evident(caller, *words)
        self.assertNotEqual(done.code, 0, done.out)
        self.assertIn(reason, done.err)

    def etag(self):
        return json.loads(self.ok("bob", "--output", "json", "draft", "show", "drafts/1"))["draft"]["etag"]

    def test_a_draft_becomes_a_release_that_somebody_else_approved(self):
        begin = self.site.log_size()
        self.assertIn("drafts/1", self.ok("ann", "pack", "import", self.edited, "--as-draft"))
        self.assertIn("1 drafts", self.ok("bob", "draft", "list"))
        self.ok("ann", "draft", "submit", "drafts/1", "--note", "for the board")
        page = self.folder / "draft.html"
        shown = self.ok("bob", "draft", "render", "drafts/1", "--html", page)
        self.assertIn("A headline that nobody had before", page.read_text())
        self.assertIn("--etag " + self.etag(), shown)
        self.refused("ROLE_MISSING", "ann", "draft", "approve", "drafts/1", "--etag", self.etag(), "--why", "mine")
        self.refused("DRAFT_MOVED", "bob", "draft", "approve", "drafts/1", "--etag", "1.1", "--why", "old")
        self.ok("bob", "draft", "approve", "drafts/1", "--etag", self.etag(), "--why", "read it")
        validated = self.ok("bob", "draft", "publish", "drafts/1", "--validate-only")
        self.assertIn("nothing was published; it would change 1 nodes", validated)
        etag = self.etag()
        published = self.ok("bob", "draft", "publish", "drafts/1", "--etag", etag, "--request-id", "once")
        self.assertIn("published releases/2", published)
        self.assertIn("reviewed", published)
        self.assertEqual(
            self.ok("bob", "draft", "publish", "drafts/1", "--etag", etag, "--request-id", "once"), published)
        self.refused("REQUEST_ID_REUSED", "bob", "draft", "publish", "drafts/1", "--etag", etag, "--request-id", "once",
                     "--accept-failing-cases", "other bytes")
        self.assertIn("A headline that nobody had before", flat(self.ok("admin", "release", "diff", "releases/1")))
        # Every act is announced before it happens and concluded after; the retry is an entry of its own.
        found = [(kind, method.rsplit("/", 1)[1], status) for _, kind, method, status in self.site.entries(begin)]
        for method in ("SubmitDraft", "ReviewDraft", "PublishDraft"):
            self.assertIn(("INTENT", method, 0), found)
            self.assertIn(("OUTCOME", method, 0), found)
        self.assertEqual(found.count(("INTENT", "PublishDraft", 0)), 1)
        # What was published is what the pack says, and comes out of the server as it went in.
        self.assertIn("nothing differs", self.ok("admin", "pack", "import", self.edited))
        exported = self.folder / "exported"
        self.ok("bob", "pack", "export", NAME, exported)
        self.assertIn("0 nodes differ", self.site.offline("pack", "diff", self.edited, exported).out)
        self.assertIn(" 0 failed", self.site.offline("pack", "test", exported).out)
        self.assertEqual(self.site.stop(), 0)
        self.assertIn("the knowledge is sound",
                      self.site.offline("graph", "check", self.site.path / "data" / "knowledge").out)

    def test_four_eyes_hold_back_what_nobody_else_approved(self):
        self.assertEqual(self.site.stop(), 0)
        config = self.site.path / "evidentd.yaml"
        config.write_text(config.read_text() + "\nknowledge:\n  four_eyes: true\n")
        self.site.start()
        self.refused("FOUR_EYES", "admin", "pack", "import", self.edited)
        self.ok("ann", "pack", "import", self.edited, "--as-draft")
        self.refused("DRAFT_NOT_APPROVED", "bob", "draft", "publish", "drafts/1")
        self.ok("ann", "draft", "submit", "drafts/1")
        self.ok("bob", "draft", "approve", "drafts/1", "--etag", self.etag(), "--why", "read it")
        self.assertIn("published releases/2", self.ok("bob", "draft", "publish", "drafts/1"))

    def test_drafts_survive_a_kill(self):
        self.ok("ann", "pack", "import", self.edited, "--as-draft")
        self.site.kill()
        self.site.start()
        self.assertIn("drafts/1", self.ok("bob", "draft", "list"))
        self.ok("ann", "draft", "abandon", "drafts/1", "--why", "not needed")
        self.assertIn("0 drafts", self.ok("bob", "draft", "list"))


if __name__ == "__main__":
    unittest.main()
