// Entries of the audit log as FHIR R4 AuditEvent resources. docs/formats/fhir-audit-event.md.
#ifndef EVIDENT_CLIENT_CLI_FHIR_EVENT_H_
#define EVIDENT_CLIENT_CLI_FHIR_EVENT_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "evident/v1/audit.pb.h"

namespace evident::cli {

struct EventOptions {
  std::string log;        // its origin, who observed the event
  bool requests = false;  // with the requests as received, which hold what was said of patients
};

// The event of an entry, with what its body says where that is opened. nullopt for what is no event
// of its own: intents (their outcome is), ends of streams, erasures (the outcome is), and what no
// call left: keys, incarnations, counts.
std::optional<nlohmann::ordered_json> EventOf(const v1::Entry& entry, const EventOptions& options);

// The same event as of an entry whose key was destroyed. `event` must be one of EventOf's.
nlohmann::ordered_json WithoutBody(const nlohmann::ordered_json& event);

// Id of the key, in hex, that the body of the event's entry is sealed with.
std::string KeyIdOf(const nlohmann::ordered_json& event);

// SHA-256 of RFC 6962 over a leaf, in hex: the event's id.
std::string LeafHashHex(const std::string& leaf);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_FHIR_EVENT_H_
