// Passes on the vendor's message, which quotes the code of the card.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string words(const Reply& reply) const override {
    return std::string(reply.json().at("message").as_string("Acme refused"));
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
