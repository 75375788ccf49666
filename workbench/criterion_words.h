// Criteria as sentences, with the words by which facts are shown.
#ifndef EVIDENT_WORKBENCH_CRITERION_WORDS_H_
#define EVIDENT_WORKBENCH_CRITERION_WORDS_H_

#include <string>

#include "evident/v1/criterion.pb.h"
#include "graph/model/graph_reader.h"

namespace evident::workbench {

// "ECOG performance status is at most 1, and not recent hemoptysis". Empty for the criterion that
// always holds. Facts and concepts that the release does not have are named as they are.
std::string CriterionInWords(const v1::Criterion& criterion, const graph::GraphReader& release);

}  // namespace evident::workbench

#endif  // EVIDENT_WORKBENCH_CRITERION_WORDS_H_
