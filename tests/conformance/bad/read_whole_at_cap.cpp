// Calls a reading complete when it stops at its page cap.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  bool whole_at_the_last() const override { return true; }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
