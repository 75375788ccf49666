// What the standing of a reference means for what rests on it.
#ifndef EVIDENT_GRAPH_MODEL_STANDING_H_
#define EVIDENT_GRAPH_MODEL_STANDING_H_

#include "evident/v1/knowledge.pb.h"

namespace evident::graph {

// By its publisher or issuer: nothing is to rest on it any more.
inline bool IsTakenBack(const v1::Reference& reference) {
  return reference.standing() == v1::STANDING_RETRACTED ||
         reference.standing() == v1::STANDING_WITHDRAWN;
}

}  // namespace evident::graph

#endif  // EVIDENT_GRAPH_MODEL_STANDING_H_
