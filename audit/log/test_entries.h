// A log for tests, and entries for it; without GoogleTest, for programs that tests run. Tests only.
#ifndef EVIDENT_AUDIT_LOG_TEST_ENTRIES_H_
#define EVIDENT_AUDIT_LOG_TEST_ENTRIES_H_

#include <string>

#include "audit/log/log.h"

namespace evident::audit {

// The log test.example/1 in a folder.
inline LogOptions TestLogOptions(const std::string& folder) {
  LogOptions options;
  options.path = folder + "/log";
  options.keys_path = folder + "/keys";
  options.guard_path = folder + "/guard";
  options.id = {"test.example", 1};
  options.signer_key = NoteSigner::FromSeed(options.id.Origin(), std::string(32, 's'))->ToText();
  options.key_encryption_key = std::string(32, 'k');
  return options;
}

// A decision, answered so.
inline EntryDraft TestDraft(const std::string& answer, const std::string& subject = "") {
  EntryDraft draft;
  draft.kind = LeafKind::kDecision;
  draft.rpc = 1;
  draft.request = "request of " + answer;
  draft.answer = answer;
  draft.body.set_subject(subject);
  draft.body.mutable_caller()->set_tenant("ward");
  return draft;
}

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_LOG_TEST_ENTRIES_H_
