#include "server/handlers/subject_acts.h"

#include <memory>
#include <string>
#include <utility>

#include "audit/index/erasure.h"
#include "audit/log/store.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/status.h"
#include "server/handlers/act_fields.h"
#include "server/recorder.h"

namespace evident::server {
namespace {

// Whom a request is about. The subject does not go into what the entries say in one line, which is
// read by more people than may know it.
struct Subject {
  audit::SealScope scope;
  std::string reason;
};

template <typename Request>
absl::StatusOr<Subject> SubjectOf(const Call& call, const Request& request) {
  ActFields fields;
  if (request.subject().empty() || request.subject().size() > kSubjectBytesMax) {
    fields.Refuse("subject", "must be 1 to " + std::to_string(kSubjectBytesMax) + " bytes");
  }
  if (request.tenant().size() > kTenantBytesMax) {
    fields.Refuse("tenant", "must be at most " + std::to_string(kTenantBytesMax) + " bytes");
  }
  fields.NeedText("reason", request.reason());
  EVIDENT_RETURN_IF_ERROR(fields.Status());
  const std::string& tenant = request.tenant().empty() ? call.caller().tenant : request.tenant();
  return Subject{{tenant, request.subject(), ""}, request.reason()};
}

class EraseChange final : public PreparedChange {
 public:
  EraseChange(const SubjectSources& sources, Subject subject)
      : sources_(sources), subject_(std::move(subject)) {}

  std::string Effect() const override {
    return "erase a subject of the tenant '" + subject_.scope.tenant + "': " + subject_.reason;
  }

  absl::StatusOr<std::string> Apply(Call& call, const std::string& intent) override {
    call.notes().effect = "nothing was erased";
    EntryDraft entry = DraftEntry(call, audit::LeafKind::kErasure, absl::OkStatus());
    entry.body.set_effect("the key of a subject is destroyed, as " + intent + " announced");
    const auto erased =
        audit::EraseSubject(sources_.log, sources_.index, subject_.scope, intent, std::move(entry));
    if (!erased.ok()) return erased.status();
    const std::string id = audit::KeyIdBytes(erased->key_id);
    call.notes().effect = "destroyed the key " + HexEncode(id) + "; " + erased->entry.name;
    v1::EraseSubjectResponse response;
    response.set_key_id(id);
    response.set_entry(erased->entry.name);
    return response.SerializeAsString();
  }

 private:
  const SubjectSources& sources_;
  const Subject subject_;
};

class HoldChange final : public PreparedChange {
 public:
  HoldChange(const SubjectSources& sources, Subject subject, bool place)
      : sources_(sources), subject_(std::move(subject)), place_(place) {}

  std::string Effect() const override {
    return std::string(place_ ? "place" : "lift") + " a legal hold on a subject of the tenant '" +
           subject_.scope.tenant + "': " + subject_.reason;
  }

  absl::StatusOr<std::string> Apply(Call& call, const std::string& intent) override {
    audit::KeyRing& keys = sources_.log.keys();
    call.notes().effect = "no hold was changed";
    EVIDENT_RETURN_IF_ERROR(place_ ? keys.PlaceHold(subject_.scope, intent, call.clock().NowNs())
                                   : keys.LiftHold(subject_.scope, intent));
    call.notes().effect = place_ ? "a hold was placed" : "a hold was lifted";
    return place_ ? v1::PlaceLegalHoldResponse().SerializeAsString()
                  : v1::LiftLegalHoldResponse().SerializeAsString();
  }

 private:
  const SubjectSources& sources_;
  const Subject subject_;
  const bool place_;
};

}  // namespace

absl::StatusOr<Reply> EraseSubject(const SubjectSources& sources, Call& call,
                                   const v1::EraseSubjectRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(Subject subject, SubjectOf(call, request));
  return Reply{"", false, std::make_unique<EraseChange>(sources, std::move(subject))};
}

absl::StatusOr<Reply> PlaceLegalHold(const SubjectSources& sources, Call& call,
                                     const v1::PlaceLegalHoldRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(Subject subject, SubjectOf(call, request));
  return Reply{"", false, std::make_unique<HoldChange>(sources, std::move(subject), true)};
}

absl::StatusOr<Reply> LiftLegalHold(const SubjectSources& sources, Call& call,
                                    const v1::LiftLegalHoldRequest& request) {
  EVIDENT_ASSIGN_OR_RETURN(Subject subject, SubjectOf(call, request));
  return Reply{"", false, std::make_unique<HoldChange>(sources, std::move(subject), false)};
}

}  // namespace evident::server
