// The nearest known names, for errors about unknown ones.
#ifndef EVIDENT_BASE_SUGGEST_H_
#define EVIDENT_BASE_SUGGEST_H_

#include <string>
#include <string_view>
#include <vector>

namespace evident {

// At most `most` of `known` that are near `name` (edit distance at most a third of its length, or
// one contains the other), nearest first, then by name.
std::vector<std::string> NearestNames(std::string_view name, const std::vector<std::string>& known,
                                      size_t most = 3);

// "; nearest known: a, b" or "" when nothing is near: to be put at the end of a message.
std::string NearestHint(std::string_view name, const std::vector<std::string>& known);

}  // namespace evident

#endif  // EVIDENT_BASE_SUGGEST_H_
