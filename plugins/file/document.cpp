#include "document.hpp"

namespace handoff::file {

std::string document_of(const RecordInput& in) {
  json::Object out;
  out.set("reference", in.reference);
  out.set("entry", in.entry);
  out.set("amount", in.amount.decimal());
  out.set("currency", in.amount.currency());
  out.set("credit", in.credit.ref);
  out.set("balance_type", in.credit.balance_type);
  out.set("store", in.credit.store);
  out.set("business_date", in.credit.business_date);
  if (in.customer) out.set("customer", in.customer->id.empty() ? in.customer->hub : in.customer->id);
  return json::write(json::Value(std::move(out))) + "\n";
}

std::optional<Sighting> to_sighting(const json::Value& document) {
  const std::string entry(document.at("entry").as_string());
  std::optional<Money> amount =
      money_from_decimal(document.at("amount").as_string(), document.at("currency").as_string());
  Sighting out;
  out.reference = document.at("reference").as_string();
  if (!amount || out.reference.empty() || (entry != "issued" && entry != "cancelled")) return std::nullopt;
  out.instrument = out.reference;
  out.amount = entry == "cancelled" ? amount->negated() : *amount;
  out.state = "active";
  out.credit = document.at("credit").as_string();
  out.customer = document.at("customer").as_string();
  out.made = document.at("business_date").as_string();
  return out;
}

}  // namespace handoff::file
