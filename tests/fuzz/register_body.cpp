// What a register posts, and what a person says about a case: an exact, positive amount of a known currency on a real date, or
// words that say which member is wrong and can be sent back as they are.

#include "core/identity/foreign.hpp"
#include "core/model/identity.hpp"
#include "core/serve/decision_parse.hpp"
#include "core/serve/register_api.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

void judge_text(std::string_view text, std::size_t bytes_max = 128) {
  must(text.size() <= bytes_max && is_utf8(text), "a text has at most 128 bytes of UTF-8, an e-mail 254");
  must(!identity::has_control(text) && !identity::has_direction(text), "a text steers no terminal", text);
}

void judge_identity(const SourceEvent& event) {
  must(!event.transaction.empty() && !event.store.empty(), "an identity has a transaction and a store");
  must(days_from_date(event.business_date).has_value(), "the business date is a date", event.business_date);
  for (const std::string* text :
       {&event.transaction, &event.line, &event.store, &event.terminal, &event.staff, &event.expires_at,
        &event.campaign, &event.phone, &event.loyalty, &event.balance_type})
    judge_text(*text);
  judge_text(event.email, 254);
}

void judge_error(std::string_view error) {
  must(!error.empty(), "a refusal has words");
  must(is_utf8(error), "a refusal is UTF-8", error);
  must(error.size() < 400, "a refusal is short", error);
}

}  // namespace

void one_input(std::string_view bytes) {
  auto credit = serve::parse_register_credit(bytes);
  if (credit) {
    must(credit->kind == "credit.issued", "a posted credit is issued");
    judge_identity(*credit);
    must(credit->amount.is_positive(), "an amount is more than zero");
    must(credit->amount.minor() <= kCreditMinorMax, "sums of amounts do not overflow", credit->amount.text());
    must(currency_exponent(credit->amount.currency()).has_value(), "the currency is known");
    must(money_from_decimal(credit->amount.decimal(), credit->amount.currency()) == credit->amount,
         "the amount is exact", credit->amount.text());
    for (const auto& [type, id] : credit->refs) must(!type.empty() && !id.empty(), "a reference has a type and an id");
    SourceEvent again;
    must(decode(encode(*credit), again).empty(), "what was accepted can be stored");
    must(encode(again) == encode(*credit), "what was accepted is stored as it is");
  } else {
    judge_error(credit.error());
  }
  auto cancellation = serve::parse_register_cancellation(bytes);
  if (cancellation) {
    must(cancellation->kind == "credit.cancelled", "a posted cancellation cancels");
    judge_identity(*cancellation);
    must(!credit, "one body is not both a credit and its cancellation");
  } else {
    judge_error(cancellation.error());
  }
  for (auto kind : {engine::Command::Kind::link_customer, engine::Command::Kind::settle}) {
    auto decision = serve::parse_decision(kind, bytes);
    if (!decision) {
      judge_error(decision.error());
      continue;
    }
    for (const std::string* text : {&decision->phone, &decision->loyalty, &decision->instrument}) judge_text(*text);
    judge_text(decision->email, 254);
  }
}

}  // namespace handoff::fuzz
