// The scaffold of payments, or of books, with its stubs filled, for a vendor that is invented.

#include <handoff/sdk/connector.hpp>

namespace linden_payments {

using namespace handoff;

namespace {

[[noreturn]] void fail(const Reply& reply) {
  std::string code = std::to_string(reply.status());
  if (reply.status() == 429) {
    json::Object detail;
    detail.set("retry_after_ms", static_cast<std::int64_t>(retry_after_ms(reply)));
    throw Failure(Failed::rate_limited, code, std::move(detail));
  }
  if (reply.status() == 401 || reply.status() == 403) throw Failure(Failed::auth, code);
  throw Failure(Failed::retryable, code);
}

/// An entry as a sighting; nothing if it is none.
std::optional<Sighting> entry_of(const json::Value& from) {
  Sighting out;
  out.instrument = from.at("id").as_string();
  out.reference = from.at("reference").as_string();
  out.credit = from.at("credit").as_string();
  out.amount = money_from_decimal(from.at("amount").as_string(), from.at("currency").as_string());
  out.state = from.at("state").as_string() == "posted" ? "active" : "unknown";
  if (out.instrument.empty() || out.reference.empty() || !out.amount) return std::nullopt;
  return out;
}

}  // namespace

class LindenPayments {
 public:
  explicit LindenPayments(const json::Value& settings) : currency_(settings.at("currency").as_string()) {
    if (!currency_exponent(currency_)) throw config_error("/currency", "'" + currency_ + "' is no ISO 4217 currency");
  }

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    Request look(Retry::safe, "get-account", "GET", "/v1/account");
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail(reply);
    CheckResult out;
    out.account = reply.json().at("name").as_string();
    if (out.account.empty()) throw Failure(Failed::unreadable, "the answer is no account");
    co_return out;
  }

  Task<RecordResult> record(Context& c, const RecordInput& in) const {
    if (in.amount.currency() != currency_)
      throw Failure(Failed::unsupported, "this account holds " + currency_ + ", not " + in.amount.currency());
    const Money amount = in.entry == "cancelled" ? in.amount.negated() : in.amount;
    json::Object body;
    body.set("reference", in.reference).set("credit", in.credit.ref);
    body.set("amount", amount.decimal()).set("currency", amount.currency());
    Request write(Retry::unsafe, "post-entry", "POST", "/v1/entries");
    write.json(json::Value(std::move(body)));
    Reply reply = co_await c.send(write);
    RecordResult out;
    if (reply.adopted()) {
      out.instrument = reply.sighting().instrument;
      co_return out;
    }
    const std::string code = std::to_string(reply.status());
    if (reply.status() == 401) c.rejected(reply, code, "the key is not taken");
    std::optional<Sighting> made = reply.status() == 201 ? entry_of(reply.json()) : std::nullopt;
    if (!made || made->state != "active") c.unclear(reply, code, "the answer is no posted entry");
    Echoes echoes;
    echoes.amount = in.entry == "cancelled" ? made->amount->negated() : *made->amount;
    echoes.reference = made->reference;
    c.applied(reply, echoes);
    out.instrument = made->instrument;
    co_return out;
  }

  /// The list is whole: a reference has a handful of entries at most, and the vendor shows all of them at once.
  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    Request look(Retry::safe, "find-entry", "GET", "/v1/entries?reference=" + percent(in.reference));
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail(reply);
    json::Value body = reply.json();
    if (!body.at("entries").array()) throw Failure(Failed::unreadable, "the answer is no list of entries");
    ReadResult out;
    out.complete = true;
    for (const json::Value& one : body.at("entries").as_array()) {
      std::optional<Sighting> seen = entry_of(one);
      if (!seen) throw Failure(Failed::unreadable, "the list holds what is no entry");
      out.sightings.push_back(std::move(*seen));
    }
    co_return out;
  }

 private:
  std::string currency_;
};

}  // namespace linden_payments

using linden_payments::LindenPayments;
HANDOFF_CONNECTOR(LindenPayments, HANDOFF_OPERATION(LindenPayments, check, "check/1"),
                  HANDOFF_OPERATION(LindenPayments, record, "record/1"),
                  HANDOFF_OPERATION(LindenPayments, read, "read/1"))
