#include "graph/storage/test_database.h"

#include <cstdlib>
#include <iostream>

#include "base/status.h"
#include "graph/storage/derived_rows.h"
#include "graph/storage/direct_reader.h"
#include "graph/storage/verified_graph.h"

namespace evident::graph {

std::vector<StoredRow> AllRows(const kv::Database& database) {
  std::vector<StoredRow> rows;
  for (size_t family = kNamesFamily.index; family <= kReleasesFamily.index; ++family) {
    const auto row = database.NewIterator(kv::Family{family});
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      rows.push_back({{family}, std::string(row->key()), std::string(row->value())});
    }
  }
  return rows;
}

absl::Status Replace(kv::Database& database, const StoredRow& before, const StoredRow& after) {
  kv::WriteBatch batch;
  batch.Delete(before.family, before.key);
  batch.Put(after.family, after.key, after.value);
  return database.Write(batch, kv::Durability::kSync);
}

TestDatabase::TestDatabase() {
  if (const absl::Status opened = Reopen(); !opened.ok()) {
    std::cerr << opened.ToString() << std::endl;
    std::abort();
  }
}

absl::Status TestDatabase::Reopen() {
  database_.reset();
  GraphDatabaseOptions options;
  options.path = path_;
  options.create = true;
  EVIDENT_ASSIGN_OR_RETURN(database_, OpenGraphDatabase(options));
  return absl::OkStatus();
}

absl::StatusOr<storage::v1::ReleaseRecord> WriteRelease(kv::Database& database,
                                                        const GraphDraft& draft,
                                                        size_t batch_rows_max) {
  EVIDENT_ASSIGN_OR_RETURN(const auto parent, ReadNewestRelease(database));
  const DirectReader reader(database, parent, NewerRows::kRefuse);
  EVIDENT_ASSIGN_OR_RETURN(const Rows before, reader.ReadRows());
  EVIDENT_ASSIGN_OR_RETURN(std::vector<Digest> buckets, reader.ReadBuckets());
  const ContentTree tree(std::move(buckets));
  EVIDENT_ASSIGN_OR_RETURN(const Rows after, BuildRows(draft));
  const ReleaseWriter writer(before, after, tree);
  storage::v1::ReleaseRecord record;
  record.set_number(parent.number() + 1);
  record.set_parent(parent.number());
  record.set_label("release " + std::to_string(record.number()));
  record.set_publish_time_ns(1000 * int64_t{record.number()});
  record.set_content_digest(std::string(writer.content_digest().view()));
  EVIDENT_ASSIGN_OR_RETURN(const Digest above, Digest::FromBytes(parent.release_digest()));
  EVIDENT_ASSIGN_OR_RETURN(const Digest digest, ReleaseDigest(above, record));
  record.set_release_digest(std::string(digest.view()));
  EVIDENT_RETURN_IF_ERROR(writer.Write(database, record, batch_rows_max));
  return record;
}

absl::StatusOr<storage::v1::ReleaseRecord> CheckHead(const kv::Database& database) {
  EVIDENT_ASSIGN_OR_RETURN(const auto head, ReadNewestRelease(database));
  EVIDENT_ASSIGN_OR_RETURN(const VerifiedGraph verified,
                           ReadVerifiedGraph(database, head, NewerRows::kRefuse));
  EVIDENT_RETURN_IF_ERROR(CheckDerivedRows(database, *verified.graph, NewerRows::kRefuse));
  return head;
}

}  // namespace evident::graph
