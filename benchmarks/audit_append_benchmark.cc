// Durable appends to the audit log, by how many entries are kept in flight, alone and with the
// index that follows it. Runs where TMPDIR points: put it on the volume that matters.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "audit/index/index.h"
#include "audit/log/log.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/mutex.h"

namespace evident::audit {
namespace {

constexpr size_t kRequestBytes = 286;
constexpr size_t kDecisionBytes = 1200;
constexpr int64_t kSubjects = 1000;
constexpr int64_t kStatements = 14;

EntryDraft Draft(const std::string& filler) {
  EntryDraft draft;
  draft.kind = LeafKind::kDecision;
  draft.rpc = 1;
  draft.request = filler.substr(0, kRequestBytes);
  draft.answer = filler;
  draft.body.mutable_caller()->set_tenant("ward");
  draft.body.set_effect(filler.substr(kRequestBytes, kDecisionBytes));
  return draft;
}

// The same as a decision has it: of one of many subjects, with a reference of its own, about a
// concept, over some statements.
EntryDraft Decision(const std::string& filler, int64_t number) {
  EntryDraft draft = Draft(filler);
  v1::EntryBody& body = draft.body;
  body.mutable_caller()->set_identity("cn:ward-" + std::to_string(number % 7));
  body.set_subject("subject-" + std::to_string(number % kSubjects));
  body.set_client_reference("reference-" + std::to_string(number));
  body.set_effect(filler.substr(kRequestBytes, kDecisionBytes - 16 * kStatements));
  v1::DecisionRecord& decision = *body.mutable_decision();
  decision.mutable_question()->add_concepts("pack/disease");
  for (int64_t i = 0; i < kStatements; ++i) {
    v1::StatementOutcome& outcome = *decision.add_statements();
    outcome.set_statement("pack/s" + std::to_string((number + i) % 40));
    if (i % 2 == 1) outcome.set_exclusion(v1::EXCLUSION_REASON_CRITERION);
  }
  return draft;
}

absl::StatusOr<std::unique_ptr<Log>> OpenIn(const TempDir& dir) {
  LogOptions options;
  options.path = dir.path() + "/log";
  options.keys_path = dir.path() + "/keys";
  options.guard_path = dir.path() + "/guard";
  options.id = {"bench.example", 1};
  options.signer_key = NoteSigner::FromSeed("bench.example/1", std::string(32, 's'))->ToText();
  options.key_encryption_key = std::string(32, 'k');
  return Log::Open(std::move(options));
}

// Lets at most so many appends wait at a time.
class Window {
 public:
  explicit Window(int64_t width) : free_(width), width_(width) {}
  void Enter() {
    MutexLock lock(mutex_);
    while (free_ == 0) changed_.Wait(mutex_);
    --free_;
  }
  void Leave(bool ok) {
    MutexLock lock(mutex_);
    ++free_;
    if (!ok) ++failed_;
    changed_.NotifyAll();
  }
  int64_t Drain() {
    MutexLock lock(mutex_);
    while (free_ < width_) changed_.Wait(mutex_);
    return failed_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int64_t free_ EVIDENT_GUARDED_BY(mutex_);
  int64_t failed_ EVIDENT_GUARDED_BY(mutex_) = 0;
  const int64_t width_;
};

void BM_Append(benchmark::State& state) {
  const TempDir dir;
  auto log = OpenIn(dir);
  if (!log.ok()) return state.SkipWithError(log.status().ToString().c_str());
  const std::string filler = HexEncode(Random::System().Bytes(1024));
  Window window(state.range(0));
  for (auto _ : state) {
    window.Enter();
    (*log)->Append(Draft(filler), [&window](absl::StatusOr<Committed> committed) {
      window.Leave(committed.ok());
    });
  }
  if (window.Drain() > 0) state.SkipWithError("an append failed");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Append)->Arg(1)->Arg(16)->Arg(64)->Arg(256)->UseRealTime()->MeasureProcessCPUTime();

// Until the index has every entry. Argument 2: whether there is one.
void BM_AppendDecisions(benchmark::State& state) {
  const TempDir dir;
  auto log = OpenIn(dir);
  if (!log.ok()) return state.SkipWithError(log.status().ToString().c_str());
  absl::StatusOr<std::unique_ptr<Index>> index(nullptr);
  if (state.range(1) != 0) {
    IndexOptions options;
    options.path = dir.path() + "/index";
    index = Index::Open(options, **log);
    if (!index.ok()) return state.SkipWithError(index.status().ToString().c_str());
  }
  const std::string filler = HexEncode(Random::System().Bytes(1024));
  // The keys of subjects are made before: each waits for the disk, once in a subject's life.
  for (int64_t i = 0; i < kSubjects; ++i) {
    if (!(*log)->keys().KeyFor({"ward", "subject-" + std::to_string(i), ""}).ok()) abort();
  }
  Window window(state.range(0));
  int64_t number = 0;
  for (auto _ : state) {
    window.Enter();
    (*log)->Append(Decision(filler, number++), [&window](absl::StatusOr<Committed> committed) {
      window.Leave(committed.ok());
    });
  }
  if (window.Drain() > 0) state.SkipWithError("an append failed");
  if (*index != nullptr && !(*index)->CatchUp().ok()) state.SkipWithError("the index failed");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_AppendDecisions)
    ->ArgsProduct({{64, 256, 1024}, {0, 1}})
    ->UseRealTime()
    ->MeasureProcessCPUTime();

}  // namespace
}  // namespace evident::audit
