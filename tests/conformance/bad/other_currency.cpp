// Books any currency as the account's own.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  void check_currency(const Money&) const override {}
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
