// Passes on the hint of a refusal, which names the customer.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string words(const Reply& reply) const override {
    return std::string(reply.json().at("hint").as_string("Acme refused"));
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
