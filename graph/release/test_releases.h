// A release manager over a folder of its own, with short ways to publish. Tests only.
#ifndef EVIDENT_GRAPH_RELEASE_TEST_RELEASES_H_
#define EVIDENT_GRAPH_RELEASE_TEST_RELEASES_H_

#include <memory>
#include <string>
#include <utility>

#include "base/file.h"
#include "graph/model/test_graphs.h"
#include "graph/release/release_manager.h"

namespace evident::graph {

inline PublishRequest RequestFor(const std::string& pack, GraphDraft draft) {
  PublishRequest request;
  request.pack = pack;
  request.draft = std::move(draft);
  request.label = pack + " of a test";
  request.author = "author";
  request.now_ns = 1000;
  return request;
}

// A pack "p" of one concept.
inline PublishRequest OneConcept(const std::string& display) {
  GraphDraft draft;
  draft.nodes = {ConceptNode("p/a", display)};
  return RequestFor("p", std::move(draft));
}

inline absl::StatusOr<std::unique_ptr<ReleaseManager>> OpenReleases(
    const std::string& path, std::shared_ptr<kv::FaultFileSystem> fault = nullptr) {
  GraphDatabaseOptions options;
  options.path = path;
  options.create = true;
  options.fault_file_system = std::move(fault);
  return ReleaseManager::Open(options);
}

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_RELEASE_TEST_RELEASES_H_
