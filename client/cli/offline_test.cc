// Commands that need no server, run as the program runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "audit/log/log.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "client/cli/test_command.h"
#include "graph/pack/reader.h"

namespace evident::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

class PackOfflineTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* const top = std::getenv("EVIDENT_SOURCE_DIR");
    fs::copy(std::string(top == nullptr ? "." : top) + "/knowledge/fictional-emberfern-wilt", pack_,
             fs::copy_options::recursive);
  }
  // Puts `to` in place of the first `from` in a file that has it.
  void Change(const std::string& file, const std::string& from, const std::string& to) {
    std::string text = *ReadFile(file, 1u << 20);
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    EVIDENT_ASSERT_OK(WriteFileAtomically(file, text, 0644));
  }
  std::string FileWith(const std::string& folder, const std::string& text) {
    for (const auto& file : fs::recursive_directory_iterator(pack_ + "/" + folder)) {
      if (!file.is_regular_file()) continue;
      if (ReadFile(file.path(), 1u << 20)->find(text) != std::string::npos) return file.path();
    }
    ADD_FAILURE() << folder << " has no file with " << text;
    return "";
  }

  TempDir dir_;
  const std::string pack_ = dir_.path() + "/pack";
};

TEST_F(PackOfflineTest, CasesOfASoundPackPass) {
  const Outcome check = RunCommand({"pack", "check", pack_});
  EXPECT_EQ(check.code, kExitDone) << check.err;
  EXPECT_THAT(check.out, HasSubstr("no errors"));
  const Outcome test = RunCommand({"pack", "test", pack_});
  EXPECT_EQ(test.code, kExitDone) << test.out << test.err;
  EXPECT_THAT(test.out, HasSubstr(" cases, 0 failed"));
  const auto json =
      nlohmann::json::parse(RunCommand({"--output", "json", "pack", "test", pack_}).out);
  EXPECT_GT(json["passed"], 0);
  EXPECT_EQ(json["failed"], 0);
  EXPECT_EQ(json["cases"].size(), json["passed"]);
  EXPECT_EQ(
      nlohmann::json::parse(RunCommand({"--output", "json", "pack", "check", pack_}).out)["cases"],
      json["passed"]);
}

TEST_F(PackOfflineTest, ACaseThatFailsIsShownWithWhatDiffers) {
  const std::string file = FileWith("cases", "outcome: ");
  std::string text = *ReadFile(file, 1u << 20);
  const size_t at = text.find("outcome: ") + std::string("outcome: ").size();
  const std::string word = text.substr(at, text.find_first_of(" \n,}", at) - at);
  Change(file, "outcome: " + word,
         std::string("outcome: ") + (word == "not-covered" ? "conflict" : "not-covered"));
  const Outcome test = RunCommand({"pack", "test", pack_});
  EXPECT_EQ(test.code, kExitNotVerified) << test.out << test.err;
  EXPECT_THAT(test.out, HasSubstr(", 1 failed"));
  EXPECT_THAT(test.out, HasSubstr(fs::path(file).filename().string() + ":"));
}

TEST_F(PackOfflineTest, ABrokenPackIsRefusedWithItsPlace) {
  EVIDENT_ASSERT_OK(WriteFileAtomically(pack_ + "/pack.yaml", "name: [\n", 0644));
  for (const char* command : {"check", "test"}) {
    const Outcome run = RunCommand({"pack", command, pack_});
    EXPECT_EQ(run.code, kExitBadInput);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, HasSubstr("pack.yaml:"));
  }
  EXPECT_EQ(RunCommand({"pack", "test", dir_.path() + "/none"}).code, kExitBadInput);
  EXPECT_EQ(RunCommand({"pack", "test"}).code, kExitUsage);
}

TEST_F(PackOfflineTest, APackIsReadUponThoseThatItRequires) {
  const std::string sequel = dir_.path() + "/sequel";
  fs::create_directories(sequel + "/facts");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto first, graph::LoadPackFiles(pack_));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto pack, graph::ReadPack(first));
  EVIDENT_ASSERT_OK(WriteFileAtomically(
      sequel + "/pack.yaml", "name: sequel\nlabel: '1'\nrequires: [" + pack.name + "]\n", 0644));
  for (const char* const command : {"check", "test"}) {
    const Outcome alone = RunCommand({"pack", command, sequel});
    EXPECT_EQ(alone.code, kExitBadInput);
    EXPECT_THAT(alone.err, HasSubstr("pack.yaml:3:12"));
    const Outcome with = RunCommand({"pack", command, sequel, "--with", pack_});
    EXPECT_EQ(with.code, kExitDone) << with.err;
  }
}

class FsckCommandTest : public testing::Test {
 protected:
  audit::LogOptions Options() const {
    audit::LogOptions options;
    options.path = dir_.path() + "/log";
    options.keys_path = dir_.path() + "/keys";
    options.guard_path = dir_.path() + "/guard";
    options.id = {"test.example", 1};
    options.signer_key = signer_.ToText();
    options.key_encryption_key = std::string(32, 'k');
    return options;
  }
  void SetUp() override {
    EVIDENT_ASSERT_OK(
        CreateFile(dir_.path() + "/kek", HexEncode(std::string(32, 'k')) + "\n", 0600));
    EVIDENT_ASSERT_OK(
        CreateFile(dir_.path() + "/other", HexEncode(std::string(32, 'x')) + "\n", 0600));
    EVIDENT_ASSERT_OK(CreateFile(verifier_, signer_.verifier().ToText() + "\n", 0644));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto log, audit::Log::Open(Options()));
    for (int i = 0; i < 3; ++i) {
      audit::EntryDraft draft;
      draft.kind = audit::LeafKind::kRead;
      draft.request = "request";
      EVIDENT_ASSERT_OK(log->AppendAndWait(std::move(draft)));
    }
  }
  Outcome Fsck(std::vector<std::string> more) {
    std::vector<std::string> words{"--verifier-key", verifier_, "audit", "fsck",
                                   dir_.path() + "/log"};
    words.insert(words.end(), more.begin(), more.end());
    return RunCommand(words);
  }

  TempDir dir_;
  const std::string verifier_ = dir_.path() + "/verifier";
  const audit::NoteSigner signer_ =
      *audit::NoteSigner::FromSeed("test.example/1", std::string(32, 's'));
};

TEST_F(FsckCommandTest, OpensBodiesWhereTheKeysAreGiven) {
  const std::string guard = dir_.path() + "/guard";
  const std::string keys = dir_.path() + "/keys";
  const std::string kek = dir_.path() + "/kek";
  const Outcome plain = Fsck({"--guard", guard});
  EXPECT_EQ(plain.code, kExitDone) << plain.out << plain.err;
  EXPECT_THAT(plain.out, HasSubstr("4 entries"));
  const Outcome opened = Fsck({"--guard", guard, "--keys", keys, "--kek", kek});
  EXPECT_EQ(opened.code, kExitDone) << opened.out << opened.err;
  EXPECT_THAT(opened.out, HasSubstr("4 bodies opened, 0 erased"));
  const auto json = nlohmann::json::parse(
      Fsck({"--output", "json", "--guard", guard, "--keys", keys, "--kek", kek}).out);
  EXPECT_EQ(json["bodies_opened"], 4);
  EXPECT_TRUE(json["problems"].empty());
  EXPECT_FALSE(json.contains("first_bad_entry"));
  EXPECT_EQ(json["guard_checked"], true);
}

TEST_F(FsckCommandTest, SaysWhenTheGuardWasNotChecked) {
  const Outcome plain = Fsck({});
  EXPECT_EQ(plain.code, kExitDone) << plain.out << plain.err;
  EXPECT_THAT(plain.out, HasSubstr("guard not checked"));
  EXPECT_EQ(nlohmann::json::parse(Fsck({"--output", "json"}).out)["guard_checked"], false);
  EXPECT_THAT(Fsck({"--guard", dir_.path() + "/guard"}).out, Not(HasSubstr("not checked")));
}

TEST_F(FsckCommandTest, ABodyWhoseKeyIsLostIsNoErasure) {
  fs::remove_all(dir_.path() + "/keys");
  audit::KeyRingOptions options;
  options.path = dir_.path() + "/keys";
  options.origin = "test.example/1";
  options.create = true;
  options.key_encryption_key = std::string(32, 'k');
  options.random = &Random::System();
  EVIDENT_ASSERT_OK(audit::KeyRing::Open(options).status());
  const Outcome run = Fsck({"--guard", dir_.path() + "/guard", "--keys", dir_.path() + "/keys",
                            "--kek", dir_.path() + "/kek"});
  EXPECT_EQ(run.code, kExitNotVerified) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("PROBLEM body 0: "));
  EXPECT_THAT(run.out, Not(HasSubstr("the log is sound")));
}

// Receipts of a refusal, which has no answer, and of a decision, which has one.
class VerifyReceiptTest : public FsckCommandTest {
 protected:
  void SetUp() override {
    FsckCommandTest::SetUp();
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto log, audit::Log::Open(Options()));
    audit::EntryDraft draft;
    draft.kind = audit::LeafKind::kRefusal;
    draft.grpc_status = 7;
    draft.request = "request";
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto refused, log->AppendAndWait(draft));
    draft.kind = audit::LeafKind::kDecision;
    draft.answer = "answer";
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto decided, log->AppendAndWait(draft));
    EVIDENT_ASSERT_OK(CreateFile(refusal_, refused.receipt_bytes, 0644));
    EVIDENT_ASSERT_OK(CreateFile(decision_, decided.receipt_bytes, 0644));
    EVIDENT_ASSERT_OK(CreateFile(answer_, "answer", 0644));
    EVIDENT_ASSERT_OK(CreateFile(request_, "request", 0644));
  }
  Outcome Verify(std::vector<std::string> more) {
    std::vector<std::string> words{"--verifier-key", verifier_, "audit", "verify-receipt"};
    words.insert(words.end(), more.begin(), more.end());
    return RunCommand(words);
  }

  const std::string refusal_ = dir_.path() + "/refusal";
  const std::string decision_ = dir_.path() + "/decision";
  const std::string answer_ = dir_.path() + "/answer";
  const std::string request_ = dir_.path() + "/request";
};

TEST_F(VerifyReceiptTest, VerifiesARefusalWithoutAnAnswer) {
  const Outcome refusal = Verify({"--no-answer", refusal_, "--request", request_});
  EXPECT_EQ(refusal.code, kExitDone) << refusal.err;
  EXPECT_THAT(refusal.out, HasSubstr("receipt verified: entries/test.example.1-4"));
  EXPECT_THAT(refusal.out, HasSubstr("the request is the one committed to"));
  EXPECT_EQ(Verify({refusal_, "--no-answer"}).code, kExitDone);
  EXPECT_EQ(Verify({answer_, decision_}).code, kExitDone);
}

TEST_F(VerifyReceiptTest, TellsAnAnswerFromNone) {
  EXPECT_EQ(Verify({"--no-answer", decision_}).code, kExitNotVerified);
  const Outcome unsaid = Verify({answer_, refusal_});
  EXPECT_EQ(unsaid.code, kExitNotVerified) << "an answer that was never given";
  EXPECT_EQ(Verify({"--no-answer", refusal_, "--request", answer_}).code, kExitNotVerified);
}

TEST_F(VerifyReceiptTest, TakesAnAnswerOrTheWordThatThereIsNone) {
  EXPECT_EQ(Verify({}).code, kExitUsage);
  EXPECT_EQ(Verify({"--no-answer"}).code, kExitUsage);
  EXPECT_EQ(Verify({refusal_}).code, kExitUsage);
  EXPECT_EQ(Verify({"--no-answer", answer_, refusal_}).code, kExitUsage);
  EXPECT_EQ(Verify({answer_, decision_, refusal_}).code, kExitUsage);
}

TEST_F(FsckCommandTest, RefusesHalfOfTheKeysAndTheWrongOnes) {
  const std::string keys = dir_.path() + "/keys";
  EXPECT_EQ(Fsck({"--keys", keys}).code, kExitUsage);
  EXPECT_EQ(Fsck({"--kek", dir_.path() + "/kek"}).code, kExitUsage);
  const Outcome wrong = Fsck({"--keys", keys, "--kek", dir_.path() + "/other"});
  EXPECT_EQ(wrong.code, kExitNotPermitted);
  EXPECT_THAT(wrong.err, HasSubstr("KEK_WRONG"));
}

TEST_F(FsckCommandTest, ProblemsExitAsNotVerified) {
  EVIDENT_ASSERT_OK(WriteFileAtomically(dir_.path() + "/guard", std::string(1024, 'x'), 0600));
  const Outcome run = Fsck({"--guard", dir_.path() + "/guard"});
  EXPECT_EQ(run.code, kExitNotVerified) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("PROBLEM "));
}

}  // namespace
}  // namespace evident::cli
