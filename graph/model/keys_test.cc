#include "graph/model/keys.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/encoding.h"
#include "base/status_matchers.h"

namespace evident::graph {
namespace {

// Ids whose bytes are easy to see in a key.
NodeId IdOf(uint8_t kind, uint8_t fill) {
  NodeId id;
  id.bytes.fill(fill);
  id.bytes[0] = kind;
  return id;
}
const NodeId kNear = IdOf(2, 0xaa);
const NodeId kFar = IdOf(255, 0xbb);

TEST(KeysTest, EveryKeyToTheByte) {
  const std::string near = "02" + std::string(30, 'a');
  const std::string far = "ff" + std::string(30, 'b');
  EXPECT_EQ(HexEncode(NodeRow(kNear)), near);
  EXPECT_EQ(HexEncode(OutRow(kNear, v1::EDGE_KIND_CITES, kFar, 0x0102)),
            near + "000a" + far + "0102");
  EXPECT_EQ(HexEncode(InRow(kFar, v1::EDGE_KIND_CITES, kNear, 0x0102)),
            far + "000a" + near + "0102");
  EXPECT_EQ(HexEncode(IndexRow(Index::kWords, "ab", kNear)), "01616200" + near);
  EXPECT_EQ(HexEncode(IndexRow(Index::kCode, "s|c", kNear)), "02737c6300" + near);
  EXPECT_EQ(HexEncode(IndexRow(Index::kSlug, "", kNear)), "0300" + near);
  EXPECT_EQ(HexEncode(BucketRow(0xaaaa)), "aaaa");
  EXPECT_EQ(HexEncode(EdgePrefix(kNear)), near);
  EXPECT_EQ(HexEncode(EdgePrefix(kNear, v1::EDGE_KIND_CITES)), near + "000a");
  EXPECT_EQ(HexEncode(IndexPrefix(Index::kWords, "ab")), "01616200");
  EXPECT_EQ(HexEncode(AtRelease("r", ReleaseNumber(1))), "72fffffffe");
  EXPECT_EQ(HexEncode(AtRelease("r", ReleaseNumber(0x01020304))), "72fefdfcfb");
  EXPECT_EQ(HexEncode(ReleaseKey(ReleaseNumber(0x01020304))), "01020304");
  EXPECT_EQ(BucketOf(IdOf(9, 0x0c)), 0x0c0c);
}

TEST(KeysTest, NumbersOnDiskNeverChange) {
  EXPECT_EQ(kTagAbsent, 0);
  EXPECT_EQ(kTagPresent, 1);
  EXPECT_EQ(kBucketCount, 65'536u);
  EXPECT_EQ(v1::NODE_KIND_DECISION_POINT, 12);
  EXPECT_EQ(v1::NODE_KIND_UNRESOLVED, 255);
  EXPECT_EQ(v1::EDGE_KIND_REVIEWED_BY, 20);
}

TEST(KeysTest, NewestReleaseOfARowComesFirstAndRowsStayTogether) {
  const uint32_t most = std::numeric_limits<uint32_t>::max();
  std::string before;
  for (const uint32_t release : {most, most - 1, 256u, 255u, 2u, 1u, 0u}) {
    const std::string key = AtRelease(NodeRow(kNear), ReleaseNumber(release));
    EXPECT_LT(before, key);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const VersionedRow split, SplitRelease(key));
    EXPECT_EQ(split.row, NodeRow(kNear));
    EXPECT_EQ(split.release.value, release);
    before = key;
  }
  EXPECT_LT(before, AtRelease(NodeRow(kFar), ReleaseNumber(most)));
}

TEST(KeysTest, EdgeRowsOfBothFamiliesAreTakenApart) {
  EVIDENT_ASSERT_OK_AND_ASSIGN(const EdgeRowParts parts,
                               ParseEdgeRow(OutRow(kNear, v1::EDGE_KIND_IS_A, kFar, 65'535)));
  EXPECT_EQ(parts.near, kNear);
  EXPECT_EQ(parts.kind, v1::EDGE_KIND_IS_A);
  EXPECT_EQ(parts.far, kFar);
  EXPECT_EQ(parts.ordinal, 65'535);
}

TEST(KeysTest, KeysOfAnyOtherLengthAreRefusedByName) {
  const std::string edge = OutRow(kNear, v1::EDGE_KIND_IS_A, kFar, 1) + "x";
  for (size_t size = 0; size <= edge.size(); ++size) {
    const std::string_view cut = std::string_view(edge).substr(0, size);
    EXPECT_EQ(ParseEdgeRow(cut).ok(), size == kEdgeRowBytes);
    EXPECT_EQ(ParseNodeId(cut).ok(), size == kIdBytes);
    EXPECT_EQ(SplitRelease(cut).ok(), size >= kReleaseBytes);
  }
  const auto refused = ParseEdgeRow(std::string_view(edge).substr(0, 3));
  EXPECT_THAT(refused, FailsWith(absl::StatusCode::kDataLoss, "02aaaa"));
  EXPECT_THAT(refused, HasReason("KEY_MALFORMED"));
  EXPECT_THAT(SplitRelease("abc"), HasReason("KEY_MALFORMED"));
  EXPECT_THAT(ParseNodeId("abc"), HasReason("KEY_MALFORMED"));
}

TEST(KeysTest, PrefixEndIsTheLeastKeyAboveThePrefix) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd(std::string("a\xff\xff", 3)), "b");
  EXPECT_EQ(PrefixEnd("\x7f"), "\x80");
  EXPECT_EQ(PrefixEnd("\xff"), "");
  EXPECT_EQ(PrefixEnd(""), "");
  EXPECT_LT(IndexRow(Index::kWords, "ab", kFar), PrefixEnd(IndexPrefix(Index::kWords, "ab")));
  EXPECT_GT(IndexRow(Index::kWords, "abc", kNear), PrefixEnd(IndexPrefix(Index::kWords, "ab")));
}

}  // namespace
}  // namespace evident::graph
