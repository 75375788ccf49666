#include "client/cli/import_output.h"

#include <iostream>
#include <string>

#include "base/unicode.h"

namespace evident::cli {

void PrintImport(const v1::ImportPackResponse& response, bool validated) {
  const v1::Release& release = response.release();
  if (validated) {
    std::cout << "nothing was stored; the pack is fine and would change ";
  } else if (response.unchanged()) {
    std::cout << "nothing differs from " << Printable(release.name()) << ": no release was made; ";
  } else {
    std::cout << "published " << Printable(release.name()) << " (" << Printable(release.label())
              << "): ";
  }
  std::cout << response.nodes_changed() << " nodes and " << response.edges_changed() << " edges\n";
  if (!response.unchanged() && !validated) std::cout << "announced by " << release.intent() << "\n";
  for (const std::string& note : response.notes()) std::cout << "note: " << Printable(note) << "\n";
}

}  // namespace evident::cli
