// A connector that says everything ABI 1.0 has words for: each kind of call and reply, each end, each verdict. Built once
// and kept (README.md): every later handoff must take that file as it is.

#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/door.hpp>
#include <handoff/sdk/files.hpp>

namespace abi_1_0 {

using namespace handoff;

namespace {

std::string code_of(const Reply& reply) {
  std::string code = std::to_string(reply.status());
  std::string theirs(reply.json().at("error").at("code").as_string());
  return theirs.empty() ? code : code + "/" + theirs;
}

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

std::optional<Sighting> to_sighting(const json::Value& card) {
  Sighting out;
  out.instrument = card.at("id").as_string();
  out.amount = money_from_decimal(card.at("value").as_string(), card.at("currency").as_string());
  if (out.instrument.empty() || !out.amount) return std::nullopt;
  out.state = state_of(card.at("status").as_string());
  out.customer = card.at("member").as_string();
  out.reference = card.at("reference").as_string();
  out.credit = card.at("note").as_string();
  return out;
}

SourceEvent to_event(const json::Value& credit) {
  std::optional<Money> amount = money_from_decimal(credit.at("value").as_string(), credit.at("currency").as_string());
  SourceEvent out;
  out.kind = "credit.issued";
  out.unique_id = credit.at("id").as_string();
  out.business_date = credit.at("day").as_string();
  out.store = credit.at("counter").as_string();
  out.transaction = credit.at("receipt").as_string();
  out.email = credit.at("email").as_string();
  if (!amount || !amount->is_positive() || out.unique_id.empty())
    throw Failure(Failed::unreadable, "the answer is no credit");
  out.amount = *amount;
  return out;
}

}  // namespace

class Kept {
 public:
  explicit Kept(const json::Value& settings) : currency_(settings.at("currency").as_string()) {
    if (!currency_exponent(currency_)) throw config_error("/currency", "'" + currency_ + "' is no ISO 4217 currency");
  }

  /// A folder, a rest, a request: no vendor has all three, and the contract lets a step ask for them.
  CheckResult check(PlainContext& c, const CheckInput&) const {
    Reply folder = c.send(FileRequest::list("list-folder", "in"));
    files_in(folder);
    c.send(Sleep("rest", 1000));
    Request look(Retry::safe, "get-me", "GET", "/v1/me");
    Reply reply = c.send(look);
    if (!reply.ok()) fail_read(c, reply);
    CheckResult out;
    out.account = reply.json().at("program").as_string();
    if (out.account.empty()) throw Failure(Failed::unreadable, "the answer names no program");
    return out;
  }

  Task<IssueResult> issue(Context& c, const IssueInput& in) const {
    if (in.amount.currency() != currency_)
      throw Failure(Failed::unsupported, "this program holds " + currency_ + ", not " + in.amount.currency());
    Request create(Retry::idempotent, "create-card", "POST", "/v1/cards");
    create.header("Idempotency-Key", c.key("create-card")).json(card(in, c.ref20("create-card")));
    Reply reply = co_await c.send(create);
    IssueResult out;
    out.instrument = created(c, reply);
    co_return out;
  }

  /// The list of cards and who asks, at the same time.
  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    Form query;
    query.add("reference", in.reference);
    Request look(Retry::safe, "list-cards", "GET", "/v1/cards?" + query.text());
    Request who(Retry::safe, "get-me", "GET", "/v1/me");
    std::vector<Reply> replies = co_await c.all(look, who);
    for (const Reply& reply : replies)
      if (!reply.ok()) fail_read(c, reply);
    json::Value body = replies[0].json();
    if (!body.at("cards").array()) throw Failure(Failed::unreadable, "the answer has no \"cards\"");
    if (replies[1].json().at("program").as_string().empty())
      throw Failure(Failed::unreadable, "the answer names no program");
    ReadResult out;
    for (const json::Value& one : body.at("cards").as_array()) {
      std::optional<Sighting> seen = to_sighting(one);
      if (!seen) throw Failure(Failed::unreadable, "the list holds what is no card");
      out.sightings.push_back(*seen);
    }
    out.complete = true;
    co_return out;
  }

  Task<InboundResult> inbound(Context& c, const InboundInput& in) const {
    std::string signature = in.header("kept-signature");
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
    if (!hint.whole()) throw Failure(Failed::unreadable, "the notification names no credit");
    c.emit(hint);
    co_return InboundResult();
  }

  Task<Nothing> fetch(Context& c, const FetchInput& in) const {
    Request look(Retry::safe, "get-credit", "GET", "/v1/credits/" + percent(in.object));
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail_read(c, reply);
    c.emit(to_event(reply.json().at("credit")));
    co_return Nothing();
  }

  /// A page a run.
  Task<PullResult> pull(Context& c, const PullInput& in) const {
    Form query;
    query.add("since", in.since);
    if (!in.cursor.is_null()) query.add("page", in.cursor.as_string());
    Request look(Retry::safe, "list-credits", "GET", "/v1/credits?" + query.text());
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail_read(c, reply);
    json::Value body = reply.json();
    if (!body.at("credits").array()) throw Failure(Failed::unreadable, "the answer has no \"credits\"");
    for (const json::Value& credit : body.at("credits").as_array()) c.emit(to_event(credit));
    std::string next(body.at("next_page").as_string());
    if (next.empty()) co_return PullResult();
    co_return PullResult(json::Value(next));
  }

  Task<AuthResult> auth(Context& c, const AuthInput& in) const {
    Mac proof("prove", "key", in.nonce, HANDOFF_ENCODING_HEX);
    Reply proven = co_await c.send(proof);
    json::Object body;
    body.set("key_id", secret_place("key_id")).set("nonce", in.nonce).set("proof", proven.body());
    Request login(Retry::safe, "get-ticket", "POST", "/tickets");
    login.json(json::Value(std::move(body)));
    Reply reply = co_await c.send(login);
    if (reply.status() != 201) fail_read(c, reply);
    AuthResult out;
    out.life_s = reply.json().at("seconds").as_integer().value_or(0);
    std::string ticket(reply.json().at("ticket").as_string());
    if (ticket.empty() || out.life_s <= 0) throw Failure(Failed::unreadable, "the answer has no ticket");
    out.headers.emplace_back("X-Ticket", ticket);
    co_return out;
  }

  Task<SignResult> sign(Context& c, const SignInput& in) const {
    std::string text = in.method + in.target + in.body_sha256 + in.nonce + std::to_string(c.now_ms());
    Mac mac("sign", "key", text, HANDOFF_ENCODING_BASE64);
    Reply made = co_await c.send(mac);
    SignResult out;
    out.headers.emplace_back("X-Key", secret_place("key_id"));
    out.headers.emplace_back("X-Signature", std::string(made.body()));
    co_return out;
  }

 private:
  static json::Value card(const IssueInput& in, const std::string& number) {
    json::Object body;
    body.set("reference", in.reference);
    body.set("number", number);
    body.set("note", in.credit.ref);
    if (in.customer) body.set("member", in.customer->id.empty() ? in.customer->hub : in.customer->id);
    body.set("value", in.amount.decimal());
    body.set("currency", in.amount.currency());
    return json::Value(std::move(body));
  }

  static std::string created(Replay& c, const Reply& reply) {
    if (reply.adopted()) return reply.sighting().instrument;
    if (reply.status() == 202) {
      c.accepted(reply, "202");
      throw Failure(Failed::retryable, "it is queued");
    }
    if (!reply.ok()) refuse_write(c, reply);
    std::optional<Sighting> seen = to_sighting(reply.json());
    if (!seen || seen->state != "active") c.unclear(reply, code_of(reply), "the answer is no open card");
    Echoes echoes;
    echoes.amount = seen->amount;
    echoes.reference = seen->reference;
    c.applied(reply, echoes);
    return seen->instrument;
  }

  std::string currency_;
};

}  // namespace abi_1_0

using abi_1_0::Kept;
HANDOFF_CONNECTOR(Kept, HANDOFF_OPERATION(Kept, check, "check/1"), HANDOFF_OPERATION(Kept, issue, "issue/1"),
                  HANDOFF_OPERATION(Kept, read, "read/1"), HANDOFF_OPERATION(Kept, inbound, "inbound/1"),
                  HANDOFF_OPERATION(Kept, fetch, "fetch/1"), HANDOFF_OPERATION(Kept, pull, "pull/1"),
                  HANDOFF_OPERATION(Kept, auth, "auth/1"), HANDOFF_OPERATION(Kept, sign, "sign/1"))
