// A draft as one page of HTML for clinicians who review it: complete in itself, without scripts, to
// be read in a browser or printed.
#ifndef EVIDENT_WORKBENCH_DRAFT_PAGE_H_
#define EVIDENT_WORKBENCH_DRAFT_PAGE_H_

#include <string>
#include <string_view>

#include "evident/v1/curation_service.pb.h"

namespace evident::workbench {

// Every field of `draft` but html.
std::string DraftPage(const v1::RenderDraftResponse& draft);

// Text between tags or in a quoted attribute.
std::string EscapeHtml(std::string_view text);

// Both texts, escaped, with the words that only one of them has in <del> and <ins>.
struct MarkedTexts {
  std::string before;
  std::string after;
};
MarkedTexts MarkWords(std::string_view before, std::string_view after);

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_DRAFT_PAGE_H_
