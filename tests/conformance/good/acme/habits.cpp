// How the good connector does each thing that a bad one does otherwise.

#include "acme.hpp"

namespace acme {

void Acme::check_currency(const Money& amount) const {
  if (amount.currency() != currency_)
    throw Failure(Failed::unsupported, "this account holds " + currency_ + ", not " + amount.currency());
}

Retry Acme::retry_of(const std::string&) const { return Retry::idempotent; }

std::string Acme::key_of(const Replay& c, const std::string& label) const { return c.key(label); }

std::string Acme::note(const Replay&, const CreditInfo& credit) const { return credit.ref; }

Request Acme::write(const Replay& c, const std::string& label, const std::string& method, const std::string& target,
                    json::Object body) const {
  Request out(retry_of(label), label, method, target);
  std::string key = key_of(c, label);
  if (!key.empty()) out.header("Idempotency-Key", key);
  out.json(json::Value(std::move(body)));
  return out;
}

json::Object Acme::card_body(const Replay& c, const IssueInput& in) const {
  json::Object out;
  out.set("reference", in.reference);
  out.set("code", in.code);
  out.set("note", note(c, in.credit));
  return out;
}

json::Object Acme::value_body(const Money& amount) const {
  json::Object out;
  out.set("amount", amount_text(amount));
  out.set("currency", currency_);
  return out;
}

std::string Acme::amount_text(const Money& amount) const { return amount.decimal(); }

std::optional<Money> Acme::to_money(std::string_view text, std::string_view currency) const {
  return money_from_decimal(text, currency);
}

bool Acme::answered(const Reply& reply) const { return reply.ok() && reply.json().at("code").is_null(); }

bool Acme::is_absent(const Reply& reply) const {
  return code_of(reply) == "404/not_found";
}  // a gateway's proves nothing

json::Value Acme::read_body(const Reply& reply) const { return reply.json(); }

std::string Acme::state_of(const json::Value& card) const {
  std::string_view status = card.at("status").as_string();
  if (status == "live") return "active";  // also with nothing left on it: a refund may come back to it
  if (status == "new" || status == "blocked") return "inactive";
  return status == "void" ? "void" : "unknown";
}

std::uint64_t Acme::wait_ms(const Reply& reply) const { return retry_after_ms(reply); }

std::string Acme::words(const Reply&) const { return "Acme refused"; }  // its own message may quote what we sent

bool Acme::took_effect_unanswered(const Reply& reply) const { return reply.adopted(); }

std::optional<Sighting> Acme::to_sighting(const json::Value& card) const {
  std::string_view currency = card.at("currency").as_string();
  std::optional<Money> balance = to_money(card.at("balance").as_string(), currency);
  std::optional<Money> issued = to_money(card.at("issued").as_string(), currency);
  if (card.at("id").as_string().empty() || !balance || !issued) return std::nullopt;
  Sighting out;
  out.instrument = card.at("id").as_string();
  out.amount = balance;
  out.issued = issued;
  out.state = state_of(card);
  out.customer = card.at("owner").as_string();
  out.reference = card.at("reference").as_string();
  out.credit = card.at("note").as_string();
  return out;
}

Sighting Acme::readable_card(Replay& c, const Reply& reply) const {
  std::optional<Sighting> card = to_sighting(read_body(reply).at("card"));
  if (!card) c.unclear(reply, code_of(reply), "the answer is no card");
  return *card;
}

void Acme::refuse_write(Replay& c, const Reply& reply) const {
  if (reply.status() == 429) c.refused(reply, "429", wait_ms(reply));
  c.rejected(reply, code_of(reply), words(reply));  // the sheet decides which codes prove that nothing happened
}

void Acme::fail_read(const Reply& reply) const {
  std::string code = code_of(reply);
  if (reply.status() == 429) {
    json::Object detail;
    detail.set("retry_after_ms", static_cast<std::int64_t>(retry_after_ms(reply)));
    throw Failure(Failed::rate_limited, code, std::move(detail));
  }
  if (reply.status() == 401 || reply.status() == 403) throw Failure(Failed::auth, code);
  if (reply.status() == 404) throw Failure(Failed::not_found, code);
  if (reply.status() >= 500) throw Failure(Failed::retryable, code);
  throw Failure(Failed::rejected, code);
}

std::string Acme::created(Replay& c, const Reply& reply) const {
  if (took_effect_unanswered(reply)) return reply.sighting().instrument;
  if (!answered(reply)) refuse_write(c, reply);
  Sighting card = readable_card(c, reply);
  if (card.state != "inactive" && card.state != "active")
    c.unclear(reply, code_of(reply), "the card is not shown as new");
  Echoes echoes;
  echoes.reference = card.reference;
  c.applied(reply, echoes);
  return card.instrument;
}

std::string Acme::activated(Replay& c, const Reply& reply, const IssueInput&) const {
  if (took_effect_unanswered(reply)) return reply.sighting().instrument;
  if (!answered(reply)) refuse_write(c, reply);
  Sighting card = readable_card(c, reply);
  if (card.state != "active") c.unclear(reply, code_of(reply), "the card is not shown as active");
  Echoes echoes;
  echoes.amount = card.issued;
  echoes.reference = card.reference;
  c.applied(reply, echoes);
  return card.instrument;
}

/// The balance of a void card is what was taken off it.
std::optional<Money> Acme::voided(Replay& c, const Reply& reply, const VoidInput&) const {
  if (took_effect_unanswered(reply)) return reply.sighting().amount;
  if (!answered(reply)) refuse_write(c, reply);
  Sighting card = readable_card(c, reply);
  if (card.state != "void") c.unclear(reply, code_of(reply), "the card is not shown as void");
  Echoes echoes;
  echoes.instrument = card.instrument;
  c.applied(reply, echoes);
  return card.amount;
}

bool Acme::belongs(const Sighting&, const ReadInput&) const { return true; }

json::Array Acme::cards_of(const json::Value& body) const {
  if (!body.at("cards").array()) throw Failure(Failed::unreadable, "the answer has no \"cards\"");
  return body.at("cards").as_array();
}

std::string Acme::next_cards(const json::Value& body) const { return std::string(body.at("next").as_string()); }

std::string Acme::page_of(const PullInput& in) const { return std::string(in.cursor.at("page").as_string()); }

json::Value Acme::page_body(const Reply& reply) const {
  if (!answered(reply)) fail_read(reply);
  return read_body(reply);
}

json::Array Acme::events_of(const json::Value& body) const {
  if (!body.at("events").array()) throw Failure(Failed::unreadable, "the answer has no \"events\"");
  return body.at("events").as_array();
}

std::string Acme::signed_text(const Signature& signature, std::string_view payload) const {
  return signature.seconds + "." + std::string(payload);
}

SourceEvent Acme::read_event(const json::Value& event) const {
  SourceEvent out = to_event(event);
  std::optional<Money> amount = to_money(event.at("amount").as_string(), event.at("currency").as_string());
  if (!amount || !amount->is_positive()) throw Failure(Failed::unreadable, "the event has no amount");
  out.amount = *amount;
  return out;
}

}  // namespace acme
