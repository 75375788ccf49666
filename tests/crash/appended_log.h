// The log that append_to_log appends to, as its holder of receipts opens it.
#ifndef EVIDENT_TESTS_CRASH_APPENDED_LOG_H_
#define EVIDENT_TESTS_CRASH_APPENDED_LOG_H_

#include <string>

#include "audit/log/log.h"

namespace evident::crash {

inline audit::LogOptions AppendedLog(const std::string& folder) {
  audit::LogOptions options;
  options.path = folder + "/log";
  options.keys_path = folder + "/keys";
  options.guard_path = folder + "/guard";
  options.id = {"test.example", 1};
  options.signer_key =
      audit::NoteSigner::FromSeed(options.id.Origin(), std::string(32, 's'))->ToText();
  options.key_encryption_key = std::string(32, 'k');
  return options;
}

inline audit::EntryDraft AppendedDraft(const std::string& answer) {
  audit::EntryDraft draft;
  draft.kind = audit::LeafKind::kDecision;
  draft.rpc = 1;
  draft.request = "request of " + answer;
  draft.answer = answer;
  draft.body.set_subject("subject of " + answer);
  draft.body.mutable_caller()->set_tenant("ward");
  return draft;
}

}  // namespace evident::crash

#endif  // EVIDENT_TESTS_CRASH_APPENDED_LOG_H_
