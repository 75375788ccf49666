#include "server/import_stream.h"

#include <utility>
#include <vector>

#include "audit/proof/commitment.h"
#include "base/limits.h"
#include "base/status.h"
#include "server/handlers/request_mark.h"

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

}  // namespace

ImportStream::ImportStream(ImportParts& parts, Arrival arrival, DepartureDone done)
    : RecordedStream(parts.call, parts.in_flight, std::move(arrival), std::move(done)),
      importer_(parts.importer) {}

std::shared_ptr<ImportStream> ImportStream::Self() {
  return std::static_pointer_cast<ImportStream>(shared_from_this());
}

void ImportStream::Begin(absl::AnyInvocable<void()> resume) {
  auto go_on = std::make_shared<absl::AnyInvocable<void()>>(std::move(resume));
  RunFirst([self = Self(), go_on](const absl::Status& busy) {
    if (self->CheckIn(busy) == Step::kGoOn) (*go_on)();
  });
}

ImportStream::Step ImportStream::CheckIn(const absl::Status& busy) {
  absl::Status status = busy;
  if (status.ok()) status = overload();
  if (status.ok()) status = Admission::Authorise(call());
  if (status.ok() && !TakeSlot(kImportsInFlightMax)) status = Busy();
  if (status.ok()) return Step::kGoOn;
  Refuse(status, std::nullopt);
  return Step::kDone;
}

void ImportStream::OnMessage(MessageReader read, absl::AnyInvocable<void()> resume) {
  // Shared, because a queue that is full drops what it was given.
  auto take = std::make_shared<MessageReader>(std::move(read));
  auto go_on = std::make_shared<absl::AnyInvocable<void()>>(std::move(resume));
  RunNext(
      [self = Self(), take, go_on] {
        if (self->Take((*take)()) == Step::kGoOn) (*go_on)();
      },
      [self = Self(), take] {
        if (self->opened()) return self->Close(WorkersBusy());
        self->Refuse(WorkersBusy(), (*take)());
      });
}

ImportStream::Step ImportStream::Take(const std::optional<std::string>& message) {
  if (!opened()) return Open(message);
  const absl::Status alive = call().CheckAlive();
  if (!alive.ok()) return Fail(alive);
  if (!message) return Fail(AtTheEnd());
  Count(audit::CommitRequest(salt(), *message));
  return Continue(*message);
}

ImportStream::Step ImportStream::Open(const std::optional<std::string>& message) {
  const absl::Status status = CheckHeader(message);
  if (!status.ok()) {
    Refuse(status, message);
    return Step::kDone;
  }
  call().notes().effect = std::string(header_.publish()         ? "publish"
                                      : header_.validate_only() ? "validate"
                                                                : "draft") +
                          " pack " + header_.pack() + ", label " + header_.label();
  if (!RecordOpening(message)) return Step::kDone;
  Count(audit::CommitRequest(salt(), *message));
  return Step::kGoOn;
}

absl::Status ImportStream::CheckHeader(const std::optional<std::string>& message) {
  EVIDENT_RETURN_IF_ERROR(call().CheckAlive());
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
  if (header_.publish() && header_.validate_only()) {
    violations.push_back({"header.publish", "does not go with validate_only"});
  }
  if (!header_.draft().empty() && !Drafts()) {
    violations.push_back({"header.draft", "goes with neither publish nor validate_only"});
  }
  if (!violations.empty()) {
    return Invalid("IMPORT_HEADER", "the header of the import is not valid", violations);
  }
  if (header_.publish() && !call().caller().roles.Has(Role::kPublisher)) {
    return MakeError(absl::StatusCode::kPermissionDenied, "ROLE_MISSING",
                     call().caller().identity +
                         " may validate packs; to publish one takes the "
                         "role publisher as well");
  }
  return absl::OkStatus();
}

ImportStream::Step ImportStream::Continue(const std::string& message) {
  absl::Status status = Admission::CheckSize(message.size());
  v1::ImportPackRequest request;
  if (status.ok()) status = ParseRequest(message, request);
  if (!status.ok()) return Fail(status);
  switch (request.part_case()) {
    case v1::ImportPackRequest::kFile:
      status = pack_.Add(*request.mutable_file());
      return status.ok() ? Step::kGoOn : Fail(status);
    case v1::ImportPackRequest::kCommit:
      return Commit(message, request.commit());
    default:
      return Fail(Invalid("IMPORT_ORDER", "after its header an import takes files and a commit"));
  }
}

ImportStream::Step ImportStream::Commit(const std::string& message,
                                        const v1::ImportPackCommit& commit) {
  const absl::Status complete = pack_.CheckCommit(commit);
  if (!complete.ok()) return Fail(complete);
  const absl::StatusOr<bool> answered = AnswerAgain(commit);
  if (!answered.ok()) return Fail(answered.status());
  if (*answered) return Step::kDone;
  auto prepared = importer_.Prepare(header_, pack_.files(), [this] { return call().CheckAlive(); });
  if (!prepared.ok()) return Fail(prepared.status());
  const absl::Status alive = call().CheckAlive();
  if (!alive.ok()) return Fail(alive);
  if (header_.publish() || Drafts()) return Publish(message, **prepared);
  const v1::ImportPackResponse response = (*prepared)->Validated();
  Close(absl::OkStatus(), response.SerializeAsString());
  return Step::kDone;
}

absl::StatusOr<bool> ImportStream::AnswerAgain(const v1::ImportPackCommit& commit) {
  EVIDENT_ASSIGN_OR_RETURN(auto mark,
                           MarkOf(call(), header_.request_id(),
                                  header_.SerializeAsString() + commit.SerializeAsString()));
  call().set_mark(mark);
  EVIDENT_ASSIGN_OR_RETURN(auto answer, importer_.AnsweredBefore(call()));
  if (!answer) return false;
  Close(absl::OkStatus(), *std::move(answer));
  return true;
}

ImportStream::Step ImportStream::Publish(const std::string& message, PreparedImport& prepared) {
  const absl::StatusOr<Committed> intent = Announce(
      parts().recorder, call(), message, call().notes().effect + ", opened by " + opening());
  if (!intent.ok()) {
    Depart(intent.status(), AuditUnavailable(), "");
    return Step::kDone;
  }
  const auto published = prepared.Publish({call().caller().identity, intent->name, &call()});
  std::string bytes;
  if (published.ok()) {
    const absl::StatusOr<Digest> release = Digest::FromBytes(published->release().release_digest());
    if (release.ok() && !Drafts()) call().notes().release = *release;
    call().notes().effect = Drafts()                 ? "made " + published->draft().name()
                            : published->unchanged() ? "nothing differed, nothing was published"
                                                     : "published " + published->release().name();
    bytes = published->SerializeAsString();
  } else {
    call().notes().effect = "nothing was published";
  }
  Conclude(
      parts().recorder, parts().hooks, call(), published.status(), std::move(bytes), *intent,
      [self = Self()](const absl::Status& status, Departure departure, const std::string& entry) {
        self->Depart(status, std::move(departure), entry);
      });
  return Step::kDone;
}

ImportStream::Step ImportStream::Fail(const absl::Status& status) {
  Close(status);
  return Step::kDone;
}

absl::Status ImportStream::AtTheEnd() const {
  EVIDENT_RETURN_IF_ERROR(call().CheckAlive());
  return Invalid("IMPORT_NOT_COMMITTED",
                 "the stream ended without a commit message: nothing was imported");
}

}  // namespace evident::server
