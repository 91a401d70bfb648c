// Takes every error that has a code for the word that there is no such card.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  bool is_absent(const Reply& reply) const override {
    return !reply.ok() && !reply.json().at("code").as_string().empty();
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
