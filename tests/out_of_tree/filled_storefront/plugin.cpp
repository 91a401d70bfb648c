// The scaffold of a shop with its stubs filled, for a vendor that is invented.

#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/mirror.hpp>

namespace linden_storefront {

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

CustomerInfo customer_of(const json::Value& from) {
  CustomerInfo out;
  out.id = from.at("id").as_string();
  out.email = from.at("email").as_string();
  if (out.id.empty()) throw Failure(Failed::unreadable, "the list holds what is no customer");
  return out;
}

}  // namespace

class LindenStorefront {
 public:
  explicit LindenStorefront(const json::Value& settings) : currency_(settings.at("currency").as_string()) {
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

  Task<FindCustomerResult> find_customer(Context& c, const FindCustomerInput& in) const {
    Request look(Retry::safe, "find-customer", "GET", "/v1/customers?email=" + percent(in.email));
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail(reply);
    json::Value body = reply.json();
    if (!body.at("customers").array()) throw Failure(Failed::unreadable, "the answer is no list of customers");
    FindCustomerResult out;
    for (const json::Value& one : body.at("customers").as_array()) add_candidate(out, customer_of(one));
    co_return out;
  }

  Task<MirrorResult> mirror(Context& c, const MirrorInput& in) const {
    for (const Money& balance : in.balances)
      if (balance.currency() != currency_)
        throw Failure(Failed::unsupported, "this shop shows " + currency_ + ", not " + balance.currency());
    if (in.customer.id.empty()) throw Failure(Failed::rejected, "the shop has no account of this customer");
    json::Object body;
    body.set("customer", in.customer.id).set("text", json::write(mirror_value(in)));
    Request write(Retry::unsafe, "set-balance", "POST", "/v1/balances");
    write.json(json::Value(std::move(body)));
    Reply reply = co_await c.send(write);
    MirrorResult out;
    out.version = in.version;
    if (reply.adopted()) co_return out;
    const std::string code = std::to_string(reply.status());
    if (reply.status() == 401) c.rejected(reply, code, "the key is not taken");
    json::Value shown = reply.json();
    std::optional<Mirror> made = reply.status() == 200 ? to_mirror(shown.at("text").as_string()) : std::nullopt;
    if (!made) c.unclear(reply, code, "the answer shows no balance");
    Echoes echoes;
    echoes.version = std::to_string(made->version);
    echoes.customer = shown.at("customer").as_string();
    c.applied(reply, echoes);
    co_return out;
  }

  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    Request look(Retry::safe, "get-balance", "GET",
                 "/v1/balances/" + percent(in.customer ? in.customer->id : std::string()));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    ReadResult out;
    out.complete = true;
    if (reply.status() == 404 && body.at("code").as_string() == "no_balance") co_return out;
    if (!reply.ok()) fail(reply);
    std::optional<Mirror> shown = to_mirror(body.at("text").as_string());
    if (!shown || body.at("id").as_string().empty() || body.at("customer").as_string().empty())
      throw Failure(Failed::unreadable, "the answer shows no balance");
    out.sightings = to_sightings(*shown, body.at("id").as_string(), body.at("customer").as_string());
    co_return out;
  }

 private:
  std::string currency_;
};

}  // namespace linden_storefront

using linden_storefront::LindenStorefront;
HANDOFF_CONNECTOR(LindenStorefront, HANDOFF_OPERATION(LindenStorefront, check, "check/1"),
                  HANDOFF_OPERATION(LindenStorefront, find_customer, "find_customer/1"),
                  HANDOFF_OPERATION(LindenStorefront, mirror, "mirror/1"),
                  HANDOFF_OPERATION(LindenStorefront, read, "read/1"))
