// Waits in a step, as if for the vendor.

#include <chrono>
#include <thread>

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay&, const CreditInfo& credit) const override {
    std::this_thread::sleep_for(std::chrono::milliseconds(55));
    return credit.ref;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
