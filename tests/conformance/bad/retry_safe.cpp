// Calls the creation of a card safe to repeat.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Retry retry_of(const std::string& label) const override {
    return label == "create-card" ? Retry::safe : Acme::retry_of(label);
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
