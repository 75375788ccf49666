#include "server/server.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "audit/index/erasure.h"
#include "audit/proof/entry_name.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"
#include "base/worker_pool.h"
#include "server/batch_stream.h"
#include "server/build_info.h"
#include "server/disk_watch.h"
#include "server/health.h"
#include "server/import_stream.h"
#include "server/knowledge_cache.h"
#include "server/listen_address.h"
#include "server/methods.h"
#include "server/open_data.h"
#include "server/open_intents.h"
#include "server/policy.h"
#include "server/reconcile.h"
#include "server/release_importer.h"
#include "server/site_mapping.h"
#include "server/tls_check.h"
#include "server/tls_files.h"
#include "server/transport.h"
#include "server/watchdog.h"

namespace evident::server {
namespace {

std::string HostOf(const std::string& address) {
  std::string host = address.substr(0, address.rfind(':'));
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  if (host == "0.0.0.0") return "127.0.0.1";
  return host == "::" ? "::1" : host;
}

void LogIfBad(std::string_view event, const absl::Status& status) {
  if (status.ok()) return;
  Log(LogLevel::kError, event, {{"error", std::string(status.message())}});
}

}  // namespace

// In the order in which they come up; they go down the other way round.
struct Server::Parts {
  Parts(const ServerConfig& config_in, const Environment& environment_in)
      : config(config_in), environment(environment_in) {}

  absl::Status OpenAll(StartStage& stage);
  absl::Status FinishErasuresOf(const std::vector<EntryIndex>& open);
  absl::Status Reconcile();
  void MakeCallPath();
  absl::Status CopyCertificates();
  StreamOpeners Openers();
  absl::Status Serve();
  void LogMisfits();
  absl::Status Stop();

  const ServerConfig config;
  const Environment environment;
  Clock& clock = environment.clock;
  Health health;
  const DiskLevels disk{config.audit.disk_reserve_bytes, config.audit.disk_warn_bytes};
  DiskWatch disk_watch{disk, clock};
  std::unique_ptr<PolicyStore> policy;
  std::unique_ptr<SiteMappingStore> mapping;  // null: the site binds no codes
  std::unique_ptr<audit::Log> log;
  std::unique_ptr<audit::Index> index;
  std::unique_ptr<graph::ReleaseManager> releases;
  OpenIntents unsettled;  // of an earlier process, or of imports whose outcome was not taken
  KnowledgeCache cache;
  SearchCache searches;
  Watchdog timer;  // of heartbeats
  std::unique_ptr<LogRecorder> recorder;
  std::unique_ptr<Admission> admission;
  std::unique_ptr<Aggregates> aggregates;
  std::unique_ptr<WorkerPool> pool;
  std::unique_ptr<WorkerPool> overflow;
  std::unique_ptr<BackupSources> backups;
  std::unique_ptr<Services> services;
  std::unique_ptr<CallPath> path;
  std::unique_ptr<ReleaseImporter> importer;
  std::unique_ptr<ImportParts> imports;
  std::unique_ptr<ServerStreamParts> streams;
  std::unique_ptr<BatchParts> batches;
  std::unique_ptr<TlsFiles> tls;
  std::unique_ptr<Transport> transport;
  bool stopped = false;
};

absl::Status Server::Parts::OpenAll(StartStage& stage) {
  stage = StartStage::kConfiguration;
  EVIDENT_RETURN_IF_ERROR(CheckTransport(config));
  EVIDENT_ASSIGN_OR_RETURN(policy, PolicyStore::Open(config.policy_file));
  if (!config.site_mapping_file.empty()) {
    EVIDENT_ASSIGN_OR_RETURN(mapping, SiteMappingStore::Open(config.site_mapping_file));
  }
  stage = StartStage::kSecrets;
  if (config.tls) EVIDENT_RETURN_IF_ERROR(CheckTlsFiles(*config.tls, clock.NowNs()));
  EVIDENT_ASSIGN_OR_RETURN(LogSecrets secrets, ReadLogSecrets(config.audit));
  stage = StartStage::kAddresses;
  for (const std::string& address : config.listen) {
    EVIDENT_RETURN_IF_ERROR(CheckAddressFree(address));
  }
  stage = StartStage::kData;
  EVIDENT_ASSIGN_OR_RETURN(
      log, OpenLog(config, std::move(secrets), environment, [this](const absl::Status& status) {
        Log(LogLevel::kError, "the audit log takes no more entries",
            {{"error", std::string(status.message())}});
        health.EndLog();
      }));
  EVIDENT_ASSIGN_OR_RETURN(releases, OpenKnowledge(config, environment, *log));
  EVIDENT_ASSIGN_OR_RETURN(index, OpenIndex(config, *log));
  EVIDENT_ASSIGN_OR_RETURN(const std::vector<EntryIndex> open, log->OpenIntents());
  unsettled.Add(open);
  EVIDENT_RETURN_IF_ERROR(Reconcile());
  EVIDENT_RETURN_IF_ERROR(
      cache.For(releases->Head(), releases->Head()->release().number()).status());
  LogMisfits();
  stage = StartStage::kSecrets;
  EVIDENT_RETURN_IF_ERROR(CopyCertificates());
  stage = StartStage::kAddresses;
  MakeCallPath();
  EVIDENT_RETURN_IF_ERROR(Serve());
  stage = StartStage::kServing;
  return absl::OkStatus();
}

// A mapping may be ahead of the knowledge, or behind it: what does not fit binds nothing.
void Server::Parts::LogMisfits() {
  if (mapping == nullptr) return;
  const auto head = releases->Head();
  const auto index = cache.For(head, head->release().number());
  if (!index.ok()) return LogIfBad("site mapping not checked", index.status());
  const std::vector<std::string> misfits = mapping->Current()->MisfitsIn(**index);
  for (size_t i = 0; i < std::min(misfits.size(), kViolationsShownMax); ++i) {
    Log(LogLevel::kWarning, "the site mapping does not fit the knowledge",
        {{"code", misfits[i]}, {"misfits", static_cast<int64_t>(misfits.size())}});
  }
}

// Those that could not be settled on start because the log took no entries then.
absl::Status Server::Parts::FinishErasuresOf(const std::vector<EntryIndex>& open) {
  for (const EntryIndex intent : open) {
    const std::string name =
        audit::NameEntry(log->id(), intent, audit::LeafKind::kIntent).ToString();
    EVIDENT_RETURN_IF_ERROR(audit::FinishErasure(*log, *index, name));
  }
  return absl::OkStatus();
}

// A log that takes no entries leaves the intents as they are: the server comes up to say so.
absl::Status Server::Parts::Reconcile() {
  std::vector<EntryIndex> open = unsettled.Take();
  if (open.empty()) return absl::OkStatus();
  absl::Status settled = FinishErasuresOf(open);
  if (settled.ok()) settled = ReconcileIntents(*log, *releases, clock, open);
  unsettled.Add(open);
  if (settled.ok() || log->ReadOnlyReason().empty()) return settled;
  Log(LogLevel::kWarning, "intents wait until the audit log takes entries",
      {{"intents", static_cast<int64_t>(open.size())}, {"error", std::string(settled.message())}});
  return absl::OkStatus();
}

void Server::Parts::MakeCallPath() {
  const LimitsConfig& limits = config.limits;
  recorder = std::make_unique<LogRecorder>(*log);
  admission =
      std::make_unique<Admission>(clock, environment.random, *policy, limits.in_flight_calls);
  aggregates = std::make_unique<Aggregates>(clock, *recorder);
  pool = std::make_unique<WorkerPool>("calls", limits.worker_threads, limits.in_flight_calls);
  overflow = std::make_unique<WorkerPool>("overflow", 1, kOverflowQueueMax);
  backups = std::make_unique<BackupSources>(*releases, config.backup);
  const DecisionSources decisions{*log, *releases, cache, mapping.get()};
  services = std::make_unique<Services>(Services{
      *log,
      {*log, *index, *releases},
      {*log, *index},
      {*log, config.audit.retention},
      {*log, *policy, *releases, timer},
      *releases,
      decisions,
      {*releases, searches},
      {*log, *releases, *admission, [this] { return health.serving(); }, clock.NowNs(), disk},
      *backups,
      {*releases, config.knowledge.four_eyes, decisions},
      {decisions, config.feedback.reasons}});
  const CallPathParts parts{
      *admission,
      *recorder,
      *aggregates,
      *pool,
      *overflow,
      {[this] { health.EndImports(); }, [this](EntryIndex intent) { unsettled.Add(intent); }}};
  path = std::make_unique<CallPath>(parts, MakeMethods(*services));
  importer = std::make_unique<ReleaseImporter>(*releases, clock, config.knowledge.four_eyes);
  imports = std::make_unique<ImportParts>(parts, *importer);
  streams =
      std::unique_ptr<ServerStreamParts>(new ServerStreamParts{parts, MakeStreams(*services)});
  batches = std::make_unique<BatchParts>(parts, MakeBatch(*services));
}

// Once the data is this process's: the copy of a server that runs stays.
absl::Status Server::Parts::CopyCertificates() {
  TlsFiles::RemoveCopy(config.ServingTlsDir());
  if (!config.tls) return absl::OkStatus();
  EVIDENT_ASSIGN_OR_RETURN(tls, TlsFiles::Create(*config.tls, config.ServingTlsDir(), clock));
  return absl::OkStatus();
}

StreamOpeners Server::Parts::Openers() {
  StreamOpeners open;
  open.import = [this](Arrival arrival, DepartureDone done) {
    return std::make_shared<ImportStream>(*imports, std::move(arrival), std::move(done));
  };
  open.stream = [this](Arrival arrival, ServerStream::Writer write, DepartureDone done) {
    return std::make_shared<ServerStream>(*streams, std::move(arrival), std::move(write),
                                          std::move(done));
  };
  open.batch = [this](Arrival arrival, BatchStream::Reader resume, BatchStream::Writer write,
                      DepartureDone done) {
    return std::make_shared<BatchStream>(*batches, std::move(arrival), std::move(resume),
                                         std::move(write), std::move(done));
  };
  return open;
}

absl::Status Server::Parts::Serve() {
  ServerConfig served = config;
  if (tls) served.tls = tls->served();
  EVIDENT_ASSIGN_OR_RETURN(transport, Transport::Start(served, *path, Openers()));
  if (config.tls) {
    EVIDENT_RETURN_IF_ERROR(
        ShakeHands(*served.tls, HostOf(config.listen.front()), transport->ports().front()));
  }
  health.SetBelowReserve(!log->ReadOnlyReason().empty());
  health.Attach([this](bool serving, bool imports) { transport->SetServing(serving, imports); });
  for (size_t i = 0; i < config.listen.size(); ++i) {
    Log(LogLevel::kInfo, "serving",
        {{"address", config.listen[i]},
         {"port", static_cast<int64_t>(transport->ports()[i])},
         {"tls", config.tls.has_value()},
         {"log", log->id().Origin()},
         {"entries", static_cast<int64_t>(log->Size())},
         {"release", static_cast<int64_t>(releases->Head()->release().number())}});
  }
  return absl::OkStatus();
}

absl::Status Server::Parts::Stop() {
  if (std::exchange(stopped, true)) return absl::OkStatus();
  absl::Status status;
  const auto keep_first = [&status](const absl::Status& next) {
    if (status.ok()) status = next;
  };
  health.Attach(nullptr);
  // Watches and followers would wait out the drain.
  if (releases) releases->signal().Close();
  if (log) log->growth().Close();
  // Workers go on until every call has departed: gRPC waits for each of them.
  if (transport) transport->Shutdown(config.limits.drain_s);
  if (pool) pool->Stop();
  if (overflow) overflow->Stop();
  tls.reset();
  if (aggregates) aggregates->Flush(true);
  cache.Clear();
  searches.Clear();
  if (releases) keep_first(releases->Close());
  if (index) keep_first(index->Close());
  if (log) keep_first(log->Close());
  if (transport) {
    Log(LogLevel::kInfo, "stopped", {{"entries", static_cast<int64_t>(log->Size())}});
  }
  return status;
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { LogIfBad("not stopped cleanly", Stop()); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerConfig& config,
                                                      const Environment& environment,
                                                      StartStage& stage) {
  std::unique_ptr<Server> server(new Server(std::make_unique<Parts>(config, environment)));
  EVIDENT_RETURN_IF_ERROR(server->parts_->OpenAll(stage));
  return server;
}

const std::vector<int>& Server::ports() const { return parts_->transport->ports(); }

void Server::Tick() {
  parts_->aggregates->Flush(false);
  parts_->policy->ReloadIfChanged();
  if (parts_->mapping && parts_->mapping->ReloadIfChanged()) parts_->LogMisfits();
  if (parts_->tls) parts_->tls->ReloadIfChanged();
  if (const auto free = parts_->log->FreeBytes(); free.ok()) parts_->disk_watch.Look(*free);
  const bool able = parts_->log->ReadOnlyReason().empty();
  parts_->health.SetBelowReserve(!able);
  if (able) LogIfBad("intents not settled", parts_->Reconcile());
}

void Server::Reload() {
  parts_->policy->ReloadAndLog();
  if (parts_->mapping) {
    parts_->mapping->ReloadAndLog();
    parts_->LogMisfits();
  }
  if (parts_->tls) parts_->tls->ReloadAndLog();
}

absl::Status Server::Stop() { return parts_->Stop(); }

}  // namespace evident::server
