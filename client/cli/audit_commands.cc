#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "audit/proof/checkpoint.h"
#include "audit/proof/merkle.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/commands.h"
#include "client/cli/entry_line.h"
#include "client/cli/entry_proof.h"
#include "client/cli/receipt_check.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

absl::Status ShowEntry(const std::string& name, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  v1::GetEntryRequest request;
  request.set_name(name);
  EVIDENT_ASSIGN_OR_RETURN(const v1::GetEntryResponse response, client->GetEntry(request));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  std::cout << EntryLine(response.entry()) << "\n";
  const v1::EntryBody& body = response.entry().body();
  if (response.entry().body_state() != v1::BODY_STATE_OPENED) {
    std::cout << "body: "
              << v1::BodyState_Name(response.entry().body_state()).substr(sizeof("BODY_STATE_") - 1)
              << "\n";
    return absl::OkStatus();
  }
  std::cout << "caller: " << Printable(body.caller().identity()) << " from "
            << Printable(body.caller().peer()) << "\n";
  if (!body.subject().empty()) std::cout << "subject: " << Printable(body.subject()) << "\n";
  if (!body.follows().empty()) std::cout << "follows: " << Printable(body.follows()) << "\n";
  if (!body.reason().empty()) std::cout << "reason: " << Printable(body.reason()) << "\n";
  if (!body.effect().empty()) std::cout << "effect: " << Printable(body.effect()) << "\n";
  for (const v1::StatementFeedback& feedback : body.feedback()) {
    std::cout << "feedback: " << Printable(feedback.statement()) << " "
              << graph::EnumWord(feedback.verdict())
              << (feedback.reason().empty() ? "" : ": " + Printable(feedback.reason()))
              << (feedback.comment().empty() ? "" : ": " + Printable(feedback.comment())) << "\n";
  }
  if (body.has_decision()) std::cout << body.decision().DebugString();
  return absl::OkStatus();
}

void PrintJson(const nlohmann::ordered_json& json) {
  std::cout << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
}

absl::Status ShowCheckpoint(Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  EVIDENT_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse response, client->GetCheckpoint());
  EVIDENT_ASSIGN_OR_RETURN(const auto keys, KnownKeys(session));
  if (!session.json()) std::cout << response.checkpoint();
  if (!keys.has_value()) {
    if (session.json()) {
      PrintJson({{"verified", false}, {"checkpoint", response.checkpoint()}});
    } else {
      std::cout << "not verified: no verifier key is known\n";
    }
    return absl::OkStatus();
  }
  const auto opened = audit::OpenCheckpoint(response.checkpoint(), *keys);
  if (!opened.ok()) {
    session.FailVerification(opened.status());
  } else if (session.json()) {
    PrintJson({{"verified", true},
               {"checkpoint", response.checkpoint()},
               {"log", opened->origin},
               {"size", opened->size},
               {"root", opened->root.Hex()}});
  } else {
    std::cout << "checkpoint verified: " << opened->size << " entries\n";
  }
  return absl::OkStatus();
}

absl::Status ProveInclusion(uint64_t index, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  v1::GetInclusionProofRequest request;
  request.set_index(index);
  EVIDENT_ASSIGN_OR_RETURN(const auto response, client->GetInclusionProof(request));
  const auto checkpoint = VerifyEntry(response, index, response.leaf(), keys);
  if (!checkpoint.ok()) {
    session.FailVerification(checkpoint.status());
  } else if (session.json()) {
    PrintJson({{"verified", true},
               {"index", index},
               {"size", checkpoint->size},
               {"checkpoint", response.checkpoint()}});
  } else {
    std::cout << "inclusion verified: entry " << index << " of " << checkpoint->size << "\n";
  }
  return absl::OkStatus();
}

// Proves that the log still begins with what a checkpoint in a file covers.
absl::Status ProveConsistency(const std::string& file, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const std::string note, ReadFile(file, kNoteBytesMax));
  EVIDENT_ASSIGN_OR_RETURN(const audit::Checkpoint old, audit::OpenCheckpoint(note, keys));
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  v1::GetConsistencyProofRequest request;
  request.set_first(old.size);
  const auto proof = client->GetConsistencyProof(request);
  if (!proof.ok() && ErrorReason(proof.status()) == "PROOF_RANGE") {
    // Its signer has seen more entries than the log has now.
    session.FailVerification(Annotate(
        proof.status(), "the old checkpoint is verified, but the log is shorter than its " +
                            std::to_string(old.size) + " entries"));
    return absl::OkStatus();
  }
  if (!proof.ok()) return proof.status();
  const v1::GetConsistencyProofResponse& response = *proof;
  const auto newest = audit::OpenCheckpoint(response.checkpoint(), keys);
  const auto hashes = ReadDigests(response.hashes());
  absl::Status status = newest.ok() ? hashes.status() : newest.status();
  if (status.ok()) {
    status = audit::VerifyConsistency(old.size, old.root, newest->size, newest->root, *hashes);
  }
  if (!status.ok()) {
    session.FailVerification(status);
  } else if (session.json()) {
    PrintJson({{"verified", true},
               {"old_size", old.size},
               {"size", newest->size},
               {"checkpoint", response.checkpoint()}});
  } else {
    std::cout << "consistency verified: the first " << old.size << " of " << newest->size
              << " entries are those of the old checkpoint\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddAuditCommands(CLI::App& app, Session& session) {
  CLI::App* const audit = app.add_subcommand("audit", "The audit log: read, prove, check");
  audit->require_subcommand(1);
  AddAuditChecks(*audit, session);
  AddEntrySearches(*audit, session);
  AddLogKeyCommands(*audit, session);
  AddSubjectActs(*audit, session);
  AddPruneCommand(*audit, session);
  AddArchiveCommands(*audit, session);
  AddReportCommand(*audit, session);
  AddFhirCommand(*audit, session);
  AddTableCommands(*audit, session);
  AddTileCommands(*audit, session);
  const auto run = [&session](const absl::Status& status) {
    if (!status.ok()) session.Fail(status);
  };

  auto name = std::make_shared<std::string>();
  CLI::App* const entry = audit->add_subcommand("entry", "One entry");
  entry->add_option("name", *name, "entries/... or decisions/...")->required();
  entry->callback([=, &session] { run(ShowEntry(*name, session)); });

  audit->add_subcommand("checkpoint", "The newest signed checkpoint")->callback([=, &session] {
    run(ShowCheckpoint(session));
  });

  auto index = std::make_shared<uint64_t>(0);
  CLI::App* const inclusion =
      audit->add_subcommand("prove-inclusion", "Prove that an entry is in the log");
  inclusion->add_option("index", *index, "Its index")->required();
  inclusion->callback([=, &session] { run(ProveInclusion(*index, session)); });

  auto old = std::make_shared<std::string>();
  CLI::App* const consistency = audit->add_subcommand(
      "prove-consistency", "Prove that the log still begins as an old checkpoint says");
  consistency->add_option("checkpoint", *old, "File with the old checkpoint")->required();
  consistency->callback([=, &session] { run(ProveConsistency(*old, session)); });
}

}  // namespace evident::cli
