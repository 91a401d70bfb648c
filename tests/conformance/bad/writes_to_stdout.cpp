// Writes to the output of the host.

#include <iostream>

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay&, const CreditInfo& credit) const override {
    std::cout << "issuing " << credit.ref << std::endl;
    return credit.ref;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
