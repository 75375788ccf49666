// What differs between two releases or packs, for people.
#ifndef EVIDENT_CLIENT_CLI_DIFF_OUTPUT_H_
#define EVIDENT_CLIENT_CLI_DIFF_OUTPUT_H_

#include <string>

#include "client/cli/text.h"
#include "evident/v1/change.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace evident::cli {

// Each field that differs, what was there under "-" and what is there now under "+".
void PrintFields(Text& text, const std::string& indent,
                 const google::protobuf::RepeatedPtrField<v1::FieldChange>& fields);

// Node by node: the fields that changed, old beside new, and the edges that leave it.
void PrintDifferences(Text& text,
                      const google::protobuf::RepeatedPtrField<v1::NodeDifference>& differences);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_DIFF_OUTPUT_H_
