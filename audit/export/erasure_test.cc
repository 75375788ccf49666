#include "audit/index/erasure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "audit/export/fsck.h"
#include "audit/log/store.h"
#include "audit/log/test_log.h"
#include "audit/proof/body_envelope.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

using testing::IsEmpty;

const SealScope kSubject{"ward", "s1", ""};
const IndexTerm kTerm{IndexField::kSubject, SubjectText("ward", "s1")};

class ErasureTest : public TestLog {
 protected:
  void SetUp() override { Open(); }
  void TearDown() override { Close(); }

  void Open() {
    log_ = MustOpen(Options());
    ASSERT_NE(log_, nullptr);
    auto index = Index::Open({dir_.path() + "/index", 8, nullptr}, *log_);
    ASSERT_THAT(index, IsOk());
    index_ = *std::move(index);
  }
  void Close() {
    index_.reset();
    log_.reset();
  }
  void AppendMany(int many) {
    for (int i = 0; i < many; ++i) {
      const std::string subject = i % 2 == 0 ? "s1" : "s2";
      ASSERT_THAT(log_->AppendAndWait(Draft("answer", subject)), IsOk());
    }
  }
  EntryDraft Record() const {
    EntryDraft draft;
    draft.body.mutable_caller()->set_tenant("ward");
    draft.body.set_effect("erases");
    return draft;
  }
  size_t Opened(const std::string& subject) const {
    size_t opened = 0;
    for (uint64_t i = 0; i < log_->Size(); ++i) {
      const auto body = log_->OpenEntry(EntryIndex(i));
      if (body.ok() && body->body().subject() == subject) ++opened;
    }
    return opened;
  }
  std::vector<uint64_t> Found() {
    const auto found = index_->Find({{{kTerm}}, 0, UINT64_MAX}, 1000);
    EXPECT_THAT(found, IsOk());
    return found.value_or(std::vector<uint64_t>());
  }
  KeyId SubjectKey() const {
    const auto id = log_->keys().FindKeyId(kSubject);
    EXPECT_THAT(id, IsOk());
    return id.ok() && id->has_value() ? **id : KeyId{};
  }
  // Whether any file of the folder has these bytes.
  static bool AnyFileHas(const std::string& folder, const std::string& bytes) {
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
      if (!file.is_regular_file()) continue;
      const auto content = ReadFile(file.path().string(), size_t{1} << 30);
      if (content.ok() && content->find(bytes) != std::string::npos) return true;
    }
    return false;
  }
  // The bytes of the wrapped key as they stand in the ring's files.
  std::string SealedKeyBytes(const KeyId& id) {
    kv::OpenOptions open;
    open.path = dir_.path() + "/keys";
    open.kind = "keys";
    open.mode = kv::OpenOptions::Mode::kReadOnly;
    open.families = {{"default"}, {"keys"}, {"terms"}};
    const auto store = kv::Database::Open(open);
    EXPECT_THAT(store, IsOk());
    const auto row = (*store)->Get(kv::Family{1}, KeyIdBytes(id));
    storage::v1::WrappedKey wrapped;
    EXPECT_TRUE(row.ok() && row->has_value() && wrapped.ParseFromString(**row));
    return wrapped.wrapped();
  }
  FsckReport Fsck() {
    Close();
    KeyRingOptions options;
    options.path = dir_.path() + "/keys";
    options.origin = "test.example/1";
    options.read_only = true;
    options.key_encryption_key = std::string(32, 'k');
    options.random = &Random::System();
    auto keys = KeyRing::Open(options);
    EXPECT_THAT(keys, IsOk());
    auto report =
        CheckLog(dir_.path() + "/log", dir_.path() + "/guard", signer_.verifier(), {keys->get()});
    EXPECT_THAT(report, IsOk());
    return report.value_or(FsckReport());
  }

  std::unique_ptr<Log> log_;
  std::unique_ptr<Index> index_;
};

TEST_F(ErasureTest, ClosesBodiesAndForgetsTheSubjectAndNothingElse) {
  AppendMany(40);
  const std::vector<Acknowledged> kept = AppendUntilFailure(*log_, 3);
  EXPECT_EQ(Opened("s1"), 20u);
  EXPECT_EQ(Found().size(), 20u);
  const auto erased = EraseSubject(*log_, *index_, kSubject, "entries/i", Record());
  ASSERT_THAT(erased, IsOk());
  EXPECT_EQ(Opened("s1"), 0u);
  EXPECT_EQ(Opened("s2"), 20u);
  EXPECT_THAT(Found(), IsEmpty());
  EXPECT_THAT(log_->OpenEntry(EntryIndex(1)), HasReason("KEY_ERASED"));
  EXPECT_EQ(Check(*log_, kept), "");
  const auto leaf = DecodeLeaf(*log_->ReadLeaf(erased->entry.index));
  ASSERT_THAT(leaf, IsOk());
  EXPECT_EQ(leaf->kind, LeafKind::kErasure);
  EXPECT_EQ(std::get<ErasureDetail>(leaf->detail).key_id, erased->key_id);
  // What is asked of the subject later is sealed under another key, and found.
  ASSERT_THAT(log_->AppendAndWait(Draft("later", "s1")), IsOk());
  EXPECT_EQ(Opened("s1"), 1u);
  EXPECT_EQ(Found().size(), 1u);
  Close();
  Open();
  EXPECT_EQ(Opened("s1"), 1u);
  EXPECT_EQ(Found().size(), 1u);
  EXPECT_THAT(index_->Check(), IsOk());
  const FsckReport report = Fsck();
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(report.bodies_erased, 20u);
}

// The point of it: a copy of the log from before, with the keys of after, says nothing.
TEST_F(ErasureTest, LeavesTheKeyInNoFile) {
  AppendMany(6);
  const auto id = log_->keys().FindKeyId(kSubject);
  ASSERT_TRUE(id.ok() && id->has_value());
  const KeyId key_id = **id;
  Close();
  const std::string sealed = SealedKeyBytes(key_id);
  ASSERT_EQ(sealed.size(), 48u);
  ASSERT_TRUE(AnyFileHas(dir_.path() + "/keys", sealed));
  std::filesystem::copy(dir_.path() + "/log", dir_.path() + "/before",
                        std::filesystem::copy_options::recursive);
  Open();
  ASSERT_THAT(EraseSubject(*log_, *index_, kSubject, "entries/i", Record()), IsOk());
  EXPECT_FALSE(AnyFileHas(dir_.path() + "/keys", sealed));
  Close();
  EXPECT_FALSE(AnyFileHas(dir_.path() + "/keys", sealed));

  StoreOptions store;
  store.path = dir_.path() + "/before";
  store.read_only = true;
  const auto before = OpenStore(store);
  ASSERT_THAT(before, IsOk());
  KeyRingOptions options;
  options.path = dir_.path() + "/keys";
  options.origin = "test.example/1";
  options.read_only = true;
  options.key_encryption_key = std::string(32, 'k');
  options.random = &Random::System();
  const auto keys = KeyRing::Open(options);
  ASSERT_THAT(keys, IsOk());
  size_t closed = 0;
  for (uint64_t i = 1; i <= 6; ++i) {
    const auto envelope = (*before)->Get(kStoreBodies, IndexKey(EntryIndex(i)));
    ASSERT_TRUE(envelope.ok() && envelope->has_value());
    const auto header = ReadEnvelopeHeader(**envelope);
    ASSERT_THAT(header, IsOk());
    if (header->key_id != key_id) continue;
    ++closed;
    EXPECT_THAT((*keys)->FindKey(header->key_id), HasReason("KEY_MISSING"));
  }
  EXPECT_EQ(closed, 3u);
}

TEST_F(ErasureTest, RefusesWhatIsUnknownOrHeld) {
  AppendMany(2);
  EXPECT_THAT(EraseSubject(*log_, *index_, {"ward", "nobody", ""}, "entries/i", Record()),
              HasReason("SUBJECT_UNKNOWN"));
  EXPECT_THAT(EraseSubject(*log_, *index_, {"other", "s1", ""}, "entries/i", Record()),
              HasReason("SUBJECT_UNKNOWN"));
  KeyRing& keys = log_->keys();
  EXPECT_THAT(keys.LiftHold(kSubject, "entries/h0"), HasReason("NO_LEGAL_HOLD"));
  ASSERT_THAT(keys.PlaceHold(kSubject, "entries/h1", 5), IsOk());
  EXPECT_THAT(keys.PlaceHold(kSubject, "entries/h2", 6),
              FailsWith(absl::StatusCode::kAlreadyExists, "entries/h1"));
  const uint64_t size = log_->Size();
  EXPECT_THAT(EraseSubject(*log_, *index_, kSubject, "entries/i", Record()),
              FailsWith(absl::StatusCode::kFailedPrecondition, "entries/h1"));
  EXPECT_EQ(log_->Size(), size);
  EXPECT_EQ(Opened("s1"), 1u);
  Close();
  Open();
  EXPECT_EQ((*log_->keys().FindHold(kSubject))->placed_time_ns(), 5);
  EXPECT_EQ(*log_->keys().WasDone("entries/h1"), true);
  EXPECT_EQ(*log_->keys().WasDone("entries/h2"), false);
  ASSERT_THAT(log_->keys().LiftHold(kSubject, "entries/h3"), IsOk());
  ASSERT_THAT(EraseSubject(*log_, *index_, kSubject, "entries/j", Record()), IsOk());
  EXPECT_EQ(Opened("s1"), 0u);
  EXPECT_EQ(*log_->keys().WasDone("entries/j"), true);
}

// As a crash leaves it behind each step, and what a start makes of it.
TEST_F(ErasureTest, IsFinishedOrTakenBackOnStart) {
  AppendMany(20);
  PendingErasure pending{SubjectKey(), index_->KeyOf(kTerm)};
  // Noted, and no entry says so: taken back.
  ASSERT_THAT(log_->keys().NoteErasure(kSubject, "entries/i", pending), IsOk());
  Close();
  Open();
  ASSERT_THAT(FinishErasures(*log_, *index_), IsOk());
  EXPECT_THAT(*log_->keys().PendingErasures(), IsEmpty());
  EXPECT_EQ(*log_->keys().WasDone("entries/i"), false);
  EXPECT_EQ(Opened("s1"), 10u);
  EXPECT_EQ(Found().size(), 10u);
  EXPECT_THAT(log_->keys().Destroy("entries/i"), HasReason("ERASURE_UNKNOWN"));
  EXPECT_EQ(Opened("s1"), 10u);
  ASSERT_THAT(FinishErasure(*log_, *index_, "entries/i"), IsOk());  // none was begun: nothing

  // Said: finished, from wherever it had come to.
  for (int step = 0; step < 3; ++step) {
    SCOPED_TRACE(step);
    const std::string intent = "entries/j" + std::to_string(step);
    pending.key_id = SubjectKey();
    ASSERT_THAT(log_->keys().NoteErasure(kSubject, intent, pending), IsOk());
    EntryDraft record = Record();
    record.kind = LeafKind::kErasure;
    record.detail = ErasureDetail{pending.key_id};
    ASSERT_THAT(log_->AppendAndWait(std::move(record)), IsOk());
    EXPECT_EQ(Opened("s1"), 0u);  // from here on
    if (step >= 1) {
      ASSERT_THAT(index_->ForgetKey(pending.index_key), IsOk());
    }
    if (step >= 2) {
      ASSERT_THAT(log_->keys().Destroy(intent), IsOk());
    }
    Close();
    Open();
    ASSERT_THAT(step == 1 ? FinishErasure(*log_, *index_, intent) : FinishErasures(*log_, *index_),
                IsOk());
    EXPECT_THAT(Found(), IsEmpty());
    EXPECT_EQ(*log_->keys().WasDone(intent), true);
    EXPECT_THAT(*log_->keys().PendingErasures(), IsEmpty());
    EXPECT_THAT(index_->Check(), IsOk());
    ASSERT_THAT(log_->AppendAndWait(Draft("again", "s1")), IsOk());
  }
  EXPECT_THAT(Fsck().problems, IsEmpty());
}

// What is sealed while a key goes is refused, and never kept closed for ever.
TEST_F(ErasureTest, NothingIsKeptThatNobodyCanOpen) {
  AppendMany(2);
  std::atomic<bool> stop = false;
  std::atomic<int> refused = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&] {
      while (!stop) {
        const auto kept = log_->AppendAndWait(Draft("answer", "s1"));
        if (kept.ok()) continue;
        EXPECT_THAT(kept, HasReason("SUBJECT_ERASED"));
        ++refused;
      }
    });
  }
  uint64_t last = 0;
  for (int i = 0; i < 5; ++i) {
    const auto erased =
        EraseSubject(*log_, *index_, kSubject, "entries/" + std::to_string(i), Record());
    if (erased.ok()) last = erased->entry.index.value;
  }
  stop = true;
  for (std::thread& caller : callers) caller.join();
  ASSERT_GT(last, 0u);
  for (uint64_t i = last; i < log_->Size(); ++i) {
    EXPECT_THAT(log_->OpenEntry(EntryIndex(i)), IsOk()) << i;
  }
}

}  // namespace
}  // namespace evident::audit
