// Who may do what: docs/formats/policy.md.
#ifndef EVIDENT_SERVER_POLICY_H_
#define EVIDENT_SERVER_POLICY_H_

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"

namespace evident::server {

enum class Role : uint8_t {
  kReader,
  kDecider,
  kCurator,
  kReviewer,
  kPublisher,
  kAuditor,
  kAnalyst,
  kPrivacyOfficer,
  kAdmin,
};

std::string_view RoleName(Role role);  // "privacy_officer"
std::optional<Role> RoleOf(std::string_view name);

// Some roles. A value.
class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (const Role role : roles) Add(role);
  }
  constexpr void Add(Role role) { bits_ |= Bit(role); }
  constexpr bool Has(Role role) const { return (bits_ & Bit(role)) != 0; }
  constexpr bool Meets(RoleSet other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool operator==(const RoleSet&) const = default;
  std::vector<std::string> Names() const;  // in the enum's order

 private:
  static constexpr uint16_t Bit(Role role) {
    return static_cast<uint16_t>(1u << static_cast<unsigned>(role));
  }
  uint16_t bits_ = 0;
};

// The roles of which a caller needs one to call `method` ("/evident.v1.DecisionService/Ask"); none
// for a method that is not served.
RoleSet RolesFor(std::string_view method);

// What the policy says of one identity.
struct Grant {
  RoleSet roles;
  std::string tenant = "default";
};

// One policy file, read. Immutable.
class Policy {
 public:
  // ReadFile's errors; INVALID_ARGUMENT (POLICY_INVALID) with every violation.
  static absl::StatusOr<Policy> Load(const std::string& path);

  Grant For(const std::string& identity) const;  // no roles when it is not listed
  size_t identities() const { return grants_.size(); }

 private:
  std::map<std::string, Grant> grants_;
};

// The policy in force. Thread safe.
class PolicyStore {
 public:
  static absl::StatusOr<std::unique_ptr<PolicyStore>> Open(std::string path);

  std::shared_ptr<const Policy> Current() const;

  // Reads the file again. On an error the policy before stays in force.
  absl::Status Reload();

  // Reload(), and says in the operating log what came of it.
  void ReloadAndLog();

  // ReloadAndLog() when the file, its owner or mode changed since the last look, and always after a
  // failure, of which the same one is logged once. True when it was read again, accepted or not.
  bool ReloadIfChanged();

 private:
  explicit PolicyStore(std::string path) : path_(std::move(path)) {}
  void ReloadAndLogUnless(const std::string& known);

  const std::string path_;
  mutable Mutex mutex_;
  std::shared_ptr<const Policy> current_ EVIDENT_GUARDED_BY(mutex_);
  std::string stamp_ EVIDENT_GUARDED_BY(mutex_);
  std::string error_ EVIDENT_GUARDED_BY(mutex_);  // of the last look; empty: it was accepted
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_POLICY_H_
