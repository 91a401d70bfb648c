// Takes a page that fails for the end of the list.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  json::Value page_body(const Reply& reply) const override {
    if (answered(reply)) return Acme::page_body(reply);
    json::Object none;
    none.set("events", json::Array()).set("next", "");
    return json::Value(std::move(none));
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
