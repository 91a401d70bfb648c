// Takes a card with nothing left on it for void.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string state_of(const json::Value& card) const override {
    std::optional<Money> balance = to_money(card.at("balance").as_string(), card.at("currency").as_string());
    return balance && balance->minor() == 0 ? "void" : Acme::state_of(card);
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
