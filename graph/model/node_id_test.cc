#include "graph/model/node_id.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/status_matchers.h"

namespace evident::graph {
namespace {

TEST(NodeIdTest, IdsAreTheKindAndAHashOfKindAndName) {
  // sha256sum of the byte 07, a NUL and the name.
  EXPECT_EQ(HexEncode(MakeNodeId(v1::NODE_KIND_REFERENCE, "pmid:1").view()),
            "07bb8d7ff1bc0c22e9b4834a19c3fefb");
  EXPECT_EQ(HexEncode(MakeNodeId(v1::NODE_KIND_UNRESOLVED, "p/s#1").view()),
            "ff60036cf2f653bea877a66179a5dfc9");
  EXPECT_NE(MakeNodeId(v1::NODE_KIND_STATEMENT, "p/a"), MakeNodeId(v1::NODE_KIND_CONCEPT, "p/a"));
}

TEST(NodeIdTest, TheBodyOfARecordDecidesItsKind) {
  v1::NodeRecord record;
  record.set_name("p/a");
  EXPECT_EQ(KindOf(record), v1::NODE_KIND_UNSPECIFIED);
  const google::protobuf::Descriptor& type = *record.GetDescriptor();
  const google::protobuf::EnumDescriptor& kinds = *v1::NodeKind_descriptor();
  ASSERT_EQ(kinds.value_count(), type.oneof_decl(0)->field_count() + 1);
  for (int i = 0; i < type.oneof_decl(0)->field_count(); ++i) {
    record.GetReflection()->MutableMessage(&record, type.oneof_decl(0)->field(i));
    // Kinds stand in the order of the bodies.
    EXPECT_EQ(KindOf(record), kinds.value(i + 1)->number()) << kinds.value(i + 1)->name();
    EXPECT_EQ(MakeNodeId(record), MakeNodeId(KindOf(record), "p/a"));
  }
}

TEST(NodeIdTest, NamesThatTheKindAllows) {
  for (const char* name : {"p/a", "p-1/a.b_c-d", "0/0"}) {
    EVIDENT_EXPECT_OK(CheckName(v1::NODE_KIND_STATEMENT, name)) << name;
    EVIDENT_EXPECT_OK(CheckName(v1::NODE_KIND_REFERENCE, name)) << name;
  }
  for (const char* name : {"pmid:12345", "doi:10.1000/abc(1)<2>", "nct:NCT00000001"}) {
    EVIDENT_EXPECT_OK(CheckName(v1::NODE_KIND_REFERENCE, name)) << name;
    EXPECT_THAT(CheckName(v1::NODE_KIND_STATEMENT, name), HasReason("NAME_INVALID")) << name;
  }
  for (const char* name : {"p/a#1", "p/a#Table 3, \u2020", "p/a##"}) {
    EVIDENT_EXPECT_OK(CheckName(v1::NODE_KIND_UNRESOLVED, name)) << name;
    EXPECT_THAT(CheckName(v1::NODE_KIND_REFERENCE, name), HasReason("NAME_INVALID")) << name;
  }
  EVIDENT_EXPECT_OK(CheckName(v1::NODE_KIND_CONCEPT, "p/" + std::string(kNameBytesMax - 2, 'a')));
}

TEST(NodeIdTest, NamesThatNoKindAllows) {
  for (const std::string& name : {std::string(),
                                  std::string("p"),
                                  std::string("/a"),
                                  std::string("p/"),
                                  std::string("p/a/b"),
                                  std::string("P/a"),
                                  std::string("p/A"),
                                  std::string("p/-a"),
                                  std::string("p/.a"),
                                  std::string("p/a b"),
                                  std::string("p/\u00e4"),
                                  std::string("pmid:"),
                                  std::string("pmid:1a"),
                                  std::string("doi:"),
                                  std::string("doi:1"),
                                  std::string("doi:10.1/A"),
                                  std::string("doi:10.1/a b"),
                                  std::string("doi:10.1/\u00e4"),
                                  std::string("doi:10.1/\x7f"),
                                  std::string("nct:NCT1"),
                                  std::string("nct:NCT0000000a"),
                                  std::string("nct:nct00000001"),
                                  std::string("p/a#"),
                                  std::string("p#1"),
                                  std::string("#1"),
                                  std::string("p/a#x\0", 6),
                                  std::string("p/a\0", 4),
                                  "p/" + std::string(kNameBytesMax - 1, 'a')}) {
    for (const v1::NodeKind kind :
         {v1::NODE_KIND_CONCEPT, v1::NODE_KIND_REFERENCE, v1::NODE_KIND_UNRESOLVED}) {
      const absl::Status refused = CheckName(kind, name);
      EXPECT_THAT(refused, HasReason("NAME_INVALID")) << name;
      EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << name;
    }
  }
}

TEST(NodeIdTest, BareSlugIsWhatIsBehindThePack) {
  EXPECT_EQ(BareSlug("p/a.b"), "a.b");
  EXPECT_EQ(BareSlug("pmid:1"), "pmid:1");
  EXPECT_EQ(BareSlug("doi:10.1/a"), "doi:10.1/a");
  EXPECT_EQ(BareSlug("p/s#Table 1/2"), "s#Table 1/2");
}

}  // namespace
}  // namespace evident::graph
