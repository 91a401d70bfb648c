// Takes every currency to have two decimals.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string amount_text(const Money& amount) const override { return write_decimal(amount.minor(), 2); }

  std::optional<Money> to_money(std::string_view text, std::string_view currency) const override {
    std::optional<std::int64_t> minor = parse_decimal(text, 2);
    return minor ? std::optional(Money(*minor, std::string(currency))) : std::nullopt;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
