// Keeps amounts in 32 bits.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string amount_text(const Money& amount) const override {
    return Money(static_cast<std::int32_t>(amount.minor()), amount.currency()).decimal();
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
