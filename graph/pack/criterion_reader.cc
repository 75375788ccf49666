#include "graph/pack/criterion_reader.h"

#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "criteria/check.h"
#include "criteria/parse.h"
#include "graph/model/criterion_codec.h"

namespace evident::graph {
namespace {

// The byte that a violation of criteria::Parse points at, from 0; 0 when it names none.
size_t OffsetOf(const Violation& violation) {
  constexpr std::string_view kPrefix = "column ";
  const std::string_view field = violation.field;
  if (field.substr(0, kPrefix.size()) != kPrefix) return 0;
  size_t column = 0;
  std::from_chars(field.data() + kPrefix.size(), field.data() + field.size(), column);
  return column == 0 ? 0 : column - 1;
}

void ReportSyntax(const Cursor& cursor, const std::string& text, const absl::Status& status) {
  const std::vector<Violation> violations = ErrorViolations(status);
  if (violations.empty()) {
    cursor.Error(std::string(status.message()));
    return;
  }
  for (const Violation& violation : violations) {
    const size_t offset = OffsetOf(violation);
    if (cursor.node().verbatim) {
      cursor.ErrorInside(offset, violation.description);
    } else {
      cursor.Error("at column " + std::to_string(offset + 1) + " of \"" + text +
                   "\": " + violation.description);
    }
  }
}

}  // namespace

std::optional<v1::Criterion> ReadCriterion(MapCursor& map, std::string_view key,
                                           PackBuilder& builder) {
  const std::optional<Cursor> cursor = map.Find(key);
  const std::optional<std::string> text = cursor ? cursor->Text() : std::nullopt;
  if (!text) return std::nullopt;
  NameTable& names = builder.names();
  const criteria::NameResolver resolve = [&](std::string_view written,
                                             criteria::NameUse use) -> absl::StatusOr<std::string> {
    const LinkTo to = use == criteria::NameUse::kFact ? LinkTo::kFact : LinkTo::kConcept;
    EVIDENT_ASSIGN_OR_RETURN(LinkTarget target, names.Lookup(std::string(written), to));
    // Brings the definition of a required pack's fact into the schema.
    if (to == LinkTo::kFact) builder.FindFact(target.name);
    return std::move(target.name);
  };
  const absl::StatusOr<criteria::ExpressionPtr> tree = criteria::Parse(*text, resolve);
  if (!tree.ok()) {
    ReportSyntax(*cursor, *text, tree.status());
    return std::nullopt;
  }
  if (*tree == nullptr) {
    cursor->Error("found an empty criterion; leave the key out when it always holds");
    return std::nullopt;
  }
  // Every name led to a fact: one that the schema lacks has a definition that was refused.
  for (const std::string& fact : criteria::FactsOf(*tree)) {
    if (builder.schema().Find(fact) == nullptr) return std::nullopt;
  }
  const std::vector<Violation> violations =
      criteria::Check(*tree, builder.schema(), [&](std::string_view name) {
        return names.Lookup(std::string(name), LinkTo::kConcept).ok();
      });
  for (const Violation& violation : violations) {
    cursor->Error("in \"" + violation.field + "\": " + violation.description);
  }
  if (!violations.empty()) return std::nullopt;
  return EncodeCriterion(*tree);
}

}  // namespace evident::graph
