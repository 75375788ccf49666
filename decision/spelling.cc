#include "decision/spelling.h"

#include <algorithm>
#include <array>
#include <utility>

namespace evident::decision {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<Pair, 32> kWholeWords = {{
    {"1l", "first line"},
    {"2l", "second line"},
    {"1st", "first"},
    {"2nd", "second"},
    {"3rd", "third"},
    {"frontline", "first line"},
    {"dz", "disease"},
    {"favours", "favors"},
    {"hx", "history"},
    {"mets", "metastases"},
    {"nil", "no"},
    {"ln", "lymph node"},
    {"lns", "lymph nodes"},
    {"rx", "treatment"},
    {"trt", "treatment"},
    {"tx", "treatment"},
    {"tumour", "tumor"},
    {"tumours", "tumors"},
    {"therapy", "treatment"},
    {"therapies", "treatments"},
    {"previous", "prior"},
    {"relapse", "recurrence"},
    {"relapsed", "recurred"},
    {"metastasis", "metastases"},
    {"lymphadenopathy", "adenopathy"},
    {"paraaortic", "para aortic"},
    {"one", "1"},
    {"two", "2"},
    {"three", "3"},
    {"four", "4"},
    {"five", "5"},
}};

// British parts of words, and what stands for them.
constexpr std::array<Pair, 7> kParts = {{
    {"haem", "hem"},
    {"oedema", "edema"},
    {"oesoph", "esoph"},
    {"rrhoea", "rrhea"},
    {"isation", "ization"},
    {"ised", "ized"},
    {"ising", "izing"},
}};

}  // namespace

void AppendSpelled(std::string_view folded, std::vector<std::string>& words) {
  const auto whole = std::find_if(kWholeWords.begin(), kWholeWords.end(),
                                  [&](const Pair& pair) { return pair.first == folded; });
  if (whole != kWholeWords.end()) {
    const size_t space = whole->second.find(' ');
    words.emplace_back(whole->second.substr(0, space));
    if (space != std::string_view::npos) words.emplace_back(whole->second.substr(space + 1));
    return;
  }
  std::string word(folded);
  for (const auto& [british, american] : kParts) {
    const size_t at = word.find(british);
    if (at != std::string::npos) word.replace(at, british.size(), american);
  }
  words.push_back(std::move(word));
}

}  // namespace evident::decision
