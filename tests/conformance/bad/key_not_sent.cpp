// Sends the activation without the key that the sheet promises.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string key_of(const Replay& c, const std::string& label) const override {
    return label == "activate-card" ? "" : Acme::key_of(c, label);
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
