// Which of IHE's Basic Audit Log Patterns (BALP) a call corresponds to, with the codes of that
// pattern. docs/formats/fhir-audit-event.md names the sources of every code.
#ifndef EVIDENT_CLIENT_CLI_FHIR_PATTERN_H_
#define EVIDENT_CLIENT_CLI_FHIR_PATTERN_H_

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace evident::cli {

// A pattern and its codes. BALP has none for what is neither query, read nor change: such calls
// have an interaction and no profile.
struct AuditPattern {
  const char* profile;  // last part of its URL, "IHE.BasicAudit." before it; "" when there is none
  const char* interaction;        // http://hl7.org/fhir/restful-interaction
  const char* action;             // AuditEvent.action
  nlohmann::ordered_json client;  // AuditEvent.agent.type of the calling system,
  nlohmann::ordered_json server;  // of this one,
  nlohmann::ordered_json user;    // and of the person on whose behalf it called
  bool bare = false;              // agents have neither role nor purpose of use
  bool query = false;             // the entity is the request; else what it is about

  bool changes() const { return *action == 'C' || *action == 'U' || *action == 'D'; }
};

// The pattern of a full method; nullptr for one that nobody knows.
const AuditPattern* PatternOf(std::string_view method);

// Of a call that is neither query nor read, and changed nothing.
const AuditPattern& OperationPattern();

// What a request says that it is about: the name in the field of `method` that has it. Empty where
// the method has no such field, or `request` is not its request.
std::string ObjectOf(std::string_view method, const std::string& request);

// A coding as JSON.
nlohmann::ordered_json Coding(const char* system, const char* code, const char* display);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_FHIR_PATTERN_H_
