// Parts of records and answers in words, as people are shown them. Numbers appear as they were
// printed in the source.
#ifndef EVIDENT_GRAPH_MODEL_WORDS_H_
#define EVIDENT_GRAPH_MODEL_WORDS_H_

#include <string>

#include "evident/v1/answer.pb.h"
#include "evident/v1/knowledge.pb.h"
#include "evident/v1/value.pb.h"
#include "google/protobuf/message.h"

namespace evident::graph {

std::string InWords(const v1::Decimal& decimal);
std::string InWords(const v1::Quantity& quantity);    // "~40 %", "15 mg/kg"
std::string InWords(const v1::Value& value);          // "true", "1", "2026-01-31"
std::string InWords(const v1::Fact& fact);            // "ecog = 1", the bare slug
std::string InWords(const v1::Dose& dose);            // "15 mg/kg every 3 wk"
std::string InWords(const v1::Evidence& evidence);    // the figures; empty when there are none
std::string InWords(const v1::Reference& reference);  // publisher, title, year, identifiers
std::string InWords(v1::Outcome outcome);             // "recommended"
std::string InWords(v1::Polarity polarity);           // "advise against"
std::string InWords(v1::Preference preference);       // "preferred"; empty when not ranked
std::string InWords(v1::ReviewState state);           // "under review"
std::string InWords(v1::ExclusionReason reason);

// How a node is shown: its headline, title, name or text; empty when it has none.
std::string TitleOf(const v1::NodeRecord& node);

// A slug without its pack: "cervical/first-line" -> "first-line".
std::string Slug(const std::string& name);

// "a or b + c": each set joined by '+', sets by " or ".
std::string InWords(const google::protobuf::RepeatedPtrField<v1::FactSet>& sets);

// Any message on one line, where there are no words for it.
std::string ShortText(const google::protobuf::Message& message);

// Slugs joined by ", ".
std::string Slugs(const google::protobuf::RepeatedPtrField<std::string>& names);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_WORDS_H_
