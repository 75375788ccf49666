#include "audit/index/posting.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

std::string Encode(const std::vector<uint32_t>& places) {
  Posting posting;
  for (const uint32_t place : places) posting.Add(place);
  return posting.bytes();
}

TEST(PostingTest, ReadsWhatItWrites) {
  const auto last = static_cast<uint32_t>(kIndexSegmentEntries - 1);
  for (const std::vector<uint32_t>& places : std::vector<std::vector<uint32_t>>{
           {}, {0}, {last}, {0, 1, 2}, {127, 128, 129, 400}, {5, 16'384 + 6, last}}) {
    const auto decoded = DecodePosting(Encode(places));
    ASSERT_THAT(decoded, IsOk());
    EXPECT_EQ(*decoded, places);
  }
}

TEST(PostingTest, TakesAPlaceOnce) {
  EXPECT_EQ(Encode({3, 3, 4, 4}), Encode({3, 4}));
  EXPECT_EQ(Encode({0, 1, 2, 3}).size(), 4u);  // a byte each
}

TEST(PostingTest, HasOneSpellingForEachList) {
  using std::string_literals::operator""s;
  EXPECT_THAT(DecodePosting("\x80\x00"s), HasReason("INDEX_CORRUPT"));      // 0 in two groups
  EXPECT_THAT(DecodePosting("\x80"s), HasReason("INDEX_CORRUPT"));          // cut off
  EXPECT_THAT(DecodePosting("\x05\x80"s), HasReason("INDEX_CORRUPT"));      // the same, later
  EXPECT_THAT(DecodePosting("\x80\x80\x04"s), HasReason("INDEX_CORRUPT"));  // 65,536
  EXPECT_THAT(DecodePosting("\xff\xff\xff\xff\x01"s), HasReason("INDEX_CORRUPT"));
  EXPECT_THAT(DecodePosting("\xff\xff\x03\x00"s), HasReason("INDEX_CORRUPT"));  // behind the last
}

}  // namespace
}  // namespace evident::audit
