#include "graph/pack/civic_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/limits.h"
#include "base/status_matchers.h"
#include "graph/model/invariants.h"
#include "graph/model/memory_graph.h"
#include "graph/model/node_id.h"
#include "graph/pack/civic_names.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// A snapshot of our own in CIViC's columns; nothing in it is real.
std::string Row(const std::vector<std::string>& cells) {
  std::string row;
  for (const std::string& cell : cells) row += (row.empty() ? "" : "\t") + cell;
  return row + "\n";
}

const char* const kVariants =
    "variant_id\tgene\tentrez_id\tvariant\tvariant_aliases\tassertion_civic_urls\n"
    "1\tMOTH\t901\tW10X\tWING10,N/A\thttps://x/1\thttps://x/2\n"
    "2\tMOTH\t901\tW11Y\t\t\n";

const char* const kEvidenceHeader =
    "gene\tentrez_id\tvariant\tdisease\tdoid\tphenotypes\tdrugs\tdrug_interaction_type\t"
    "evidence_type\tevidence_direction\tevidence_level\tclinical_significance\t"
    "evidence_statement\tcitation_id\tsource_type\tcitation\tnct_ids\trating\tevidence_status\t"
    "evidence_id\tvariant_id\tvariant_origin\n";

std::vector<std::string> Evidence(const std::string& id, const std::string& direction) {
  return {"MOTH",
          "901",
          "W10X",
          "Duskmoth fever",
          "77",
          "Pale wings",
          "Amberol,Amberol (AB-1,2)",
          "Combination",
          "Predictive",
          direction,
          "B",
          "Sensitivity/Response",
          "It was seen in three moths.",
          "12345",
          "PubMed",
          "Moth et al., 2024, Annals",
          "NCT00000001",
          "3",
          "accepted",
          id,
          "1",
          "Somatic"};
}

const char* const kAssertionHeader =
    "gene\tentrez_id\tvariant\tdisease\tdoid\tphenotypes\tdrugs\tassertion_type\t"
    "assertion_direction\tclinical_significance\tacmg_codes\tamp_category\tassertion_summary\t"
    "assertion_description\tassertion_id\tevidence_item_ids\tvariant_id\n";

std::vector<std::string> Assertion(const std::string& id, const std::string& items) {
  return {"MOTH",
          "901",
          "W10X",
          "Duskmoth fever",
          "77",
          "",
          "Amberol",
          "Predictive",
          "Supports",
          "Sensitivity/Response",
          "",
          "Tier I - Level A",
          "W10X predicts a response",
          "At length.",
          id,
          items,
          "1"};
}

CivicFiles Files() {
  return {{kCivicVariantFile, kVariants},
          {kCivicDrugFile, "drug_name\tdrug_id\teids\nAmberol\t5\t\n"},
          {kCivicEvidenceFile, kEvidenceHeader + Row(Evidence("11", "Supports")) +
                                   Row(Evidence("12", "Does Not Support"))},
          {kCivicAssertionFile, kAssertionHeader + Row(Assertion("3", "11,12,99"))}};
}

class CivicReaderTest : public testing::Test {
 protected:
  void Read(const CivicFiles& files) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(snapshot_, ReadCivic(files, {}));
    EVIDENT_ASSERT_OK(CheckGraph(snapshot_.draft));
    EVIDENT_ASSERT_OK_AND_ASSIGN(graph_, MemoryGraph::Build(snapshot_.draft, {}));
  }
  NodePtr Node(const std::string& slug) {
    const auto node = FindByName(*graph_, "civic/" + slug);
    EXPECT_TRUE(node.ok() && *node != nullptr) << slug;
    return node.ok() && *node != nullptr ? *node : std::make_shared<v1::NodeRecord>();
  }
  std::vector<std::string> Targets(const std::string& slug, v1::EdgeKind kind) {
    std::vector<std::string> names;
    const auto edges = graph_->Out(MakeNodeId(*Node(slug)), kind);
    for (const Edge& edge : *edges) {
      names.push_back((*graph_->GetNode(edge.dst))->name());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  CivicSnapshot snapshot_;
  std::shared_ptr<const MemoryGraph> graph_;
};

TEST_F(CivicReaderTest, EveryColumnWithAMeaningIsKept) {
  Read(Files());
  EXPECT_THAT(snapshot_.broken, IsEmpty());
  EXPECT_EQ(snapshot_.rows[kCivicEvidenceFile], 2u);
  const v1::Evidence& evidence = Node("eid11")->evidence();
  EXPECT_EQ(evidence.headline(), "EID11: MOTH W10X, Duskmoth fever, Predictive");
  EXPECT_EQ(evidence.text(), "It was seen in three moths.");
  EXPECT_EQ(evidence.level().value(), "B");
  EXPECT_EQ(evidence.rating().value(), "3");
  EXPECT_EQ(evidence.bearing(), v1::SUPPORT_SUPPORTS);
  EXPECT_EQ(evidence.significance(), "Sensitivity/Response");
  EXPECT_EQ(evidence.origin(), "Somatic");
  EXPECT_THAT(evidence.notes(), ElementsAre("drug interaction: Combination"));
  EXPECT_THAT(evidence.interventions(), SizeIs(2));
  EXPECT_THAT(Targets("eid11", v1::EDGE_KIND_ABOUT),
              ElementsAre("civic/doid-77", "civic/phenotype-pale-wings", "civic/variant-1"));
  EXPECT_THAT(Targets("eid11", v1::EDGE_KIND_REPORTED_IN), ElementsAre("pmid:12345"));
  EXPECT_THAT(Targets("eid11", v1::EDGE_KIND_RESULT_OF), ElementsAre("civic/study-nct00000001"));
  EXPECT_THAT(Targets("variant-1", v1::EDGE_KIND_IS_A), ElementsAre("civic/gene-901"));
  EXPECT_THAT(Node("variant-1")->clinical_concept().synonyms(), ElementsAre("WING10"));
  EXPECT_EQ(Node("drug-amberol")->clinical_concept().codes(0).code(), "5");
  const NodePtr source = *FindByName(*graph_, "pmid:12345");
  EXPECT_EQ(source->reference().publisher(), "Moth et al.");
  EXPECT_EQ(source->reference().year(), 2024u);
  EXPECT_EQ(source->reference().container(), "Annals");
}

TEST_F(CivicReaderTest, AnAssertionKeepsWhatSpeaksAgainstItAndWhatIsNotThere) {
  Read(Files());
  const v1::Statement& statement = Node("aid3")->statement();
  EXPECT_EQ(statement.kind(), v1::STATEMENT_KIND_FACT);
  EXPECT_EQ(statement.polarity(), v1::POLARITY_UNSPECIFIED);
  EXPECT_EQ(statement.grade().scheme(), "AMP/ASCO/CAP");
  EXPECT_EQ(statement.wordings(0).headline(), "W10X predicts a response");
  std::map<std::string, v1::Support> support;
  const auto edges = graph_->Out(MakeNodeId(*Node("aid3")), v1::EDGE_KIND_SUPPORTED_BY);
  for (const Edge& edge : *edges) {
    support[(*graph_->GetNode(edge.dst))->name()] = edge.record->supported_by().support();
  }
  EXPECT_EQ(support["civic/eid11"], v1::SUPPORT_SUPPORTS);
  EXPECT_EQ(support["civic/eid12"], v1::SUPPORT_WEAKENS);
  EXPECT_THAT(Targets("aid3", v1::EDGE_KIND_CITES),
              ElementsAre("civic/assertion-summaries.tsv#EID99"));
  EXPECT_THAT(snapshot_.unresolved, ElementsAre("AID3 -> EID99"));
}

TEST_F(CivicReaderTest, BrokenRowsAreNamedAndTheRestIsTaken) {
  CivicFiles files = Files();
  std::vector<std::string> no_id = Evidence("x", "Supports");
  files[kCivicEvidenceFile] += Row(no_id) + Row(Evidence("11", "Supports")) + "a\tb\n" + "\xff" +
                               Row(Evidence("14", "Supports")) + Row(Evidence("13", "N/A"));
  files[kCivicVariantFile] += "1\tMOTH\t901\tW10X\t\t\n9\tMOTH\t901\tA\tB\t\textra\n";
  files[kCivicAssertionFile] += Row(Assertion("4", "11,EID12"));
  Read(files);
  std::vector<std::string> broken;
  for (const BrokenRow& row : snapshot_.broken) {
    broken.push_back(row.file.substr(0, 4) + std::to_string(row.line) + " " + row.why);
  }
  EXPECT_THAT(
      broken,
      ElementsAre("Vari5 it has 7 cells; the header has 6", "Vari4 the variant stands twice",
                  "Clin6 it has 2 cells; the header has 22", "Clin7 its text is not UTF-8",
                  "Clin4 evidence_id is no number", "Clin5 EID11 stands twice",
                  "Asse3 evidence_item_ids has 'EID12', which is no number"));
  EXPECT_EQ(Node("eid13")->evidence().bearing(), v1::SUPPORT_UNSPECIFIED);
  CivicOptions strict;
  strict.strict = true;
  const auto refused = ReadCivic(files, strict);
  EXPECT_THAT(refused, HasReason("CIVIC_ROW_BROKEN"));
  EXPECT_THAT(ErrorViolations(refused.status()), SizeIs(7));
  EVIDENT_EXPECT_OK(ReadCivic(Files(), strict));
}

TEST_F(CivicReaderTest, ARowThatCallsAKnownVariantOtherwiseIsDoubted) {
  CivicFiles files = Files();
  std::vector<std::string> other = Assertion("4", "11");
  other[0] = "NEWT";
  other[1] = "902";
  files[kCivicAssertionFile] += Row(other);
  Read(files);
  EXPECT_THAT(snapshot_.broken, IsEmpty());
  ASSERT_THAT(snapshot_.doubts, SizeIs(1));
  EXPECT_EQ(snapshot_.doubts[0].line, 3u);
  EXPECT_EQ(snapshot_.doubts[0].why, "variant_id 1 is MOTH W10X elsewhere, and NEWT W10X here");
  EXPECT_THAT(Targets("aid4", v1::EDGE_KIND_ABOUT),
              ElementsAre("civic/drug-amberol", "civic/gene-902"));
  EXPECT_THAT(Targets("variant-1", v1::EDGE_KIND_IS_A), ElementsAre("civic/gene-901"));
  EXPECT_THAT(Node("variant-1")->clinical_concept().synonyms(), ElementsAre("WING10"));
}

TEST_F(CivicReaderTest, TrialsAreParted) {
  CivicFiles files = Files();
  std::vector<std::string> several = Evidence("13", "Supports");
  several[16] = "NCT00000002; NCT00000003, NCT00000004";
  std::vector<std::string> wrong = Evidence("14", "Supports");
  wrong[16] = "NCT5";
  std::vector<std::string> sourceless = Evidence("15", "Supports");
  sourceless[13] = "12x";
  files[kCivicEvidenceFile] += Row(several) + Row(wrong) + Row(sourceless);
  Read(files);
  EXPECT_THAT(Targets("eid13", v1::EDGE_KIND_REPORTED_IN),
              ElementsAre("nct:NCT00000002", "nct:NCT00000003", "nct:NCT00000004", "pmid:12345"));
  ASSERT_THAT(snapshot_.broken, SizeIs(2));
  EXPECT_EQ(snapshot_.broken[0].why, "nct_ids has 'NCT5', which is no registration");
  EXPECT_EQ(snapshot_.broken[1].why, "the id of its source is no number");
}

TEST_F(CivicReaderTest, FilesThatAreNotCivicsAreRefused) {
  CivicFiles files = Files();
  files.erase(kCivicAssertionFile);
  EXPECT_THAT(ReadCivic(files, {}), HasReason("CIVIC_FILE_MISSING"));
  files = Files();
  files.erase(kCivicDrugFile);
  EVIDENT_EXPECT_OK(ReadCivic(files, {}));
  files[kCivicVariantFile] = "variant_id\tgene\tvariant\tvariant\n";
  const auto refused = ReadCivic(files, {});
  EXPECT_THAT(refused, HasReason("CIVIC_HEADER"));
  EXPECT_THAT(ErrorViolations(refused.status()), SizeIs(2));
  files = Files();
  std::string& evidence = files[kCivicEvidenceFile];
  evidence.replace(evidence.find("citation_id"), 11, "citation_no");
  EXPECT_THAT(ReadCivic(files, {}), HasReason("CIVIC_HEADER"));
  files = Files();
  files[kCivicVariantFile] = "";
  EXPECT_THAT(ReadCivic(files, {}), HasReason("CIVIC_HEADER"));
}

TEST_F(CivicReaderTest, ProgressGoesUpToAllRows) {
  CivicOptions options;
  size_t last = 0;
  size_t rows = 0;
  options.progress = [&](size_t done, size_t all) {
    EXPECT_GE(done, last);
    last = done;
    rows = all;
  };
  EVIDENT_ASSERT_OK(ReadCivic(Files(), options));
  EXPECT_EQ(last, rows);
  EXPECT_EQ(rows, 6u);
}

TEST(CivicNamesTest, ListsKeepCommasThatAreOfAName) {
  EXPECT_THAT(CivicList("A,B"), ElementsAre("A", "B"));
  EXPECT_THAT(CivicList(" A , B"), ElementsAre("A , B"));
  EXPECT_THAT(CivicList("T(MK-0457,VX-680),HER2 CP-724,714"),
              ElementsAre("T(MK-0457,VX-680)", "HER2 CP-724,714"));
  EXPECT_THAT(CivicList("2,4-p,Bis-[5-(x)-1,3,4-t]"), ElementsAre("2,4-p", "Bis-[5-(x)-1,3,4-t]"));
  EXPECT_THAT(CivicList(",A,"), ElementsAre("A"));
  EXPECT_THAT(CivicList(""), IsEmpty());
}

TEST(CivicNamesTest, IdsHaveNoCommas) {
  EXPECT_THAT(CivicIds("RS1045642,3435C-T"), ElementsAre("RS1045642", "3435C-T"));
  EXPECT_THAT(CivicIds(" 1; 2 ,,3"), ElementsAre("1", "2", "3"));
}

TEST(CivicNamesTest, SlugsAreMadeOfTheTextAlone) {
  EXPECT_EQ(CivicSlug("drug-", "Amberol Two"), "drug-amberol-two");
  EXPECT_EQ(CivicSlug("drug-", "AMBEROL-two"), "drug-amberol-two");
  const std::string brackets = CivicSlug("drug-", "Amberol (Two)");
  EXPECT_NE(brackets, CivicSlug("drug-", "Amberol [Two]"));
  for (const std::string& slug : {brackets, CivicSlug("d-", std::string(300, 'a')),
                                  CivicSlug("d-", "\xc3\xa9"), CivicSlug("d-", "-.-")}) {
    EXPECT_TRUE(IsSlug(slug)) << slug;
  }
}

TEST(CivicNamesTest, HeadlinesEndAtAWord) {
  EXPECT_EQ(CivicHeadline("short"), "short");
  std::string text;
  while (text.size() < 300) text += "w\xc3\xb6rd ";
  const std::string headline = CivicHeadline(text);
  EXPECT_EQ(headline.substr(headline.size() - 7), "\xc3\xb6rd...");
  EXPECT_LE(headline.size(), kHeadlineCharsMax + 30);
  EXPECT_EQ(CivicHeadline(std::string(200, 'a')), std::string(137, 'a') + "...");
}

}  // namespace
}  // namespace evident::graph
