#include "tests/crash/holder.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <thread>
#include <utility>

#include "audit/proof/checkpoint.h"
#include "audit/proof/merkle.h"
#include "audit/proof/receipt.h"
#include "base/status.h"
#include "client/client.h"

namespace evident::crash {
namespace {

constexpr size_t kThreads = 4;

absl::Status Lost(const std::string& what) {
  return MakeError(absl::StatusCode::kDataLoss, "DEMAND_NOT_MET", what);
}

// One receipt, read with the key alone.
struct Claim {
  uint64_t index = 0;
  std::string name;
  std::string leaf;
  audit::Checkpoint checkpoint;
};

absl::StatusOr<Claim> ReadClaim(const Acknowledged& call, const audit::NoteVerifier& key) {
  std::optional<std::string_view> answer;
  if (call.answer) answer = *call.answer;
  EVIDENT_ASSIGN_OR_RETURN(const audit::VerifiedReceipt verified,
                           audit::VerifyReceipt(call.receipt, answer, call.request, key));
  v1::Receipt receipt;
  if (!receipt.ParseFromString(call.receipt)) return Lost("the receipt does not parse");
  Claim claim{verified.entry.index.value, receipt.entry(), receipt.leaf(), {}};
  EVIDENT_ASSIGN_OR_RETURN(claim.checkpoint, audit::OpenCheckpoint(receipt.checkpoint(), key));
  return claim;
}

absl::Status DemandEntry(client::Client& client, const Claim& claim) {
  v1::GetEntryRequest request;
  request.set_name(claim.name);
  EVIDENT_ASSIGN_OR_RETURN(const v1::GetEntryResponse found, client.GetEntry(request));
  if (found.entry().leaf() != claim.leaf) return Lost("the server has another leaf");
  if (found.entry().body_state() != v1::BODY_STATE_OPENED) return Lost("its body does not open");
  return absl::OkStatus();
}

absl::Status DemandInclusion(client::Client& client, const Claim& claim,
                             const audit::Checkpoint& newest) {
  v1::GetInclusionProofRequest request;
  request.set_index(claim.index);
  request.set_size(newest.size);
  EVIDENT_ASSIGN_OR_RETURN(const auto response, client.GetInclusionProof(request));
  if (response.leaf() != claim.leaf) return Lost("another leaf was proven");
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Digest> hashes, ReadDigests(response.hashes()));
  return audit::VerifyInclusion(audit::LeafHash(claim.leaf), claim.index, newest.size, hashes,
                                newest.root);
}

absl::Status DemandConsistency(client::Client& client, const audit::Checkpoint& old,
                               const audit::Checkpoint& newest) {
  if (newest.size < old.size) {
    return Lost("the log is shorter than was released: " + std::to_string(newest.size) +
                " entries, not " + std::to_string(old.size));
  }
  v1::GetConsistencyProofRequest request;
  request.set_first(old.size);
  request.set_second(newest.size);
  EVIDENT_ASSIGN_OR_RETURN(const auto response, client.GetConsistencyProof(request));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<Digest> hashes, ReadDigests(response.hashes()));
  return audit::VerifyConsistency(old.size, old.root, newest.size, newest.root, hashes);
}

// Consistency with each checkpoint is demanded once, however many receipts carry it.
using Proven = std::map<std::pair<uint64_t, Digest>, absl::Status>;

absl::Status DemandAll(client::Client& client, const Claim& claim, const audit::Checkpoint& newest,
                       Proven& proven) {
  const auto [known, first] =
      proven.try_emplace({claim.checkpoint.size, claim.checkpoint.root}, absl::OkStatus());
  if (first) known->second = DemandConsistency(client, claim.checkpoint, newest);
  EVIDENT_RETURN_IF_ERROR(Annotate(known->second, "consistency"));
  EVIDENT_RETURN_IF_ERROR(Annotate(DemandEntry(client, claim), "entry"));
  return Annotate(DemandInclusion(client, claim, newest), "inclusion");
}

std::string InWords(uint64_t index, const absl::Status& status) {
  return "entry " + std::to_string(index) + ": " + std::string(status.message()) + " (" +
         ErrorReason(status) + ")";
}

// Claims by entry; what is wrong with receipts in themselves goes to `wrong`.
std::vector<Claim> ReadClaims(const std::vector<Acknowledged>& acknowledged,
                              const audit::NoteVerifier& key, std::vector<std::string>& wrong) {
  std::vector<Claim> claims;
  std::set<uint64_t> taken;
  for (const Acknowledged& call : acknowledged) {
    absl::StatusOr<Claim> claim = ReadClaim(call, key);
    if (!claim.ok()) {
      wrong.push_back("receipt of " + call.method + ": " + std::string(claim.status().message()) +
                      " (" + ErrorReason(claim.status()) + ")");
      continue;
    }
    if (!taken.insert(claim->index).second) {
      wrong.push_back("entry " + std::to_string(claim->index) + ": two receipts name it");
    }
    claims.push_back(*std::move(claim));
  }
  return claims;
}

void DemandEach(const Site& site, int port, std::span<const Claim> claims,
                const audit::Checkpoint& newest, std::vector<std::string>& wrong) {
  const auto client = client::Client::Connect(site.ConnectionOf("auditor", port));
  if (!client.ok()) return wrong.push_back(client.status().ToString());
  Proven proven;
  for (const Claim& claim : claims) {
    const absl::Status status = DemandAll(**client, claim, newest, proven);
    if (!status.ok()) wrong.push_back(InWords(claim.index, status));
  }
}

void DemandInParallel(const Site& site, int port, const std::vector<Claim>& claims,
                      const audit::Checkpoint& newest, std::vector<std::string>& wrong) {
  std::vector<std::vector<std::string>> found(kThreads);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kThreads; ++i) {
    const size_t begin = i * claims.size() / kThreads;
    const size_t end = (i + 1) * claims.size() / kThreads;
    threads.emplace_back([&, i, begin, end] {
      DemandEach(site, port, std::span(claims).subspan(begin, end - begin), newest, found[i]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::vector<std::string>& mine : found) wrong.insert(wrong.end(), mine.begin(), mine.end());
  std::sort(wrong.begin(), wrong.end());
}

absl::StatusOr<audit::Checkpoint> NewestCheckpoint(const Site& site, int port) {
  EVIDENT_ASSIGN_OR_RETURN(const auto client,
                           client::Client::Connect(site.ConnectionOf("auditor", port)));
  EVIDENT_ASSIGN_OR_RETURN(const v1::GetCheckpointResponse response, client->GetCheckpoint());
  return audit::OpenCheckpoint(response.checkpoint(), site.verifier());
}

}  // namespace

Demand StartAndDemand(const Site& site, const std::vector<Acknowledged>& acknowledged) {
  Demand demand;
  absl::StatusOr<std::unique_ptr<ServerProcess>> server = ServerProcess::Start(site);
  if (!server.ok()) {
    demand.wrong.push_back("no server: " + std::string(server.status().message()));
    return demand;
  }
  demand.server = *std::move(server);
  const int port = demand.server->port();
  const absl::StatusOr<audit::Checkpoint> newest = NewestCheckpoint(site, port);
  if (!newest.ok()) {
    demand.wrong.push_back("no checkpoint: " + std::string(newest.status().message()));
    return demand;
  }
  demand.size = newest->size;
  const std::vector<Claim> claims = ReadClaims(acknowledged, site.verifier(), demand.wrong);
  DemandInParallel(site, port, claims, *newest, demand.wrong);
  return demand;
}

}  // namespace evident::crash
