#include "mapping.hpp"

namespace acme_gift {

namespace json = handoff::json;

json::Value card_body(const handoff::IssueInput& in) {
  json::Object body;
  body.set("amount", in.amount.decimal());
  body.set("currency", in.amount.currency());
  body.set("reference", in.reference);
  body.set("note", in.credit.ref);
  if (in.customer) body.set("owner", in.customer->id.empty() ? in.customer->hub : in.customer->id);
  return json::Value(std::move(body));
}

std::optional<handoff::Sighting> to_sighting(const json::Value& card) {
  std::string_view currency = card.at("currency").as_string();
  std::optional<handoff::Money> balance = handoff::money_from_decimal(card.at("balance").as_string(), currency);
  std::optional<handoff::Money> issued = handoff::money_from_decimal(card.at("issued").as_string(), currency);
  if (card.at("id").as_string().empty() || !balance || !issued) return std::nullopt;
  handoff::Sighting out;
  out.instrument = card.at("id").as_string();
  out.amount = balance;
  out.issued = issued;
  std::string_view status = card.at("status").as_string();
  out.state = status == "live" ? "active" : status == "blocked" ? "inactive" : "unknown";
  out.customer = card.at("owner").as_string();
  out.reference = card.at("reference").as_string();
  out.credit = card.at("note").as_string();
  return out;
}

std::string code_of(const handoff::Reply& reply) {
  std::string code = std::to_string(reply.status());
  std::string theirs(reply.json().at("code").as_string());
  return theirs.empty() ? code : code + "/" + theirs;
}

}  // namespace acme_gift
