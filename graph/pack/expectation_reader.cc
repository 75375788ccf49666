#include "graph/pack/expectation_reader.h"

#include <string>
#include <utility>
#include <vector>

#include "graph/pack/fact_values.h"

namespace evident::graph {
namespace {

// In the order of the numbers of v1::Outcome.
std::vector<std::string> OutcomeNames(bool whole_answer) {
  std::vector<std::string> names = {"not-at-issue",    "conflict",    "not-covered",
                                    "undecided",       "recommended", "considered",
                                    "advised-against", "none-applies"};
  if (whole_answer) {
    names.push_back("unlinked");
    names.push_back("no-statements");
  }
  return names;
}

std::string Name(const std::optional<Cursor>& link, LinkTo to, PackBuilder& builder) {
  if (!link) return "";
  const std::optional<LinkTarget> target = builder.names().Resolve(*link, to);
  return target ? target->name : "";
}

// The name that a key of a map stands for; the place is the key's.
std::string KeyName(const Cursor& map, const YamlEntry& entry, LinkTo to, PackBuilder& builder) {
  YamlNode key;
  key.kind = YamlNode::Kind::kScalar;
  key.text = entry.key;
  key.line = entry.line;
  key.column = entry.column;
  const std::optional<LinkTarget> target = builder.names().Resolve(map.At(key), to);
  return target ? target->name : "";
}

void RequireMap(const Cursor& cursor, std::string_view expected) {
  if (cursor.node().kind != YamlNode::Kind::kMap) {
    cursor.Error("found " + std::string(KindName(cursor.node().kind)) + "; expected " +
                 std::string(expected));
  }
}

std::optional<bool> Flag(MapCursor& map, std::string_view key) {
  const std::optional<Cursor> value = map.Find(key);
  return value ? value->Boolean() : std::nullopt;
}

void ReadOutcomes(MapCursor& map, PackExpectation& out, PackBuilder& builder) {
  const std::optional<Cursor> outcomes = map.Find("outcomes");
  if (!outcomes) return;
  RequireMap(*outcomes, "a map of decision point to outcome");
  for (const YamlEntry& entry : outcomes->node().entries) {
    ExpectedOutcome expected;
    expected.decision_point = KeyName(*outcomes, entry, LinkTo::kDecisionPoint, builder);
    const Cursor value = outcomes->At(entry.value);
    if (entry.value.kind == YamlNode::Kind::kMap) {
      MapCursor detail(value, "an expected outcome");
      detail.Need("outcome");
      expected.outcome = detail.One<v1::Outcome>("outcome", OutcomeNames(false));
      expected.conditional = Flag(detail, "conditional");
      expected.class_only = Flag(detail, "class_only");
      detail.Finish();
    } else if (const auto index = value.OneOf(OutcomeNames(false))) {
      expected.outcome = static_cast<v1::Outcome>(*index + 1);
    }
    out.outcomes.push_back(std::move(expected));
  }
}

std::optional<std::vector<ConflictPair>> ReadPairs(MapCursor& map, std::string_view key,
                                                   PackBuilder& builder) {
  const std::optional<Cursor> list = map.Find(key);
  if (!list) return std::nullopt;
  std::vector<ConflictPair> pairs;
  for (const Cursor& item : list->Items()) {
    const std::vector<Cursor> sides = item.Items();
    if (item.node().kind != YamlNode::Kind::kList || sides.size() != 2) {
      item.Error("expected a pair of statements, such as [a, b]");
      continue;
    }
    pairs.emplace_back(Name(sides[0], LinkTo::kStatement, builder),
                       Name(sides[1], LinkTo::kStatement, builder));
  }
  return pairs;
}

void ReadConflicts(MapCursor& map, PackExpectation& out, PackBuilder& builder) {
  const std::optional<Cursor> conflicts = map.Find("conflicts");
  if (!conflicts) return;
  MapCursor states(*conflicts, "the expected conflicts");
  out.standing_conflicts = ReadPairs(states, "standing", builder);
  out.possible_conflicts = ReadPairs(states, "possible", builder);
  states.Finish();
}

std::optional<std::vector<ExpectedSilence>> ReadSilenceList(MapCursor& map, std::string_view key,
                                                            bool with_statements,
                                                            PackBuilder& builder) {
  const std::optional<Cursor> list = map.Find(key);
  if (!list) return std::nullopt;
  std::vector<ExpectedSilence> silences;
  for (const Cursor& item : list->Items()) {
    MapCursor entry(item, "an expected silence");
    ExpectedSilence silence;
    silence.decision_point = Name(entry.Need("at"), LinkTo::kDecisionPoint, builder);
    silence.fact = Name(entry.Need("fact"), LinkTo::kFact, builder);
    if (with_statements && entry.Has("statements")) {
      silence.statements = builder.LinkNames(entry, "statements", LinkTo::kStatement);
    }
    entry.Finish();
    silences.push_back(std::move(silence));
  }
  return silences;
}

void ReadSilences(MapCursor& map, PackExpectation& out, PackBuilder& builder) {
  const std::optional<Cursor> silences = map.Find("silences");
  if (!silences) return;
  MapCursor kinds(*silences, "the expected silences");
  out.not_covered = ReadSilenceList(kinds, "not_covered", false, builder);
  out.silent_on = ReadSilenceList(kinds, "silent_on", true, builder);
  kinds.Finish();
}

void ReadRemovals(MapCursor& map, PackExpectation& out, PackBuilder& builder) {
  for (const Cursor& item : map.Items("removed")) {
    MapCursor entry(item, "an expected removal");
    ExpectedRemoval removal;
    removal.statement = Name(entry.Need("statement"), LinkTo::kStatement, builder);
    removal.intervention = Name(entry.Need("intervention"), LinkTo::kIntervention, builder);
    removal.by = Name(entry.Find("by"), LinkTo::kStatement, builder);
    entry.Finish();
    out.removed.push_back(std::move(removal));
  }
}

void ReadProvenance(MapCursor& map, PackExpectation& out, PackBuilder& builder) {
  const std::optional<Cursor> provenance = map.Find("provenance");
  if (!provenance) return;
  RequireMap(*provenance, "a map of statement to its provenance");
  for (const YamlEntry& entry : provenance->node().entries) {
    ExpectedProvenance expected;
    expected.statement = KeyName(*provenance, entry, LinkTo::kStatement, builder);
    MapCursor detail(provenance->At(entry.value), "an expected provenance");
    if (detail.Has("references")) {
      expected.references = builder.LinkNames(detail, "references", LinkTo::kReference);
    }
    if (detail.Has("evidence")) {
      expected.evidence = builder.LinkNames(detail, "evidence", LinkTo::kEvidence);
    }
    if (detail.Has("unresolved")) expected.unresolved = detail.Texts("unresolved");
    expected.complete = Flag(detail, "complete");
    detail.Finish();
    out.provenance.push_back(std::move(expected));
  }
}

}  // namespace

PackExpectation ReadExpectation(const Cursor& cursor, PackBuilder& builder) {
  MapCursor map(cursor, "the expectation");
  PackExpectation out;
  out.applies = builder.LinkNames(map, "applies", LinkTo::kStatement);
  out.undecided = builder.LinkNames(map, "undecided", LinkTo::kStatement);
  out.absent = builder.LinkNames(map, "absent", LinkTo::kStatement);
  out.outcome = map.One<v1::Outcome>("outcome", OutcomeNames(true));
  ReadOutcomes(map, out, builder);
  ReadConflicts(map, out, builder);
  out.missing = builder.LinkNames(map, "missing", LinkTo::kFact);
  out.not_missing = builder.LinkNames(map, "not_missing", LinkTo::kFact);
  if (const auto derived = map.Find("derived")) {
    out.derived = ReadFacts(*derived, "the derived facts", builder);
  }
  if (const auto dropped = map.Find("dropped")) {
    out.dropped = ReadFacts(*dropped, "the dropped facts", builder);
  }
  out.held_back = builder.LinkNames(map, "held_back", LinkTo::kStatement);
  out.warned_of = builder.LinkNames(map, "warned_of", LinkTo::kStatement);
  ReadSilences(map, out, builder);
  ReadRemovals(map, out, builder);
  out.contested = builder.LinkNames(map, "contested", LinkTo::kStatement);
  out.offered = builder.LinkNames(map, "offered", LinkTo::kIntervention);
  out.not_offered = builder.LinkNames(map, "not_offered", LinkTo::kIntervention);
  ReadProvenance(map, out, builder);
  out.refused = builder.LinkNames(map, "refused", LinkTo::kFact);
  map.Finish();
  if (cursor.node().kind == YamlNode::Kind::kMap && cursor.node().entries.empty()) {
    cursor.Error("found an empty expectation; expected at least one key");
  }
  return out;
}

}  // namespace evident::graph
