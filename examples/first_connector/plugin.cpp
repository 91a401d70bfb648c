// Linden Points as the platform: a reward is drafted, then funded. And as a source of credits, by its notifications.

#include <handoff/sdk/connector.hpp>

namespace linden_points {

using namespace handoff;

namespace {

constexpr int kPagesMax = 20;

std::string code_of(const Reply& reply) {
  std::string code = std::to_string(reply.status());
  std::string theirs(reply.json().at("error").at("code").as_string());
  return theirs.empty() ? code : code + "/" + theirs;
}

/// Ends a run whose read was not answered with what was asked for.
[[noreturn]] void fail_read(const Replay& c, const Reply& reply) {
  std::string code = code_of(reply);
  if (reply.status() == 429) {
    json::Object detail;
    detail.set("retry_after_ms", static_cast<std::int64_t>(retry_after_ms(reply, c.now_ms())));
    throw Failure(Failed::rate_limited, code, std::move(detail));
  }
  if (reply.status() == 401 || reply.status() == 403) throw Failure(Failed::auth, code);
  if (reply.status() >= 500) throw Failure(Failed::retryable, code);
  throw Failure(Failed::rejected, code);
}

/// Ends a run whose write was refused; the sheet decides which codes prove that nothing happened.
[[noreturn]] void refuse_write(Replay& c, const Reply& reply) {
  if (reply.status() == 429) c.refused(reply, "429", retry_after_ms(reply, c.now_ms()));
  std::string words(reply.json().at("error").at("text").as_string());
  if (reply.status() == 401 || reply.status() == 403) words = "the key was not accepted";
  c.rejected(reply, code_of(reply), c.masked(words));
}

std::string state_of(std::string_view status) {
  if (status == "open") return "active";
  if (status == "draft") return "inactive";
  return status == "closed" ? "void" : "unknown";
}

std::optional<Sighting> to_sighting(const json::Value& reward) {
  Sighting out;
  out.instrument = reward.at("id").as_string();
  out.amount = money_from_decimal(reward.at("value").as_string(), reward.at("currency").as_string());
  if (out.instrument.empty() || !out.amount) return std::nullopt;
  out.state = state_of(reward.at("status").as_string());
  out.customer = reward.at("member").as_string();
  out.reference = reward.at("reference").as_string();
  out.credit = reward.at("note").as_string();
  return out;
}

}  // namespace

class LindenPoints {
 public:
  explicit LindenPoints(const json::Value& settings) : currency_(settings.at("currency").as_string()) {
    if (!currency_exponent(currency_)) throw config_error("/currency", "'" + currency_ + "' is no ISO 4217 currency");
  }

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    Request look(Retry::safe, "get-me", "GET", "/v1/me");
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail_read(c, reply);
    CheckResult out;
    out.account = reply.json().at("program").as_string();
    if (out.account.empty()) throw Failure(Failed::unreadable, "the answer names no program");
    co_return out;
  }

  Task<IssueResult> issue(Context& c, const IssueInput& in) const {
    if (in.amount.currency() != currency_)
      throw Failure(Failed::unsupported, "this program holds " + currency_ + ", not " + in.amount.currency());
    Request create(Retry::idempotent, "create-reward", "POST", "/v1/rewards");
    create.header("Idempotency-Key", c.key("create-reward")).json(draft(in));
    Reply made = co_await c.send(create);
    const std::string id = drafted(c, made);

    Request fund(Retry::idempotent, "fund-reward", "POST", "/v1/rewards/" + percent(id) + "/fund");
    fund.header("Idempotency-Key", c.key("fund-reward")).json(value(in.amount));
    Reply reply = co_await c.send(fund);
    IssueResult out;
    out.instrument = funded(c, reply);
    co_return out;
  }

  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    ReadResult out;
    std::string page;
    for (int number = 1; number <= kPagesMax; ++number) {
      Form query;
      query.add("reference", in.reference);
      if (!page.empty()) query.add("page", page);
      Request look(Retry::safe, "list-rewards-" + std::to_string(number), "GET", "/v1/rewards?" + query.text());
      Reply reply = co_await c.send(look);
      if (!reply.ok()) fail_read(c, reply);
      json::Value body = reply.json();
      if (!body.at("rewards").array()) throw Failure(Failed::unreadable, "the answer has no \"rewards\"");
      for (const json::Value& reward : body.at("rewards").as_array()) {
        std::optional<Sighting> seen = to_sighting(reward);
        if (!seen) throw Failure(Failed::unreadable, "the list holds what is no reward");
        out.sightings.push_back(*seen);
      }
      page = body.at("next_page").as_string();
      out.complete = page.empty();
      if (out.complete) co_return out;
    }
    co_return out;  // more pages than we read: not complete, so it proves no absence
  }

  Task<InboundResult> inbound(Context& c, const InboundInput& in) const {
    std::string signature = in.header("linden-signature");
    if (signature.empty()) throw Failure(Failed::forged, "the notification is not signed");
    MacCheck mac("check-signature", "webhook_key", std::string(c.payload()), signature, HANDOFF_ENCODING_HEX);
    Reply checked = co_await c.check(mac);
    if (checked.status() != 1) throw Failure(Failed::forged, "the signature is wrong");
    json::Parsed body = json::parse(c.payload());
    if (!body) throw Failure(Failed::unreadable, "the notification is not JSON");
    Hint hint;
    hint.id = body->at("id").as_string();
    hint.type = body->at("kind").as_string();
    hint.object = body->at("credit").as_string();
    if (hint.id.empty() || hint.type.empty() || hint.object.empty())
      throw Failure(Failed::unreadable, "the notification names no credit");
    c.emit(hint);
    co_return InboundResult();
  }

  Task<Nothing> fetch(Context& c, const FetchInput& in) const {
    Request look(Retry::safe, "get-credit", "GET", "/v1/credits/" + percent(in.object));
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail_read(c, reply);
    json::Value body = reply.json();
    const json::Value& credit = body.at("credit");
    std::optional<Money> amount = money_from_decimal(credit.at("value").as_string(), credit.at("currency").as_string());
    SourceEvent event;
    event.kind = "credit.issued";
    event.unique_id = credit.at("id").as_string();
    event.business_date = credit.at("day").as_string();
    event.store = credit.at("counter").as_string();
    event.transaction = credit.at("receipt").as_string();
    event.email = credit.at("email").as_string();
    if (!amount || !amount->is_positive() || event.unique_id.empty())
      throw Failure(Failed::unreadable, "the answer is no credit");
    event.amount = *amount;
    c.emit(event);
    co_return Nothing();
  }

 private:
  static json::Value draft(const IssueInput& in) {
    json::Object body;
    body.set("reference", in.reference);
    body.set("note", in.credit.ref);
    if (in.customer) body.set("member", in.customer->id.empty() ? in.customer->hub : in.customer->id);
    return json::Value(std::move(body));
  }
  static json::Value value(const Money& amount) {
    json::Object body;
    body.set("value", amount.decimal());
    body.set("currency", amount.currency());
    return json::Value(std::move(body));
  }

  /// The id of the draft, from the answer or from what the hub has found.
  static std::string drafted(Replay& c, const Reply& reply) {
    if (reply.adopted()) return reply.sighting().instrument;
    if (!reply.ok()) refuse_write(c, reply);
    std::optional<Sighting> reward = to_sighting(reply.json());
    if (!reward || (reward->state != "inactive" && reward->state != "active"))
      c.unclear(reply, code_of(reply), "the answer is no reward that is still to be funded");
    Echoes echoes;
    echoes.reference = reward->reference;
    c.applied(reply, echoes);
    return reward->instrument;
  }

  static std::string funded(Replay& c, const Reply& reply) {
    if (reply.adopted()) return reply.sighting().instrument;
    if (!reply.ok()) refuse_write(c, reply);
    std::optional<Sighting> reward = to_sighting(reply.json());
    if (!reward || reward->state != "active") c.unclear(reply, code_of(reply), "the answer is no open reward");
    Echoes echoes;
    echoes.amount = reward->amount;
    echoes.reference = reward->reference;
    c.applied(reply, echoes);
    return reward->instrument;
  }

  std::string currency_;
};

}  // namespace linden_points

using linden_points::LindenPoints;
HANDOFF_CONNECTOR(LindenPoints, HANDOFF_OPERATION(LindenPoints, check, "check/1"),
                  HANDOFF_OPERATION(LindenPoints, issue, "issue/1"), HANDOFF_OPERATION(LindenPoints, read, "read/1"),
                  HANDOFF_OPERATION(LindenPoints, inbound, "inbound/1"),
                  HANDOFF_OPERATION(LindenPoints, fetch, "fetch/1"))
