// Checks the signature over the body alone: the time beside it may be anybody's.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string signed_text(const Signature&, std::string_view payload) const override { return std::string(payload); }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
