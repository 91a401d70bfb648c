// Sends the time of the machine instead of the one it was given.

#include <chrono>

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay&, const CreditInfo& credit) const override {
    auto since = std::chrono::system_clock::now().time_since_epoch();
    return credit.ref + " at " + std::to_string(std::chrono::nanoseconds(since).count());
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
