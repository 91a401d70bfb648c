// Calls a reading complete after the first page.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string next_cards(const json::Value&) const override { return {}; }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
