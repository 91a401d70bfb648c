// Money stays exact (M6): every amount arrives as it is or not at all, in every currency.

#include <algorithm>
#include <cctype>
#include <handoff/sdk/text.hpp>

#include "core/conformance/bench.hpp"

namespace handoff::conformance {

namespace {

using plugin_host::Asked;

/// 0.29 and 1.005 are no binary fractions, 2^53 + 1 is no binary64, the last is near the end of 64 bits.
constexpr std::int64_t kAmounts[] = {
    1, 9, 10, 29, 100, 1005, 2501, 99'999'999, 9'007'199'254'740'993, 4'000'000'000'000'000'007};

json::Value with_amount(const json::Value& value, const Money& amount) {
  if (money_from_json(value)) return to_json(amount);
  if (value.array()) {
    json::Array out;
    for (const json::Value& element : *value.array()) out.push_back(with_amount(element, amount));
    return json::Value(std::move(out));
  }
  if (!value.object()) return value;
  json::Object out;
  for (const auto& [name, member] : *value.object()) out.set(name, with_amount(member, amount));
  return json::Value(std::move(out));
}

std::optional<Money> first_amount(const json::Value& value) {
  if (std::optional<Money> money = money_from_json(value)) return money;
  for (const auto& [name, member] : value.as_object())
    if (std::optional<Money> found = first_amount(member)) return found;
  for (const json::Value& element : value.as_array())
    if (std::optional<Money> found = first_amount(element)) return found;
  return std::nullopt;
}

/// "25.00" as "25", "0.50" as "0.5": two spellings of one number are one.
std::string plain(std::string text) {
  if (text.find('.') != std::string::npos) {
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
  }
  return text;
}

/// Whether some number in the text is the amount: in minor units, in hundredths or as a decimal.
bool shows(const std::string& text, const Money& amount, const Variables& variables) {
  std::vector<std::string> spellings = {std::to_string(amount.minor()), plain(amount.decimal())};
  for (const auto& [name, value] : variables)
    if (name.ends_with(".hundredths")) spellings.push_back(value);
  for (std::size_t at = 0; at < text.size();) {
    if (!std::isdigit(static_cast<unsigned char>(text[at]))) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && (std::isdigit(static_cast<unsigned char>(text[end])) || text[end] == '.')) ++end;
    if (std::ranges::find(spellings, plain(text.substr(at, end - at))) != spellings.end()) return true;
    at = end;
  }
  return false;
}

/// The calls in which the amount travels: those that the sheet counts or that echo it; of a mirror, its only call.
bool carries_amount(const OperationSheet& operation, const CallSheet& sheet) {
  if (operation.name == "mirror") return true;
  return std::ranges::find(sheet.echoes, "amount") != sheet.echoes.end();
}

struct Sent {
  bool sent = false;
  std::string text, digest;
  std::string unsettled;  // why the cassette's own answer to this amount is not APPLIED
};

/// Whether the vendor's answers in the cassette are written with the amount of the input.
bool answers_follow(const Cassette& cassette) {
  bool applied = cassette.expect.at("end").as_string() == "done";
  return applied && std::ranges::any_of(cassette.exchanges,
                                        [](const Exchange& exchange) { return follows_amount(exchange.reply); });
}

Sent send(Bench& bench, const plugin_host::Instance& connector, const Subject& subject) {
  Run run = play(connector, subject, script_of(subject));
  Sent out;
  for (const Asked& asked : run.asked) {
    const CallSheet* sheet = subject.operation->call(asked.label);
    if (!sheet || asked.safe || !carries_amount(*subject.operation, *sheet)) continue;
    out.sent = true;
    out.text = asked.http.target + "\n" + asked.http.body;
    out.digest = asked.digest;
  }
  if (!run.stopped.empty() && answers_follow(*subject.cassette)) out.unsettled = run.judged.at(run.stopped).why;
  if (!run.misbehaviour.empty()) bench.find(subject.cassette, run.misbehaviour);
  if (run.failed() && run.last.failure == HANDOFF_FAIL_BUG)
    bench.find(subject.cassette, "the connector calls an amount a bug of its own: " + json::write(run.last.result));
  return out;
}

std::vector<const Cassette*> moving_money(Bench& bench) {
  std::vector<const Cassette*> out;
  for (const Cassette* cassette : bench.cassettes()) {
    const OperationSheet* operation = bench.manifest().operation(cassette->operation);
    bool carries =
        std::ranges::any_of(operation->calls, [&](const CallSheet& call) { return carries_amount(*operation, call); });
    if (carries && first_amount(cassette->input) && bench.instance(*cassette)) out.push_back(cassette);
  }
  return out;
}

/// The settings of an account in another currency, where the connector has such a setting.
json::Value in_currency(const json::Value& settings, const std::string& from, const std::string& to) {
  json::Object out;
  for (const auto& [name, value] : settings.as_object())
    out.set(name, value.as_string() == from ? json::Value(to) : value);
  return json::Value(std::move(out));
}

/// Vendors that hold hundredths cannot answer with thousandths.
bool fits_hundredths(const Money& amount) {
  std::int64_t unit = amount.exponent() > 2 ? (amount.exponent() == 3 ? 10 : 100) : 1;
  return amount.minor() % unit == 0 && amount.minor() < 10'000'000'000'000'000;
}

void try_amounts(Bench& bench, const Cassette& cassette, const plugin_host::Instance& connector,
                 const std::string& currency) {
  std::map<std::string, Money> seen;
  for (std::int64_t minor : kAmounts) {
    Money amount(minor, currency);
    bench.at(&cassette, "with " + amount.text());
    Subject subject = subject_of(bench.manifest(), cassette, with_amount(cassette.input, amount));
    Sent sent = send(bench, connector, subject);
    if (!sent.sent) continue;
    if (!shows(sent.text, amount, subject.variables))
      bench.find(&cassette, amount.text() + " is not in the request: " + sent.text.substr(0, 300));
    if (!sent.unsettled.empty() && fits_hundredths(amount))
      bench.find(&cassette, amount.text() + " is answered as it was asked, and not believed: " + sent.unsettled);
    auto [other, fresh] = seen.try_emplace(sent.digest, amount);
    if (!fresh) bench.find(&cassette, amount.text() + " is sent by the very request of " + other->second.text());
  }
}

/// The body with each whole word that is the currency another one, as it is written there: "USD", "usd".
std::string in_another_currency(std::string body, const std::string& from, const std::string& to) {
  auto letter = [&](std::size_t at) {
    return at < body.size() && std::isalnum(static_cast<unsigned char>(body[at])) != 0;
  };
  for (std::size_t at = 0; at + from.size() <= body.size(); ++at) {
    const std::string_view word = std::string_view(body).substr(at, from.size());
    if (!equal_ignoring_case(word, from) || (at > 0 && letter(at - 1)) || letter(at + from.size())) continue;
    const bool small = word.front() >= 'a';
    for (std::size_t i = 0; i < to.size(); ++i) body[at + i] = small ? static_cast<char>(std::tolower(to[i])) : to[i];
  }
  return body;
}

/// What the run says of amounts: what it shows, emits, or takes for the echo of what it wrote.
json::Value amounts_said(const Run& run) {
  json::Array out;
  for (const json::Value& seen : run.last.result.at("sightings").as_array()) out.push_back(seen.at("amount"));
  for (const json::Value& record : run.last.emitted) out.push_back(record.at("amount"));
  for (const plugin_host::Verdict& verdict : run.verdicts)
    if (verdict.kind == HANDOFF_VERDICT_APPLIED && verdict.echoes.amount)
      out.push_back(to_json(*verdict.echoes.amount));
  std::erase_if(out, [](const json::Value& one) { return one.is_null(); });
  return json::Value(std::move(out));
}

/// Whoever answers in another currency is not believed in the account's.
void answered_in_another(Bench& bench, const Cassette& cassette) {
  const Subject subject = bench.subject(cassette);
  const Run recorded = bench.play_as_written(cassette, subject);
  const json::Value said = amounts_said(recorded);
  const std::optional<Money> amount = first_amount(said);
  if (!amount || recorded.failed()) return;
  const std::string other = amount->currency() == "EUR" ? "USD" : "EUR";
  bool changed = false;
  bench.at(&cassette, "answered in " + other);
  const Run run =
      play(*bench.instance(cassette), subject, [&, tape = script_of(subject)](const Asked& asked, std::size_t at) {
        std::optional<plugin_host::Answer> answer = tape(asked, at);
        if (!answer || asked.kind != HANDOFF_CALL_HTTP) return answer;
        std::string body = in_another_currency(answer->http.body, amount->currency(), other);
        changed = changed || body != answer->http.body;
        answer->http.body = std::move(body);
        return answer;
      });
  if (changed && !run.failed() && amounts_said(run) == said)
    bench.find(&cassette, "the vendor answers in " + other + ", and the connector says " + amount->text() +
                              ": take the currency from the answer, not from the settings");
}

}  // namespace

void case_amounts(Bench& bench) {
  for (const Cassette* cassette : moving_money(bench)) {
    std::string own = first_amount(cassette->input)->currency();
    for (const std::string& currency : {own, std::string("JPY"), std::string("KWD"), std::string("CLF")}) {
      json::Value settings = in_currency(bench.settings(*cassette), own, currency);
      std::unique_ptr<plugin_host::Instance> connector = bench.fresh(settings);
      if (connector) try_amounts(bench, *cassette, *connector, currency);
    }
  }
}

void case_currencies(Bench& bench) {
  for (const Cassette* cassette : moving_money(bench)) {
    Money own = *first_amount(cassette->input);
    Sent as_written = send(bench, *bench.instance(*cassette), bench.subject(*cassette));
    for (const char* code : {"EUR", "USD", "GBP", "JPY", "KWD", "ISK"}) {
      if (own.currency() == code) continue;
      bench.at(cassette, std::string("in ") + code + ", which these settings do not name");
      json::Value input = with_amount(cassette->input, Money(own.minor(), code));
      Sent other = send(bench, *bench.instance(*cassette), subject_of(bench.manifest(), *cassette, input));
      if (other.sent && other.digest == as_written.digest)
        bench.find(cassette, std::to_string(own.minor()) + " of " + code + " is sent by the very request of " +
                                 own.text() + ": refuse it as unsupported, or write its currency");
    }
  }
  for (const Cassette* cassette : bench.cassettes())
    if (bench.instance(*cassette)) answered_in_another(bench, *cassette);
}

}  // namespace handoff::conformance
