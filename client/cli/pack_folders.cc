#include "client/cli/pack_folders.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "base/status.h"
#include "workbench/cases.h"

namespace evident::cli {
namespace {

namespace fs = std::filesystem;

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

absl::Status WritePackFolder(const std::string& directory, const graph::PackFiles& files) {
  std::error_code error;
  const bool there = fs::exists(directory, error);
  if (there && !(fs::is_directory(directory, error) && fs::is_empty(directory, error))) {
    return MakeError(absl::StatusCode::kAlreadyExists, "FOLDER_IN_USE",
                     directory + " is there already and is no empty folder");
  }
  for (const auto& [path, content] : files) {
    // They may come from a server: nothing is written outside of the folder.
    const fs::path inside = fs::path(path).lexically_normal();
    if (inside.empty() || inside.is_absolute() || *inside.begin() == "..") {
      return MakeError(absl::StatusCode::kInvalidArgument, "PACK_PATH",
                       "'" + path + "' is no path inside a pack");
    }
    const fs::path file = fs::path(directory) / inside;
    EVIDENT_RETURN_IF_ERROR(MakeDirectories(file.parent_path().string(), 0755));
    EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(file.string(), content, 0644));
  }
  return absl::OkStatus();
}

}  // namespace evident::cli
