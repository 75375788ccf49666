// A change that is carried out by a function.
#ifndef EVIDENT_SERVER_HANDLERS_PREPARED_EFFECT_H_
#define EVIDENT_SERVER_HANDLERS_PREPARED_EFFECT_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "server/method.h"

namespace evident::server {

class PreparedEffect final : public PreparedChange {
 public:
  // Gives the response; see PreparedChange::Apply.
  using Function =
      std::function<absl::StatusOr<std::string>(Call& call, const std::string& intent)>;

  PreparedEffect(std::string effect, Function apply)
      : effect_(std::move(effect)), apply_(std::move(apply)) {}

  std::string Effect() const override { return effect_; }
  absl::StatusOr<std::string> Apply(Call& call, const std::string& intent) override {
    return apply_(call, intent);
  }

 private:
  const std::string effect_;
  const Function apply_;
};

// A reply that does it once it has been announced.
inline Reply WhenAnnounced(std::string effect, PreparedEffect::Function apply) {
  return Reply{"", false, std::make_unique<PreparedEffect>(std::move(effect), std::move(apply))};
}

}  // namespace evident::server

#endif  // EVIDENT_SERVER_HANDLERS_PREPARED_EFFECT_H_
