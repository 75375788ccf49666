// Whether what the database derives from a release stands as it should.
#ifndef EVIDENT_GRAPH_STORAGE_DERIVED_ROWS_H_
#define EVIDENT_GRAPH_STORAGE_DERIVED_ROWS_H_

#include "absl/status/status.h"
#include "graph/model/graph_reader.h"
#include "graph/storage/live_rows.h"
#include "kv/database.h"

namespace evident::graph {

// Whether `in`, `index` and `names` are what `graph`, a release of this database, leads to.
// DATA_LOSS naming the key: KEY_MALFORMED, RECORD_CORRUPT, DERIVED_ROW_MISSING,
// DERIVED_ROW_UNKNOWN, and with kRefuse RELEASE_INCOMPLETE for a row that is newer than the
// release. The graph's errors.
absl::Status CheckDerivedRows(const kv::Database& database, const GraphReader& graph,
                              NewerRows newer);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_STORAGE_DERIVED_ROWS_H_
