// The unary methods and their handlers: one table.
#ifndef EVIDENT_SERVER_METHODS_H_
#define EVIDENT_SERVER_METHODS_H_

#include "audit/log/log.h"
#include "graph/release/release_manager.h"
#include "server/batch_stream.h"
#include "server/handlers/affected_decisions.h"
#include "server/handlers/create_backup.h"
#include "server/handlers/decide_question.h"
#include "server/handlers/draft_frame.h"
#include "server/handlers/explain.h"
#include "server/handlers/export_tables.h"
#include "server/handlers/get_status.h"
#include "server/handlers/knowledge_reads.h"
#include "server/handlers/prune_bodies.h"
#include "server/handlers/subject_acts.h"
#include "server/method.h"
#include "server/server_stream.h"

namespace evident::server {

// What handlers work with. Outlives the table.
struct Services {
  audit::Log& log;
  AuditSources audit;
  SubjectSources subjects;
  PruneSources pruning;
  TableSources tables;
  graph::ReleaseManager& releases;
  DecisionSources decisions;
  SearchSources searches;
  StatusSources status;
  BackupSources& backups;
  DraftSources drafts;
  FeedbackSources feedback;
};

MethodTable MakeMethods(const Services& services);

// The methods that answer with streams.
StreamTable MakeStreams(const Services& services);

// BatchRecommend's items.
OpenItems MakeBatch(const Services& services);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_METHODS_H_
