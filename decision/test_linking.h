// What words are linked to, in short. Tests only.
#ifndef EVIDENT_DECISION_TEST_LINKING_H_
#define EVIDENT_DECISION_TEST_LINKING_H_

#include <memory>
#include <string>
#include <vector>

#include "decision/linking.h"
#include "decision/test_graph.h"

namespace evident::decision {

// Words that state a value of the fact of this slug.
inline void AddPhrase(v1::FactDefinition& fact, const std::string& slug, const std::string& words,
                      const v1::Value& value) {
  v1::Phrase& phrase = *fact.add_phrases();
  phrase.set_phrase(words);
  v1::Fact& stated = *phrase.add_facts();
  stated.set_name(Full(slug));
  *stated.mutable_value() = value;
}

class LinkingTestBase : public testing::Test {
 protected:
  explicit LinkingTestBase(const TestGraph& graph) : index_(graph.Compile()) {}
  void SetUp() override { ASSERT_NE(index_, nullptr); }

  // "fact=value" of every fact that the words state.
  std::vector<std::string> Linked(const std::string& text) const {
    std::vector<std::string> linked;
    const v1::Linking linking = LinkQuestion(text, *index_);
    for (const v1::Link& link : linking.links()) {
      EXPECT_EQ(text.substr(link.begin(), link.end() - link.begin()), link.words());
      for (const v1::Fact& fact : link.facts()) {
        const auto value = graph::DecodeValue(fact.value());
        linked.push_back(fact.name().substr(2) + "=" +
                         (value.ok() ? criteria::ToString(*value) : "?"));
      }
    }
    return linked;
  }

  void ExpectNone(const std::vector<std::string>& texts) const {
    for (const std::string& text : texts) EXPECT_THAT(Linked(text), testing::IsEmpty()) << text;
  }

  std::shared_ptr<const KnowledgeIndex> index_;
};

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_TEST_LINKING_H_
