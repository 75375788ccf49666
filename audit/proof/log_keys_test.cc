#include "audit/proof/log_keys.h"

#include <gtest/gtest.h>

#include "audit/proof/checkpoint.h"
#include "audit/proof/merkle.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

NoteSigner Signer(char seed, const std::string& name = "test.example/1") {
  return *NoteSigner::FromSeed(name, std::string(32, seed));
}

std::string TextOf(const NoteSigner& signer) { return signer.verifier().ToText(); }

TEST(LogKeysTest, ReadsAKeyALineAndWritesThemBack) {
  const NoteSigner first = Signer('a');
  const NoteSigner second = Signer('b');
  const std::string text = TextOf(first) + "\n" + TextOf(second) + "\n";
  EVIDENT_ASSERT_OK_AND_ASSIGN(const LogKeys keys, LogKeys::Parse(text));
  EXPECT_EQ(keys.name(), "test.example/1");
  EXPECT_EQ(keys.newest().ToText(), TextOf(second));
  EXPECT_EQ(keys.ToText(), text);
  EXPECT_TRUE(keys.Has(TextOf(first)));
  EXPECT_FALSE(keys.Has(TextOf(Signer('c'))));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const LogKeys one, LogKeys::Parse(TextOf(first)));
  EXPECT_EQ(one.all().size(), 1u);
}

TEST(LogKeysTest, NamesTheLineThatIsNotAKeyOfTheLog) {
  const std::string first = TextOf(Signer('a')) + "\n";
  for (const std::string& text :
       {std::string(), std::string("\n"), std::string("nonsense"), "\n" + first}) {
    EXPECT_THAT(LogKeys::Parse(text), HasReason("VERIFIER_KEY_MALFORMED")) << text;
  }
  for (const std::string& second :
       {std::string("nonsense"), std::string("\n"), first, TextOf(Signer('b', "other.example/1")),
        TextOf(Signer('b', "test.example/2"))}) {
    const auto keys = LogKeys::Parse(first + second);
    EXPECT_THAT(keys, HasReason("VERIFIER_KEY_MALFORMED")) << second;
    EXPECT_NE(keys.status().message().find("line 2"), std::string::npos) << keys.status();
  }
}

TEST(LogKeysTest, ACheckpointOpensByAnyOfTheKeys) {
  LogKeys keys(Signer('a').verifier());
  EVIDENT_ASSERT_OK(keys.Add(Signer('b').verifier()));
  const Checkpoint checkpoint{"test.example/1", 0, EmptyRoot()};
  for (const char seed : {'a', 'b'}) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string note, SignCheckpoint(checkpoint, Signer(seed)));
    EVIDENT_ASSERT_OK_AND_ASSIGN(const Checkpoint opened, OpenCheckpoint(note, keys));
    EXPECT_EQ(opened, checkpoint);
  }
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string note, SignCheckpoint(checkpoint, Signer('c')));
  EXPECT_THAT(OpenCheckpoint(note, keys), HasReason("SIGNATURE_MISSING"));
}

}  // namespace
}  // namespace evident::audit
