#include "kv/rocks_iterator.h"

#include <utility>

#include "kv/rocksdb_status.h"

namespace evident::kv {
namespace {

class RowIterator final : public Iterator {
 public:
  RowIterator(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, rocksdb::ReadOptions options,
              std::string_view upper_bound, std::string where)
      : upper_bound_(upper_bound), bound_slice_(upper_bound_), where_(std::move(where)) {
    if (!upper_bound_.empty()) options.iterate_upper_bound = &bound_slice_;
    iterator_.reset(db->NewIterator(options, family));
  }
  void Seek(std::string_view key) override { iterator_->Seek(ToSlice(key)); }
  void SeekForPrev(std::string_view key) override { iterator_->SeekForPrev(ToSlice(key)); }
  void SeekToFirst() override { iterator_->SeekToFirst(); }
  void SeekToLast() override { iterator_->SeekToLast(); }
  void Next() override { iterator_->Next(); }
  void Prev() override { iterator_->Prev(); }
  bool Valid() const override { return iterator_->Valid(); }
  std::string_view key() const override { return FromSlice(iterator_->key()); }
  std::string_view value() const override { return FromSlice(iterator_->value()); }
  absl::Status status() const override {
    return FromRocks(iterator_->status(), "walking " + where_);
  }

 private:
  const std::string upper_bound_;
  const rocksdb::Slice bound_slice_;
  const std::string where_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

// Of a database that is closed, or of no column family.
class NoIterator final : public Iterator {
 public:
  explicit NoIterator(absl::Status status) : status_(std::move(status)) {}
  void Seek(std::string_view) override {}
  void SeekForPrev(std::string_view) override {}
  void SeekToFirst() override {}
  void SeekToLast() override {}
  void Next() override {}
  void Prev() override {}
  bool Valid() const override { return false; }
  std::string_view key() const override { return {}; }
  std::string_view value() const override { return {}; }
  absl::Status status() const override { return status_; }

 private:
  const absl::Status status_;
};

}  // namespace

rocksdb::ReadOptions CheckedReads() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  return options;
}

std::unique_ptr<Iterator> RocksIterator(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family,
                                        std::string_view upper_bound, std::string where) {
  return std::make_unique<RowIterator>(db, family, CheckedReads(), upper_bound, std::move(where));
}

std::unique_ptr<Iterator> FailedIterator(absl::Status status) {
  return std::make_unique<NoIterator>(std::move(status));
}

}  // namespace evident::kv
