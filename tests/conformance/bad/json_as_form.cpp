// Says of its JSON that it is a form.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Request write(const Replay& c, const std::string& label, const std::string& method, const std::string& target,
                json::Object body) const override {
    Request out(Retry::idempotent, label, method, target);
    out.header("Idempotency-Key", key_of(c, label)).form(json::write(json::Value(std::move(body))));
    return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
