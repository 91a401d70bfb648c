// Sends what a variable of the environment says.

#include <cstdlib>

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay&, const CreditInfo& credit) const override {
    const char* zone = std::getenv("TZ");
    return credit.ref + " in " + (zone ? zone : "no zone");
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
