#include "client/cli/pack_folders.h"

#include <utility>

#include "base/status.h"
#include "workbench/cases.h"

namespace evident::cli {
namespace {

absl::StatusOr<graph::Pack> ReadUpon(const graph::PackFiles& files,
                                     const std::vector<graph::Pack>& packs) {
  std::vector<const graph::Pack*> below;
  for (const graph::Pack& pack : packs) below.push_back(&pack);
  EVIDENT_ASSIGN_OR_RETURN(const auto knowledge, workbench::CompilePacks(below));
  return graph::ReadPack(files, graph::PackContext{knowledge.get()});
}

}  // namespace

absl::StatusOr<LoadedPacks> LoadPacks(const PackFolders& folders) {
  LoadedPacks loaded;
  for (const std::string& directory : folders.required) {
    EVIDENT_ASSIGN_OR_RETURN(const graph::PackFiles files, graph::LoadPackFiles(directory));
    absl::StatusOr<graph::Pack> pack = ReadUpon(files, loaded.required);
    if (!pack.ok()) return Annotate(pack.status(), "reading the pack at " + directory);
    loaded.required.push_back(*std::move(pack));
  }
  EVIDENT_ASSIGN_OR_RETURN(const graph::PackFiles files, graph::LoadPackFiles(folders.pack));
  EVIDENT_ASSIGN_OR_RETURN(loaded.pack, ReadUpon(files, loaded.required));
  loaded.files = files.size();
  return loaded;
}

}  // namespace evident::cli
