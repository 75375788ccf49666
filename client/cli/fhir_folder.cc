#include "client/cli/fhir_folder.h"

#include <optional>
#include <variant>
#include <vector>

#include "audit/log/store.h"
#include "audit/proof/checkpoint.h"
#include "audit/proof/entry_name.h"
#include "audit/proof/leaf.h"
#include "audit/proof/rpc_numbers.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/status.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kContent[] = "fhir-audit-events";
constexpr char kEvents[] = "AuditEvent";

// Of "entries" nothing comes from a body; of an event what the leaf says stays.
std::optional<Json> WithoutErased(const std::string& table, Json row,
                                  const std::set<std::string>& erased) {
  if (table != kEvents || erased.count(KeyIdOf(row)) == 0) return row;
  return WithoutBody(row);
}

// The edge of a tree as a manifest has it.
absl::StatusOr<audit::TreeFrontier> ReadEdge(const Json& edge, uint64_t size) {
  std::vector<std::string> hashes;
  for (const Json& hash : edge) {
    EVIDENT_ASSIGN_OR_RETURN(std::string bytes, HexDecode(hash.get<std::string>()));
    hashes.push_back(std::move(bytes));
  }
  EVIDENT_ASSIGN_OR_RETURN(std::vector<Digest> digests, ReadDigests(hashes));
  return audit::TreeFrontier::FromHashes(std::move(digests), size);
}

// The entry with everything from its leaf that the leaf says: it is the leaf that is proven.
absl::StatusOr<v1::Entry> AsItsLeafSays(v1::Entry entry, const audit::Leaf& leaf,
                                        const std::string& origin) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogId log, audit::ParseOrigin(origin));
  entry.set_name(audit::NameEntry(log, EntryIndex(entry.index()), leaf.kind).ToString());
  v1::LeafInfo& info = *entry.mutable_info();
  info.set_kind(static_cast<v1::EntryKind>(leaf.kind));
  info.set_grpc_status(leaf.grpc_status);
  info.set_method(std::string(audit::RpcMethodOf(leaf.rpc)));
  info.set_commit_time_ns(leaf.commit_time_ns);
  const auto* const outcome = std::get_if<audit::OutcomeDetail>(&leaf.detail);
  info.set_number(outcome == nullptr ? 0 : outcome->intent.value);
  return entry;
}

Json EntryRow(const v1::Entry& entry, const std::optional<Json>& event) {
  return {{"entry_index", entry.index()},
          {"time", FormatTimeNs(entry.info().commit_time_ns())},
          {"entry", entry.name()},
          {"kind", graph::EnumWord(entry.info().kind())},
          {"leaf_hash", LeafHashHex(entry.leaf())},
          {"event", event.has_value()}};
}

}  // namespace

absl::StatusOr<FhirFolder> FhirFolder::Open(const std::string& folder, const audit::LogKeys& keys,
                                            bool requests, bool zstd) {
  FolderKind kind{{{"content", kContent}, {"requests", requests}}, WithoutErased, zstd};
  EVIDENT_ASSIGN_OR_RETURN(ExportFolder opened, ExportFolder::Open(folder, keys, std::move(kind)));
  FhirFolder events(std::move(opened), keys, {keys.name(), requests});
  const absl::Status status = events.LoadEdge();
  if (!status.ok()) return Annotate(status, folder);
  return events;
}

absl::Status FhirFolder::LoadEdge() {
  if (size() == 0) return absl::OkStatus();
  auto tree = ReadEdge(folder_.manifest().value("edge", Json::array()), size());
  if (!tree.ok() || tree->Root().Hex() != folder_.manifest()["root"]) {
    return MakeError(absl::StatusCode::kDataLoss, "TABLES_DAMAGED",
                     "the manifest's edge does not lead to its root");
  }
  tree_ = *std::move(tree);
  return absl::OkStatus();
}

absl::Status FhirFolder::Add(const v1::Entry& sent) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::Leaf leaf, audit::DecodeLeaf(sent.leaf()));
  EVIDENT_ASSIGN_OR_RETURN(const v1::Entry entry, AsItsLeafSays(sent, leaf, keys_.name()));
  std::optional<Json> event = EventOf(entry, options_);
  ExportedEntry exported{entry.index(), leaf.commit_time_ns, {}, {}};
  exported.tables.push_back({"entries", {EntryRow(entry, event)}});
  if (event.has_value()) exported.tables.push_back({kEvents, {*std::move(event)}});
  if (const auto* const erasure = std::get_if<audit::ErasureDetail>(&leaf.detail)) {
    exported.erased_key_id = HexEncode(audit::KeyIdBytes(erasure->key_id));
  }
  EVIDENT_RETURN_IF_ERROR(folder_.Add(exported));
  tree_.Append(audit::LeafHash(entry.leaf()));
  events_ += exported.tables.size() - 1;
  return absl::OkStatus();
}

absl::Status FhirFolder::Finish(std::string_view note) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint, audit::OpenCheckpoint(note, keys_));
  if (checkpoint.size == tree_.size() && checkpoint.root != tree_.Root()) {
    return MakeError(absl::StatusCode::kDataLoss, "TABLES_FORKED",
                     "the entries are not those that the checkpoint of " +
                         std::to_string(checkpoint.size) + " covers");
  }
  Json edge = Json::array();
  for (const Digest& hash : tree_.hashes()) edge.push_back(hash.Hex());
  return folder_.Finish(note, {{"edge", std::move(edge)}});
}

}  // namespace evident::cli
