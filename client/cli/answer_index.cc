#include "client/cli/answer_index.h"

#include "client/cli/words.h"

namespace evident::cli {
namespace {

template <typename Map>
auto FindOr(const Map& map, const std::string& key, typename Map::mapped_type otherwise) {
  const auto found = map.find(key);
  return found == map.end() ? otherwise : found->second;
}

}  // namespace

AnswerIndex::AnswerIndex(const v1::Answer& answer) {
  for (const v1::EvidenceCard& card : answer.evidence()) evidence_[card.name()] = &card;
  for (int i = 0; i < answer.references_size(); ++i) {
    references_[answer.references(i).name()] = i + 1;
  }
  for (const v1::GuidelineCard& card : answer.guidelines()) {
    std::map<std::string, std::string> titles;
    for (const v1::Section& section : card.guideline().sections()) {
      const std::string above = FindOr(titles, section.parent(), "");
      titles[section.slug()] = above.empty() ? section.title() : above + " / " + section.title();
      sections_[card.name() + " " + section.slug()] = titles[section.slug()];
    }
  }
  for (const v1::DecisionPointOutcome& point : answer.decision_points()) {
    decision_points_[point.name()] = point.display();
  }
  for (const v1::Recommendation& item : answer.recommendations()) {
    if (!item.headline().empty()) headlines_[item.statement()] = item.headline();
  }
  for (const v1::Exclusion& item : answer.exclusions()) {
    if (!item.headline().empty()) headlines_[item.statement()] = item.headline();
  }
}

const v1::EvidenceCard* AnswerIndex::Evidence(const std::string& name) const {
  return FindOr(evidence_, name, nullptr);
}

int AnswerIndex::ReferenceNumber(const std::string& name) const {
  return FindOr(references_, name, 0);
}

std::string AnswerIndex::SectionTitle(const std::string& guideline,
                                      const std::string& section) const {
  return FindOr(sections_, guideline + " " + section, section);
}

std::string AnswerIndex::DecisionPoint(const std::string& name) const {
  return FindOr(decision_points_, name, Slug(name));
}

std::string AnswerIndex::Headline(const std::string& statement) const {
  return FindOr(headlines_, statement, Slug(statement));
}

}  // namespace evident::cli
