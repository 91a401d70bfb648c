// Sends what lies in an unordered container in the order in which it lies there: that of addresses.

#include <cstdint>
#include <map>
#include <memory>

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay&, const CreditInfo& credit) const override {
    std::vector<std::unique_ptr<std::string>> parts;
    for (const std::string* part : {&credit.ref, &credit.store, &credit.terminal, &credit.transaction})
      parts.push_back(std::make_unique<std::string>(*part));
    std::map<std::uint64_t, const std::string*> shuffled;  // as a table of addresses is, whatever its number of slots
    for (const auto& part : parts)
      shuffled[reinterpret_cast<std::uintptr_t>(part.get()) * 0x9e3779b97f4a7c15] = part.get();
    std::string out;
    for (const auto& [slot, part] : shuffled) out += *part + ";";
    return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
