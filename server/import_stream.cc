#include "server/import_stream.h"

#include <utility>
#include <vector>

#include "audit/proof/commitment.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::server {
namespace {

absl::Status Invalid(std::string_view reason, std::string_view message,
                     const std::vector<Violation>& violations = {}) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason, message, violations);
}

absl::Status Busy() {
  return MakeError(absl::StatusCode::kResourceExhausted, "IMPORTS_IN_FLIGHT",
                   "the server has " + std::to_string(kImportsInFlightMax) +
                       " imports under way, which is its cap");
}

absl::Status WorkersBusy() {
  return MakeError(absl::StatusCode::kResourceExhausted, "WORKERS_BUSY",
                   "all workers are busy and their queue is full");
}

}  // namespace

ImportStream::ImportStream(ImportParts& parts, Arrival arrival, DepartureDone done)
    : parts_(parts),
      arrival_(std::move(arrival)),
      done_(std::move(done)),
      call_(parts.call.admission.NewCall(arrival_)),
      ticket_(parts.call.admission.Enter()) {}

ImportStream::~ImportStream() {
  if (holds_slot_) --parts_.in_flight;
}

bool ImportStream::TakeSlot() {
  size_t taken = parts_.in_flight.load();
  while (taken < kImportsInFlightMax) {
    if (parts_.in_flight.compare_exchange_weak(taken, taken + 1)) return holds_slot_ = true;
  }
  return false;
}

void ImportStream::Begin(absl::AnyInvocable<void()> resume) {
  auto go_on = std::make_shared<absl::AnyInvocable<void()>>(std::move(resume));
  auto self = shared_from_this();
  if (parts_.call.pool.TrySubmit([self, go_on] {
        if (self->CheckIn() == Step::kGoOn) (*go_on)();
      })) {
    return;
  }
  if (parts_.call.overflow.TrySubmit([self] {
        if (self->parts_.call.admission.Authenticate(self->arrival_, *self->call_).ok()) {
          self->Refuse(WorkersBusy(), std::nullopt);
        } else {
          self->CheckIn();
        }
      })) {
    return;
  }
  parts_.call.aggregates.Count(PeerHost(arrival_.peer), AggregateReason::kOverload);
  Depart(WorkersBusy(), {ToWire(WorkersBusy(), 0), {}, {}}, "");
}

ImportStream::Step ImportStream::CheckIn() {
  const absl::Status known = parts_.call.admission.Authenticate(arrival_, *call_);
  if (!known.ok()) {
    parts_.call.aggregates.Count(PeerHost(arrival_.peer), AggregateReason::kUnauthenticated);
    Depart(known, {ToWire(known, 0), {}, {}}, "");
    return Step::kDone;
  }
  absl::Status status = ticket_.overload();
  if (status.ok()) status = Admission::Authorise(*call_);
  if (status.ok() && !TakeSlot()) status = Busy();
  return status.ok() ? Step::kGoOn : Refuse(status, std::nullopt);
}

void ImportStream::OnMessage(MessageReader read, absl::AnyInvocable<void()> resume) {
  // Shared, because a queue that is full drops what it was given.
  auto take = std::make_shared<MessageReader>(std::move(read));
  auto go_on = std::make_shared<absl::AnyInvocable<void()>>(std::move(resume));
  auto self = shared_from_this();
  if (parts_.call.pool.TrySubmit([self, take, go_on] {
        if (self->Take((*take)()) == Step::kGoOn) (*go_on)();
      })) {
    return;
  }
  const auto refuse = [self, take] {
    if (self->opened_) {
      self->Close(WorkersBusy(), nullptr);
    } else {
      self->Refuse(WorkersBusy(), (*take)());
    }
  };
  if (parts_.call.overflow.TrySubmit(refuse)) return;
  // Not even its refusal can wait, but a stream that is in the log must not stay open there. At
  // most kImportsInFlightMax streams get here.
  refuse();
}

ImportStream::Step ImportStream::Take(const std::optional<std::string>& message) {
  if (!opened_) return Open(message);
  const absl::Status alive = call_->CheckAlive();
  if (!alive.ok()) return Close(alive, nullptr);
  if (!message) return Close(AtTheEnd(), nullptr);
  ++sent_.messages;
  sent_.rolling = audit::ExtendRolling(sent_.rolling, audit::CommitRequest(salt_, *message));
  return Continue(*message);
}

ImportStream::Step ImportStream::Open(const std::optional<std::string>& message) {
  const absl::Status status = CheckHeader(message);
  if (!status.ok()) return Refuse(status, message);
  call_->notes().effect = std::string(header_.publish() ? "publish" : "validate") + " pack " +
                          header_.pack() + ", label " + header_.label();
  EntryDraft draft = DraftEntry(*call_, audit::LeafKind::kStreamOpen, absl::OkStatus());
  draft.request = message;
  const absl::StatusOr<Committed> recorded = parts_.call.recorder.AppendAndWait(std::move(draft));
  if (!recorded.ok()) {
    Depart(recorded.status(), AuditUnavailable(), "");
    return Step::kDone;
  }
  opened_ = true;
  opening_ = recorded->name;
  salt_ = recorded->receipt.request_salt().substr(0, audit::kSaltBytes);
  sent_.messages = 1;
  sent_.rolling = audit::ExtendRolling(sent_.rolling, audit::CommitRequest(salt_, *message));
  return Step::kGoOn;
}

absl::Status ImportStream::CheckHeader(const std::optional<std::string>& message) {
  EVIDENT_RETURN_IF_ERROR(call_->CheckAlive());
  if (!message) return AtTheEnd();
  EVIDENT_RETURN_IF_ERROR(Admission::CheckSize(message->size()));
  v1::ImportPackRequest request;
  EVIDENT_RETURN_IF_ERROR(ParseRequest(*message, request));
  if (!request.has_header()) {
    return Invalid("IMPORT_ORDER", "the first message of an import must be its header");
  }
  header_ = std::move(*request.mutable_header());
  std::vector<Violation> violations;
  if (header_.pack().empty() || header_.pack().size() > kNameBytesMax) {
    violations.push_back({"header.pack", "must be the pack's name, at most " +
                                             std::to_string(kNameBytesMax) + " bytes"});
  }
  if (header_.label().size() > kNameBytesMax) {
    violations.push_back(
        {"header.label", "must be at most " + std::to_string(kNameBytesMax) + " bytes"});
  }
  if (header_.publish() == header_.validate_only()) {
    violations.push_back({"header.publish",
                          "exactly one of publish and validate_only must be set: "
                          "there are no drafts yet"});
  }
  if (!violations.empty()) {
    return Invalid("IMPORT_HEADER", "the header of the import is not valid", violations);
  }
  if (header_.publish() && !call_->caller().roles.Has(Role::kPublisher)) {
    return MakeError(absl::StatusCode::kPermissionDenied, "ROLE_MISSING",
                     call_->caller().identity +
                         " may validate packs; to publish one takes the "
                         "role publisher as well");
  }
  return absl::OkStatus();
}

ImportStream::Step ImportStream::Continue(const std::string& message) {
  absl::Status status = Admission::CheckSize(message.size());
  v1::ImportPackRequest request;
  if (status.ok()) status = ParseRequest(message, request);
  if (!status.ok()) return Close(status, nullptr);
  switch (request.part_case()) {
    case v1::ImportPackRequest::kFile:
      status = pack_.Add(*request.mutable_file());
      return status.ok() ? Step::kGoOn : Close(status, nullptr);
    case v1::ImportPackRequest::kCommit:
      return Commit(message, request.commit());
    default:
      return Close(Invalid("IMPORT_ORDER", "after its header an import takes files and a commit"),
                   nullptr);
  }
}

ImportStream::Step ImportStream::Commit(const std::string& message,
                                        const v1::ImportPackCommit& commit) {
  const absl::Status complete = pack_.CheckCommit(commit);
  if (!complete.ok()) return Close(complete, nullptr);
  auto prepared =
      parts_.importer.Prepare(header_, pack_.files(), [this] { return call_->CheckAlive(); });
  if (!prepared.ok()) return Close(prepared.status(), nullptr);
  const absl::Status alive = call_->CheckAlive();
  if (!alive.ok()) return Close(alive, nullptr);
  if (header_.publish()) return Publish(message, **prepared);
  const v1::ImportPackResponse response = (*prepared)->Validated();
  return Close(absl::OkStatus(), &response);
}

ImportStream::Step ImportStream::Publish(const std::string& message, PreparedImport& prepared) {
  const absl::StatusOr<Committed> intent = Announce(
      parts_.call.recorder, *call_, message, call_->notes().effect + ", opened by " + opening_);
  if (!intent.ok()) {
    Depart(intent.status(), AuditUnavailable(), "");
    return Step::kDone;
  }
  const auto published = prepared.Publish(call_->caller().identity, intent->name);
  std::string bytes;
  if (published.ok()) {
    const absl::StatusOr<Digest> release = Digest::FromBytes(published->release().release_digest());
    if (release.ok()) call_->notes().release = *release;
    call_->notes().effect = published->unchanged() ? "nothing differed, nothing was published"
                                                   : "published " + published->release().name();
    bytes = published->SerializeAsString();
  } else {
    call_->notes().effect = "nothing was published";
  }
  Conclude(parts_.call.recorder, parts_.call.hooks, *call_, published.status(), std::move(bytes),
           *intent,
           [self = shared_from_this()](const absl::Status& status, Departure departure,
                                       const std::string& entry) {
             self->Depart(status, std::move(departure), entry);
           });
  return Step::kDone;
}

ImportStream::Step ImportStream::Refuse(const absl::Status& status,
                                        const std::optional<std::string>& message) {
  EntryDraft draft = DraftEntry(*call_, audit::LeafKind::kRefusal, status);
  draft.request = message;
  return Finish(std::move(draft), status, "");
}

ImportStream::Step ImportStream::Close(const absl::Status& status,
                                       const v1::ImportPackResponse* response) {
  call_->notes().effect = "closes the stream opened by " + opening_;
  EntryDraft draft = DraftEntry(*call_, audit::LeafKind::kStreamClose, status);
  draft.detail = sent_;
  return Finish(std::move(draft), status, response == nullptr ? "" : response->SerializeAsString());
}

ImportStream::Step ImportStream::Finish(EntryDraft draft, const absl::Status& status,
                                        std::string response) {
  if (status.ok()) draft.answer = response;
  parts_.call.recorder.Append(std::move(draft),
                              [self = shared_from_this(), status, response = std::move(response)](
                                  absl::StatusOr<Committed> recorded) mutable {
                                if (!recorded.ok())
                                  return self->Depart(recorded.status(), AuditUnavailable(), "");
                                self->DepartRecorded(status, std::move(response), *recorded);
                              });
  return Step::kDone;
}

void ImportStream::DepartRecorded(const absl::Status& status, std::string response,
                                  const Committed& entry) {
  Depart(status,
         {ToWire(status, entry.receipt_bytes.size()), std::move(response), entry.receipt_bytes},
         entry.name);
}

void ImportStream::Depart(const absl::Status& status, Departure departure,
                          const std::string& entry) {
  LogCall(*call_, status, entry);
  departure.ticket = std::move(ticket_);
  done_(std::move(departure));
}

absl::Status ImportStream::AtTheEnd() const {
  EVIDENT_RETURN_IF_ERROR(call_->CheckAlive());
  return Invalid("IMPORT_NOT_COMMITTED",
                 "the stream ended without a commit message: nothing was imported");
}

}  // namespace evident::server
