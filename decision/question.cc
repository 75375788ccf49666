#include "decision/question.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "decision/linking.h"
#include "decision/names.h"
#include "graph/model/criterion_codec.h"
#include "graph/model/node_id.h"

namespace evident::decision {
namespace {

class Resolver {
 public:
  Resolver(const v1::QuestionFrame& frame, const KnowledgeIndex& index,
           const QuestionInputs& inputs)
      : frame_(frame), index_(index), inputs_(inputs) {}

  absl::StatusOr<v1::ResolvedQuestion> Run() {
    EVIDENT_RETURN_IF_ERROR(CheckCaps());
    SetFrame();
    if (inputs_.text != nullptr) *question_.mutable_linking() = LinkQuestion(*inputs_.text, index_);
    AddConcepts();
    AddFacts();
    if (violations_.empty()) Derive();
    if (!violations_.empty()) return Invalid();
    Write();
    return std::move(question_);
  }

 private:
  struct Given {
    criteria::Value value;
    v1::FactOrigin origin;
    const v1::Code* code = nullptr;  // of the observation that gave it
  };

  // What goes before what: observations count as stated.
  static int Rank(v1::FactOrigin origin) {
    return origin == v1::FACT_ORIGIN_MAPPED ? v1::FACT_ORIGIN_STATED : origin;
  }

  void Add(const std::string& field, const std::string& why) {
    violations_.push_back({field, why});
  }
  void Add(const std::string& field, const absl::Status& status) {
    if (!status.ok()) Add(field, std::string(status.message()));
  }

  absl::Status Invalid() const {
    return MakeError(absl::StatusCode::kInvalidArgument, "QUESTION_INVALID",
                     "the question has " + std::to_string(violations_.size()) + " errors; first: " +
                         violations_[0].field + ": " + violations_[0].description,
                     violations_);
  }

  absl::Status CheckCaps() const {
    const auto too_many = [](const std::string& what, size_t most, const char* cap) {
      return MakeError(
          absl::StatusCode::kResourceExhausted, "QUESTION_TOO_LARGE",
          "a question has at most " + std::to_string(most) + " " + what + " (" + cap + ")");
    };
    const size_t count =
        static_cast<size_t>(frame_.concepts_size()) + static_cast<size_t>(frame_.codes_size());
    if (count > kConceptsPerQuestionMax) {
      return too_many("concepts", kConceptsPerQuestionMax, "kConceptsPerQuestionMax");
    }
    if (static_cast<size_t>(frame_.filters().issuers_size()) > kIssuersPerQuestionMax) {
      return too_many("issuers", kIssuersPerQuestionMax, "kIssuersPerQuestionMax");
    }
    if (static_cast<size_t>(frame_.facts_size()) > kFactsPerQuestionMax) {
      return too_many("facts", kFactsPerQuestionMax, "kFactsPerQuestionMax");
    }
    if (static_cast<size_t>(frame_.observations_size()) > kObservationsPerQuestionMax) {
      return too_many("observations", kObservationsPerQuestionMax, "kObservationsPerQuestionMax");
    }
    if (inputs_.text != nullptr && inputs_.text->size() > kQuestionTextBytesMax) {
      return too_many("bytes of text", kQuestionTextBytesMax, "kQuestionTextBytesMax");
    }
    return absl::OkStatus();
  }

  void SetFrame() {
    const storage::v1::ReleaseRecord& release = index_.reader().release();
    question_.set_release(release.number());
    question_.set_release_digest(release.release_digest());
    question_.set_content_digest(release.content_digest());
    SetDate();
    question_.set_audience(frame_.audience() == v1::AUDIENCE_UNSPECIFIED ? v1::AUDIENCE_CLINICIAN
                                                                         : frame_.audience());
    if (!v1::Audience_IsValid(frame_.audience())) Add("audience", "it is no known audience");
    question_.set_language(frame_.language().empty() ? "en" : frame_.language());
    question_.set_view(frame_.view() == v1::VIEW_UNSPECIFIED ? v1::VIEW_FULL : frame_.view());
    if (!v1::View_IsValid(frame_.view())) Add("view", "it is no known view");
    if (frame_.has_filters()) *question_.mutable_filters() = frame_.filters();
    question_.set_allow_clinician_wording(frame_.allow_clinician_wording());
    CheckSize("subject", frame_.subject(), kSubjectBytesMax);
    CheckSize("client_reference", frame_.client_reference(), kClientReferenceBytesMax);
    CheckSize("language", frame_.language(), kNameBytesMax);
    CheckSize("purpose_of_use", frame_.purpose_of_use(), kNameBytesMax);
    CheckSize("on_behalf_of", frame_.on_behalf_of(), kNameBytesMax);
    if (!v1::ReviewState_IsValid(frame_.filters().review_state_min())) {
      Add("filters.review_state_min", "it is no known review state");
    }
    for (const std::string& issuer : frame_.filters().issuers()) {
      CheckSize("filters.issuers", issuer, kNameBytesMax);
      if (issuer.size() > kNameBytesMax) continue;
      const auto found = index_.reader().GetNode(graph::MakeNodeId(v1::NODE_KIND_ISSUER, issuer));
      if (!found.ok() || *found == nullptr) Add("filters.issuers", "there is no issuer " + issuer);
    }
  }

  void CheckSize(const char* field, const std::string& text, size_t most) {
    if (text.size() > most) {
      Add(field, "it has more than " + std::to_string(most) + " bytes");
    }
  }

  void SetDate() {
    const std::string date = frame_.as_valid_on().empty()
                                 ? DateOfTimeNs(inputs_.received_ns).ToString()
                                 : frame_.as_valid_on();
    Add("as_valid_on", ParseDate(date).status());
    question_.set_as_valid_on(date);
  }

  void AddConcepts() {
    std::set<std::string> concepts;
    const auto take = [&](const std::string& field, absl::StatusOr<std::string> name) {
      Add(field, name.status());
      if (name.ok()) concepts.insert(*std::move(name));
    };
    for (int i = 0; i < frame_.concepts_size(); ++i) {
      take("concepts[" + std::to_string(i) + "]", ResolveConcept(index_, frame_.concepts(i)));
    }
    for (int i = 0; i < frame_.codes_size(); ++i) {
      take("codes[" + std::to_string(i) + "]", ResolveCode(index_, frame_.codes(i)));
    }
    for (const v1::Link& link : question_.linking().links()) {
      if (!link.concept_name().empty()) concepts.insert(link.concept_name());
    }
    if (inputs_.earlier != nullptr) {
      for (const std::string& name : inputs_.earlier->concepts()) {
        take("follows", ResolveConcept(index_, name));
      }
    }
    if (concepts.empty() && violations_.empty() && inputs_.text == nullptr) {
      Add("concepts", "a question asks for at least one concept");
    }
    for (const std::string& name : concepts) question_.add_concepts(name);
  }

  std::vector<std::string> Concepts() const {
    return {question_.concepts().begin(), question_.concepts().end()};
  }

  // Explicit facts first, then the words, then what is inherited: the first that gives a fact wins.
  void AddFacts() {
    const std::set<std::string> asked = index_.FactsOf(index_.Candidates(Concepts()));
    for (int i = 0; i < frame_.facts_size(); ++i) {
      AddStated("facts[" + std::to_string(i) + "]", frame_.facts(i), asked);
    }
    for (int i = 0; i < frame_.observations_size(); ++i) {
      AddObserved("observations[" + std::to_string(i) + "]", frame_.observations(i));
    }
    for (v1::Link& link : *question_.mutable_linking()->mutable_links()) AddLinked(link);
    if (inputs_.text == nullptr) question_.clear_linking();
    if (inputs_.earlier == nullptr) return;
    for (const v1::QuestionFact& fact : inputs_.earlier->facts()) {
      const absl::StatusOr<criteria::Value> value =
          CheckedValue(index_, fact.fact().name(), fact.fact().value());
      Add("follows", value.status());
      if (!value.ok()) continue;
      const auto [place, fresh] =
          given_.emplace(fact.fact().name(), Given{*value, v1::FACT_ORIGIN_INHERITED});
      if (!fresh && place->second.value != *value) dropped_.emplace(fact.fact().name(), *value);
    }
  }

  void AddStated(const std::string& field, const v1::Fact& fact,
                 const std::set<std::string>& asked) {
    const absl::StatusOr<std::string> name = ResolveFact(index_, fact.name(), asked);
    if (!name.ok()) return Add(field + ".name", name.status());
    AddGiven(field, *name, fact.value(), {{}, v1::FACT_ORIGIN_STATED});
  }

  void AddObserved(const std::string& field, const v1::Observation& observation) {
    const auto observed = FactsOfObservation(observation, index_, inputs_.mapping);
    if (!observed.ok()) return Add(field, observed.status());
    if (observed->empty()) *question_.add_unmapped() = observation.code();
    for (const ObservedFact& fact : *observed) {
      AddGiven(field, fact.fact, fact.value, {{}, v1::FACT_ORIGIN_MAPPED, &observation.code()});
      if (fact.by_site) question_.set_site_mapping(std::string(inputs_.mapping->digest.view()));
    }
  }

  void AddGiven(const std::string& field, const std::string& name, const v1::Value& written,
                Given given) {
    const absl::StatusOr<criteria::Value> value = CheckedValue(index_, name, written);
    if (!value.ok()) return Add(field + ".value", value.status());
    given.value = *value;
    const auto [place, fresh] = given_.emplace(name, std::move(given));
    if (!fresh && place->second.value != *value) {
      Add(field, name + " is given twice, as " + ToString(place->second.value) + " and as " +
                     ToString(*value));
    }
  }

  void AddLinked(v1::Link& link) {
    for (const v1::Fact& fact : link.facts()) {
      const absl::StatusOr<criteria::Value> value = CheckedValue(index_, fact.name(), fact.value());
      if (!value.ok()) continue;  // publishing checked the pack's phrases
      const auto [place, fresh] =
          given_.emplace(fact.name(), Given{*value, v1::FACT_ORIGIN_LINKED});
      if (!fresh && place->second.value != *value) link.set_overruled(true);
    }
  }

  // Facts up to a rank: FACT_ORIGIN_STATED, with what was observed, with linked, with all.
  criteria::Facts FactsUpTo(v1::FactOrigin origin) const {
    criteria::Facts facts;
    for (const auto& [name, given] : given_) {
      if (Rank(given.origin) <= origin) facts.emplace(name, given.value);
    }
    return facts;
  }

  std::vector<Violation> ContradictionsUpTo(v1::FactOrigin origin,
                                            const criteria::Context& context) const {
    criteria::Facts facts = FactsUpTo(origin);
    std::vector<Violation> contradictions;
    index_.derivations().Derive(facts, context, contradictions);
    return contradictions;
  }

  // Takes out facts of one origin, by name, until what is left agrees with what goes before it.
  std::map<std::string, Given> Yield(v1::FactOrigin origin, const criteria::Context& context) {
    std::map<std::string, Given> held;
    if (ContradictionsUpTo(origin, context).empty()) return held;
    for (const auto& [name, given] : given_) {
      if (given.origin == origin) held.emplace(name, given);
    }
    for (const auto& [name, given] : held) given_.erase(name);
    for (auto one = held.begin(); one != held.end();) {
      given_.insert(*one);
      const bool agrees = ContradictionsUpTo(origin, context).empty();
      if (!agrees) given_.erase(one->first);
      one = agrees ? held.erase(one) : std::next(one);
    }
    return held;
  }

  // Words that contradict only each other are refused; those that contradict what is stated yield.
  void YieldLinked(const criteria::Context& context) {
    criteria::Facts linked;
    for (const auto& [name, given] : given_) {
      if (given.origin == v1::FACT_ORIGIN_LINKED) linked.emplace(name, given.value);
    }
    std::vector<Violation> among_words;
    index_.derivations().Derive(linked, context, among_words);
    if (!among_words.empty()) return;
    const std::map<std::string, Given> held = Yield(v1::FACT_ORIGIN_LINKED, context);
    for (v1::Link& link : *question_.mutable_linking()->mutable_links()) {
      for (const v1::Fact& fact : link.facts()) {
        if (held.count(fact.name()) != 0) link.set_overruled(true);
      }
    }
    if (inputs_.text == nullptr) question_.clear_linking();
  }

  // What is stated wins over words, and both over what is inherited.
  void Derive() {
    const criteria::Context context = ContextOf(question_, index_);
    std::vector<Violation> contradictions = ContradictionsUpTo(v1::FACT_ORIGIN_STATED, context);
    if (contradictions.empty()) {
      YieldLinked(context);
      contradictions = ContradictionsUpTo(v1::FACT_ORIGIN_LINKED, context);
    }
    if (contradictions.empty()) {
      for (const auto& [name, given] : Yield(v1::FACT_ORIGIN_INHERITED, context)) {
        dropped_.emplace(name, given.value);
      }
      for (const auto& [name, value] : dropped_) {
        v1::Fact& dropped = *question_.add_dropped();
        dropped.set_name(name);
        *dropped.mutable_value() = graph::EncodeValue(value);
      }
      WriteDerived(context);
    }
    for (const Violation& contradiction : contradictions) {
      Add("facts", contradiction.field + ": " + contradiction.description);
    }
  }

  void WriteDerived(const criteria::Context& context) {
    criteria::Facts all = FactsUpTo(v1::FACT_ORIGIN_INHERITED);
    std::vector<Violation> none;
    for (const criteria::Derivation& derived : index_.derivations().Derive(all, context, none)) {
      v1::DerivedFact& out = *question_.add_derived();
      out.mutable_fact()->set_name(derived.fact);
      out.mutable_fact()->mutable_value()->set_boolean(derived.value);
      out.set_rule(derived.rule);
      for (const std::string& because : derived.because) out.add_because(because);
    }
  }

  void Write() {
    for (const auto& [name, given] : given_) {
      v1::QuestionFact& fact = *question_.add_facts();
      fact.mutable_fact()->set_name(name);
      *fact.mutable_fact()->mutable_value() = graph::EncodeValue(given.value);
      fact.set_origin(given.origin);
      if (given.code != nullptr) *fact.mutable_code() = *given.code;
    }
  }

  const v1::QuestionFrame& frame_;
  const KnowledgeIndex& index_;
  const QuestionInputs& inputs_;
  v1::ResolvedQuestion question_;
  std::map<std::string, Given> given_;
  criteria::Facts dropped_;  // inherited ones that what is given now says otherwise
  std::vector<Violation> violations_;
};

}  // namespace

absl::StatusOr<v1::ResolvedQuestion> ResolveQuestion(const v1::QuestionFrame& frame,
                                                     const KnowledgeIndex& index,
                                                     const QuestionInputs& inputs) {
  if (inputs.text != nullptr && !IsValidUtf8(*inputs.text)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "QUESTION_INVALID",
                     "the question's text is not valid UTF-8", {{"text", "not valid UTF-8"}});
  }
  return Resolver(frame, index, inputs).Run();
}

absl::StatusOr<criteria::Value> CheckedValue(const KnowledgeIndex& index, const std::string& fact,
                                             const v1::Value& value) {
  EVIDENT_ASSIGN_OR_RETURN(criteria::Value decoded, graph::DecodeValue(value));
  const criteria::FactDefinition* const definition = index.schema().Find(fact);
  if (definition == nullptr) {
    return MakeError(absl::StatusCode::kInvalidArgument, "FACT_UNKNOWN",
                     "there is no fact " + fact + " in this release");
  }
  EVIDENT_RETURN_IF_ERROR(CheckValue(*definition, decoded));
  return decoded;
}

v1::QuestionFrame FrameToAskAgain(const v1::ResolvedQuestion& question) {
  v1::QuestionFrame frame;
  *frame.mutable_concepts() = question.concepts();
  for (const v1::QuestionFact& fact : question.facts()) *frame.add_facts() = fact.fact();
  frame.set_as_valid_on(question.as_valid_on());
  frame.set_audience(question.audience());
  frame.set_language(question.language());
  frame.set_view(question.view());
  if (question.has_filters()) *frame.mutable_filters() = question.filters();
  frame.set_allow_clinician_wording(question.allow_clinician_wording());
  return frame;
}

absl::StatusOr<criteria::Facts> SuppliedFactsOf(const v1::ResolvedQuestion& question) {
  criteria::Facts facts;
  for (const v1::QuestionFact& fact : question.facts()) {
    EVIDENT_ASSIGN_OR_RETURN(criteria::Value value, graph::DecodeValue(fact.fact().value()));
    facts.emplace(fact.fact().name(), std::move(value));
  }
  return facts;
}

absl::StatusOr<criteria::Facts> FactsOf(const v1::ResolvedQuestion& question) {
  EVIDENT_ASSIGN_OR_RETURN(criteria::Facts facts, SuppliedFactsOf(question));
  for (const v1::DerivedFact& fact : question.derived()) {
    EVIDENT_ASSIGN_OR_RETURN(criteria::Value value, graph::DecodeValue(fact.fact().value()));
    facts.emplace(fact.fact().name(), std::move(value));
  }
  return facts;
}

criteria::Context ContextOf(const v1::ResolvedQuestion& question, const KnowledgeIndex& index) {
  const absl::StatusOr<Date> as_of = ParseDate(question.as_valid_on());
  return ContextOn(as_of.ok() ? *as_of : Date{}, index);
}

criteria::Context ContextOn(Date day, const KnowledgeIndex& index) {
  return {index.schema(), day, [&index](std::string_view name, std::string_view ancestor) {
            return index.IsA(name, ancestor);
          }};
}

}  // namespace evident::decision
