#include "base/digest.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/status_matchers.h"

namespace evident {
namespace {

// FIPS 180-4's examples, as published with the standard.
constexpr char kOfNothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char kOfAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(DigestTest, Sha256GivesThePublishedValues) {
  EXPECT_EQ(Sha256("").Hex(), kOfNothing);
  EXPECT_EQ(Sha256("abc").Hex(), kOfAbc);
  EXPECT_EQ(Sha256(std::string(1'000'000, 'a')).Hex(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(DigestTest, PartsCountAsOneRunOfBytes) {
  EXPECT_EQ(Sha256({"a", "", "bc"}).Hex(), kOfAbc);
  EXPECT_EQ(Sha256({}).Hex(), kOfNothing);
}

TEST(DigestTest, StreamStartsAgainAfterFinish) {
  Sha256Stream stream;
  stream.Add("a");
  stream.Add("bc");
  EXPECT_EQ(stream.Finish().Hex(), kOfAbc);
  EXPECT_EQ(stream.Finish().Hex(), kOfNothing);
}

TEST(DigestTest, MovedStreamsGoOnWithWhatTheyHeld) {
  Sha256Stream first;
  first.Add("ab");
  Sha256Stream second(std::move(first));
  Sha256Stream third;
  third = std::move(second);
  third.Add("c");
  EXPECT_EQ(third.Finish().Hex(), kOfAbc);
}

TEST(DigestTest, StreamIsNotDisturbedByDigestsInBetween) {
  Sha256Stream stream;
  stream.Add("a");
  EXPECT_EQ(Sha256("").Hex(), kOfNothing);
  stream.Add("bc");
  EXPECT_EQ(stream.Finish().Hex(), kOfAbc);
}

// RFC 4231, cases 1, 2, 6 (a key longer than a block).
TEST(DigestTest, HmacGivesThePublishedValues) {
  EXPECT_EQ(HmacSha256(std::string(20, '\x0b'), {"Hi ", "There"}).Hex(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(HmacSha256("Jefe", {"what do ya want ", "for nothing?"}).Hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HmacSha256(std::string(131, '\xaa'),
                       {"Test Using Larger Than Block-Size Key - Hash Key First"})
                .Hex(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(DigestTest, FromBytesTakesExactlyThirtyTwo) {
  const Digest digest = Sha256("abc");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Digest again, Digest::FromBytes(digest.view()));
  EXPECT_EQ(again, digest);
  EXPECT_THAT(Digest::FromBytes(""), HasReason("DIGEST_LENGTH"));
  EXPECT_THAT(Digest::FromBytes(std::string(31, 'x')), HasReason("DIGEST_LENGTH"));
  EXPECT_THAT(Digest::FromBytes(std::string(33, 'x')), HasReason("DIGEST_LENGTH"));
  EXPECT_TRUE(Digest{}.is_zero());
  EXPECT_FALSE(digest.is_zero());
}

TEST(DigestTest, ThreadsDoNotShareTheirContexts) {
  std::vector<std::thread> threads;
  std::vector<std::string> results(4);
  for (size_t t = 0; t < results.size(); ++t) {
    threads.emplace_back([&results, t] {
      for (int i = 0; i < 200; ++i) results[t] = Sha256({"a", "bc"}).Hex();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& result : results) EXPECT_EQ(result, kOfAbc);
}

TEST(RandomTest, SeededBytesRepeatForTheSameSeedOnly) {
  SeededRandom first(1);
  SeededRandom same(1);
  SeededRandom other(2);
  const std::string bytes = first.Bytes(100);
  EXPECT_EQ(bytes.size(), 100u);
  EXPECT_EQ(bytes, same.Bytes(100));
  EXPECT_NE(bytes, other.Bytes(100));
  EXPECT_NE(bytes, first.Bytes(100));
}

TEST(RandomTest, SystemBytesHaveTheLengthAskedAndDiffer) {
  EXPECT_EQ(Random::System().Bytes(0), "");
  const std::string bytes = Random::System().Bytes(32);
  EXPECT_EQ(bytes.size(), 32u);
  EXPECT_NE(bytes, Random::System().Bytes(32));
}

}  // namespace
}  // namespace evident
