#include "client/cli/key_chain.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "audit/proof/checkpoint.h"
#include "audit/proof/entry_name.h"
#include "audit/proof/leaf.h"
#include "audit/proof/merkle.h"
#include "base/status.h"
#include "client/cli/entry_proof.h"

namespace evident::cli {
namespace {

absl::Status Broken(const std::string& why) {
  return MakeError(absl::StatusCode::kDataLoss, "KEY_CHAIN_BROKEN", why);
}

absl::Status AtEntry(uint64_t entry, const absl::Status& status) {
  return Broken("the keys of the log, at entry " + std::to_string(entry) + ": " +
                std::string(status.message()));
}

// That the entry is in the log of `checkpoint` and names the key.
absl::Status CheckNames(client::Client& client, uint64_t entry, const std::string& key,
                        const audit::Checkpoint& checkpoint) {
  v1::GetInclusionProofRequest request;
  request.set_index(entry);
  request.set_size(checkpoint.size);
  EVIDENT_ASSIGN_OR_RETURN(const auto proof, client.GetInclusionProof(request));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Digest> hashes, ReadDigests(proof.hashes()));
  const absl::Status included = audit::VerifyInclusion(audit::LeafHash(proof.leaf()), entry,
                                                       checkpoint.size, hashes, checkpoint.root);
  if (!included.ok()) return AtEntry(entry, included);
  const auto leaf = audit::DecodeLeaf(proof.leaf());
  if (!leaf.ok()) return AtEntry(entry, leaf.status());
  const auto* const named = std::get_if<audit::KeyDetail>(&leaf->detail);
  if (named != nullptr && named->verifier_key == Sha256(key)) return absl::OkStatus();
  return Broken("entry " + std::to_string(entry) + " does not name the key " + key);
}

absl::StatusOr<audit::NoteVerifier> ParseKey(const std::string& text) {
  absl::StatusOr<audit::NoteVerifier> key = audit::NoteVerifier::Parse(text);
  if (!key.ok()) return Broken("a key of the log: " + std::string(key.status().message()));
  return key;
}

// The server's keys in order, in one chain.
absl::StatusOr<audit::LogKeys> ClaimedKeys(const v1::GetCheckpointResponse& response) {
  const auto& rotations = response.rotations();
  EVIDENT_ASSIGN_OR_RETURN(
      audit::NoteVerifier first,
      ParseKey(rotations.empty() ? response.verifier_key() : rotations[0].previous_key()));
  audit::LogKeys keys(std::move(first));
  for (const v1::KeyRotation& rotation : rotations) {
    if (rotation.previous_key() != keys.newest().ToText()) {
      return Broken("the rotations of keys do not follow from one another");
    }
    EVIDENT_ASSIGN_OR_RETURN(audit::NoteVerifier key, ParseKey(rotation.verifier_key()));
    EVIDENT_RETURN_IF_ERROR(keys.Add(std::move(key)));
  }
  if (keys.newest().ToText() == response.verifier_key()) return keys;
  return Broken("the newest key of the log is not the one that the last rotation names");
}

}  // namespace

absl::StatusOr<audit::LogKeys> FollowRotations(client::Client& client,
                                               const audit::LogKeys& known) {
  EVIDENT_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse response, client.GetCheckpoint());
  EVIDENT_ASSIGN_OR_RETURN(audit::LogKeys keys, ClaimedKeys(response));
  const auto all = keys.all();
  size_t trusted = all.size();
  while (trusted > 0 && !known.Has(all[trusted - 1].ToText())) --trusted;
  if (trusted == 0) return Broken("none of the keys that are known is one of the log's");
  // all[i] is named by rotation i - 1.
  for (size_t i = trusted; i < all.size(); ++i) {
    const v1::KeyRotation& rotation = response.rotations(static_cast<int>(i) - 1);
    const auto handover = audit::OpenCheckpoint(rotation.handover(), all[i - 1]);
    if (!handover.ok()) return AtEntry(rotation.entry(), handover.status());
    if (handover->size != rotation.entry() + 1) {
      return Broken("the hand-over at entry " + std::to_string(rotation.entry()) +
                    " is of another size");
    }
    EVIDENT_RETURN_IF_ERROR(
        CheckNames(client, rotation.entry(), rotation.verifier_key(), *handover));
  }
  const auto newest = audit::OpenCheckpoint(response.checkpoint(), keys.newest());
  if (!newest.ok()) return Broken(std::string(newest.status().message()));
  for (size_t i = 1; i < trusted; ++i) {
    const v1::KeyRotation& rotation = response.rotations(static_cast<int>(i) - 1);
    EVIDENT_RETURN_IF_ERROR(CheckNames(client, rotation.entry(), rotation.verifier_key(), *newest));
  }
  if (trusted == 1) return keys;
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogId log, audit::ParseOrigin(keys.name()));
  EVIDENT_RETURN_IF_ERROR(CheckNames(client, log.FirstKeyEntry().value, all[0].ToText(), *newest));
  return keys;
}

}  // namespace evident::cli
