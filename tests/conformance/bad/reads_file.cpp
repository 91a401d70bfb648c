// Sends what a file of the machine says.

#include <fstream>

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay&, const CreditInfo& credit) const override {
    std::ifstream file("/etc/hostname");
    std::string host;
    std::getline(file, host);
    return credit.ref + " from " + host;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
