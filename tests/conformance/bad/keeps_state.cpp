// Counts the steps it has run, and sends the number.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay&, const CreditInfo& credit) const override {
    static int count = 0;
    return credit.ref + " #" + std::to_string(++count);
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
