#include "graph/model/phrase_forms.h"

#include <algorithm>
#include <cstddef>

#include "base/limits.h"
#include "base/status.h"

namespace evident::graph {
namespace {

absl::Status Malformed(std::string_view phrase, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "PHRASE_MALFORMED",
                   "the phrase '" + std::string(phrase) + "' " + why);
}

std::vector<std::string> Alternatives(std::string_view text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('|', begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// Every form so far with every ending.
std::vector<std::string> Times(const std::vector<std::string>& forms,
                               const std::vector<std::string>& endings) {
  std::vector<std::string> product;
  for (const std::string& form : forms) {
    for (const std::string& ending : endings) product.push_back(form + ending);
  }
  return product;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> PhraseForms(std::string_view phrase) {
  std::vector<std::string> forms = {""};
  for (size_t at = 0; at < phrase.size();) {
    const size_t next = std::min(phrase.find_first_of("()[]", at), phrase.size());
    forms = Times(forms, {std::string(phrase.substr(at, next - at))});
    if (next == phrase.size()) break;
    const char bracket = phrase[next];
    const size_t close = phrase.find_first_of("()[]", next + 1);
    const bool pairs =
        close != std::string_view::npos &&
        ((bracket == '(' && phrase[close] == ')') || (bracket == '[' && phrase[close] == ']'));
    if (!pairs) return Malformed(phrase, "has a bracket that does not pair");
    std::vector<std::string> endings = Alternatives(phrase.substr(next + 1, close - next - 1));
    if (bracket == '[') endings.emplace_back();
    if (forms.size() * endings.size() > kPhraseFormsMax) {
      return Malformed(phrase, "has more than " + std::to_string(kPhraseFormsMax) + " forms");
    }
    forms = Times(forms, endings);
    at = close + 1;
  }
  return forms;
}

}  // namespace evident::graph
