// Writes an id into the target as it is.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string event_path(const std::string& object) const override { return "/v2/events/" + object; }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
