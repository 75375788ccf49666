// The parts of a map that lead elsewhere and carry attributes: options, support, citations,
// conflicts.
#ifndef EVIDENT_GRAPH_PACK_LINKS_H_
#define EVIDENT_GRAPH_PACK_LINKS_H_

#include <optional>

#include "graph/pack/builder.h"

namespace evident::graph {

// The keys "options" and "intervention": involves edges. Returns how many options there are.
size_t ReadOptions(MapCursor& map, const LinkTarget& from, PackBuilder& builder);

// The key "supported_by".
void ReadSupport(MapCursor& map, const LinkTarget& from, PackBuilder& builder);

// The keys "cites" and "possible_source". `guideline` is null when marks have no table to look
// into.
void ReadCitations(MapCursor& map, const LinkTarget& from, const GuidelineInfo* guideline,
                   PackBuilder& builder);

// "reference", "resolved" and "unresolved" of a citation or of an entry of "marks"; nothing when
// none is given.
std::optional<CitationMeaning> ReadCitationMeaning(MapCursor& map, PackBuilder& builder);

// The key "reviewed_by": who is to review, and acts of review.
void ReadReviewers(MapCursor& map, const LinkTarget& from, PackBuilder& builder);

// The key "conflicts_with".
void ReadConflicts(MapCursor& map, const LinkTarget& from, PackBuilder& builder);

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_PACK_LINKS_H_
