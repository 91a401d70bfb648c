// Asks for another page as long as the vendor names one.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  int pages_max() const override { return 1'000'000; }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
