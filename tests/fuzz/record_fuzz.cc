// Stored records: only canonical bytes are taken, and nothing that is taken upsets what reads it.
#include <algorithm>

#include "base/status.h"
#include "evident/storage/v1/graph.pb.h"
#include "graph/model/canonical.h"
#include "graph/model/criterion_codec.h"
#include "graph/model/invariants.h"
#include "graph/model/keys.h"
#include "graph/model/node_id.h"
#include "graph/model/rows.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

using google::protobuf::Message;

void RequireCanonical(std::string_view bytes, Message& record, Message& other) {
  const absl::Status parsed = graph::ParseCanonical(bytes, record);
  if (parsed.ok()) {
    Require(Must(graph::CanonicalBytes(record), "a canonical record") == bytes,
            "a record is written back");
  } else {
    RequireRefusal(parsed, {absl::StatusCode::kDataLoss}, {"RECORD_CORRUPT"});
  }
  if (!other.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  const absl::StatusOr<std::string> canonical = graph::CanonicalBytes(other);
  if (canonical.ok()) {
    Require(graph::ParseCanonical(*canonical, record).ok(), "canonical bytes are taken");
  } else {
    RequireRefusal(canonical.status(),
                   {absl::StatusCode::kInvalidArgument, absl::StatusCode::kResourceExhausted},
                   {"RECORD_NOT_CANONICAL", "RECORD_TOO_LARGE", "RECORD_TOO_DEEP"});
  }
}

void RunNode(std::string_view bytes) {
  v1::NodeRecord record;
  v1::NodeRecord other;
  RequireCanonical(bytes, record, other);
  const std::string row = graph::NodeRow(graph::MakeNodeId(other));
  const absl::StatusOr<graph::NodePtr> stored = graph::ParseNodeRow(row, bytes);
  if (!stored.ok()) {
    RequireRefusal(stored.status(), {absl::StatusCode::kDataLoss}, {"RECORD_CORRUPT"});
  }
  const auto terms = graph::IndexTerms(other);
  Require(std::is_sorted(terms.begin(), terms.end()), "index terms are sorted");
  Require(std::adjacent_find(terms.begin(), terms.end()) == terms.end(), "none stands twice");
  for (const Violation& violation : graph::CheckNode(other)) {
    Require(!violation.description.empty(), "a violation says what is wrong");
  }
  if (!other.has_fact()) return;
  const absl::StatusOr<criteria::FactDefinition> fact = graph::DecodeFactDefinition(other);
  Require(fact.ok() || !ErrorReason(fact.status()).empty(), "a refused definition has a reason");
}

void RunEdge(std::string_view bytes) {
  v1::EdgeRecord record;
  v1::EdgeRecord other;
  RequireCanonical(bytes, record, other);
  for (int kind = v1::EdgeKind_MIN; kind <= v1::EdgeKind_MAX; ++kind) {
    const graph::EdgeDraft edge{v1::NODE_KIND_STATEMENT, "p/a", static_cast<v1::EdgeKind>(kind),
                                v1::NODE_KIND_CONCEPT,   "p/b", other};
    for (const Violation& violation : graph::CheckEdge(edge)) {
      Require(!violation.description.empty(), "a violation says what is wrong");
    }
  }
}

// The first byte chooses the record.
void RunRecord(std::string_view input) {
  if (input.empty()) return;
  const std::string_view bytes = input.substr(1);
  if (input[0] == 'n') RunNode(bytes);
  if (input[0] == 'e') RunEdge(bytes);
  if (input[0] != 'r') return;
  storage::v1::ReleaseRecord record;
  storage::v1::ReleaseRecord other;
  RequireCanonical(bytes, record, other);
  const absl::StatusOr<Digest> digest = graph::ReleaseDigest(Digest{}, other);
  Require(digest.ok() || !ErrorReason(digest.status()).empty(), "a refusal has a reason");
}

v1::NodeRecord Named(const std::string& name) {
  v1::NodeRecord node;
  node.set_name(name);
  return node;
}

v1::Value Integer(int64_t number) {
  v1::Value value;
  value.set_integer(number);
  return value;
}

Seeds RecordSeeds() {
  Seeds seeds;
  v1::NodeRecord fact = Named("p/grade");
  fact.mutable_fact()->set_display("Grade");
  fact.mutable_fact()->set_question("Which grade?");
  fact.mutable_fact()->set_type(v1::FACT_TYPE_INTEGER);
  *fact.mutable_fact()->mutable_minimum() = Integer(0);
  *fact.mutable_fact()->mutable_maximum() = Integer(5);
  fact.mutable_fact()->mutable_true_when()->mutable_known()->set_fact("p/other");
  seeds.push_back("n" + fact.SerializeAsString());

  v1::NodeRecord one = Named("p/one");
  one.mutable_clinical_concept()->set_kind(v1::CONCEPT_KIND_CONDITION);
  one.mutable_clinical_concept()->set_display("Sore toe");
  one.mutable_clinical_concept()->add_synonyms("toe that is sore");
  seeds.push_back("n" + one.SerializeAsString());

  v1::NodeRecord statement = Named("p/s");
  statement.mutable_statement()->set_kind(v1::STATEMENT_KIND_RECOMMENDATION);
  statement.mutable_statement()->set_polarity(v1::POLARITY_RECOMMEND);
  statement.mutable_statement()->set_order(1);
  statement.mutable_statement()->add_wordings()->set_headline("Rest");
  seeds.push_back("n" + statement.SerializeAsString());

  v1::EdgeRecord involves;
  involves.mutable_involves()->set_option(1);
  involves.mutable_involves()->set_component(1);
  involves.mutable_involves()->mutable_when()->mutable_known()->set_fact("p/grade");
  seeds.push_back("e" + involves.SerializeAsString());

  storage::v1::ReleaseRecord release;
  release.set_number(1);
  release.set_label("first");
  release.set_content_digest(std::string(32, '\x11'));
  release.add_packs("p");
  seeds.push_back("r" + release.SerializeAsString());
  return seeds;
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(record, RunRecord, RecordSeeds);
