// Writes to the instance in a step: two operations at once mix what they send.

#include <array>
#include <thread>

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay&, const CreditInfo& credit) const override {
    scratch_.fill('\0');
    for (std::size_t i = 0; i < credit.ref.size() && i < scratch_.size() - 1; ++i) {
      scratch_[i] = credit.ref[i];
      std::this_thread::yield();  // so that it shows on one processor too
    }
    return scratch_.data();
  }
  mutable std::array<char, 64> scratch_ = {};
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
