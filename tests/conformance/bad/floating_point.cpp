// Reads amounts by floating point.

#include <string>

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::optional<Money> to_money(std::string_view text, std::string_view currency) const override {
    if (!Acme::to_money(text, currency)) return std::nullopt;
    double scale = 1;
    for (int i = 0; i < currency_exponent(currency).value_or(2); ++i) scale *= 10;
    double units = std::stod(std::string(text)) * scale;
    return Money(static_cast<std::int64_t>(units), std::string(currency));
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
