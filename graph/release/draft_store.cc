#include "graph/release/draft_store.h"

#include <limits>
#include <memory>
#include <utility>

#include "base/status.h"
#include "graph/model/keys.h"
#include "graph/storage/draft_rows.h"

namespace evident::graph {
namespace {

constexpr size_t kForgottenAtOnce = 64;

void PutRow(const AttachedRow& row, kv::WriteBatch& batch) {
  batch.Put(kDraftsFamily, row.key, row.value);
}

}  // namespace

absl::StatusOr<storage::v1::DraftRecord> DraftStore::Get(uint32_t number) const {
  storage::v1::DraftRecord record;
  EVIDENT_ASSIGN_OR_RETURN(const bool found,
                           ReadRow(database_, DraftKey(number, kDraftRecordPlace), record));
  if (found) return record;
  return MakeError(absl::StatusCode::kNotFound, "DRAFT_UNKNOWN",
                   "there is no draft " + std::to_string(number));
}

absl::StatusOr<DraftChanges> DraftStore::Changes(uint32_t number) const {
  DraftChanges changes;
  const std::unique_ptr<kv::Iterator> row =
      database_.NewIterator(kDraftsFamily, DraftKey(number, std::numeric_limits<uint32_t>::max()));
  for (row->Seek(DraftKey(number, kFirstChangePlace)); row->Valid(); row->Next()) {
    const std::optional<DraftPlace> at = ParseDraftKey(row->key());
    if (!at) break;
    EVIDENT_RETURN_IF_ERROR(OpenRow(row->key(), row->value(), changes[at->place]));
  }
  EVIDENT_RETURN_IF_ERROR(row->status());
  return changes;
}

absl::StatusOr<std::optional<storage::v1::PackTextRecord>> DraftStore::Text(uint32_t number) const {
  storage::v1::PackTextRecord text;
  EVIDENT_ASSIGN_OR_RETURN(const bool found,
                           ReadRow(database_, DraftKey(number, kDraftTextPlace), text));
  if (!found) return std::optional<storage::v1::PackTextRecord>();
  return std::optional(std::move(text));
}

absl::StatusOr<std::vector<storage::v1::DraftRecord>> DraftStore::List(uint32_t before,
                                                                       size_t most) const {
  std::vector<storage::v1::DraftRecord> drafts;
  const uint32_t above = before == 0 ? std::numeric_limits<uint32_t>::max() : before;
  const std::unique_ptr<kv::Iterator> row = database_.NewIterator(kDraftsFamily);
  row->SeekForPrev(DraftPrefix(above));
  while (row->Valid() && drafts.size() < most) {
    const std::optional<DraftPlace> at = ParseDraftKey(row->key());
    if (!at) break;
    EVIDENT_ASSIGN_OR_RETURN(storage::v1::DraftRecord draft, Get(at->draft));
    drafts.push_back(std::move(draft));
    row->SeekForPrev(DraftPrefix(at->draft));
  }
  EVIDENT_RETURN_IF_ERROR(row->status());
  return drafts;
}

AttachedRow DraftStore::RowOf(const storage::v1::DraftRecord& record) {
  return SealRow(DraftKey(record.number(), kDraftRecordPlace), record);
}

absl::Status DraftStore::Write(const DraftWrite& write, const Attach& attach) {
  const uint32_t number = write.record.number();
  kv::WriteBatch batch;
  PutRow(RowOf(write.record), batch);
  if (write.text) PutRow(SealRow(DraftKey(number, kDraftTextPlace), *write.text), batch);
  for (const uint32_t place : write.removed) batch.Delete(kDraftsFamily, DraftKey(number, place));
  for (const auto& [place, change] : write.changes) {
    PutRow(SealRow(DraftKey(number, place), change), batch);
  }
  if (attach) {
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<AttachedRow> rows, attach(write.record));
    for (const AttachedRow& row : rows) PutRow(row, batch);
  }
  return database_.Write(batch, kv::Durability::kSync);
}

absl::StatusOr<storage::v1::DraftRecord> DraftStore::Create(DraftWrite write,
                                                            const Attach& attach) {
  MutexLock lock(mutex_);
  EVIDENT_ASSIGN_OR_RETURN(const auto newest, List(0, 1));
  write.record.set_number(newest.empty() ? 1 : newest[0].number() + 1);
  write.record.set_revision(1);
  EVIDENT_RETURN_IF_ERROR(Write(write, attach));
  return std::move(write.record);
}

absl::Status DraftStore::Advance(storage::v1::DraftRecord& record) const {
  EVIDENT_ASSIGN_OR_RETURN(const storage::v1::DraftRecord stored, Get(record.number()));
  if (stored.revision() == record.revision()) {
    record.set_revision(record.revision() + 1);
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kAborted, "DRAFT_MOVED",
                   "the draft " + std::to_string(record.number()) +
                       " was acted on since it was read: look at it again");
}

absl::StatusOr<storage::v1::DraftRecord> DraftStore::Save(DraftWrite write, const Attach& attach) {
  MutexLock lock(mutex_);
  EVIDENT_RETURN_IF_ERROR(Advance(write.record));
  EVIDENT_RETURN_IF_ERROR(Write(write, attach));
  return std::move(write.record);
}

absl::Status DraftStore::Publish(
    storage::v1::DraftRecord record,
    const std::function<absl::Status(storage::v1::DraftRecord)>& publish) {
  MutexLock lock(mutex_);
  EVIDENT_RETURN_IF_ERROR(Advance(record));
  return publish(std::move(record));
}

absl::StatusOr<std::optional<storage::v1::DraftRecord>> DraftStore::FindByIntent(
    const std::string& intent) const {
  constexpr size_t kAtATime = 256;
  for (uint32_t before = 0;;) {
    EVIDENT_ASSIGN_OR_RETURN(std::vector<storage::v1::DraftRecord> drafts, List(before, kAtATime));
    for (storage::v1::DraftRecord& draft : drafts) {
      for (const v1::DraftEvent& event : draft.events()) {
        if (event.intent() == intent) return std::optional(std::move(draft));
      }
    }
    if (drafts.size() < kAtATime) return std::optional<storage::v1::DraftRecord>();
    before = drafts.back().number();
  }
}

absl::StatusOr<std::optional<storage::v1::PackTextRecord>> DraftStore::PackText(
    const std::string& pack, ReleaseNumber release) const {
  const std::string row_of_pack = PackTextRow(pack);
  const std::unique_ptr<kv::Iterator> row =
      database_.NewIterator(kDraftsFamily, PrefixEnd(row_of_pack));
  row->Seek(AtRelease(row_of_pack, release));
  EVIDENT_RETURN_IF_ERROR(row->status());
  if (!row->Valid()) return std::optional<storage::v1::PackTextRecord>();
  storage::v1::PackTextRecord text;
  EVIDENT_RETURN_IF_ERROR(OpenRow(row->key(), row->value(), text));
  // An import without files takes the text of the one before away by an empty one.
  if (text.label().empty()) return std::optional<storage::v1::PackTextRecord>();
  return std::optional(std::move(text));
}

AttachedRow DraftStore::PackTextAt(ReleaseNumber release, const storage::v1::PackTextRecord& text) {
  return SealRow(AtRelease(PackTextRow(text.pack()), release), text);
}

absl::Status DraftStore::PutPackText(const AttachedRow& row) {
  kv::WriteBatch batch;
  PutRow(row, batch);
  return database_.Write(batch, kv::Durability::kSync);
}

absl::StatusOr<std::optional<storage::v1::AnsweredRequest>> DraftStore::Answer(
    const Digest& id, int64_t oldest_ns) const {
  storage::v1::AnsweredRequest answer;
  EVIDENT_ASSIGN_OR_RETURN(const bool found, ReadRow(database_, AnswerKey(id), answer));
  if (!found || answer.time_ns() <= oldest_ns) {
    return std::optional<storage::v1::AnsweredRequest>();
  }
  return std::optional(std::move(answer));
}

std::vector<AttachedRow> DraftStore::AnswerRows(const Digest& id,
                                                const storage::v1::AnsweredRequest& answer) {
  return {SealRow(AnswerKey(id), answer), {AnswerTimeKey(answer.time_ns(), id), ""}};
}

absl::Status DraftStore::ForgetAnswers(int64_t oldest_ns) {
  MutexLock lock(mutex_);
  kv::WriteBatch batch;
  const std::unique_ptr<kv::Iterator> row =
      database_.NewIterator(kDraftsFamily, AnswerTimeKey(oldest_ns + 1, Digest()));
  size_t forgotten = 0;
  for (row->Seek(AnswerTimeKey(0, Digest())); row->Valid() && forgotten < kForgottenAtOnce;
       row->Next(), ++forgotten) {
    const std::optional<AnswerTime> time = ParseAnswerTimeKey(row->key());
    if (!time) break;
    batch.Delete(kDraftsFamily, row->key());
    storage::v1::AnsweredRequest answer;
    EVIDENT_ASSIGN_OR_RETURN(const bool found, ReadRow(database_, AnswerKey(time->id), answer));
    // The id may have been used again since.
    if (found && answer.time_ns() == time->time_ns) {
      batch.Delete(kDraftsFamily, AnswerKey(time->id));
    }
  }
  EVIDENT_RETURN_IF_ERROR(row->status());
  return forgotten == 0 ? absl::OkStatus() : database_.Write(batch, kv::Durability::kBuffered);
}

}  // namespace evident::graph
