// Reads every amount in the currency of its settings.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::optional<Money> to_money(std::string_view text, std::string_view) const override {
    return money_from_decimal(text, currency_);
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
