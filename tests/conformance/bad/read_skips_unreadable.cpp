// Passes over a card that it cannot read.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  json::Array cards_of(const json::Value& body) const override {
    json::Array out;
    for (const json::Value& card : Acme::cards_of(body))
      if (to_sighting(card)) out.push_back(card);
    return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
