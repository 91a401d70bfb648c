// Passes over an event whose amount it cannot read.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  json::Array events_of(const json::Value& body) const override {
    json::Array out;
    for (const json::Value& event : Acme::events_of(body))
      if (to_money(event.at("amount").as_string(), event.at("currency").as_string())) out.push_back(event);
    return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
