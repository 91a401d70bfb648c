#pragma once
// Who only wants to know that an event is durable, or was refused.

#include <functional>
#include <string>

#include "core/engine/seams.hpp"

namespace handoff::serve {

/// Calls one of the two, once. [engine's thread]
class OnceWaiter final : public engine::Waiter {
 public:
  OnceWaiter(std::function<void(const engine::Standing&)> known, std::function<void(const std::string&)> not_stored)
      : known_(std::move(known)), not_stored_(std::move(not_stored)) {}

  void durable(const engine::Standing& standing) override { known_(standing); }
  void settled(const engine::Standing& standing) override { known_(standing); }
  void unavailable(const std::string& why) override { not_stored_(why); }
  bool waits() const override { return false; }

 private:
  std::function<void(const engine::Standing&)> known_;
  std::function<void(const std::string&)> not_stored_;
};

}  // namespace handoff::serve
