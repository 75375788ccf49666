#include "tests/crash/stored.h"

#include <memory>
#include <set>

#include "audit/export/fsck.h"
#include "audit/log/key_ring.h"
#include "audit/log/store.h"
#include "audit/proof/leaf.h"
#include "audit/proof/rpc_numbers.h"
#include "base/file.h"
#include "base/random.h"
#include "base/status.h"

namespace evident::crash {
namespace {

absl::StatusOr<std::unique_ptr<audit::KeyRing>> KeysOf(const Site& site) {
  audit::KeyRingOptions options;
  options.path = site.path() + "/keys";
  options.origin = site.verifier().name();
  options.read_only = true;
  options.random = &Random::System();
  EVIDENT_ASSIGN_OR_RETURN(options.key_encryption_key,
                           audit::ReadKeyEncryptionKey(site.path() + "/kek.key"));
  return audit::KeyRing::Open(options);
}

absl::StatusOr<std::map<Outcome, int>> CountFrom(const Site& site, uint64_t first) {
  audit::StoreOptions options;
  options.path = site.log_path();
  options.read_only = true;
  EVIDENT_ASSIGN_OR_RETURN(const auto store, audit::OpenStore(options));
  std::map<Outcome, int> found;
  const auto rows = store->NewIterator(audit::kStoreLeaves);
  for (rows->Seek(audit::SizeKey(first)); rows->Valid(); rows->Next()) {
    EVIDENT_ASSIGN_OR_RETURN(const audit::Leaf leaf, audit::DecodeLeaf(rows->value()));
    ++found[{std::string(audit::RpcMethodOf(leaf.rpc)), leaf.grpc_status}];
  }
  EVIDENT_RETURN_IF_ERROR(rows->status());
  return found;
}

absl::Status Check(const Site& copy, uint64_t first, Stored& stored) {
  EVIDENT_ASSIGN_OR_RETURN(const auto keys, KeysOf(copy));
  audit::FsckOptions options;
  options.keys = keys.get();
  EVIDENT_ASSIGN_OR_RETURN(
      const audit::FsckReport report,
      audit::CheckLog(copy.log_path(), copy.path() + "/guard", copy.verifier(), options));
  stored.wrong = report.problems;
  stored.entries = report.entries;
  if (!report.guard_checked) stored.wrong.push_back("the guard was not checked");
  if (report.bodies_opened != report.entries) stored.wrong.push_back("a body was not opened");
  EVIDENT_ASSIGN_OR_RETURN(stored.found, CountFrom(copy, first));
  return absl::OkStatus();
}

int Of(const std::map<Outcome, int>& calls, const Outcome& outcome) {
  const auto found = calls.find(outcome);
  return found == calls.end() ? 0 : found->second;
}

}  // namespace

Stored CheckStored(const Site& site, uint64_t first) {
  const TempDir dir;
  Stored stored;
  const auto copy = site.CopyTo(dir.path() + "/copy");
  const absl::Status status = copy.ok() ? Check(*copy, first, stored) : copy.status();
  if (!status.ok()) stored.wrong.push_back(status.ToString());
  return stored;
}

std::vector<std::string> Compare(const Stored& stored, const Load::Result& sent) {
  std::set<Outcome> outcomes;
  for (const auto* const calls : {&stored.found, &sent.told, &sent.cut_off}) {
    for (const auto& [outcome, count] : *calls) outcomes.insert(outcome);
  }
  std::vector<std::string> wrong;
  for (const Outcome& outcome : outcomes) {
    const int found = Of(stored.found, outcome);
    const int told = Of(sent.told, outcome);
    const int most = told + Of(sent.cut_off, outcome);
    if (found >= told && found <= most) continue;
    wrong.push_back("'" + outcome.first + "' with status " + std::to_string(outcome.second) + ": " +
                    std::to_string(found) + " entries, not " + std::to_string(told) + " to " +
                    std::to_string(most));
  }
  return wrong;
}

}  // namespace evident::crash
