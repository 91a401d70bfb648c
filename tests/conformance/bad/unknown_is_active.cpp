// Takes a state that it does not know for active.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string state_of(const json::Value& card) const override {
    std::string known = Acme::state_of(card);
    return known == "unknown" ? "active" : known;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
