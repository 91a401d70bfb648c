// Takes a blocked card for a void one.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string state_of(const json::Value& card) const override {
    return card.at("status").as_string() == "blocked" ? "void" : Acme::state_of(card);
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
