#include "audit/proof/aes_gcm.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace evident::audit {
namespace {

// Test case 16 of the GCM specification (McGrew and Viega).
constexpr char kKey[] = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
constexpr char kNonce[] = "cafebabefacedbaddecaf888";
constexpr char kClear[] = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
constexpr char kPlain[] =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b5"
    "25"
    "b16aedf5aa0de657ba637b39";
constexpr char kSealed[] =
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10568288"
    "38"
    "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b";

std::string Hex(std::string_view text) { return *HexDecode(text); }

TEST(AesGcmTest, GivesThePublishedVector) {
  EXPECT_EQ(AesGcmSeal(Hex(kKey), Hex(kNonce), Hex(kClear), Hex(kPlain)), Hex(kSealed));
  EXPECT_EQ(AesGcmOpen(Hex(kKey), Hex(kNonce), Hex(kClear), Hex(kSealed)), Hex(kPlain));
}

TEST(AesGcmTest, RefusesEveryChangedBitAndEveryTruncation) {
  const std::string sealed = Hex(kSealed);
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(AesGcmOpen(Hex(kKey), Hex(kNonce), Hex(kClear), changed), std::nullopt) << bit;
  }
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(AesGcmOpen(Hex(kKey), Hex(kNonce), Hex(kClear), sealed.substr(0, size)),
              std::nullopt);
  }
  EXPECT_EQ(AesGcmOpen(Hex(kKey), Hex(kNonce), "another", sealed), std::nullopt);
}

TEST(AesGcmTest, RefusesKeysAndNoncesOfAnotherLength) {
  for (const size_t size : {0u, 16u, 31u, 33u}) {
    EXPECT_EQ(AesGcmSeal(std::string(size, 'k'), std::string(12, 'n'), "", "text"), std::nullopt);
    EXPECT_EQ(AesGcmSeal(std::string(32, 'k'), std::string(size, 'n'), "", "text"), std::nullopt);
    EXPECT_EQ(AesGcmOpen(std::string(size, 'k'), Hex(kNonce), Hex(kClear), Hex(kSealed)),
              std::nullopt);
  }
}

TEST(AesGcmTest, SealsNothing) {
  const auto sealed = AesGcmSeal(Hex(kKey), Hex(kNonce), "clear", "");
  ASSERT_TRUE(sealed.has_value());
  EXPECT_EQ(sealed->size(), kAesTagBytes);
  EXPECT_EQ(AesGcmOpen(Hex(kKey), Hex(kNonce), "clear", *sealed), "");
}

}  // namespace
}  // namespace evident::audit
