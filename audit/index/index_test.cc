#include "audit/index/index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <thread>

#include "audit/index/index_rows.h"
#include "audit/log/pruning.h"
#include "audit/log/test_log.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kSegment = 8;

IndexTerm Reference(const std::string& text) { return {IndexField::kClientReference, text}; }
IndexTerm Caller(const std::string& text) { return {IndexField::kCaller, text}; }

class IndexTest : public TestLog {
 protected:
  void SetUp() override {
    log_ = MustOpen(Options());
    ASSERT_NE(log_, nullptr);
    OpenIndex();
  }
  void TearDown() override { index_.reset(); }

  IndexOptions Where() const { return {dir_.path() + "/index", kSegment, nullptr}; }

  void OpenIndex() {
    index_.reset();
    auto index = Index::Open(Where(), *log_);
    ASSERT_THAT(index, IsOk());
    index_ = *std::move(index);
  }

  EntryIndex Append(const std::string& caller, const std::string& reference,
                    const std::string& subject = "") {
    EntryDraft draft = Draft("answer", subject);
    draft.body.mutable_caller()->set_identity(caller);
    draft.body.set_client_reference(reference);
    const auto committed = log_->AppendAndWait(std::move(draft));
    EXPECT_THAT(committed, IsOk());
    return committed.ok() ? committed->index : EntryIndex(0);
  }

  std::vector<uint64_t> Find(const std::vector<std::vector<IndexTerm>>& groups, uint64_t begin = 0,
                             uint64_t end = UINT64_MAX, size_t most = 1'000'000) {
    const auto found = index_->Find({groups, begin, end}, most, &progress_);
    EXPECT_THAT(found, IsOk());
    return found.value_or(std::vector<uint64_t>());
  }

  // What a test does to the rows of the index, which is closed meanwhile.
  void WithRows(const std::function<void(kv::Database&)>& use) {
    index_.reset();
    kv::OpenOptions open;
    open.path = Where().path;
    open.kind = "audit-index";
    open.families = {{"default"}, {"postings"}};
    auto store = kv::Database::Open(open);
    ASSERT_THAT(store, IsOk());
    use(**store);
    ASSERT_THAT((*store)->Close(), IsOk());
    OpenIndex();
  }

  std::unique_ptr<Log> log_;
  std::unique_ptr<Index> index_;
  IndexProgress progress_;
};

TEST_F(IndexTest, FindsWhatWasAcknowledgedAMomentAgo) {
  const uint64_t index = Append("cn:a", "r1").value;
  EXPECT_THAT(Find({{Reference("r1")}}), ElementsAre(index));
  EXPECT_THAT(Find({{Reference("r2")}}), IsEmpty());
  EXPECT_THAT(Find({{Caller("r1")}}), IsEmpty());  // another field
  EXPECT_THAT(Find({{{IndexField::kKind, "1"}}}), ElementsAre(index));
  EXPECT_THAT(Find({{{IndexField::kKind, "10"}}}), ElementsAre(0u));  // the log's key
}

// Against a search of everything, over segments that are full, in memory and read again.
TEST_F(IndexTest, FindsWhatASearchOfAllFinds) {
  std::mt19937 random(7);
  struct Entry {
    uint64_t index;
    std::string caller;
    std::string reference;
  };
  std::vector<Entry> entries;
  const auto check = [&] {
    for (int i = 0; i < 60; ++i) {
      const std::string caller = "c" + std::to_string(random() % 4);
      const std::string other = "c" + std::to_string(random() % 4);
      const std::string reference = "r" + std::to_string(random() % 12);
      const uint64_t begin = random() % 60;
      const uint64_t end = begin + random() % 60;
      const size_t most = 1 + random() % 6;
      std::vector<uint64_t> expected;
      for (const Entry& entry : entries) {
        const bool here = entry.index >= begin && entry.index < end;
        const bool who = entry.caller == caller || entry.caller == other;
        if (here && who && entry.reference == reference) expected.push_back(entry.index);
      }
      const auto groups = std::vector<std::vector<IndexTerm>>{{Caller(caller), Caller(other)},
                                                              {Reference(reference)}};
      EXPECT_EQ(Find(groups, begin, end), expected);
      EXPECT_EQ(progress_.next, end);
      // Page by page it is the same.
      std::vector<uint64_t> paged;
      for (uint64_t next = begin; next < end; next = progress_.next) {
        const std::vector<uint64_t> page = Find(groups, next, end, most);
        EXPECT_LE(page.size(), most);
        paged.insert(paged.end(), page.begin(), page.end());
      }
      EXPECT_EQ(paged, expected);
    }
  };
  for (int i = 0; i < 100; ++i) {
    const std::string caller = "c" + std::to_string(random() % 4);
    const std::string reference = "r" + std::to_string(random() % 12);
    const uint64_t index = Append(caller, reference).value;
    entries.push_back({index, caller, reference});
    if (i % 33 == 32) check();
  }
  OpenIndex();
  EXPECT_EQ(index_->size(), 96u);  // those of full segments; the last one is read again
  check();
  EXPECT_EQ(index_->size(), log_->Size());
  EXPECT_THAT(index_->Check(), IsOk());
}

TEST_F(IndexTest, ReadsAtMostARowForATermAndSegment) {
  for (int i = 0; i < 200; ++i) Append(i % 2 == 0 ? "even" : "odd", "r" + std::to_string(i));
  // A term that is everywhere with one that is at one place: the search leaps.
  EXPECT_EQ(Find({{Caller("even")}, {Reference("r150")}}).size(), 1u);
  EXPECT_LE(progress_.rows, 4u);
  EXPECT_LE(progress_.seeks, 6u);
  EXPECT_THAT(Find({{Caller("odd")}, {Reference("r150")}}), IsEmpty());
  EXPECT_LE(progress_.rows, 4u);
  // A page of ten looks at three segments of eight, at most, and not at all twenty-five.
  EXPECT_EQ(Find({{Caller("even")}}, 0, 201, 10).size(), 10u);
  EXPECT_LE(progress_.rows, 4u);
  EXPECT_THAT(Find({{Reference("nowhere")}}), IsEmpty());
  EXPECT_EQ(progress_.rows, 0u);
  EXPECT_EQ(progress_.seeks, 1u);
}

TEST_F(IndexTest, ForgetsATermAndStaysForgotten) {
  const IndexTerm subject{IndexField::kSubject, SubjectText("ward", "s1")};
  for (int i = 0; i < 20; ++i) Append("c", "r", i % 3 == 0 ? "s1" : "s2");
  EXPECT_EQ(Find({{subject}}).size(), 7u);
  ASSERT_THAT(index_->ForgetKey(index_->KeyOf(subject)), IsOk());
  EXPECT_THAT(Find({{subject}}), IsEmpty());
  EXPECT_EQ(Find({{{IndexField::kSubject, SubjectText("ward", "s2")}}}).size(), 13u);
  // A later entry of the same subject is found again, and only that.
  const uint64_t later = Append("c", "r", "s1").value;
  EXPECT_THAT(Find({{subject}}), ElementsAre(later));
}

TEST_F(IndexTest, KeepsNoTextOfWhatIsSealed) {
  const std::string canary = "canary-5f1c9a7e";
  for (int i = 0; i < 20; ++i) Append(canary, canary, canary);
  EXPECT_EQ(Find({{Reference(canary)}}).size(), 20u);
  index_.reset();
  for (const auto& file : std::filesystem::recursive_directory_iterator(dir_.path() + "/index")) {
    if (!file.is_regular_file()) continue;
    const auto bytes = ReadFile(file.path().string(), size_t{1} << 30);
    ASSERT_THAT(bytes, IsOk());
    EXPECT_EQ(bytes->find(canary), std::string::npos) << file.path();
  }
}

TEST_F(IndexTest, IsBuiltAnewWhereItIsGoneOrAnothers) {
  for (int i = 0; i < 30; ++i) Append("c", "r" + std::to_string(i % 5));
  const auto before = Find({{Reference("r2")}});
  index_.reset();
  std::filesystem::remove_all(Where().path);
  OpenIndex();
  EXPECT_EQ(Find({{Reference("r2")}}), before);

  // One that is ahead of its log, as after a log was put back from an older copy.
  WithRows([](kv::Database& store) {
    kv::WriteBatch batch;
    batch.Put(kIndexDefault, "segments", std::string("\0\0\0\0\0\0\0\x09", 8));
    ASSERT_THAT(store.Write(batch, kv::Durability::kSync), IsOk());
  });
  EXPECT_EQ(Find({{Reference("r2")}}), before);
  EXPECT_THAT(index_->Check(), IsOk());
}

// A row that is changed, lost or added is told.
TEST_F(IndexTest, CheckTellsOfEveryDifference) {
  for (int i = 0; i < 30; ++i) Append("c" + std::to_string(i % 3), "r" + std::to_string(i % 5));
  ASSERT_THAT(index_->Check(), IsOk());
  std::vector<std::pair<std::string, std::string>> rows;
  WithRows([&](kv::Database& store) {
    const auto all = store.NewIterator(kIndexPostings);
    for (all->SeekToFirst(); all->Valid(); all->Next()) rows.emplace_back(all->key(), all->value());
  });
  ASSERT_GT(rows.size(), 30u);
  const auto put = [&](const std::string& key, const std::optional<std::string>& value) {
    WithRows([&](kv::Database& store) {
      kv::WriteBatch batch;
      if (value) {
        batch.Put(kIndexPostings, key, *value);
      } else {
        batch.Delete(kIndexPostings, key);
      }
      ASSERT_THAT(store.Write(batch, kv::Durability::kSync), IsOk());
    });
  };
  for (size_t i = 0; i < rows.size(); i += 7) {
    SCOPED_TRACE(i);
    const auto& [key, value] = rows[i];
    put(key, std::nullopt);
    EXPECT_THAT(index_->Check(), HasReason("INDEX_DIFFERS"));
    Posting other;
    for (uint32_t place = 0; place < kSegment; ++place) other.Add(place);
    if (other.bytes() != value) {
      put(key, other.bytes());
      EXPECT_THAT(index_->Check(), HasReason("INDEX_DIFFERS"));
    }
    put(key, value);
    EXPECT_THAT(index_->Check(), IsOk());
  }
  std::string unknown = rows[0].first;
  unknown[5] = static_cast<char>(unknown[5] ^ 1);
  put(unknown, rows[0].second);
  EXPECT_THAT(index_->Check(), HasReason("INDEX_DIFFERS"));
}

TEST_F(IndexTest, OfARemovedBodyOnlyTheLeafIsFoundOnceTheIndexIsBuiltAnew) {
  for (int i = 0; i < 20; ++i) Append("cn:a", "r");
  EntryDraft intent;
  intent.kind = LeafKind::kIntent;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Committed announced, log_->AppendAndWait(std::move(intent)));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const PruneSurvey survey,
                               SurveyBodies(*log_, 11, [] { return absl::OkStatus(); }));
  EVIDENT_ASSERT_OK(PruneBodies(*log_, survey, announced.index, {}));
  EXPECT_EQ(Find({{Reference("r")}}).size(), 20u);  // its rows stay where they were written
  EVIDENT_ASSERT_OK_AND_ASSIGN(const IndexCounts counts, index_->Check());
  EXPECT_EQ(counts.closed, 11u);
  index_.reset();
  std::filesystem::remove_all(Where().path);
  OpenIndex();
  EXPECT_EQ(Find({{Reference("r")}}).size(), 10u);
  EXPECT_EQ(Find({{{IndexField::kKind, "1"}}}).size(), 20u);
  EXPECT_THAT(index_->Check(), IsOk());
}

TEST_F(IndexTest, AnswersWhileTheLogGrows) {
  std::thread writer([this] {
    for (int i = 0; i < 150; ++i) Append("c", "r" + std::to_string(i % 10));
  });
  size_t last = 0;
  while (last < 150) {
    const size_t now = Find({{Caller("c")}}).size();
    EXPECT_GE(now, last);
    last = now;
  }
  writer.join();
  EXPECT_EQ(Find({{Reference("r7")}}).size(), 15u);
}

}  // namespace
}  // namespace evident::audit
