// What lint and the cases say of a draft.
#ifndef EVIDENT_SERVER_HANDLERS_DRAFT_CHECKS_H_
#define EVIDENT_SERVER_HANDLERS_DRAFT_CHECKS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "evident/v1/draft.pb.h"
#include "graph/pack/writer.h"
#include "server/call.h"
#include "server/handlers/draft_frame.h"

namespace evident::server {

// Findings in the packs that the draft changes, each told apart by whether the head has it too.
// Lint's errors, CheckAlive's.
absl::StatusOr<std::vector<v1::DraftFinding>> FindingsOf(const DraftView& view, const Call& call);

struct DraftCases {
  std::vector<v1::DraftCase> cases;        // all of them
  std::vector<std::string> packs_without;  // packs whose cases are not known
  uint32_t failed = 0;

  // Those that fail or come out otherwise.
  std::vector<v1::DraftCase> Affected() const;
};

// The cases of the packs that the draft changes, run over the knowledge as it would be. Errors of
// reading a pack's cases upon it, CompareCases', CheckAlive's.
absl::StatusOr<DraftCases> CasesOf(const graph::ReleaseManager& releases, const DraftView& view,
                                   const Call& call);

// What a pack's files say, between its record and what files are written from.
storage::v1::PackTextRecord TextOf(const std::string& pack,
                                   const graph::PackSurroundings& surroundings);
graph::PackSurroundings SurroundingsOf(const storage::v1::PackTextRecord& text);

// The same of a pack that nobody gave files for.
graph::PackSurroundings BareSurroundings(const std::string& pack, uint32_t release);

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_DRAFT_CHECKS_H_
