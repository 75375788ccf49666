// Parts of an answer about one statement. For the assembler.
#ifndef EVIDENT_DECISION_STATEMENT_PARTS_H_
#define EVIDENT_DECISION_STATEMENT_PARTS_H_

#include "criteria/evaluate.h"
#include "decision/evaluation.h"
#include "evident/v1/answer.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace evident::decision {

v1::Recommendation MakeRecommendation(const Evaluation& evaluation, const StatementResult& result);
v1::Exclusion MakeExclusion(const Evaluation& evaluation, const StatementResult& result);

// Conditions as tested, with the patient's values.
void AddResults(const std::vector<criteria::LeafResult>& leaves, const Evaluation& evaluation,
                google::protobuf::RepeatedPtrField<v1::CriterionResult>* out);

void AddSets(const criteria::FactSets& sets, google::protobuf::RepeatedPtrField<v1::FactSet>* out);

}  // namespace evident::decision

#endif  // EVIDENT_DECISION_STATEMENT_PARTS_H_
