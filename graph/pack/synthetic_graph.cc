#include "graph/pack/synthetic_graph.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <set>
#include <utility>

#include "base/status.h"

namespace evident::graph {
namespace {

constexpr uint32_t kPrimeKgNodes = 129'375;
constexpr uint32_t kPrimeKgEdges = 4'050'249;
constexpr uint32_t kNodesMin = 1'000;
constexpr char kPack[] = "synthetic";
constexpr uint32_t kFacts = 100;
constexpr uint32_t kPoints = 50;

class Generator {
 public:
  explicit Generator(const SyntheticShape& shape)
      : shape_(shape),
        concepts_(shape.nodes / 2),
        statements_(shape.nodes / 20),
        references_(shape.nodes / 10),
        evidence_(shape.nodes - concepts_ - statements_ - references_ - kFacts - kPoints - 1),
        random_(shape.seed) {}

  absl::StatusOr<BulkGraph> Run() {
    graph_.pack = kPack;
    graph_.label = "synthetic, " + std::to_string(shape_.edges) + " edges, seed " +
                   std::to_string(shape_.seed);
    plain_ = KeepRecord({});
    AddConcepts();
    AddFactsAndPoints();
    AddStatements();
    AddReferences();
    AddEvidence();
    EVIDENT_RETURN_IF_ERROR(AddLinks());
    return std::move(graph_);
  }

 private:
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

  // A few places very often: the n-th about as often as n to the power of -2/3.
  uint32_t Skewed(uint32_t n) {
    const double u = static_cast<double>(random_() >> 11) * 0x1.0p-53;
    return std::min(n - 1, static_cast<uint32_t>(u * u * u * n));
  }

  uint32_t AddNode(v1::NodeRecord node, const std::string& slug) {
    node.set_name(std::string(kPack) + "/" + slug);
    node.set_pack(kPack);
    graph_.nodes.push_back(std::make_shared<const v1::NodeRecord>(std::move(node)));
    return static_cast<uint32_t>(graph_.nodes.size() - 1);
  }

  uint32_t KeepRecord(v1::EdgeRecord record) {
    graph_.records.push_back(std::make_shared<const v1::EdgeRecord>(std::move(record)));
    return static_cast<uint32_t>(graph_.records.size() - 1);
  }

  void Link(uint32_t source, v1::EdgeKind kind, uint32_t target, uint32_t record) {
    graph_.edges.push_back({source, target, record, static_cast<uint16_t>(kind)});
  }

  uint32_t Intervention(uint32_t any) const { return first_concept_ + any - any % 4 + 2; }
  uint32_t Condition(uint32_t any) const { return first_concept_ + any - any % 4; }

  void AddConcepts() {
    first_concept_ = static_cast<uint32_t>(graph_.nodes.size());
    concepts_ -= concepts_ % 4;  // the four kinds take turns
    evidence_ = shape_.nodes - concepts_ - statements_ - references_ - kFacts - kPoints - 1;
    for (uint32_t i = 0; i < concepts_; ++i) {
      v1::NodeRecord node;
      v1::Concept& entry = *node.mutable_clinical_concept();
      entry.set_kind(static_cast<v1::ConceptKind>(v1::CONCEPT_KIND_CONDITION + i % 4));
      entry.set_display("Synthetic concept " + std::to_string(i));
      if (i % 3 == 0) entry.add_synonyms("made-up thing " + std::to_string(i));
      v1::Code& code = *entry.add_codes();
      code.set_system("urn:synthetic");
      code.set_code(std::to_string(i));
      AddNode(std::move(node), "c-" + std::to_string(i));
      // Broader ones of the same kind, at less than half the number: chains stay short.
      std::set<uint32_t> broader;
      for (int parent = 0; i >= 8 && parent < 2; ++parent) {
        broader.insert(Below(i / 8) * 4 + i % 4);
      }
      for (const uint32_t parent : broader) {
        Link(first_concept_ + i, v1::EDGE_KIND_IS_A, first_concept_ + parent, plain_);
      }
    }
  }

  void AddFactsAndPoints() {
    for (uint32_t i = 0; i < kFacts; ++i) {
      v1::NodeRecord node;
      node.mutable_fact()->set_display("Synthetic fact " + std::to_string(i));
      node.mutable_fact()->set_question("What is synthetic fact " + std::to_string(i) + "?");
      node.mutable_fact()->set_type(i % 2 == 0 ? v1::FACT_TYPE_INTEGER : v1::FACT_TYPE_BOOLEAN);
      AddNode(std::move(node), "f-" + std::to_string(i));
    }
    first_point_ = static_cast<uint32_t>(graph_.nodes.size());
    for (uint32_t i = 0; i < kPoints; ++i) {
      v1::NodeRecord node;
      node.mutable_decision_point()->set_display("Synthetic decision " + std::to_string(i));
      node.mutable_decision_point()->set_order(i + 1);
      AddNode(std::move(node), "d-" + std::to_string(i));
    }
    v1::NodeRecord guideline;
    guideline.mutable_guideline()->set_title("Synthetic guideline");
    v1::Section& section = *guideline.mutable_guideline()->add_sections();
    section.set_slug("all");
    section.set_title("All");
    guideline_ = AddNode(std::move(guideline), "guideline");
  }

  v1::Criterion AnyTest() {
    v1::Criterion criterion;
    v1::Comparison& test = *criterion.mutable_comparison();
    const uint32_t fact = Below(kFacts);
    test.set_fact(std::string(kPack) + "/f-" + std::to_string(fact));
    if (fact % 2 == 0) {
      test.set_op(v1::OPERATOR_GREATER_OR_EQUAL);
      test.mutable_value()->set_integer(Below(10));
    } else {
      test.set_op(v1::OPERATOR_EQUAL);
      test.mutable_value()->set_boolean(Below(2) == 0);
    }
    return criterion;
  }

  void AddStatements() {
    first_statement_ = static_cast<uint32_t>(graph_.nodes.size());
    for (uint32_t i = 0; i < statements_; ++i) {
      v1::NodeRecord node;
      v1::Statement& statement = *node.mutable_statement();
      statement.set_kind(v1::STATEMENT_KIND_RECOMMENDATION);
      statement.set_polarity(i % 5 == 0 ? v1::POLARITY_CONSIDER : v1::POLARITY_RECOMMEND);
      statement.set_section("all");
      statement.set_order(i + 1);
      for (int part = 0; part < 2; ++part) {
        *statement.mutable_criterion()->mutable_all_of()->add_criteria() = AnyTest();
      }
      v1::Wording& wording = *statement.add_wordings();
      wording.set_audience(v1::AUDIENCE_CLINICIAN);
      wording.set_language("en");
      wording.set_headline("Synthetic statement " + std::to_string(i));
      const uint32_t place = AddNode(std::move(node), "s-" + std::to_string(i));
      Link(place, v1::EDGE_KIND_PART_OF, guideline_, plain_);
      Link(place, v1::EDGE_KIND_DECIDES, first_point_ + Below(kPoints), plain_);
      Link(place, v1::EDGE_KIND_APPLIES_TO, Condition(Skewed(concepts_)), plain_);
      v1::EdgeRecord option;
      option.mutable_involves()->set_option(1);
      option.mutable_involves()->set_component(1);
      *option.mutable_involves()->mutable_when() = AnyTest();
      Link(place, v1::EDGE_KIND_INVOLVES, Intervention(Skewed(concepts_)),
           KeepRecord(std::move(option)));
    }
  }

  void AddReferences() {
    first_reference_ = static_cast<uint32_t>(graph_.nodes.size());
    for (uint32_t i = 0; i < references_; ++i) {
      v1::NodeRecord node;
      node.mutable_reference()->set_title("Synthetic reference " + std::to_string(i));
      AddNode(std::move(node), "r-" + std::to_string(i));
    }
  }

  void AddEvidence() {
    first_evidence_ = static_cast<uint32_t>(graph_.nodes.size());
    for (uint32_t i = 0; i < evidence_; ++i) {
      v1::NodeRecord node;
      node.mutable_evidence()->set_headline("Synthetic evidence " + std::to_string(i));
      const uint32_t place = AddNode(std::move(node), "e-" + std::to_string(i));
      Link(place, v1::EDGE_KIND_REPORTED_IN, first_reference_ + Skewed(references_), plain_);
    }
    v1::EdgeRecord support;
    support.mutable_supported_by()->set_support(v1::SUPPORT_SUPPORTS);
    const uint32_t supports = KeepRecord(std::move(support));
    for (uint32_t i = 0; i < statements_; ++i) {
      Link(first_statement_ + i, v1::EDGE_KIND_SUPPORTED_BY, first_evidence_ + Below(evidence_),
           supports);
    }
  }

  // What is left of the edges: evidence about concepts, each pair once.
  absl::Status AddLinks() {
    const uint64_t fixed = graph_.edges.size();
    const uint64_t most = fixed + uint64_t{evidence_} * (concepts_ / 2);
    if (shape_.edges < fixed || shape_.edges > most) {
      return MakeError(absl::StatusCode::kInvalidArgument, "SYNTHETIC_SHAPE",
                       std::to_string(shape_.nodes) + " nodes have " + std::to_string(fixed) +
                           " to " + std::to_string(most) + " edges, not " +
                           std::to_string(shape_.edges));
    }
    graph_.edges.reserve(shape_.edges);
    const auto left = static_cast<uint32_t>(shape_.edges - fixed);
    std::set<uint32_t> about;
    for (uint32_t i = 0; i < evidence_; ++i) {
      const uint32_t count = left / evidence_ + (i < left % evidence_ ? 1 : 0);
      about.clear();
      while (about.size() < count) {
        // Where the frequent ones are taken, any.
        const bool crowded = about.size() > concepts_ / 16;
        about.insert(first_concept_ + (crowded ? Below(concepts_) : Skewed(concepts_)));
      }
      for (const uint32_t target : about) {
        Link(first_evidence_ + i, v1::EDGE_KIND_ABOUT, target, plain_);
      }
    }
    return absl::OkStatus();
  }

  const SyntheticShape shape_;
  uint32_t concepts_;
  const uint32_t statements_;
  const uint32_t references_;
  uint32_t evidence_;
  std::mt19937_64 random_;  // the same on every machine
  BulkGraph graph_;
  uint32_t plain_ = 0;  // the record of edges that hold nothing
  uint32_t guideline_ = 0;
  uint32_t first_concept_ = 0;
  uint32_t first_point_ = 0;
  uint32_t first_statement_ = 0;
  uint32_t first_reference_ = 0;
  uint32_t first_evidence_ = 0;
};

}  // namespace

SyntheticShape ShapeOf(uint32_t edges) {
  const double share = std::sqrt(static_cast<double>(edges) / kPrimeKgEdges);
  SyntheticShape shape;
  shape.edges = edges;
  shape.nodes = std::max(kNodesMin, static_cast<uint32_t>(std::lround(kPrimeKgNodes * share)));
  return shape;
}

absl::StatusOr<BulkGraph> SyntheticGraph(const SyntheticShape& shape) {
  if (shape.nodes < kNodesMin) {
    return MakeError(absl::StatusCode::kInvalidArgument, "SYNTHETIC_SHAPE",
                     "a synthetic graph has at least " + std::to_string(kNodesMin) + " nodes");
  }
  return Generator(shape).Run();
}

}  // namespace evident::graph
