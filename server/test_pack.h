// A small invented pack for tests: one disease, two drugs, a conflict, an interval nobody covers.
#ifndef EVIDENT_SERVER_TEST_PACK_H_
#define EVIDENT_SERVER_TEST_PACK_H_

#include <map>
#include <string>

namespace evident::server {

inline constexpr char kTestPack[] = "duskmoth";

// `headline` of the first statement, so that a second import can differ.
inline std::map<std::string, std::string> TestPackFiles(
    const std::string& headline = "Give amberol while the wing score is 3 or less") {
  return {
      {"pack.yaml", "name: duskmoth\nlabel: duskmoth 1\ntitle: Duskmoth fever, invented\n"},
      {"guidelines/handbook.yaml", R"(handbook:
  title: Handbook of duskmoth fever
  document_date: 2026-03-01
  standing: current
  issued_by: [society]
  feedback_reasons: [{code: moon-is-wrong, words: the moon was not right for it}]
  sections: [{slug: treatment, title: Treatment}]
)"},
      {"statements/treatment.yaml", R"(amberol-first:
  section: treatment
  kind: recommendation
  polarity: recommend
  applies_to: duskmoth-fever
  when: wing_score <= 3 and not amberol_intolerant
  decides: [therapy]
  headline: )" + headline + R"(
  intervention: amberol
  cites: [moth-trial]
amberol-stop:
  section: treatment
  kind: recommendation
  polarity: advise-against
  applies_to: duskmoth-fever
  when: wing_score >= 6
  decides: [therapy]
  headline: No amberol from a wing score of 6
  intervention: amberol
  cites: [moth-trial]
)"},
      {"references/all.yaml", R"(moth-trial:
  title: Amberol in duskmoth fever
  publisher: Annals of Invented Medicine
  year: 2024
)"},
      {"concepts/all.yaml", R"(duskmoth-fever: {kind: condition, name: Duskmoth fever}
amberol: {kind: intervention, intervention_kind: drug, name: Amberol}
)"},
      {"facts/all.yaml", R"(wing_score:
  name: Wing score
  question: What is the wing score today?
  type: integer
  minimum: 0
  maximum: 9
  labels: [wing score]
amberol_intolerant:
  name: Amberol intolerance
  question: Is amberol not tolerated?
  type: boolean
  phrases:
    cannot take amberol: {amberol_intolerant: true}
    tolerates amberol: {amberol_intolerant: false}
)"},
      {"decision-points/all.yaml", "therapy: {name: Therapy, order: 1, partition: [wing_score]}\n"},
      {"issuers/all.yaml", "society: {name: Society of Invented Medicine}\n"},
  };
}

}  // namespace evident::server

#endif  // EVIDENT_SERVER_TEST_PACK_H_
