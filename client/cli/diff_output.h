// What differs between two releases or packs, for people.
#ifndef EVIDENT_CLIENT_CLI_DIFF_OUTPUT_H_
#define EVIDENT_CLIENT_CLI_DIFF_OUTPUT_H_

#include "client/cli/text.h"
#include "evident/v1/knowledge_service.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace evident::cli {

// Node by node: the fields that changed, old beside new, and the edges that leave it.
void PrintDifferences(Text& text,
                      const google::protobuf::RepeatedPtrField<v1::NodeDifference>& differences);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_DIFF_OUTPUT_H_
