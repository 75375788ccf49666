// The number of each evident.v1 method in audit leaves: one table for all of them, those that are
// not served yet included, so that a number never changes (docs/formats/rpc-numbers.md).
#ifndef EVIDENT_AUDIT_PROOF_RPC_NUMBERS_H_
#define EVIDENT_AUDIT_PROOF_RPC_NUMBERS_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace evident::audit {

inline constexpr uint16_t kUnknownRpc = 0;

struct RpcNumber {
  uint16_t number;
  std::string_view method;  // "/evident.v1.DecisionService/Recommend"
};

// The whole table, by ascending number.
std::span<const RpcNumber> RpcNumbers();

// kUnknownRpc for a method outside the table.
uint16_t RpcNumberOf(std::string_view method);

// Empty for kUnknownRpc and for numbers outside the table.
std::string_view RpcMethodOf(uint16_t number);

}  // namespace evident::audit

#endif  // EVIDENT_AUDIT_PROOF_RPC_NUMBERS_H_
