// The scaffold of a point of sale with its four stubs filled, for a vendor that is invented.

#include <handoff/sdk/connector.hpp>

namespace linden_pos {

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

SourceEvent event_of(const json::Value& event) {
  std::optional<Money> amount = money_from_decimal(event.at("amount").as_string(), event.at("currency").as_string());
  SourceEvent out;
  out.kind = "credit.issued";
  out.unique_id = event.at("id").as_string();
  out.store = event.at("store").as_string();
  out.business_date = event.at("day").as_string();
  out.transaction = event.at("receipt").as_string();
  out.email = event.at("email").as_string();
  if (!amount || !amount->is_positive() || out.unique_id.empty() || out.business_date.empty())
    throw Failure(Failed::unreadable, "the answer is no event");
  out.amount = *amount;
  return out;
}

}  // namespace

class LindenPos {
 public:
  explicit LindenPos(const json::Value& settings) : currency_(settings.at("currency").as_string()) {
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

  Task<InboundResult> inbound(Context& c, const InboundInput& in) const {
    std::string signature = in.header("x-signature");
    if (signature.empty()) throw Failure(Failed::forged, "the notification is not signed");
    MacCheck mac("check-signature", "webhook_key", std::string(c.payload()), signature, HANDOFF_ENCODING_HEX);
    Reply checked = co_await c.check(mac);
    if (checked.status() != 1) throw Failure(Failed::forged, "the signature is wrong");
    json::Parsed body = json::parse(c.payload());
    if (!body) throw Failure(Failed::unreadable, "the notification is not JSON");
    Hint hint;
    hint.id = body->at("id").as_string();
    hint.type = body->at("type").as_string();
    hint.object = body->at("object").as_string();
    if (!hint.whole()) throw Failure(Failed::unreadable, "the notification names no event");
    c.emit(hint);
    co_return InboundResult();
  }

  Task<Nothing> fetch(Context& c, const FetchInput& in) const {
    Request look(Retry::safe, "get-event", "GET", "/v1/events/" + percent(in.object));
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail(reply);
    c.emit(event_of(reply.json()));
    co_return Nothing();
  }

  /// The vendor's page mark while there are pages, else the time of the newest event.
  Task<PullResult> pull(Context& c, const PullInput& in) const {
    std::string since(in.cursor.at("since").as_string(in.since)), page(in.cursor.at("page").as_string());
    Request look(Retry::safe, "list-events", "GET",
                 "/v1/events?since=" + percent(since) + (page.empty() ? "" : "&page=" + percent(page)));
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail(reply);
    json::Value body = reply.json();
    if (!body.at("events").array()) throw Failure(Failed::unreadable, "the answer has no events");
    for (const json::Value& event : body.at("events").as_array()) c.emit(event_of(event));
    PullResult out;
    json::Object cursor;
    std::string next(body.at("next").as_string());
    cursor.set("since", next.empty() ? std::string(body.at("newest").as_string(since)) : since);
    if (!next.empty()) cursor.set("page", next);
    out.more = !next.empty();
    out.cursor = json::Value(std::move(cursor));
    co_return out;
  }

 private:
  std::string currency_;
};

}  // namespace linden_pos

using linden_pos::LindenPos;
HANDOFF_CONNECTOR(LindenPos, HANDOFF_OPERATION(LindenPos, check, "check/1"),
                  HANDOFF_OPERATION(LindenPos, inbound, "inbound/1"), HANDOFF_OPERATION(LindenPos, fetch, "fetch/1"),
                  HANDOFF_OPERATION(LindenPos, pull, "pull/1"))
