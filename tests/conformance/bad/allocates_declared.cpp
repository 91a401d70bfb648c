// Makes room for as many bytes as the answer declares, before it looks at what came.

#include <vector>

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  json::Value read_body(const Reply& reply) const override {
    std::optional<std::int64_t> declared = parse_decimal(reply.header("content-length"), 0);
    std::vector<char> room;
    room.reserve(static_cast<std::size_t>(declared.value_or(0)));
    room.assign(reply.body().begin(), reply.body().end());
    json::Parsed parsed = json::parse(std::string_view(room.data(), room.size()));
    return parsed ? *parsed : json::Value();
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
