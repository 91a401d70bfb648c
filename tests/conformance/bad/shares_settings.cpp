// Keeps its currency where all connectors of the process see it.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
 public:
  explicit Bad(const json::Value& settings) : Acme(settings) { shared() = currency_; }

 private:
  static std::string& shared() {
    static std::string currency;
    return currency;
  }
  void check_currency(const Money& amount) const override {
    if (amount.currency() != shared())
      throw Failure(Failed::unsupported, "this account holds " + shared() + ", not " + amount.currency());
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
