// Packs as folders, for commands that need no server.
#ifndef EVIDENT_CLIENT_CLI_PACK_FOLDERS_H_
#define EVIDENT_CLIENT_CLI_PACK_FOLDERS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "graph/pack/reader.h"

namespace evident::cli {

struct PackFolders {
  std::string pack;
  std::vector<std::string> required;  // each may require those before it
};

struct LoadedPacks {
  graph::Pack pack;
  size_t files = 0;
  std::vector<graph::Pack> required;

  std::vector<const graph::Pack*> Required() const;
  std::vector<const graph::Pack*> All() const;  // the pack first
};

// Adds what `folders` is read from: the pack's folder, whose option is returned, and --with.
CLI::Option* AddPackFolders(CLI::App& command, PackFolders& folders);

// ReadPack's and LoadPackFiles's errors, naming the folder of a required pack.
absl::StatusOr<LoadedPacks> LoadPacks(const PackFolders& folders);

// Writes a pack's files into a folder that is made for them. ALREADY_EXISTS (FOLDER_IN_USE): it is
// there and not empty, or is no folder. INVALID_ARGUMENT (PACK_PATH): a path that leads out of it.
// The errors of base/file.h; what was begun may be left.
absl::Status WritePackFolder(const std::string& directory, const graph::PackFiles& files);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_PACK_FOLDERS_H_
