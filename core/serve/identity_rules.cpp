#include "core/serve/identity_rules.hpp"

namespace handoff::serve {

namespace {

identity::CheckDigit check_digit(config::CheckDigit from) {
  switch (from) {
    case config::CheckDigit::luhn:
      return identity::CheckDigit::luhn;
    case config::CheckDigit::mod11:
      return identity::CheckDigit::mod11;
    case config::CheckDigit::mod97:
      return identity::CheckDigit::mod97;
    case config::CheckDigit::none:
      break;
  }
  return identity::CheckDigit::none;
}

}  // namespace

identity::Rules identity_rules(const config::Settings& settings) {
  identity::Rules out;
  out.region = *settings.retailer.default_region;
  for (const auto& [id, store] : settings.stores) out.store_regions[id] = *store.region;
  for (const config::Text& domain : settings.email_rules.ignore_dots) out.email.ignore_dots.push_back(*domain);
  for (const config::Text& domain : settings.email_rules.ignore_plus) out.email.ignore_plus.push_back(*domain);
  for (const config::LoyaltyProgramme& programme : settings.loyalty)
    out.loyalty.push_back({*programme.name, *programme.pattern, check_digit(programme.check), programme.written});
  return out;
}

}  // namespace handoff::serve
