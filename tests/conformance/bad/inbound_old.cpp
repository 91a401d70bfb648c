// Takes webhooks that are an hour old.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::int64_t tolerance_ms() const override { return 3'600'000; }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
