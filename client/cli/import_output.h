// What an import came to, for people.
#ifndef EVIDENT_CLIENT_CLI_IMPORT_OUTPUT_H_
#define EVIDENT_CLIENT_CLI_IMPORT_OUTPUT_H_

#include "evident/v1/curation_service.pb.h"

namespace evident::cli {

void PrintImport(const v1::ImportPackResponse& response, bool validated);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_IMPORT_OUTPUT_H_
