// Sends a key of its own making where the host puts the real one.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Request write(const Replay& c, const std::string& label, const std::string& method, const std::string& target,
                json::Object body) const override {
    Request out = Acme::write(c, label, method, target, std::move(body));
    out.header("X-Acme-Key", "k-1");
    return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
