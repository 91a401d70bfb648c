// Keeps a page of notes of every step, for nobody.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay& c, const CreditInfo& credit) const override {
    thread_local std::vector<std::string> notes;
    notes.emplace_back(4096, '-');
    return Acme::note(c, credit);
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
