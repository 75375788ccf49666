#include "decision/cues.h"

#include <algorithm>
#include <array>
#include <set>

namespace evident::decision {
namespace {

bool IsComparative(std::string_view word) {
  return OneOf(word, {"above", "below", "more", "less", "higher", "lower", "greater", "over",
                      "under", "up", "worse", "better"});
}

constexpr std::string_view kDoubtWords =
    "about afraid against ago alleged allegedly almost anticipated anxious apparent apparently "
    "ask asked asking asks assess assessed assume assumed assuming avoid avoidance avoiding "
    "avoids await awaiting awaits before believe believes borderline can candidate cause causes "
    "claim claimed claims compare compared concern concerned concerning concerns consider "
    "considered considering conversion convert converting could cured dd ddx declined declines "
    "define defined definition differential disagree disagrees discontinue discontinued "
    "discontinuing discuss discussed discussing doubt doubtful doubts eligible enrolled enrolling "
    "equivalent equivocal error estimate estimated evaluate evaluated exclude excluded excludes "
    "expected expects explain fear feared fearing fears fhx former formerly gone guess guesses "
    "guideline guidelines healed historical history how hx hypothetical hypothetically if imagine "
    "imminent impending improved inclusion inconclusive incorrect indeterminate intended "
    "likelihood likely longer may maybe meaning might mistake mistaken mistakenly monitor "
    "monitored monitoring must nearly nobody once past pending perhaps planned planning plans pmh "
    "possibility possible possibly potential potentially predict predicted presumably presumed "
    "prevent prevented preventing prevention prevents previously probable probably prone "
    "provisional provisionally query questionable recovered recruited recruiting refuse refused "
    "refuses regarding require required requirement requires resolved resolving reversed risk "
    "risks rule ruled scared scheduled screened screening shall should stop stopped stopping "
    "stops subsided suggesting suggestive suggests suppose supposedly supposing susceptible "
    "suspect suspected suspects suspicion suspicious tentative test tested theoretical "
    "theoretically think thinks threatened threatening uncertain unclear unconfirmed unknown "
    "unless unlikely unproven unsure until untrue unverified used watch what when whenever where "
    "whether which why will wonder wondering wonders worried worry would wrong ";

std::set<std::string_view> Split(std::string_view words) {
  std::set<std::string_view> split;
  for (size_t begin = 0; begin < words.size();) {
    const size_t end = std::min(words.find(' ', begin), words.size());
    split.insert(words.substr(begin, end - begin));
    begin = end + 1;
  }
  return split;
}

}  // namespace

std::optional<int64_t> NumberInWords(std::string_view folded) {
  constexpr std::array<std::string_view, 13> kNumbers = {"zero", "one",    "two",   "three", "four",
                                                         "five", "six",    "seven", "eight", "nine",
                                                         "ten",  "eleven", "twelve"};
  const auto found = std::find(kNumbers.begin(), kNumbers.end(), folded);
  if (found == kNumbers.end()) return std::nullopt;
  return found - kNumbers.begin();
}

bool IsNumberWord(std::string_view folded) {
  if (NumberInWords(folded).has_value()) return true;
  return !folded.empty() &&
         std::all_of(folded.begin(), folded.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool OneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsNegation(std::string_view text, const std::vector<TextToken>& tokens, size_t at) {
  const std::string_view word = tokens[at].folded;
  if (word == "t" && at > 0) {
    const std::string_view gap =
        text.substr(tokens[at - 1].end, tokens[at].begin - tokens[at - 1].end);
    return gap == "'" || gap == "\u2019";
  }
  return OneOf(
      word, {"no",     "not",      "without", "never",  "denies",  "denied",  "deny",   "denying",
             "denial", "negative", "absence", "absent", "nor",     "neither", "cannot", "lack",
             "lacks",  "lacking",  "free",    "none",   "nothing", "hardly",  "false",  "nil"});
}

bool IsDoubt(std::string_view folded) {
  static const std::set<std::string_view> words = Split(kDoubtWords);
  return words.count(folded) > 0 || IsRelative(folded);
}

bool HoldsNegation(std::string_view text, const std::vector<TextToken>& tokens, size_t first,
                   size_t count) {
  for (size_t at = first; at < first + count; ++at) {
    if (IsNegation(text, tokens, at)) return true;
  }
  return false;
}

bool NamesSomebodyElse(const std::vector<TextToken>& tokens, size_t at) {
  const auto word = [&](size_t i) { return WordAt(tokens, i); };
  if (word(at) == "next") return OneOf(word(at + 1), {"bed", "room", "patient", "door"});
  return word(at) == "one" && word(at + 1) == "of" && OneOf(word(at + 2), {"our", "my"}) &&
         !IsSomebody(word(at + 3));
}

bool TellsOfRelative(const std::vector<TextToken>& tokens, size_t at) {
  if (!IsRelative(tokens[at].folded)) return false;
  const auto word = [&](size_t i) { return WordAt(tokens, i); };
  const bool ends = at + 1 >= tokens.size() || tokens[at + 1].before != Gap::kJoined;
  const bool group = word(at) == "family";
  if (group && OneOf(word(at + 1), {"meeting", "conference", "discussion", "talk", "doctor"})) {
    return false;
  }
  if (group && ends && at > 1 && IsArticle(word(at - 1)) && word(at - 2) == "with") return false;
  const bool addressed = ends && at > 0 && word(at - 1) == "dear";
  return !addressed && !(word(at + 1) == "of" && IsNumberWord(word(at + 2)));
}

bool IsDoubtAt(const std::vector<TextToken>& tokens, size_t at) {
  if (!IsDoubt(tokens[at].folded)) return false;
  if (IsRelative(tokens[at].folded)) return TellsOfRelative(tokens, at);
  if (tokens[at].folded != "may" || at == 0) return true;
  return !IsNumberWord(tokens[at - 1].folded) &&
         !OneOf(tokens[at - 1].folded,
                {"in", "since", "until", "last", "from", "of", "mid", "early", "late", "this"});
}

bool MarksDoubt(std::string_view gap, bool begins) {
  const size_t mark = gap.rfind('?');
  if (mark == std::string_view::npos) return false;
  if (begins || mark + 1 == gap.size()) return true;
  return gap.substr(0, mark).find_first_of(",;:(\n") != std::string_view::npos;
}

bool IsException(const std::vector<TextToken>& tokens, size_t at) {
  const std::string_view word = tokens[at].folded;
  if (OneOf(word, {"except", "excepting", "excepted", "exception", "besides", "beyond", "excluding",
                   "barring", "save", "unless", "only", "outside"})) {
    return true;
  }
  const std::string_view next =
      at + 1 < tokens.size() ? std::string_view(tokens[at + 1].folded) : std::string_view();
  return (OneOf(word, {"other", "rather", "different"}) && OneOf(next, {"than", "from"})) ||
         (OneOf(word, {"apart", "aside"}) && next == "from");
}

bool IsContinuation(std::string_view folded) {
  return OneOf(folded, {"then", "later", "afterwards", "afterward", "subsequently", "thereafter",
                        "followed", "again", "twice", "next"});
}

bool IsOccasion(std::string_view folded) {
  return OneOf(folded, {"on", "under", "during", "while", "receiving", "taking"});
}

bool BeginsClause(std::string_view folded) {
  return OneOf(folded,
               {"with",      "has",       "have",      "had",        "is",          "are",
                "was",       "on",        "receiving", "under",      "taking",      "takes",
                "off",       "currently", "now",       "still",      "already",     "wants",
                "wishes",    "prefers",   "received",  "progressed", "progressing", "developed",
                "tolerates", "suffers",   "treated",   "lives",      "she",         "he"});
}

namespace {

// One past "so far", "at the moment", "as of today", "per the notes" and the like; `at` for others.
template <typename WordOf>
size_t PastTodayInWords(const WordOf& word, size_t at) {
  const std::string_view next = word(at + 1);
  const std::string_view third = word(at + 2);
  const bool pair =
      (OneOf(word(at), {"so", "to"}) && OneOf(next, {"far", "date"})) ||
      (word(at) == "at" && OneOf(next, {"present", "baseline", "all"})) ||
      (word(at) == "any" && OneOf(next, {"more", "longer"})) ||
      (OneOf(word(at), {"for", "until", "right", "as", "by"}) && OneOf(next, {"now", "yet"})) ||
      (word(at) == "in" && OneOf(next, {"total", "all"})) || (word(at) == "as" && next == "well") ||
      (word(at) == "after" && next == "all");
  const bool moment = word(at) == "at" && OneOf(next, {"the", "this"}) &&
                      OneOf(third, {"moment", "time", "point", "stage"});
  const bool day = word(at) == "as" && OneOf(next, {"of", "at"}) && OneOf(third, {"today", "now"});
  const bool notes = OneOf(word(at), {"per", "by"}) && next == "the" &&
                     OneOf(third, {"notes", "chart", "records", "record", "letter", "report"});
  const bool bare_notes =
      word(at) == "per" && OneOf(next, {"notes", "chart", "records", "record", "report"});
  if (moment || day || notes) return at + 3;
  return pair || bare_notes ? at + 2 : at;
}

// One past "on CT", "by biopsy", "on her latest PET scan" and the like; `at` for others, and for an
// earlier finding ("on the prior CT").
template <typename WordOf>
size_t PastFinding(const WordOf& word, size_t at) {
  if (!OneOf(word(at), {"on", "by"})) return at;
  size_t next = at + 1;
  while (
      IsArticle(word(next)) ||
      OneOf(word(next), {"latest", "last", "current", "today", "s", "recent", "repeat", "staging",
                         "clinical", "physical", "chest", "whole", "body", "fdg", "this"})) {
    ++next;
  }
  const size_t first = next;
  while (OneOf(word(next), {"ct",      "mri",         "pet",        "scan",        "scans",
                            "imaging", "ultrasound",  "xray",       "x",           "ray",
                            "exam",    "examination", "inspection", "radiology",   "histology",
                            "biopsy",  "cytology",    "restaging",  "laparoscopy", "endoscopy"})) {
    ++next;
  }
  return next > first ? next : at;
}

}  // namespace

size_t PastToday(const std::vector<TextToken>& tokens, size_t at) {
  const auto word = [&](size_t i) {
    const bool joined = i < tokens.size() && tokens[i].before == Gap::kJoined;
    return joined ? std::string_view(tokens[i].folded) : std::string_view();
  };
  const auto ends = [&](size_t i) {
    return i >= tokens.size() || tokens[i].before != Gap::kJoined;
  };
  while (true) {
    const size_t past = std::max(PastTodayInWords(word, at), PastFinding(word, at));
    if (past > at) {
      at = past;
    } else if (OneOf(word(at), {"here", "now", "today", "currently", "presently", "please", "too",
                                "anymore", "whatsoever", "anywhere"}) ||
               (OneOf(word(at), {"since", "yet", "already", "overall", "either"}) &&
                ends(at + 1))) {
      ++at;
    } else {
      return at;
    }
  }
}

bool IsContrast(std::string_view folded) {
  return OneOf(folded, {"but", "however", "although", "though", "whereas"});
}

bool IsAnd(std::string_view folded) { return OneOf(folded, {"and", "plus"}); }

bool IsOr(std::string_view folded) { return OneOf(folded, {"or", "nor", "vs", "versus"}); }

bool IsArticle(std::string_view folded) {
  return OneOf(folded, {"a", "an", "the", "any", "her", "his", "their", "its"});
}

bool IsPreposition(std::string_view folded) {
  return OneOf(folded, {"of", "for", "in", "on", "at", "to", "by", "from", "after", "before",
                        "against", "during", "under", "since", "through", "into", "within"});
}

bool IsSomebody(std::string_view word) {
  return OneOf(word,
               {"patient", "patients",  "woman",      "women",       "man",  "men",   "person",
                "persons", "people",    "someone",    "somebody",    "one",  "those", "lady",
                "adult",   "adults",    "individual", "individuals", "case", "cases", "pt",
                "pts",     "gentleman", "female",     "male",        "old"});
}

bool IsOnePerson(std::string_view word) { return IsSomebody(word) && !IsPeople(word); }

bool IsPeople(std::string_view word) {
  return OneOf(word, {"patients", "pts", "women", "men", "persons", "people", "those", "adults",
                      "individuals", "cases"});
}

bool IsRelative(std::string_view folded) {
  return OneOf(folded, {"aunt",      "brother", "colleague", "cousin",      "daughter",
                        "family",    "father",  "friend",    "grandfather", "grandmother",
                        "husband",   "mother",  "neighbor",  "neighbour",   "relative",
                        "relatives", "sister",  "son",       "uncle",       "wife"});
}

bool IsVerbOfBeing(std::string_view folded) {
  return OneOf(folded, {"is", "are", "was", "were", "be", "been", "being", "has", "have", "had"});
}

bool IsConnector(std::string_view folded) {
  return OneOf(folded, {"is", "of", "was", "are", "at", "=", "equals", "now", "currently", "today",
                        "score", "value", "level", "on", "since"});
}

bool IsInRange(std::string_view text, const std::vector<TextToken>& tokens, size_t at, size_t end) {
  const std::string_view rest = text.substr(end);
  for (const std::string_view sign : {"-", "\u2013", "\u2014", "/", "+", "~", "*"}) {
    if (rest.substr(0, sign.size()) == sign) return true;
  }
  size_t next = at + 1;
  while (next < tokens.size() && tokens[next].begin < end) ++next;
  if (next >= tokens.size() || tokens[next].before == Gap::kStop) return false;
  const std::string_view word = tokens[next].folded;
  // "2, three earlier courses": a comma, and a number of something else.
  const bool counts_more = tokens[next].before == Gap::kComma && next + 1 < tokens.size() &&
                           tokens[next + 1].before == Gap::kJoined &&
                           !OneOf(tokens[next + 1].folded, {"or", "and", "to", "maybe"});
  if (IsNumberWord(word)) return !counts_more;
  if (word == "plus" || IsComparative(word)) return true;
  if (!OneOf(word, {"or", "to", "and", "through", "until"}) || next + 1 >= tokens.size()) {
    return false;
  }
  const std::string_view behind = tokens[next + 1].folded;
  if (word == "or" && OneOf(behind, {"earlier", "later", "before", "after"})) return true;
  // "2 and two earlier courses": a number of something else.
  const bool counts_other = word == "and" && next + 2 < tokens.size() &&
                            OneOf(tokens[next + 2].folded, {"earlier", "prior", "previous"});
  return (IsNumberWord(behind) && !counts_other) || IsComparative(behind);
}

bool IsEndOfRange(std::string_view text, const std::vector<TextToken>& tokens, size_t first) {
  if (text.substr(tokens[first].end, 1) == "+") return true;
  if (first == 0 || tokens[first].before != Gap::kJoined) return false;
  const size_t from = tokens[first - 1].end;
  const std::string_view gap = text.substr(from, tokens[first].begin - from);
  const bool parts = gap.find_first_of("-/") != std::string_view::npos ||
                     gap.find("\u2013") != std::string_view::npos;
  if (IsNumberWord(tokens[first - 1].folded)) return parts;
  return first > 1 && OneOf(tokens[first - 1].folded, {"or", "to"}) &&
         IsNumberWord(tokens[first - 2].folded);
}

bool IsBounded(const std::vector<TextToken>& tokens, size_t first) {
  for (size_t i = first, steps = 0; i > 0 && steps < 2; --i, ++steps) {
    if (tokens[i].before != Gap::kJoined) return false;
    const std::string_view word = tokens[i - 1].folded;
    if (IsComparative(word) || OneOf(word, {"least", "most", "than", "maximum", "minimum"})) {
      return true;
    }
    if (word.find_first_of("<>=") != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace evident::decision
