// Checks the signature over the body as it would write it itself.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string signed_text(const Signature& signature, std::string_view payload) const override {
    json::Parsed body = json::parse(payload);
    return Acme::signed_text(signature, body ? json::write(*body) : payload);
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
