// The file that binds a site's own codes to facts, without touching a pack:
// docs/formats/site-mapping.md.
#ifndef EVIDENT_SERVER_SITE_MAPPING_H_
#define EVIDENT_SERVER_SITE_MAPPING_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "decision/observations.h"
#include "server/reloaded_file.h"

namespace evident::server {

// One mapping file, read. Immutable.
class SiteMappingFile {
 public:
  static constexpr char kWhat[] = "site mapping";
  static constexpr char kCounted[] = "codes";

  // ReadFile's errors; INVALID_ARGUMENT (SITE_MAPPING_INVALID) with every violation.
  static absl::StatusOr<SiteMappingFile> Load(const std::string& path);

  const decision::SiteMapping& mapping() const { return mapping_; }
  size_t count() const { return mapping_.bindings.size(); }  // codes

  // What a release cannot use of it, in one line each: facts that it does not have, values that are
  // not theirs. In order of codes.
  std::vector<std::string> MisfitsIn(const decision::KnowledgeIndex& index) const;

 private:
  decision::SiteMapping mapping_;
};

using SiteMappingStore = ReloadedFile<SiteMappingFile>;

}  // namespace evident::server

#endif  // EVIDENT_SERVER_SITE_MAPPING_H_
