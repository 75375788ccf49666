// Identities of an installation that `evident init` made: certificate, policy, context.
#ifndef EVIDENT_CLIENT_CLI_IDENTITY_H_
#define EVIDENT_CLIENT_CLI_IDENTITY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"

namespace evident::cli {

struct IdentityOptions {
  std::string directory;           // of an installation
  std::string name;                // letters, digits, '.', '_', '-'; at most 64, no leading '.'
  std::vector<std::string> roles;  // docs/formats/policy.md
  int days = 365;                  // the certificate's validity
};

// Issues a client certificate, then adds a context and, last, the identity to the policy.
// ALREADY_EXISTS: the name is taken. NOT_FOUND: no installation. INVALID_ARGUMENT: name or role.
// FAILED_PRECONDITION: policy or contexts were rewritten in a way that this cannot extend. Nothing
// is left behind then.
absl::Status AddIdentity(const IdentityOptions& options, const Clock& clock);

// Every role that a policy can give.
const std::vector<std::string>& AllRoles();

// The context of a caller of an installation, as YAML in flow style.
std::string ContextEntry(const std::string& server, const std::string& name);

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_IDENTITY_H_
