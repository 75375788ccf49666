// Who may do what: docs/formats/policy.md.
#ifndef EVIDENT_SERVER_POLICY_H_
#define EVIDENT_SERVER_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/reloaded_file.h"

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
  static constexpr char kWhat[] = "policy";
  static constexpr char kCounted[] = "identities";

  // ReadFile's errors; INVALID_ARGUMENT (POLICY_INVALID) with every violation.
  static absl::StatusOr<Policy> Load(const std::string& path);

  Grant For(const std::string& identity) const;    // no roles when it is not listed
  size_t count() const { return grants_.size(); }  // identities

  // Full names of the facts whose values analyses may read.
  const std::set<std::string>& analytics_facts() const { return analytics_facts_; }

 private:
  std::map<std::string, Grant> grants_;
  std::set<std::string> analytics_facts_;
};

// The policy in force.
using PolicyStore = ReloadedFile<Policy>;

}  // namespace evident::server

#endif  // EVIDENT_SERVER_POLICY_H_
