#include "client/cli/pack_folders.h"

#include <utility>

#include "base/status.h"
#include "workbench/cases.h"

namespace evident::cli {
namespace {

std::vector<const graph::Pack*> Pointers(const std::vector<graph::Pack>& packs) {
  std::vector<const graph::Pack*> pointers;
  for (const graph::Pack& pack : packs) pointers.push_back(&pack);
  return pointers;
}

absl::StatusOr<graph::Pack> ReadUpon(const graph::PackFiles& files,
                                     const std::vector<graph::Pack>& packs) {
  EVIDENT_ASSIGN_OR_RETURN(const auto knowledge, workbench::CompilePacks(Pointers(packs)));
  return graph::ReadPack(files, graph::PackContext{knowledge.get()});
}

}  // namespace

std::vector<const graph::Pack*> LoadedPacks::Required() const { return Pointers(required); }

std::vector<const graph::Pack*> LoadedPacks::All() const {
  std::vector<const graph::Pack*> all = Required();
  all.insert(all.begin(), &pack);
  return all;
}

CLI::Option* AddPackFolders(CLI::App& command, PackFolders& folders) {
  CLI::Option* const directory = command.add_option("directory", folders.pack, "The pack's folder");
  command.add_option("--with", folders.required,
                     "Folder of a pack that it requires; repeat it, the first needed first");
  return directory;
}

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
