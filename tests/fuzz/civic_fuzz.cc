// Snapshots of CIViC: whatever the files hold, every row is taken or named, and what is taken can
// be published.
#include <string>

#include "base/status.h"
#include "graph/model/invariants.h"
#include "graph/pack/civic_reader.h"
#include "tests/fuzz/fuzz_target.h"

namespace evident::fuzz {
namespace {

constexpr char kBreak = '\f';  // between files

void RunCivic(std::string_view input) {
  graph::CivicFiles files;
  for (const char* const file : {graph::kCivicVariantFile, graph::kCivicDrugFile,
                                 graph::kCivicEvidenceFile, graph::kCivicAssertionFile}) {
    const size_t end = input.find(kBreak);
    files[file] = std::string(input.substr(0, end));
    input = end == input.npos ? std::string_view() : input.substr(end + 1);
  }
  const auto snapshot = graph::ReadCivic(files, {});
  if (!snapshot.ok()) {
    return RequireRefusal(snapshot.status(), {absl::StatusCode::kInvalidArgument},
                          {"CIVIC_HEADER"});
  }
  for (const graph::BrokenRow& row : snapshot->broken) {
    Require(row.line > 1 && !row.why.empty(), "a broken row has a line and a reason");
  }
  const absl::Status sound = graph::CheckGraph(snapshot->draft);
  Require(sound.ok(), "what is taken can be published: " + sound.ToString());
  graph::CivicOptions strict;
  strict.strict = true;
  Require(graph::ReadCivic(files, strict).ok() == snapshot->broken.empty(),
          "strict refuses just what is broken");
}

Seeds CivicSeeds() {
  const std::string variants =
      "variant_id\tgene\tentrez_id\tvariant\tvariant_aliases\n1\tMOTH\t9\tW1\tA,N/A\n";
  const std::string drugs = "drug_name\tdrug_id\teids\nAmberol\t5\t\n";
  const std::string evidence =
      "gene\tentrez_id\tvariant\tdisease\tdoid\tphenotypes\tdrugs\tdrug_interaction_type\t"
      "evidence_type\tevidence_direction\tevidence_level\tclinical_significance\t"
      "evidence_statement\tpubmed_id\tcitation\tnct_ids\trating\tevidence_status\tevidence_id\t"
      "variant_id\tvariant_origin\n"
      "MOTH\t9\tW1\tFever\t7\tPale,Cold\tAmberol\t\tPredictive\tSupports\tB\tResistance\tSeen.\t"
      "12\tMoth et al., 2024, Annals\tNCT00000001,NCT00000002\t3\taccepted\t11\t1\tSomatic\n";
  const std::string assertions =
      "gene\tentrez_id\tvariant\tdisease\tdoid\tphenotypes\tdrugs\tassertion_type\t"
      "assertion_direction\tclinical_significance\tacmg_codes\tamp_category\tassertion_summary\t"
      "assertion_description\tassertion_id\tevidence_item_ids\tvariant_id\n"
      "MOTH\t9\tW1\tFever\t7\t\tAmberol\tPredictive\tSupports\tResistance\tPM1\t\tIt does.\tLong.\t"
      "3\t11,99\t1\n";
  return {variants + kBreak + drugs + kBreak + evidence + kBreak + assertions,
          variants + kBreak + kBreak + evidence + kBreak + assertions};
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(civic, RunCivic, CivicSeeds);
