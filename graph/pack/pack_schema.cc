#include "graph/pack/pack_schema.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "base/suggest.h"

namespace evident::graph {
namespace {

using Json = nlohmann::ordered_json;

// Every map of the format: its name, then a line for each key. A star marks a required key. Types:
// text, number, boolean, date, quantity, place, criterion, link; the name of another map; `one of`
// words; `list of` and `map of` a type; `X or Y`; a plus behind a type: that one, or a list of it.
constexpr char kMaps[] = R"(
pack
  name* text
  label* text
  title text
  language text
  requires text+
guidelines
  title* text
  edition text
  document_date date
  valid_from date
  valid_to date
  evidence_cutoff date
  last_reviewed date
  review_due date
  standing one of current corrected superseded withdrawn retracted
  editorial_policy text
  disclaimer text
  licence text
  review_state one of submitted under-review approved rejected
  review_claims review_claim+
  feedback_reasons feedback_reason+
  issued_by link+
  reviewed_by link or review+
  supersedes superseded_guideline+
  sections* section+
  source_document text
  marks map of mark
  notes text+
review_claim
  state* one of submitted under-review approved rejected
  at place
feedback_reason
  code* text
  words* text
superseded_guideline
  guideline* link
  why text
section
  slug* text
  title* text
  sections subsection+
subsection
  slug* text
  title* text
mark
  reference link
  resolved resolution
  unresolved unresolved
resolution
  by link
  identity text
  on* date
  why* text
unresolved
  candidates link+
  document text
review
  reviewer* link
  act* one of submit approve reject abstain
  digest* text
  board* link
  by* text
  on* date
  note text
  interests text+
  due date
standing_set
  by* text
  on* date
  why* text
  notice text
scheme
  scheme* text
  value* text
statements
  guideline link
  section* text
  order number
  kind* one of recommendation fact good-practice
  polarity one of recommend consider advise-against stop
  preference one of preferred alternative option
  grade scheme
  certainty scheme
  care_phase text
  applies_to* link+
  when criterion
  timing timing
  language text
  headline* text
  text text
  wordings wording+
  valid_from date
  valid_to date
  rows text+
  readings text+
  review_state one of submitted under-review approved rejected never-submitted
  standing one of current corrected superseded withdrawn retracted
  standing_set standing_set
  decides link+
  options option+
  intervention link
  elaborates link+
  alternative_to link+
  asserts link+
  concerns link+
  aims_at link+
  about link+
  supported_by link or support+
  cites link or citation+
  possible_source link+
  supersedes superseded_statement+
  conflicts_with conflict+
  reviewed_by link or review+
timing
  code text
  verbatim text
wording
  audience* one of clinician patient
  language* text
  headline* text
  text text
option
  whole boolean
  components* component+
component
  do* link
  dose dose
  add_on_to link
  when criterion
  unless criterion
  optional boolean
dose
  amount quantity
  interval quantity
  route text
  schedule text
support
  evidence* link
  support one of supports weakens not-said
  directness one of direct indirect
citation
  mark text
  at place
  reference link
  locator text
  resolved resolution
  unresolved unresolved
superseded_statement
  statement* link
  why text
conflict
  statement* link
  discriminators link+
  none_named boolean
  note text
evidence
  headline* text
  outcome* link
  interventions link+
  analysis text
  population text
  severity severity
  arms arm+
  effect effect
  range range
  direction one of benefit harm neutral
  text text
  level scheme
  rating scheme
  category text
  significance text
  bearing one of supports weakens
  origin text
  about link+
  guideline link
  rows text+
  notes text+
  result_of link+
  reported_in link+
  cites link or citation+
  possible_source link+
severity
  grade* text
  scheme text
arm
  name* text
  value quantity
  n number
effect
  measure* text
  value* number
  interval interval
  p number
interval
  low* number
  high* number
  level number
range
  low* quantity
  high* quantity
studies
  name* text
  registration text
  participants number
  design text
  reported_in link+
references
  title* text
  publisher text
  container text
  year number
  pmid text
  doi text
  nct text
  declared_kind text
  assessed_kind text
  tier text
  standing one of current corrected superseded withdrawn retracted
  standing_set standing_set
  notes text+
  supersedes superseded_reference+
superseded_reference
  reference* link
  why text
concepts
  kind* one of condition finding intervention outcome
  intervention_kind one of class drug regimen procedure care
  name* text
  synonyms text+
  codes code+
  is_a link+
  component_of link+
code
  system* text
  code* text
  display text
facts
  name* text
  question* text
  type* one of boolean integer decimal coded date
  unit text
  minimum text
  maximum text
  values map of text or allowed_value
  codes code+
  labels text+
  phrases map of facts_stated
  undefined_term boolean
  note text
  true_when criterion
  false_when criterion
allowed_value
  name* text
  concept link
  codes code+
decision-points
  name* text
  order* number
  at_issue criterion
  partition link+
propositions
  text* text
issuers
  name* text
  url text
boards
  name* text
  quorum number
  members link+
people
  name* text
  identity text
cases
  description* text
  concepts link+
  facts facts_stated
  ask text
  linked facts_stated
  follows text
  as_of date
  audience one of clinician patient
  filters filters
  expect* expect
filters
  hold_back_unresolved boolean
  hold_back_retracted boolean
  review_state_min one of submitted under-review approved rejected
  issuers link+
expect
  applies link+
  undecided link+
  absent link+
  outcome outcome
  outcomes map of outcome or expected_outcome
  conflicts expected_conflicts
  missing link+
  not_missing link+
  derived facts_stated
  dropped facts_stated
  held_back link+
  warned_of link+
  silences expected_silences
  removed expected_removal+
  contested link+
  offered link+
  not_offered link+
  provenance map of expected_provenance
  refused link+
expected_outcome
  outcome* outcome
  conditional boolean
  class_only boolean
expected_conflicts
  standing list of list of link
  possible list of list of link
expected_silences
  not_covered expected_silence+
  silent_on expected_silence+
expected_silence
  at* link
  fact* link
  statements link+
expected_removal
  statement* link
  intervention* link
  by link
expected_provenance
  references link+
  unresolved text+
  evidence link+
  complete boolean
)";

constexpr std::string_view kFolders[] = {
    "guidelines", "statements",      "evidence",     "studies", "references", "concepts", "facts",
    "cases",      "decision-points", "propositions", "issuers", "boards",     "people"};

struct Key {
  std::string name;
  bool required = false;
  std::string type;
};

const std::map<std::string, std::vector<Key>>& Maps() {
  static const auto* const maps = [] {
    auto* const all = new std::map<std::string, std::vector<Key>>;
    std::istringstream lines(kMaps);
    std::vector<Key>* keys = nullptr;
    for (std::string line; std::getline(lines, line);) {
      if (line.empty()) continue;
      if (line[0] != ' ') {
        keys = &(*all)[line];
        continue;
      }
      const size_t space = line.find(' ', 2);
      std::string name = line.substr(2, space - 2);
      const bool required = name.back() == '*';
      if (required) name.pop_back();
      keys->push_back({std::move(name), required, line.substr(space + 1)});
    }
    return all;
  }();
  return *maps;
}

bool Begins(const std::string& text, std::string_view with) {
  return text.compare(0, with.size(), with) == 0;
}

// Words that YAML may take for something else than text.
Json Scalar() { return {{"type", {"string", "number", "boolean"}}}; }

Json Pattern(const char* pattern) { return {{"type", {"string", "number"}}, {"pattern", pattern}}; }

Json TypeOf(const std::string& type) {
  if (Begins(type, "list of ")) return {{"type", "array"}, {"items", TypeOf(type.substr(8))}};
  if (Begins(type, "map of ")) {
    return {{"type", "object"}, {"additionalProperties", TypeOf(type.substr(7))}};
  }
  if (const size_t either = type.find(" or "); either != std::string::npos) {
    const bool listed = type.back() == '+';

    Json left = TypeOf(type.substr(0, either));
    Json right = TypeOf(type.substr(either + 4, type.size() - either - 4 - (listed ? 1 : 0)));
    Json one = {{"anyOf", {std::move(left), std::move(right)}}};
    if (!listed) return one;
    return {{"anyOf", {one, {{"type", "array"}, {"items", one}}}}};
  }
  if (type.back() == '+') {
    Json one = TypeOf(type.substr(0, type.size() - 1));
    return {{"anyOf", {one, {{"type", "array"}, {"items", one}}}}};
  }
  if (Begins(type, "one of ")) {
    Json words = Json::array();
    std::istringstream text(type.substr(7));
    for (std::string word; text >> word;) words.push_back(word);
    return {{"enum", std::move(words)}};
  }
  if (type == "facts_stated") return {{"type", "object"}, {"additionalProperties", Scalar()}};
  if (type == "outcome") {
    return {{"enum",
             {"not-at-issue", "conflict", "not-covered", "undecided", "recommended", "considered",
              "advised-against", "none-applies", "unlinked", "no-statements"}}};
  }
  if (type == "boolean") return {{"type", "boolean"}};
  if (type == "number") return Pattern("^[0-9.+-]+$");
  if (type == "date") return Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
  if (type == "place") return Pattern("^[0-9]+(/[0-9]+)?$");
  if (type == "quantity") return Pattern("^~?[0-9.+-]+( [^ ]+)?$");
  if (Maps().count(type) > 0) return {{"$ref", "#/$defs/" + type}};
  return Scalar();  // text, criterion, link
}

Json MapSchema(const std::vector<Key>& keys) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Key& key : keys) {
    properties[key.name] = TypeOf(key.type);
    if (key.required) required.push_back(key.name);
  }
  Json schema = {
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

// Adds the maps that the schema refers to, and those that these refer to.
void AddDefinitions(const Json& schema, Json& definitions) {
  if (schema.is_object() && schema.contains("$ref")) {
    const std::string name = schema["$ref"].get<std::string>().substr(8);
    if (definitions.contains(name)) return;
    definitions[name] = MapSchema(Maps().at(name));
    const Json added = definitions[name];
    AddDefinitions(added, definitions);
    return;
  }
  if (!schema.is_structured()) return;
  for (const Json& part : schema) AddDefinitions(part, definitions);
}

}  // namespace

std::vector<std::string> SchemaNames() {
  std::vector<std::string> names = {"pack"};
  names.insert(names.end(), std::begin(kFolders), std::end(kFolders));
  return names;
}

absl::StatusOr<std::string> PackSchema(const std::string& name) {
  const std::vector<std::string> names = SchemaNames();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    return MakeError(absl::StatusCode::kNotFound, "SCHEMA_UNKNOWN",
                     "a pack has no '" + name + "'" + NearestHint(name, names));
  }
  const Json node = MapSchema(Maps().at(name));
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", name == "pack" ? "pack.yaml" : name + "/*.yaml of a pack"}};
  if (name == "pack") {
    schema.update(node);
  } else {
    schema["type"] = "object";
    schema["additionalProperties"] = node;
  }
  Json definitions = Json::object();
  AddDefinitions(node, definitions);
  if (!definitions.empty()) schema["$defs"] = std::move(definitions);
  return schema.dump(2) + "\n";
}

}  // namespace evident::graph
