#include "decision/observations.h"

#include <string_view>

#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "decision/names.h"
#include "graph/model/criterion_codec.h"

namespace evident::decision {
namespace {

absl::Status Invalid(const char* reason, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason, why);
}

std::string Shown(const v1::Code& code) { return "'" + code.system() + "|" + code.code() + "'"; }

absl::Status CheckForm(const v1::Observation& observation) {
  const auto malformed = [](const std::string& why) {
    return Invalid("OBSERVATION_MALFORMED", why);
  };
  if (observation.code().code().empty()) return malformed("an observation needs a code");
  if (observation.has_value() && observation.has_value_code()) {
    return malformed("an observation has a value or a code of its value, not both");
  }
  for (const v1::Code* const code : {&observation.code(), &observation.value_code()}) {
    if (code->system().size() > kNameBytesMax || code->code().size() > kNameBytesMax) {
      return malformed("a code and its system have at most " + std::to_string(kNameBytesMax) +
                       " bytes");
    }
  }
  return absl::OkStatus();
}

absl::Status Unreadable(const v1::Observation& observation, const std::string& fact,
                        const std::string& why) {
  return Invalid("OBSERVATION_UNREADABLE",
                 Shown(observation.code()) + " is bound to " + fact + ": " + why);
}

// What a binding's `values` are looked up by: the code of the value, or the value as text.
absl::StatusOr<std::string> KeyOf(const v1::Observation& observation, const std::string& fact) {
  if (observation.has_value_code()) return observation.value_code().code();
  if (!observation.has_value()) return Unreadable(observation, fact, "it needs a value");
  EVIDENT_ASSIGN_OR_RETURN(const criteria::Value value, graph::DecodeValue(observation.value()));
  return ToString(value);
}

bool IsTrue(const v1::Value& value) {
  return value.kind_case() == v1::Value::kBoolean && value.boolean();
}

absl::StatusOr<v1::Value> Bound(const v1::Observation& observation, const CodeBinding& binding) {
  EVIDENT_ASSIGN_OR_RETURN(const std::string key, KeyOf(observation, binding.fact));
  const auto found = binding.values.find(key);
  if (found != binding.values.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [name, value] : binding.values) known.push_back(name);
  return Unreadable(
      observation, binding.fact,
      "'" + key + "' is none of the values that the mapping knows: " + absl::StrJoin(known, ", "));
}

// The allowed value of a coded fact that has this code.
absl::StatusOr<v1::Value> OfCode(const v1::Observation& observation, const std::string& fact,
                                 const v1::FactDefinition& definition) {
  const v1::Code& code = observation.value_code();
  for (const v1::AllowedValue& allowed : definition.allowed_values()) {
    for (const v1::Code& known : allowed.codes()) {
      if (known.system() != code.system() || known.code() != code.code()) continue;
      v1::Value value;
      value.set_coded(allowed.slug());
      return value;
    }
  }
  return Unreadable(observation, fact, "no value of it has the code " + Shown(code));
}

// The value as it was observed.
absl::StatusOr<v1::Value> AsIs(const v1::Observation& observation, const std::string& fact,
                               const KnowledgeIndex& index) {
  if (observation.has_value()) return observation.value();
  const v1::FactDefinition& definition = index.facts().find(fact)->second->fact();
  if (observation.has_value_code()) return OfCode(observation, fact, definition);
  if (definition.type() != v1::FACT_TYPE_BOOLEAN) {
    return Unreadable(observation, fact, "it needs a value");
  }
  v1::Value value;
  value.set_boolean(true);
  return value;
}

absl::StatusOr<v1::Value> ReadBinding(const v1::Observation& observation,
                                      const CodeBinding& binding, const KnowledgeIndex& index) {
  if (!binding.values.empty()) return Bound(observation, binding);
  if (!binding.value.has_value()) return AsIs(observation, binding.fact, index);
  const bool says_more =
      observation.has_value_code() || (observation.has_value() && !IsTrue(observation.value()));
  if (!says_more) return *binding.value;
  return Unreadable(observation, binding.fact,
                    "the mapping gives it a value by its code alone, and another one came with it");
}

}  // namespace

absl::StatusOr<std::vector<ObservedFact>> FactsOfObservation(const v1::Observation& observation,
                                                             const KnowledgeIndex& index,
                                                             const SiteMapping* mapping) {
  EVIDENT_RETURN_IF_ERROR(CheckForm(observation));
  const v1::Code& code = observation.code();
  std::vector<ObservedFact> facts;
  if (mapping != nullptr) {
    const auto bound = mapping->bindings.find({code.system(), code.code()});
    if (bound != mapping->bindings.end()) {
      for (const CodeBinding& binding : bound->second) {
        if (index.facts().find(binding.fact) == index.facts().end()) continue;
        EVIDENT_ASSIGN_OR_RETURN(v1::Value value, ReadBinding(observation, binding, index));
        facts.push_back({binding.fact, std::move(value), true});
      }
    }
  }
  if (!facts.empty()) return facts;
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<graph::NodePtr> nodes, NodesWithCode(index, code));
  std::vector<std::string> known;
  for (const graph::NodePtr& node : nodes) {
    if (node->has_fact()) known.push_back(node->name());
  }
  if (known.empty()) return facts;
  if (known.size() > 1) {
    return Invalid("OBSERVATION_AMBIGUOUS",
                   Shown(code) + " is a code of several facts: " + absl::StrJoin(known, ", "));
  }
  EVIDENT_ASSIGN_OR_RETURN(v1::Value value, AsIs(observation, known[0], index));
  facts.push_back({known[0], std::move(value), false});
  return facts;
}

}  // namespace evident::decision
