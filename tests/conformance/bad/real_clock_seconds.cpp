// Sends the time of the machine in whole seconds: two steps in a row mostly agree.

#include <chrono>

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay&, const CreditInfo& credit) const override {
    auto since = std::chrono::system_clock::now().time_since_epoch();
    return credit.ref + " at " + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(since).count());
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
