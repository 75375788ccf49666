// The real snapshots of CIViC, two releases of one pack. Their folder is EVIDENT_CIVIC_DATA, or
// ../shared/data beside the project; without it the tests are skipped and say so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "decision/decide.h"
#include "decision/question.h"
#include "graph/model/invariants.h"
#include "graph/model/node_id.h"
#include "graph/pack/civic_reader.h"
#include "graph/release/release_manager.h"
#include "graph/release/test_releases.h"
#include "graph/traverse/diff.h"

namespace evident::graph {
namespace {

std::string Folder(const std::string& snapshot) {
  const char* const set = std::getenv("EVIDENT_CIVIC_DATA");
  const char* const top = std::getenv("EVIDENT_SOURCE_DIR");
  const std::string root =
      set != nullptr ? set : std::string(top == nullptr ? "." : top) + "/../shared/data";
  return root + "/" + snapshot;
}

constexpr char kOld[] = "civic-2018-11";
constexpr char kNew[] = "civic-2021-02";

// Values of a column, taken from the text without the reader.
std::vector<std::string> Column(const std::string& text, const std::string& name) {
  std::vector<std::string> values;
  size_t wanted = 0;
  bool header = true;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::vector<std::string> cells;
    for (size_t cell = at; cell <= end;) {
      const size_t tab = std::min(text.find('\t', cell), end);
      cells.push_back(text.substr(cell, tab - cell));
      cell = tab + 1;
    }
    if (header) {
      wanted = static_cast<size_t>(std::find(cells.begin(), cells.end(), name) - cells.begin());
      header = false;
    } else if (wanted < cells.size()) {
      values.push_back(cells[wanted]);
    }
    at = end + 1;
  }
  return values;
}

class CivicDataTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(Folder(kOld))) {
      GTEST_SKIP() << "no snapshots of CIViC at " << Folder("");
    }
    for (const char* const snapshot : {kOld, kNew}) {
      EVIDENT_ASSERT_OK_AND_ASSIGN(files_[snapshot], LoadCivicFiles(Folder(snapshot)));
      EVIDENT_ASSERT_OK_AND_ASSIGN(snapshots_[snapshot], ReadCivic(files_[snapshot], {}));
    }
  }

  size_t Nodes(const std::string& snapshot, v1::NodeKind kind) {
    const auto& nodes = snapshots_[snapshot].draft.nodes;
    return static_cast<size_t>(std::count_if(
        nodes.begin(), nodes.end(), [kind](const auto& node) { return KindOf(node) == kind; }));
  }

  std::map<std::string, v1::Concept> Concepts(const std::string& snapshot, v1::ConceptKind kind) {
    std::map<std::string, v1::Concept> concepts;
    for (const v1::NodeRecord& node : snapshots_[snapshot].draft.nodes) {
      const v1::Concept& entry = node.clinical_concept();
      if (KindOf(node) == v1::NODE_KIND_CONCEPT && entry.kind() == kind) {
        concepts.emplace(node.name(), entry);
      }
    }
    return concepts;
  }

  std::map<std::string, CivicFiles> files_;
  std::map<std::string, CivicSnapshot> snapshots_;
};

TEST_F(CivicDataTest, CountsAreThoseOfTheFiles) {
  for (const char* const snapshot : {kOld, kNew}) {
    const std::string& evidence = files_[snapshot][kCivicEvidenceFile];
    const std::string& assertions = files_[snapshot][kCivicAssertionFile];
    EXPECT_EQ(Nodes(snapshot, v1::NODE_KIND_EVIDENCE), Column(evidence, "evidence_id").size());
    EXPECT_EQ(Nodes(snapshot, v1::NODE_KIND_STATEMENT), Column(assertions, "assertion_id").size());
    std::set<std::string> variants;
    for (const std::string& id : Column(evidence, "variant_id")) variants.insert(id);
    for (const std::string& id : Column(assertions, "variant_id")) variants.insert(id);
    const std::vector<std::string> ids = Column(files_[snapshot][kCivicVariantFile], "variant_id");
    variants.insert(ids.begin(), ids.end());
    size_t found = 0;
    for (const v1::NodeRecord& node : snapshots_[snapshot].draft.nodes) {
      found += node.name().rfind("civic/variant-", 0) == 0;
    }
    // What is broken in the file of variants and cited nowhere is not there.
    EXPECT_GE(found + snapshots_[snapshot].broken.size(), variants.size());
    EXPECT_LE(found, variants.size());
    EVIDENT_EXPECT_OK(CheckGraph(snapshots_[snapshot].draft));
  }
  EXPECT_EQ(Nodes(kOld, v1::NODE_KIND_EVIDENCE), 2889u);
  EXPECT_EQ(Nodes(kNew, v1::NODE_KIND_EVIDENCE), 3706u);
  EXPECT_EQ(Nodes(kOld, v1::NODE_KIND_STATEMENT), 6u);
  EXPECT_EQ(Nodes(kNew, v1::NODE_KIND_STATEMENT), 19u);
}

TEST_F(CivicDataTest, SourcesAndTrialsAreThoseOfTheFiles) {
  for (const char* const snapshot : {kOld, kNew}) {
    const std::string& evidence = files_[snapshot][kCivicEvidenceFile];
    const bool newer = snapshot == std::string(kNew);
    const std::vector<std::string> ids = Column(evidence, newer ? "citation_id" : "pubmed_id");
    const std::vector<std::string> types = Column(evidence, "source_type");
    std::set<std::string> sources;
    for (size_t row = 0; row < ids.size(); ++row) {
      ASSERT_FALSE(ids[row].empty());
      sources.insert((newer ? types.at(row) : "PubMed") + " " + ids[row]);
    }
    // A result of one trial is that study's; of several, each is a reference.
    std::set<std::string> alone;
    std::set<std::string> together;
    for (const std::string& trials : Column(evidence, "nct_ids")) {
      const std::vector<std::string> each =
          absl::StrSplit(trials, absl::ByAnyChar(",; "), absl::SkipEmpty());
      (each.size() == 1 ? alone : together).insert(each.begin(), each.end());
    }
    EXPECT_EQ(Nodes(snapshot, v1::NODE_KIND_STUDY), alone.size());
    EXPECT_EQ(Nodes(snapshot, v1::NODE_KIND_REFERENCE), sources.size() + together.size());
    std::map<std::string, size_t> reported;  // evidence by its sources
    size_t results = 0;
    for (const EdgeDraft& edge : snapshots_[snapshot].draft.edges) {
      if (edge.kind == v1::EDGE_KIND_REPORTED_IN) ++reported[edge.src];
      results += edge.kind == v1::EDGE_KIND_RESULT_OF;
    }
    EXPECT_EQ(reported.size(), ids.size());
    EXPECT_EQ(results, newer ? 431u : 46u);
  }
  EXPECT_EQ(Nodes(kOld, v1::NODE_KIND_REFERENCE), 1408u + 5u);
  EXPECT_EQ(Nodes(kNew, v1::NODE_KIND_REFERENCE), 1628u + 45u);
  EXPECT_EQ(Nodes(kOld, v1::NODE_KIND_STUDY), 10u);
  EXPECT_EQ(Nodes(kNew, v1::NODE_KIND_STUDY), 152u);
}

// A disease is its id, where it has one.
TEST_F(CivicDataTest, DiseasesAreThoseOfTheFiles) {
  for (const char* const snapshot : {kOld, kNew}) {
    std::set<std::string> diseases;
    for (const char* const file : {kCivicEvidenceFile, kCivicAssertionFile}) {
      const std::vector<std::string> names = Column(files_[snapshot][file], "disease");
      const std::vector<std::string> ids = Column(files_[snapshot][file], "doid");
      ASSERT_EQ(names.size(), ids.size());
      for (size_t row = 0; row < names.size(); ++row) {
        if (!names[row].empty()) diseases.insert(ids[row].empty() ? names[row] : ids[row]);
      }
    }
    EXPECT_EQ(Concepts(snapshot, v1::CONCEPT_KIND_CONDITION).size(), diseases.size());
  }
  EXPECT_EQ(Concepts(kOld, v1::CONCEPT_KIND_CONDITION).size(), 199u);
  EXPECT_EQ(Concepts(kNew, v1::CONCEPT_KIND_CONDITION).size(), 227u);
}

// No row loses a drug or gets another's, and every drug that the snapshot lists is known by its
// name.
TEST_F(CivicDataTest, DrugsAreThoseOfTheFiles) {
  for (const char* const snapshot : {kOld, kNew}) {
    const auto drugs = Concepts(snapshot, v1::CONCEPT_KIND_INTERVENTION);
    std::map<std::string, std::string> given;  // by evidence, as the file lists them
    for (const v1::NodeRecord& node : snapshots_[snapshot].draft.nodes) {
      std::string& list = given[node.name()];
      for (const std::string& drug : node.evidence().interventions()) {
        list += (list.empty() ? "" : ",") + absl::AsciiStrToLower(drugs.at(drug).display());
      }
    }
    const std::vector<std::string> ids =
        Column(files_[snapshot][kCivicEvidenceFile], "evidence_id");
    const std::vector<std::string> lists = Column(files_[snapshot][kCivicEvidenceFile], "drugs");
    ASSERT_EQ(ids.size(), lists.size());
    for (size_t row = 0; row < ids.size(); ++row) {
      EXPECT_EQ(given["civic/eid" + ids[row]], absl::AsciiStrToLower(lists[row])) << ids[row];
    }
    std::set<std::string> words;
    for (const auto& [name, drug] : drugs) {
      words.insert(absl::AsciiStrToLower(drug.display()));
      for (const std::string& word : drug.synonyms()) words.insert(absl::AsciiStrToLower(word));
    }
    for (const std::string& name : Column(files_[snapshot][kCivicDrugFile], "drug_name")) {
      EXPECT_EQ(words.count(absl::AsciiStrToLower(name)), 1u) << name;
    }
  }
  EXPECT_EQ(Concepts(kOld, v1::CONCEPT_KIND_INTERVENTION).size(), 349u);
  EXPECT_EQ(Concepts(kNew, v1::CONCEPT_KIND_INTERVENTION).size(), 627u);
}

TEST_F(CivicDataTest, TheOneBrokenRowIsNamed) {
  ASSERT_EQ(snapshots_[kOld].broken.size(), 1u);
  EXPECT_EQ(snapshots_[kOld].broken[0].file, kCivicVariantFile);
  EXPECT_EQ(snapshots_[kOld].broken[0].line, 1861u);
  EXPECT_EQ(snapshots_[kNew].broken.size(), 0u);
}

// AID2 of the newer one says ERBB2 with the id of a variant of CCND1.
TEST_F(CivicDataTest, TheOneContradictionIsDoubtedAndMixesNothing) {
  EXPECT_THAT(snapshots_[kOld].doubts, testing::IsEmpty());
  ASSERT_EQ(snapshots_[kNew].doubts.size(), 1u);
  EXPECT_EQ(snapshots_[kNew].doubts[0].file, kCivicAssertionFile);
  for (const char* const snapshot : {kOld, kNew}) {
    std::map<std::string, int> genes;  // by variant
    for (const EdgeDraft& edge : snapshots_[snapshot].draft.edges) {
      if (edge.kind != v1::EDGE_KIND_IS_A) continue;
      EXPECT_EQ(++genes[edge.src], 1) << edge.src;
    }
  }
}

TEST_F(CivicDataTest, TheDanglingLinkAndTheContraryEvidenceAreKept) {
  EXPECT_THAT(snapshots_[kOld].unresolved, testing::IsEmpty());
  EXPECT_THAT(snapshots_[kNew].unresolved, testing::ElementsAre("AID13 -> EID6941"));
  size_t contrary = 0;
  for (const EdgeDraft& edge : snapshots_[kNew].draft.edges) {
    const bool weakens = edge.record.supported_by().support() == v1::SUPPORT_WEAKENS;
    contrary += weakens && edge.src == "civic/aid3";
  }
  EXPECT_EQ(contrary, 1u);
}

TEST_F(CivicDataTest, BothAreReleasesThatDifferAndAreReadAtEach) {
  const TempDir dir;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, OpenReleases(dir.path() + "/graph"));
  for (const char* const snapshot : {kOld, kNew}) {
    PublishRequest request = RequestFor(kCivicPack, snapshots_[snapshot].draft);
    request.label = snapshot;
    EVIDENT_ASSERT_OK(releases->Publish(request));
  }
  ReleaseSelector first;
  first.number = ReleaseNumber(1);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto before, releases->Pin(first));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto after, releases->Pin({}));
  // EID 7284 came with the second snapshot, under AID 34.
  const NodeId later = MakeNodeId(v1::NODE_KIND_EVIDENCE, "civic/eid7284");
  EXPECT_EQ(*before->GetNode(later), nullptr);
  EXPECT_NE(*after->GetNode(later), nullptr);
  const NodeId assertion = MakeNodeId(v1::NODE_KIND_STATEMENT, "civic/aid3");
  EXPECT_EQ(before->Out(assertion, v1::EDGE_KIND_SUPPORTED_BY)->size(), 18u);
  EXPECT_EQ(after->Out(assertion, v1::EDGE_KIND_SUPPORTED_BY)->size(), 18u);
  // Each assertion of one snapshot alone is a difference.
  EXPECT_EQ(before->Nodes(v1::NODE_KIND_STATEMENT)->size(), 6u);
  EXPECT_EQ(after->Nodes(v1::NODE_KIND_STATEMENT)->size(), 19u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto same, SameNodes(*before, *after, v1::NODE_KIND_EVIDENCE));
  EXPECT_FALSE(same);
}

// A question of disease, variant and drug, by their names, is answered by the assertion about them,
// which rests on the publications that the files give its evidence.
TEST_F(CivicDataTest, QuestionsAreAnsweredWithTheirPublications) {
  const TempDir dir;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto releases, OpenReleases(dir.path() + "/graph"));
  EVIDENT_ASSERT_OK(releases->Publish(RequestFor(kCivicPack, snapshots_[kNew].draft)));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto index, decision::KnowledgeIndex::Build(releases->Head()));
  const std::string& evidence = files_[kNew][kCivicEvidenceFile];
  const std::vector<std::string> ids = Column(evidence, "evidence_id");
  const std::vector<std::string> sources = Column(evidence, "citation_id");
  const std::vector<std::string> types = Column(evidence, "source_type");
  std::map<std::string, std::string> published;  // by evidence
  for (size_t row = 0; row < ids.size(); ++row) {
    if (types[row] == "PubMed") published[ids[row]] = "pmid:" + sources[row];
  }
  const std::string& assertions = files_[kNew][kCivicAssertionFile];
  const std::vector<std::string> names = Column(assertions, "assertion_id");
  const std::vector<std::string> diseases = Column(assertions, "disease");
  const std::vector<std::string> doids = Column(assertions, "doid");
  const std::vector<std::string> drugs = Column(assertions, "drugs");
  const std::vector<std::string> genes = Column(assertions, "gene");
  const std::vector<std::string> variants = Column(assertions, "variant");
  const std::vector<std::string> lists = Column(assertions, "evidence_item_ids");
  size_t publications = 0;
  for (size_t row = 0; row < names.size(); ++row) {
    const std::string text =
        genes[row] + " " + variants[row] + "; " + diseases[row] + "; " + drugs[row];
    decision::QuestionInputs inputs;
    inputs.text = &text;
    // By its id as well: what is a phenotype, too, is not known by its name alone.
    v1::QuestionFrame frame;
    frame.add_concepts("civic/doid-" + doids[row]);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const auto question,
                                 decision::ResolveQuestion(frame, *index, inputs));
    EVIDENT_ASSERT_OK_AND_ASSIGN(
        const auto decided, decision::Decide(*index, question, [] { return absl::OkStatus(); }));
    std::set<std::string> wanted;
    for (const absl::string_view id :
         absl::StrSplit(lists[row], absl::ByAnyChar(",; "), absl::SkipEmpty())) {
      const auto found = published.find(std::string(id));
      if (found != published.end()) wanted.insert(found->second);
    }
    std::set<std::string> shown;
    for (const v1::Recommendation& one : decided.answer.recommendations()) {
      if (one.statement() != "civic/aid" + names[row]) continue;
      for (const v1::ProvenancePath& path : one.provenance().paths()) {
        const std::string& reference = path.citation().reference();
        if (reference.rfind("pmid:", 0) == 0) shown.insert(reference);
      }
    }
    EXPECT_EQ(shown, wanted) << text;
    publications += shown.size();
  }
  EXPECT_GT(publications, 100u);
}

}  // namespace
}  // namespace evident::graph
