// Every byte that is stored, of the log, its keys, its index and the knowledge: changed, it is
// reported by the checks of a stopped server.
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "audit/export/fsck.h"
#include "audit/index/erasure.h"
#include "audit/index/index.h"
#include "audit/index/index_rows.h"
#include "audit/log/log.h"
#include "audit/log/store.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/release/database_check.h"
#include "graph/release/test_releases.h"
#include "graph/storage/graph_database.h"
#include "tests/crash/from_environment.h"

namespace evident {
namespace {

constexpr uint64_t kSegment = 8;
constexpr size_t kFlips = 200;  // EVIDENT_FLIPS sets another number

// One database of the site, opened to be damaged.
struct Store {
  std::string name;
  std::vector<std::string> families;
  std::unique_ptr<kv::Database> database;
};

struct Row {
  size_t store = 0;
  kv::Family family;
  std::string key;
  std::string value;
};

class FlipTest : public testing::Test {
 protected:
  void SetUp() override {
    MakeLog();
    MakeKnowledge();
    const auto open = [this](const std::string& name, const std::string& kind,
                             std::vector<std::string> families) {
      kv::OpenOptions options;
      options.path = dir_.path() + "/" + name;
      options.kind = kind;
      options.format_version = 1;
      for (const std::string& family : families) options.families.push_back({family});
      auto database = kv::Database::Open(options);
      ASSERT_THAT(database, IsOk()) << name;
      stores_.push_back({name, std::move(families), *std::move(database)});
    };
    open("log", "audit",
         {"default", "leaf", "body", "tile", "checkpoint", "intent", "erasure", "request", "mark"});
    open("keys", "keys", {"default", "keys", "terms"});
    open("index", "audit-index", {"default", "postings"});
    open("graph", "graph",
         {"default", "names", "nodes", "out", "in", "index", "digests", "releases", "drafts"});
    ReadRows();
  }

  audit::LogOptions LogOptionsOf(char seed) const {
    audit::LogOptions options;
    options.path = dir_.path() + "/log";
    options.keys_path = dir_.path() + "/keys";
    options.guard_path = dir_.path() + "/guard";
    options.id = {"test.example", 1};
    options.signer_key = Signer(seed).ToText();
    options.key_encryption_key = std::string(32, 'k');
    return options;
  }
  static audit::NoteSigner Signer(char seed) {
    return *audit::NoteSigner::FromSeed("test.example/1", std::string(32, seed));
  }

  static audit::EntryDraft Draft(const std::string& subject) {
    audit::EntryDraft draft;
    draft.kind = audit::LeafKind::kDecision;
    draft.rpc = 1;
    draft.request = "request";
    draft.answer = "answer";
    draft.body.set_subject(subject);
    draft.body.mutable_caller()->set_tenant("ward");
    draft.body.mutable_caller()->set_identity("caller");
    return draft;
  }

  // Rows of each kind: subjects, an intent, request marks, an erasure, a hold, a replaced key.
  void MakeLog() {
    { ASSERT_THAT(audit::Log::Open(LogOptionsOf('s')), IsOk()); }
    audit::LogOptions options = LogOptionsOf('t');
    options.previous_signer_key = Signer('s').ToText();
    auto opened = audit::Log::Open(options);
    ASSERT_THAT(opened, IsOk());
    audit::Log& log = **opened;
    auto index = audit::Index::Open({dir_.path() + "/index", kSegment, nullptr}, log);
    ASSERT_THAT(index, IsOk());
    for (int i = 0; i < 270; ++i) {
      audit::EntryDraft draft = Draft("s" + std::to_string(i % 5));
      if (i % 50 == 0)
        draft.body.set_request_mark(std::string(32, static_cast<char>('a' + i / 50)));
      if (i == 9) draft.kind = audit::LeafKind::kIntent;
      EVIDENT_ASSERT_OK(log.AppendAndWait(std::move(draft)));
    }
    EVIDENT_ASSERT_OK(audit::EraseSubject(log, **index, {"ward", "s1", ""}, "entries/erasing",
                                          audit::EntryDraft()));
    EVIDENT_ASSERT_OK(log.keys().PlaceHold({"ward", "s2", ""}, "entries/holding", 1));
    EVIDENT_ASSERT_OK((*index)->CatchUp());
    EVIDENT_ASSERT_OK((*index)->Close());
    EVIDENT_ASSERT_OK(log.Close());
  }

  void MakeKnowledge() {
    auto releases = graph::OpenReleases(dir_.path() + "/graph");
    ASSERT_THAT(releases, IsOk());
    EVIDENT_ASSERT_OK((*releases)->Publish(graph::RequestFor("example", graph::ExampleGraph())));
    EVIDENT_ASSERT_OK((*releases)->Publish(graph::OneConcept("A")));
    EVIDENT_ASSERT_OK((*releases)->Publish(graph::OneConcept("B")));
  }

  void ReadRows() {
    for (size_t store = 0; store < stores_.size(); ++store) {
      for (size_t family = 0; family < stores_[store].families.size(); ++family) {
        const kv::Family at{family};
        const auto rows = stores_[store].database->NewIterator(at);
        for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
          families_[{store, family}].push_back(rows_.size());
          rows_.push_back({store, at, std::string(rows->key()), std::string(rows->value())});
        }
        EVIDENT_ASSERT_OK(rows->status());
      }
    }
  }

  void Put(const Row& row, bool there) {
    kv::WriteBatch batch;
    if (there) {
      batch.Put(row.family, row.key, row.value);
    } else {
      batch.Delete(row.family, row.key);
    }
    EVIDENT_ASSERT_OK(stores_[row.store].database->Write(batch, kv::Durability::kBuffered));
  }

  // Whether the checks find anything.
  bool Reported() const {
    audit::KeyRingOptions ring;
    ring.path = dir_.path() + "/keys";
    ring.origin = "test.example/1";
    ring.read_only = true;
    ring.key_encryption_key = std::string(32, 'k');
    ring.random = &Random::System();
    const auto keys = audit::KeyRing::Open(ring);
    if (!keys.ok()) return true;
    audit::FsckOptions options;
    options.keys = keys->get();
    options.index_path = dir_.path() + "/index";
    options.segment_entries = kSegment;
    const auto log = audit::CheckLog(dir_.path() + "/log", dir_.path() + "/guard",
                                     Signer('t').verifier(), options);
    if (!log.ok() || !log->problems.empty()) return true;
    const auto graph = graph::CheckDatabase(dir_.path() + "/graph");
    return !graph.ok() || !graph->problems.empty();
  }

  TempDir dir_;
  std::vector<Store> stores_;
  std::vector<Row> rows_;
  std::map<std::pair<size_t, size_t>, std::vector<size_t>> families_;  // store, family: its rows
};

TEST_F(FlipTest, EveryChangedByteIsReported) {
  ASSERT_FALSE(Reported()) << "the site is sound";
  const size_t flips = crash::FromEnvironment("EVIDENT_FLIPS", kFlips);
  std::mt19937_64 random(7);
  // Each family as often as the others, and in it a short row as often as a long one.
  for (size_t flip = 0; flip < flips; ++flip) {
    auto family = families_.begin();
    std::advance(family, flip % families_.size());
    const size_t at = family->second[random() % family->second.size()];
    const Row& row = rows_[at];
    Row changed = row;
    const size_t byte = random() % (row.key.size() + row.value.size());
    char& flipped =
        byte < row.key.size() ? changed.key[byte] : changed.value[byte - row.key.size()];
    flipped = static_cast<char>(flipped ^ (1 << random() % 8));
    if (changed.key != row.key) Put(row, false);
    Put(changed, true);
    EXPECT_TRUE(Reported()) << "byte " << byte << " of " << stores_[row.store].name << " "
                            << stores_[row.store].families[row.family.index] << " "
                            << HexEncode(row.key) << " (" << row.key.size()
                            << ") = " << HexEncode(row.value).substr(0, 200);
    if (changed.key != row.key) Put(changed, false);
    Put(row, true);
  }
  EXPECT_FALSE(Reported());
}

}  // namespace
}  // namespace evident
