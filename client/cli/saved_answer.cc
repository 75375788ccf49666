#include "client/cli/saved_answer.h"

#include "base/file.h"
#include "base/status.h"

namespace evident::cli {

absl::Status SaveAnswer(const std::string& prefix, const std::string& request,
                        const client::DecisionReply& reply) {
  EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(prefix + ".request", request, kPrivateFile));
  EVIDENT_RETURN_IF_ERROR(
      WriteFileAtomically(prefix + ".answer", reply.answer_bytes, kPrivateFile));
  return WriteFileAtomically(prefix + ".receipt", reply.receipt_bytes, kPrivateFile);
}

}  // namespace evident::cli
