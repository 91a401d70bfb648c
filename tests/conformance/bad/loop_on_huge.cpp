// Counts a long body in 16 bits, and never comes to its end.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  json::Value read_body(const Reply& reply) const override {
    std::size_t lines = 0;
    for (std::uint16_t i = 0; i < reply.body().size(); ++i) lines += reply.body()[i] == '\n' ? 1u : 0u;
    return lines < 100'000 ? reply.json() : json::Value();
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
