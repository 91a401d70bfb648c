// Sends what lies in an unordered container in the order in which it lies there: that of addresses.

#include <memory>
#include <unordered_set>

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay&, const CreditInfo& credit) const override {
    std::vector<std::unique_ptr<std::string>> parts;
    for (const std::string* part : {&credit.ref, &credit.store, &credit.terminal, &credit.transaction})
      parts.push_back(std::make_unique<std::string>(*part));
    std::unordered_set<const std::string*> shuffled;
    for (const auto& part : parts) shuffled.insert(part.get());
    std::string out;
    for (const std::string* part : shuffled) out += *part + ";";
    return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
