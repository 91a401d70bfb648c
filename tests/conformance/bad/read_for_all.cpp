// Looks for all cards, whatever the reference.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string looked_for(const ReadInput&) const override { return "*"; }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
