// Takes the body for a text that ends with a zero byte.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  json::Value read_body(const Reply& reply) const override {
    if (reply.body().empty()) return {};
    json::Parsed parsed = json::parse(std::string(reply.body().data()));
    return parsed ? *parsed : json::Value();
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
