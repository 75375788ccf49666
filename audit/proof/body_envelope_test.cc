#include "audit/proof/body_envelope.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

const std::string kKey(32, 'k');

EnvelopeHeader Header() {
  EnvelopeHeader header;
  header.key_id.fill(7);
  header.entry_salt = std::string(32, 's');
  return header;
}

TEST(BodyEnvelopeTest, OpensWithItsKeyAndWithTheEntrysOwn) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string envelope, SealBody(kKey, Header(), "the body"));
  EXPECT_EQ(HexEncode(envelope.substr(0, 20)), "45564231" + HexEncode(std::string(16, 7)));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string body, OpenBody(kKey, envelope));
  EXPECT_EQ(body, "the body");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string own, DeriveEntryKey(kKey, Header().entry_salt));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string again, OpenBodyWithEntryKey(own, envelope));
  EXPECT_EQ(again, "the body");
}

TEST(BodyEnvelopeTest, NoChangedByteOpens) {
  const std::string envelope = *SealBody(kKey, Header(), std::string(200, 'b'));
  for (size_t at = 0; at < envelope.size(); ++at) {
    std::string bad = envelope;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_FALSE(OpenBody(kKey, bad).ok()) << at;
  }
}

TEST(BodyEnvelopeTest, NamesWhatIsWrong) {
  const std::string envelope = *SealBody(kKey, Header(), "the body");
  EXPECT_THAT(OpenBody(std::string(32, 'x'), envelope), HasReason("ENVELOPE_KEY_WRONG"));
  EXPECT_THAT(OpenBody(kKey, envelope.substr(0, 60)), HasReason("ENVELOPE_TRUNCATED"));
  EXPECT_THAT(OpenBody(kKey, "XXXX" + envelope.substr(4)), HasReason("ENVELOPE_FOREIGN"));
  EXPECT_THAT(SealBody("short", Header(), "x"), HasReason("ENVELOPE_KEY_INVALID"));
}

}  // namespace
}  // namespace evident::audit
