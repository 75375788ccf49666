#include "graph/traverse/concept_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/status_matchers.h"
#include "graph/model/memory_graph.h"
#include "graph/model/test_graphs.h"

namespace evident::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ConceptSearchTest : public testing::Test {
 protected:
  v1::Concept& Add(const std::string& slug, const std::string& display,
                   const std::vector<std::string>& synonyms = {}) {
    draft_.nodes.push_back(ConceptNode("p/" + slug, display));
    v1::Concept& node = *draft_.nodes.back().mutable_clinical_concept();
    for (const std::string& synonym : synonyms) node.add_synonyms(synonym);
    return node;
  }
  void IsA(const std::string& narrow, const std::string& broad) {
    draft_.edges.push_back({v1::NODE_KIND_CONCEPT,
                            "p/" + narrow,
                            v1::EDGE_KIND_IS_A,
                            v1::NODE_KIND_CONCEPT,
                            "p/" + broad,
                            {}});
  }
  static SearchQuery Query(const std::string& text, std::optional<v1::ConceptKind> kind = {},
                           bool narrower = false) {
    return {text, kind, narrower};
  }
  absl::StatusOr<std::vector<SearchHit>> Hits(const SearchQuery& query) {
    EVIDENT_ASSIGN_OR_RETURN(const Rows rows, BuildRows(draft_));
    EVIDENT_ASSIGN_OR_RETURN(const auto graph, MemoryGraph::FromRows(rows, {}));
    EVIDENT_ASSIGN_OR_RETURN(const auto search, ConceptSearch::Build(graph));
    return search->Find(query);
  }
  // Slugs of the hits, in order.
  std::vector<std::string> FindBy(const SearchQuery& query) {
    const auto hits = Hits(query);
    EXPECT_THAT(hits, IsOk());
    std::vector<std::string> slugs;
    if (!hits.ok()) return slugs;
    for (const SearchHit& hit : *hits) slugs.push_back(hit.node->name().substr(2));
    return slugs;
  }
  std::vector<std::string> Find(const std::string& text) { return FindBy(Query(text)); }

  GraphDraft draft_;
};

TEST_F(ConceptSearchTest, CasePunctuationAndDiacriticsAreFolded) {
  Add("menier", "Ménière’s fern-wilt");
  for (const char* text : {"meniere s fern wilt", "MÉNIÈRE", "fern-WILT", "wilt  ménière"}) {
    EXPECT_THAT(Find(text), ElementsAre("menier")) << text;
  }
  EXPECT_THAT(Find("fernwilt"), IsEmpty());
  EXPECT_THAT(Find(" -,- "), IsEmpty());
  EXPECT_THAT(Find("\xFF"), IsEmpty());
}

TEST_F(ConceptSearchTest, RanksNamesBeforeSynonymsAndWholeBeforeBeginnings) {
  Add("prefixes", "Old fernish blight");
  Add("words", "Pale fern");
  Add("begins", "Fern blight");
  Add("synonym", "Bracken", {"Fern"});
  Add("name", "Fern");
  Add("synonym-begins", "Other", {"Fern of the north"});
  EXPECT_THAT(Find("fern"),
              ElementsAre("name", "synonym", "begins", "synonym-begins", "words", "prefixes"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto hits, Hits(Query("fern")));
  EXPECT_EQ(hits[1].match, SearchMatch::kSynonym);
  EXPECT_EQ(hits[1].label, "Fern");
}

TEST_F(ConceptSearchTest, WordsMatchInAnyOrderWithinOneLabel) {
  Add("both", "Northern pale fern");
  Add("apart", "Pale", {"Fern"});
  EXPECT_THAT(Find("fern pale"), ElementsAre("both"));
  EXPECT_THAT(Find("fe nor"), ElementsAre("both"));
  EXPECT_THAT(Find("fern moss"), IsEmpty());
}

TEST_F(ConceptSearchTest, CodesAreFoundWithAndWithoutTheirSystem) {
  v1::Code& code = *Add("fern", "Fern").add_codes();
  code.set_system("GARDEN");
  code.set_code("F-12");
  Add("other", "F-12 moss");
  EXPECT_THAT(Find("f-12"), ElementsAre("fern", "other"));
  EXPECT_THAT(Find("GARDEN|F-12"), ElementsAre("fern"));
  EXPECT_THAT(Find("GARDEN|F-13"), IsEmpty());
}

TEST_F(ConceptSearchTest, NarrowerConceptsFollowTheirHitOnce) {
  Add("plant", "Plant");
  Add("fern", "Fern plant");
  Add("bracken", "Bracken");
  Add("eagle", "Eagle bracken");
  IsA("fern", "plant");
  IsA("bracken", "fern");
  IsA("eagle", "bracken");
  EXPECT_THAT(FindBy(Query("plant", std::nullopt, true)),
              ElementsAre("plant", "bracken", "eagle", "fern"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto hits, Hits(Query("bracken", std::nullopt, true)));
  ASSERT_EQ(hits.size(), 2u);  // the eagle is a hit of its own
  EXPECT_NE(hits[1].match, SearchMatch::kNarrower);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto below, Hits(Query("fern", std::nullopt, true)));
  EXPECT_EQ(below[1].below, "p/fern");
}

TEST_F(ConceptSearchTest, AKindIsAFilterOfHitsAndOfWhatLiesBelow) {
  Add("ill", "Fern").set_kind(v1::CONCEPT_KIND_CONDITION);
  Add("drug", "Fern tea").set_kind(v1::CONCEPT_KIND_INTERVENTION);
  IsA("drug", "ill");
  EXPECT_THAT(FindBy(Query("fern", v1::CONCEPT_KIND_CONDITION, true)), ElementsAre("ill"));
  EXPECT_THAT(FindBy(Query("fern", v1::CONCEPT_KIND_OUTCOME)), IsEmpty());
}

TEST_F(ConceptSearchTest, TooManyHitsAreRefusedNotCut) {
  for (size_t i = 0; i <= kSearchHitsMax; ++i) Add("f" + std::to_string(i), "Fern");
  EXPECT_THAT(Hits(Query("f")), HasReason("SEARCH_TOO_WIDE"));
  draft_.nodes.pop_back();
  EXPECT_EQ(Find("f").size(), kSearchHitsMax);
}

}  // namespace
}  // namespace evident::graph
