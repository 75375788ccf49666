// `evident pack new` and `evident pack diff`, run as the program runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/status_matchers.h"
#include "client/cli/test_command.h"

namespace evident::cli {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class PackAuthoringTest : public testing::Test {
 protected:
  std::string Begin(const std::string& folder) {
    const std::string pack = dir_.path() + "/" + folder;
    const Outcome begun = RunCommand({"pack", "new", "our-subject", pack});
    EXPECT_EQ(begun.code, kExitDone) << begun.err;
    EXPECT_THAT(begun.out, HasSubstr(pack + "/pack.yaml"));
    return pack;
  }
  // Puts `to` in place of the first `from` in a file that has it.
  void Change(const std::string& file, const std::string& from, const std::string& to) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(std::string text, ReadFile(file, 1u << 20));
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    EVIDENT_ASSERT_OK(WriteFileAtomically(file, text, 0644));
  }

  TempDir dir_;
};

TEST_F(PackAuthoringTest, ANewPackLintsCleanPassesItsCasesAndIsAllSeenByThem) {
  const std::string pack = Begin("pack");
  const Outcome lint = RunCommand({"pack", "lint", pack, "--fail-on", "note"});
  EXPECT_EQ(lint.code, kExitDone) << lint.out << lint.err;
  const Outcome test = RunCommand({"pack", "test", pack});
  EXPECT_EQ(test.code, kExitDone) << test.out << test.err;
  EXPECT_THAT(test.out, HasSubstr("3 cases, 0 failed"));
  const Outcome coverage = RunCommand({"pack", "coverage", pack, "--threshold", "100"});
  EXPECT_EQ(coverage.code, kExitDone) << coverage.out << coverage.err;
}

TEST_F(PackAuthoringTest, NoFolderInUseIsWrittenInto) {
  const std::string used = dir_.path() + "/used";
  EVIDENT_ASSERT_OK(MakeDirectories(used, 0755));
  EVIDENT_ASSERT_OK(WriteFileAtomically(used + "/notes.txt", "mine", 0644));
  for (const std::string& directory : {used, used + "/notes.txt"}) {
    const Outcome refused = RunCommand({"pack", "new", "our-subject", directory});
    EXPECT_EQ(refused.code, kExitBadInput);
    EXPECT_THAT(refused.err, HasSubstr("FOLDER_IN_USE"));
  }
  EXPECT_FALSE(fs::exists(used + "/pack.yaml"));
}

TEST_F(PackAuthoringTest, ANameThatIsNoSlugIsRefused) {
  const Outcome refused = RunCommand({"pack", "new", "Our Subject", dir_.path() + "/pack"});
  EXPECT_EQ(refused.code, kExitBadInput);
  EXPECT_THAT(refused.err, HasSubstr("NAME_INVALID"));
  EXPECT_FALSE(fs::exists(dir_.path() + "/pack"));
}

TEST_F(PackAuthoringTest, ADifferenceIsShownFieldByField) {
  const std::string before = Begin("before");
  const std::string after = Begin("after");
  const Outcome same = RunCommand({"pack", "diff", before, after});
  EXPECT_EQ(same.code, kExitDone) << same.err;
  EXPECT_THAT(same.out, HasSubstr("0 nodes differ"));

  Change(after + "/statements/all.yaml", "score <= 3", "score <= 2");
  const Outcome text = RunCommand({"pack", "diff", before, after});
  EXPECT_EQ(text.code, kExitDone) << text.err;
  EXPECT_THAT(text.out, HasSubstr("changed our-subject/first-statement"));
  EXPECT_THAT(text.out, HasSubstr("score <= 3"));
  EXPECT_THAT(text.out, HasSubstr("score <= 2"));
  EXPECT_THAT(text.out, HasSubstr("1 nodes differ"));
  const auto json =
      nlohmann::json::parse(RunCommand({"--output", "json", "pack", "diff", before, after}).out);
  ASSERT_EQ(json["differences"].size(), 1u);
  EXPECT_EQ(json["differences"][0]["name"], "our-subject/first-statement");
}

TEST_F(PackAuthoringTest, APackThatDoesNotReadIsNamedWithItsPlace) {
  const std::string before = Begin("before");
  const std::string after = Begin("after");
  Change(after + "/statements/all.yaml", "polarity", "polarty");
  const Outcome refused = RunCommand({"pack", "diff", before, after});
  EXPECT_EQ(refused.code, kExitBadInput);
  EXPECT_THAT(refused.err, HasSubstr("statements/all.yaml:"));
}

}  // namespace
}  // namespace evident::cli
