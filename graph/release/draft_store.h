// Drafts, and what else the family drafts keeps: the text of packs, answers to changes with an id.
#ifndef EVIDENT_GRAPH_RELEASE_DRAFT_STORE_H_
#define EVIDENT_GRAPH_RELEASE_DRAFT_STORE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "evident/storage/v1/graph.pb.h"
#include "graph/storage/release_writer.h"
#include "kv/database.h"

namespace evident::graph {

// What a draft changes: place in the draft to change.
using DraftChanges = std::map<uint32_t, storage::v1::DraftChangeRecord>;

// A write of a draft: its record after it, and the rows that go with it.
struct DraftWrite {
  storage::v1::DraftRecord record;
  DraftChanges changes;           // put, by place
  std::vector<uint32_t> removed;  // places
  std::optional<storage::v1::PackTextRecord> text;
};

// Thread safe. Damaged rows are DATA_LOSS (DRAFT_ROW_CORRUPT) naming the key; kv's errors.
class DraftStore {
 public:
  // `database` outlives the store.
  explicit DraftStore(kv::Database& database) : database_(database) {}

  // NOT_FOUND (DRAFT_UNKNOWN).
  absl::StatusOr<storage::v1::DraftRecord> Get(uint32_t number) const;
  absl::StatusOr<DraftChanges> Changes(uint32_t number) const;

  // The text of the pack that the draft was made from; nullopt when it was made from none.
  absl::StatusOr<std::optional<storage::v1::PackTextRecord>> Text(uint32_t number) const;

  // At most `most` drafts below `before` (0: from the newest on), the newest first.
  absl::StatusOr<std::vector<storage::v1::DraftRecord>> List(uint32_t before, size_t most) const;

  // Rows to be written along with a draft, which it is given as it is stored. Asked while nobody
  // else can act on drafts; its error ends the write with nothing stored.
  using Attach = std::function<absl::StatusOr<std::vector<AttachedRow>>(
      const storage::v1::DraftRecord& stored)>;

  // Stores a new draft durably under the next number, which it sets; the revision becomes 1.
  absl::StatusOr<storage::v1::DraftRecord> Create(DraftWrite write, const Attach& attach = nullptr);

  // Stores an act on a draft durably; `write.record` has the revision that it was worked out from,
  // and the next one is stored. ABORTED (DRAFT_MOVED) when the draft has another by now.
  absl::StatusOr<storage::v1::DraftRecord> Save(DraftWrite write, const Attach& attach = nullptr);

  // Runs `publish` while nobody else can act on the draft, and hands it the record with the next
  // revision, whose row is to be written along. ABORTED (DRAFT_MOVED).
  absl::Status Publish(storage::v1::DraftRecord record,
                       const std::function<absl::Status(storage::v1::DraftRecord)>& publish);

  // The row of a draft's record.
  static AttachedRow RowOf(const storage::v1::DraftRecord& record);

  // The draft with an act that this audit entry announced; nullopt when there is none. Reads every
  // draft.
  absl::StatusOr<std::optional<storage::v1::DraftRecord>> FindByIntent(
      const std::string& intent) const;

  // What the pack's files said beside nodes and edges, as of the release; nullopt when it came
  // without files, or never.
  absl::StatusOr<std::optional<storage::v1::PackTextRecord>> PackText(const std::string& pack,
                                                                      ReleaseNumber release) const;

  // The row that keeps the text of the pack that it names from this release on. One without a label
  // says that there is none.
  static AttachedRow PackTextAt(ReleaseNumber release, const storage::v1::PackTextRecord& text);

  // Durably. For text that changed where no release did.
  absl::Status PutPackText(const AttachedRow& row);

  // What was answered under this id; nullopt when nothing was, or no later than `oldest_ns`.
  absl::StatusOr<std::optional<storage::v1::AnsweredRequest>> Answer(const Digest& id,
                                                                     int64_t oldest_ns) const;

  // The rows that keep an answer.
  static std::vector<AttachedRow> AnswerRows(const Digest& id,
                                             const storage::v1::AnsweredRequest& answer);

  // Forgets answers of no later than `oldest_ns`, a few at a time.
  absl::Status ForgetAnswers(int64_t oldest_ns);

 private:
  absl::Status Write(const DraftWrite& write, const Attach& attach) EVIDENT_REQUIRES(mutex_);
  // Takes the record to its next revision. ABORTED (DRAFT_MOVED).
  absl::Status Advance(storage::v1::DraftRecord& record) const EVIDENT_REQUIRES(mutex_);

  kv::Database& database_;
  mutable Mutex mutex_;  // one act at a time
};

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_DRAFT_STORE_H_
