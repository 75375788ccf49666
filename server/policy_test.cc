#include "server/policy.h"

#include "base/file.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace evident::server {
namespace {

class PolicyTest : public testing::Test {
 protected:
  void Write(const std::string& text) { EVIDENT_ASSERT_OK(WriteFileAtomically(path_, text, 0600)); }
  TempDir dir_;
  const std::string path_ = dir_.path() + "/policy.yaml";
};

TEST_F(PolicyTest, GrantsRolesAndTenantByIdentity) {
  Write(R"(identities:
  "cn:admin": [reader, privacy_officer]
  "spiffe://hospital/ward-7": {roles: [decider], tenant: ward-7}
  "loopback:anonymous": []
)");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Policy policy, Policy::Load(path_));
  EXPECT_EQ(policy.For("cn:admin").roles, (RoleSet{Role::kReader, Role::kPrivacyOfficer}));
  EXPECT_EQ(policy.For("cn:admin").tenant, "default");
  EXPECT_EQ(policy.For("spiffe://hospital/ward-7").tenant, "ward-7");
  EXPECT_EQ(policy.For("loopback:anonymous").roles, RoleSet());
  EXPECT_EQ(policy.For("cn:Admin").roles, RoleSet());
}

TEST_F(PolicyTest, UnknownRoleUnknownKeyAndDoubleIdentityAreRefusedWithTheirPlaces) {
  Write(R"(identities:
  "cn:a": [reader, superuser]
  "cn:b": {roles: [], tenants: x}
  "cn:a": []
)");
  const auto policy = Policy::Load(path_);
  EXPECT_THAT(policy, HasReason("POLICY_INVALID"));
  const auto violations = ErrorViolations(policy.status());
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0], (Violation{path_ + ":4:3", "the key 'cn:a' stands twice"}));
  EXPECT_EQ(violations[1], (Violation{path_ + ":2:11", "there is no role 'superuser'"}));
  EXPECT_EQ(violations[2], (Violation{path_ + ":3:23", "unknown key 'tenants' of an identity"}));
}

TEST_F(PolicyTest, BrokenNewFileKeepsTheOneBefore) {
  Write("identities: {\"cn:a\": [reader]}\n");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto store, PolicyStore::Open(path_));
  EXPECT_FALSE(store->ReloadIfChanged());
  Write("identities: {\"cn:a\": [nobody]}\n");
  EXPECT_TRUE(store->ReloadIfChanged());
  EXPECT_TRUE(store->Current()->For("cn:a").roles.Has(Role::kReader));
  EXPECT_TRUE(store->ReloadIfChanged()) << "tried again";
  EXPECT_THAT(store->Reload(), HasReason("POLICY_INVALID"));
  Write("identities: {\"cn:a\": [auditor]}\n");
  EXPECT_TRUE(store->ReloadIfChanged());
  EXPECT_EQ(store->Current()->For("cn:a").roles, RoleSet{Role::kAuditor});
  EXPECT_FALSE(store->ReloadIfChanged());
}

TEST_F(PolicyTest, SameFailureIsLoggedOnce) {
  Write("identities: {\"cn:a\": [reader]}\n");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const auto store, PolicyStore::Open(path_));
  Write("x: y\n");
  const auto look = [&store] {
    testing::internal::CaptureStderr();
    EXPECT_TRUE(store->ReloadIfChanged());
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_THAT(look(), testing::HasSubstr("policy not reloaded"));
  EXPECT_EQ(look(), "");
}

TEST_F(PolicyTest, MissingFileDoesNotOpen) {
  EXPECT_THAT(PolicyStore::Open(path_), FailsWith(absl::StatusCode::kNotFound, path_));
}

TEST(RolesTest, BodiesOfDecisionsAreNotForEveryRole) {
  const RoleSet deciders = RolesFor("/evident.v1.DecisionService/Recommend");
  EXPECT_EQ(deciders, RoleSet{Role::kDecider});
  EXPECT_FALSE(RolesFor("/evident.v1.AuditService/GetEntry").Has(Role::kAdmin));
  EXPECT_FALSE(RolesFor("/evident.v1.CurationService/ImportPack").Has(Role::kReader));
}

TEST(RolesTest, UnknownMethodsHaveNoRoles) {
  EXPECT_EQ(RolesFor("/evident.v1.DecisionService/Guess"), RoleSet());
  EXPECT_EQ(RolesFor(""), RoleSet());
}

TEST(RolesTest, NamesRoundTrip) {
  for (const char* name : {"reader", "decider", "curator", "reviewer", "publisher", "auditor",
                           "analyst", "privacy_officer", "admin"}) {
    const auto role = RoleOf(name);
    ASSERT_TRUE(role.has_value()) << name;
    EXPECT_EQ(RoleName(*role), name);
  }
  EXPECT_FALSE(RoleOf("Reader").has_value());
}

}  // namespace
}  // namespace evident::server
