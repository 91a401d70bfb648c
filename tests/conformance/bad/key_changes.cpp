// Makes a new key when the operation is begun again.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string key_of(const Replay& c, const std::string& label) const override {
    std::string key = Acme::key_of(c, label);
    return label == "activate-card" ? key + "-" + std::to_string(c.now_ms()) : key;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
