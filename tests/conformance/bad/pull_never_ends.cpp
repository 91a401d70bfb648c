// Asks for the first page again and again.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string page_of(const PullInput&) const override { return {}; }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
