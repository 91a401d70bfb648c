#include "mapping.hpp"

#include <handoff/sdk/text.hpp>
#include <handoff/sdk/time.hpp>
#include <limits>

namespace handoff::stripe {

namespace {

constexpr std::int64_t kLastSecond = 253'402'300'800;  // of the year 9999

/// How many of Stripe's units make one unit of ISO 4217's smallest coin: `times` / `per`. Zero times: not supported.
struct Scale {
  std::int64_t times = 1;
  std::int64_t per = 1;
};

/// docs.stripe.com/currencies. ISK has no smaller coin, but Stripe keeps writing it with two decimals; the ariary has
/// one, but Stripe writes it without. The page counts UGX among the zero-decimal ones and among the exceptions with
/// two: better not at all. Currencies with four decimals are not in its list.
Scale scale_of(std::string_view currency, int exponent) {
  if (currency == "ISK") return {100, 1};
  if (currency == "MGA") return {1, 100};
  if (currency == "UGX" || exponent > 3) return {0, 1};
  return {};
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

template <class Change>
std::string changed(std::string_view text, Change change) {
  std::string out;
  for (char c : text) out += change(c);
  return out;
}

}  // namespace

std::int64_t to_stripe(const Money& amount) {
  Scale scale = scale_of(amount.currency(), amount.exponent());
  if (scale.times == 0) throw Failure(Failed::unsupported, "Stripe's unit for " + amount.currency() + " is not known");
  if (amount.minor() % scale.per != 0)
    throw Failure(Failed::unsupported, amount.text() + " is finer than Stripe can hold");
  // Half the range keeps the sign free to change.
  if (amount.minor() < 0 || amount.minor() / scale.per > std::numeric_limits<std::int64_t>::max() / 2 / scale.times)
    throw Failure(Failed::unsupported, amount.text() + " is more than Stripe can hold");
  return amount.minor() / scale.per * scale.times;
}

std::optional<Money> from_stripe(std::int64_t units, std::string_view currency) {
  std::string code = changed(currency, upper);
  std::optional<int> exponent = currency_exponent(code);
  if (!exponent) return std::nullopt;
  Scale scale = scale_of(code, *exponent);
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max() / 100;
  if (scale.times == 0 || units % scale.times != 0 || units > kMax || units < -kMax) return std::nullopt;
  return Money(units / scale.times * scale.per, code);
}

std::int64_t sign_of(const std::string& entry) {
  if (entry == "issued") return -1;
  if (entry == "cancelled") return 1;
  throw Failure(Failed::unsupported, "an entry '" + entry + "' has no posting here");
}

std::string transaction_form(const RecordInput& in) {
  Form form;
  form.add("amount", std::to_string(sign_of(in.entry) * to_stripe(in.amount)));
  form.add("currency", changed(in.amount.currency(), lower));
  form.add("description", "Store credit " + in.credit.ref + " " + in.entry);
  form.add("metadata[handoff_credit]", in.credit.ref);
  form.add("metadata[handoff_key]", in.reference);
  return form.text();
}

std::optional<Sighting> to_sighting(const json::Value& transaction) {
  std::optional<std::int64_t> amount = transaction.at("amount").as_integer();
  if (transaction.at("object").as_string() != "customer_balance_transaction" || !amount) return std::nullopt;
  if (transaction.at("id").as_string().empty() || *amount == std::numeric_limits<std::int64_t>::min())
    return std::nullopt;
  Sighting out;
  out.instrument = transaction.at("id").as_string();
  out.amount = from_stripe(-*amount, transaction.at("currency").as_string());
  out.state = "active";
  const json::Value& customer = transaction.at("customer");
  out.customer = customer.object() ? customer.at("id").as_string() : customer.as_string();
  out.reference = transaction.at("metadata").at("handoff_key").as_string();
  out.credit = transaction.at("metadata").at("handoff_credit").as_string();
  if (std::optional<std::int64_t> made = transaction.at("created").as_integer();
      made && *made > 0 && *made < kLastSecond)
    out.made = to_rfc3339(*made * 1000);
  return out;
}

bool is_credit(const json::Value& transaction) {
  std::string_view type = transaction.at("type").as_string();
  return type == "adjustment" || type == "initial" || type == "migration";
}

std::optional<CustomerInfo> to_customer(const json::Value& customer, const std::string& loyalty_metadata) {
  if (customer.at("object").as_string() != "customer" || customer.at("id").as_string().empty()) return std::nullopt;
  CustomerInfo out;
  out.id = customer.at("id").as_string();
  out.name = customer.at("name").as_string();
  out.email = customer.at("email").as_string();
  out.phone = customer.at("phone").as_string();
  if (!loyalty_metadata.empty()) out.loyalty = customer.at("metadata").at(loyalty_metadata).as_string();
  return out;
}

std::string search_literal(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace handoff::stripe
