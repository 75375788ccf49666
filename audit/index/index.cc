#include "audit/index/index.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

#include "audit/index/index_rows.h"
#include "audit/index/term_cursor.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"

namespace evident::audit {
namespace {

std::string BytesOf(uint64_t number) {
  std::string bytes;
  AppendU64(bytes, number);
  return bytes;
}

}  // namespace

// What the log hands over, until it is taken in. Entries that did not fit, and those of before, are
// read from the log.
class Index::Intake final : public Follower {
 public:
  explicit Intake(const KeyRing& keys) : keys_(keys) {}

  std::string Digest(const Leaf& leaf, const v1::EntryBody& body) override {
    std::string digest;
    for (const IndexTerm& term : TermsOfLeaf(leaf)) digest += KeyOf(term);
    for (const IndexTerm& term : TermsOfBody(body)) digest += KeyOf(term);
    return digest;
  }

  void OnReleased(uint64_t first, std::vector<std::string> digests) override {
    MutexLock lock(mutex_);
    if (first != first_ + digests_.size() || digests_.size() >= kIndexIntakeMax) {
      digests_.clear();
      first_ = first;
    }
    for (std::string& digest : digests) digests_.push_back(std::move(digest));
    woken_ = true;
    changed_.NotifyOne();
  }

  // The keys of this entry, if they are here; those before it go.
  std::optional<std::vector<Key>> Take(uint64_t index) {
    MutexLock lock(mutex_);
    while (!digests_.empty() && first_ < index) Drop();
    if (digests_.empty() || first_ != index) return std::nullopt;
    const std::string digest = std::move(digests_.front());
    Drop();
    if (digest.empty()) return std::nullopt;
    std::vector<Key> keys;
    keys.reserve(digest.size() / kIndexKeyBytes);
    for (size_t at = 0; at < digest.size(); at += kIndexKeyBytes) {
      keys.push_back(digest.substr(at, kIndexKeyBytes));
    }
    return keys;
  }

  // Waits for more, or the end. False at the end.
  bool Wait() {
    MutexLock lock(mutex_);
    while (!woken_ && !closing_) changed_.Wait(mutex_);
    woken_ = false;
    return !closing_;
  }
  void Close() {
    MutexLock lock(mutex_);
    closing_ = true;
    changed_.NotifyOne();
  }

  Key KeyOf(const IndexTerm& term) {
    const bool recurs =
        term.field != IndexField::kSubject && term.field != IndexField::kClientReference;
    const std::string text = static_cast<char>(term.field) + term.text;
    if (recurs) {
      MutexLock lock(hashes_mutex_);
      if (const auto known = hashes_.find(text); known != hashes_.end()) return known->second;
    }
    Key key = TermKey(term, keys_);
    if (recurs) {
      MutexLock lock(hashes_mutex_);
      if (hashes_.size() >= kIndexHashesKept) hashes_.clear();
      hashes_.emplace(text, key);
    }
    return key;
  }

 private:
  void Drop() EVIDENT_REQUIRES(mutex_) {
    digests_.pop_front();
    ++first_;
  }

  const KeyRing& keys_;
  Mutex mutex_;
  CondVar changed_;
  uint64_t first_ EVIDENT_GUARDED_BY(mutex_) = 0;
  std::deque<std::string> digests_ EVIDENT_GUARDED_BY(mutex_);
  bool woken_ EVIDENT_GUARDED_BY(mutex_) = false;
  bool closing_ EVIDENT_GUARDED_BY(mutex_) = false;
  Mutex hashes_mutex_;
  // Of terms that come again and again: a hash costs more than looking it up.
  std::unordered_map<std::string, Key> hashes_ EVIDENT_GUARDED_BY(hashes_mutex_);
};

Index::Index(const IndexOptions& options, Log& log)
    : segment_entries_(options.segment_entries),
      log_(log),
      intake_(std::make_shared<Intake>(log.keys())) {}

absl::StatusOr<std::unique_ptr<Index>> Index::Open(const IndexOptions& options, Log& log) {
  std::unique_ptr<Index> index(new Index(options, log));
  EVIDENT_RETURN_IF_ERROR(index->OpenStore(options));
  log.SetFollower(index->intake_);
  index->follower_ = std::thread([raw = index.get()] { raw->FollowLoop(); });
  return index;
}

absl::Status Index::OpenStore(const IndexOptions& options) {
  constexpr auto kCreate = kv::OpenOptions::Mode::kCreate;
  EVIDENT_ASSIGN_OR_RETURN(store_,
                           OpenIndexStore(options.path, kCreate, options.fault_file_system));
  const absl::Status state = ReadState();
  if (ErrorReason(state) != "INDEX_STALE") return state;
  evident::Log(LogLevel::kWarning, "the audit log's index is built anew",
               {{"index", options.path}, {"reason", std::string(state.message())}});
  EVIDENT_RETURN_IF_ERROR(store_->Close());
  std::error_code error;
  std::filesystem::remove_all(options.path, error);
  if (error) {
    return MakeError(absl::StatusCode::kUnavailable, "DATABASE_IO",
                     options.path + ": " + error.message());
  }
  EVIDENT_ASSIGN_OR_RETURN(store_,
                           OpenIndexStore(options.path, kCreate, options.fault_file_system));
  return ReadState();
}

// How far the index has come; INDEX_STALE when it is not one of this log.
absl::Status Index::ReadState() {
  EVIDENT_ASSIGN_OR_RETURN(const auto segments, ReadFullSegments(*store_, log_.id().Origin()));
  if (!segments.has_value()) {
    kv::WriteBatch batch;
    batch.Put(kIndexDefault, kIndexOrigin, log_.id().Origin());
    batch.Put(kIndexDefault, kIndexSegments, BytesOf(0));
    return store_->Write(batch, kv::Durability::kSync);
  }
  if (*segments > log_.Size() / segment_entries_) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "INDEX_STALE",
                     "the index has more entries than the log");
  }
  MutexLock lock(mutex_);
  size_ = *segments * segment_entries_;
  return absl::OkStatus();
}

Index::Key Index::KeyOf(const IndexTerm& term) const { return intake_->KeyOf(term); }

// Of an entry whose body is gone only what its leaf says.
absl::StatusOr<Index::EntryKeys> Index::ReadKeys(uint64_t index) const {
  EVIDENT_ASSIGN_OR_RETURN(const Leaf leaf, log_.LeafAt(EntryIndex(index)));
  std::vector<IndexTerm> terms = TermsOfLeaf(leaf);
  EntryKeys entry;
  const auto sealed = log_.OpenEntry(EntryIndex(index));
  if (sealed.ok()) {
    std::vector<IndexTerm> more = TermsOfBody(sealed->body());
    std::move(more.begin(), more.end(), std::back_inserter(terms));
  } else if (ErrorReason(sealed.status()) == "KEY_ERASED" ||
             ErrorReason(sealed.status()) == "BODY_PRUNED") {
    entry.erased = true;
  } else {
    return sealed.status();
  }
  entry.keys.reserve(terms.size());
  for (const IndexTerm& term : terms) entry.keys.push_back(KeyOf(term));
  return entry;
}

absl::Status Index::AddNext(uint64_t index) {
  std::optional<std::vector<Key>> keys = intake_->Take(index);
  if (!keys.has_value()) {
    EVIDENT_ASSIGN_OR_RETURN(EntryKeys entry, ReadKeys(index));
    keys = std::move(entry.keys);
  }
  MutexLock lock(mutex_);
  const auto place = static_cast<uint32_t>(index % segment_entries_);
  for (const Key& key : *keys) open_[key].Add(place);
  // Where the rows cannot be written, the entry counts as not there yet, and is added again when
  // somebody asks: what is in memory is whole.
  if (place + 1 == segment_entries_) EVIDENT_RETURN_IF_ERROR(CloseSegment());
  ++size_;
  return absl::OkStatus();
}

// Writes the rows of the open segment, which is full but for the count.
absl::Status Index::CloseSegment() {
  const uint64_t segment = FullSegments();
  kv::WriteBatch batch;
  for (const auto& [key, posting] : open_) {
    batch.Put(kIndexPostings, PostingKey(key, segment), posting.bytes());
  }
  batch.Put(kIndexDefault, kIndexSegments, BytesOf(segment + 1));
  EVIDENT_RETURN_IF_ERROR(store_->Write(batch, kv::Durability::kSync));
  open_.clear();
  return absl::OkStatus();
}

absl::Status Index::CatchUp() {
  const uint64_t released = log_.Size();
  MutexLock lock(following_);
  return CatchUpTo(released);
}

absl::Status Index::CatchUpTo(uint64_t released) {
  for (uint64_t next = size(); next < released; ++next) {
    EVIDENT_RETURN_IF_ERROR(AddNext(next));
  }
  return absl::OkStatus();
}

void Index::FollowLoop() {
  while (intake_->Wait()) {
    // What is wrong is told to whoever searches.
    const absl::Status ignored = CatchUp();
    static_cast<void>(ignored);
  }
}

absl::StatusOr<std::vector<uint64_t>> Index::Find(const IndexQuery& query, size_t most,
                                                  IndexProgress* progress) {
  EVIDENT_RETURN_IF_ERROR(CatchUp());
  IndexProgress cost;
  std::vector<std::vector<Key>> keys;
  for (const std::vector<IndexTerm>& terms : query.groups) {
    std::vector<Key>& group = keys.emplace_back();
    for (const IndexTerm& term : terms) group.push_back(KeyOf(term));
  }
  std::vector<GroupCursor> groups;
  uint64_t end = query.end;
  {
    // Rows on disk and in memory of one moment.
    MutexLock lock(mutex_);
    end = std::min(end, size_);
    for (std::vector<Key>& group_keys : keys) {
      GroupCursor& group = groups.emplace_back();
      for (Key& key : group_keys) {
        const auto open = open_.find(key);
        std::string row = open == open_.end() ? std::string() : open->second.bytes();
        group.Add(TermCursor(*store_, std::move(key), FullSegments(), std::move(row), cost));
      }
    }
  }
  std::vector<uint64_t> found;
  uint64_t next = query.begin;
  while (next < end && found.size() < most) {
    EVIDENT_ASSIGN_OR_RETURN(const std::optional<uint64_t> segment,
                             NextCommonSegment(groups, next / segment_entries_));
    if (!segment.has_value()) break;
    const uint64_t first = *segment * segment_entries_;
    EVIDENT_ASSIGN_OR_RETURN(const std::vector<uint32_t> places, CommonPlaces(groups));
    for (const uint32_t place : places) {
      const uint64_t index = first + place;
      if (index < next) continue;
      if (index >= end || found.size() == most) break;
      found.push_back(index);
    }
    next = first + segment_entries_;
  }
  cost.next = found.size() == most && most > 0 ? found.back() + 1 : query.end;
  if (progress != nullptr) *progress = cost;
  return found;
}

absl::Status Index::ForgetKey(const std::string& key) {
  MutexLock follow(following_);
  // What was handed over before the subject was erased is on its way here.
  EVIDENT_RETURN_IF_ERROR(CatchUpTo(log_.Size()));
  MutexLock lock(mutex_);
  open_.erase(key);
  kv::WriteBatch batch;
  const auto rows = store_->NewIterator(kIndexPostings, PostingKey(key, UINT32_MAX));
  for (rows->Seek(key); rows->Valid(); rows->Next()) batch.Delete(kIndexPostings, rows->key());
  EVIDENT_RETURN_IF_ERROR(rows->status());
  EVIDENT_RETURN_IF_ERROR(store_->Write(batch, kv::Durability::kSync));
  return store_->Scrub(kIndexPostings, key);
}

// That every row which the log gives is there and names no other entries, but for erased ones.
absl::StatusOr<IndexCounts> Index::Check() {
  EVIDENT_RETURN_IF_ERROR(CatchUp());
  uint64_t segments = 0;
  {
    MutexLock lock(mutex_);
    segments = FullSegments();
  }
  IndexCheck check(*store_, segments, segment_entries_);
  for (uint64_t next = 0; !check.done(); ++next) {
    EVIDENT_ASSIGN_OR_RETURN(const EntryKeys entry, ReadKeys(next));
    EVIDENT_RETURN_IF_ERROR(check.Add(entry.keys, entry.erased));
  }
  return check.Finish();
}

uint64_t Index::size() const {
  MutexLock lock(mutex_);
  return size_;
}

absl::Status Index::Close() {
  if (std::exchange(closed_, true)) return absl::OkStatus();
  log_.SetFollower(nullptr);
  intake_->Close();
  if (follower_.joinable()) follower_.join();
  return store_ == nullptr ? absl::OkStatus() : store_->Close();
}

Index::~Index() {
  const absl::Status ignored = Close();
  static_cast<void>(ignored);
}

}  // namespace evident::audit
