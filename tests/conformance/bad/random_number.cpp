// Sends a random number.

#include <random>

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay&, const CreditInfo& credit) const override {
    std::random_device chance;
    return credit.ref + " " + std::to_string(chance());
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
