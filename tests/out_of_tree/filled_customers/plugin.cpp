// The scaffold of a list of customers with its stubs filled, for a vendor that is invented.

#include <handoff/sdk/connector.hpp>

namespace linden_customers {

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

class LindenCustomers {
 public:
  explicit LindenCustomers(const json::Value& settings) : currency_(settings.at("currency").as_string()) {
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

 private:
  std::string currency_;
};

}  // namespace linden_customers

using linden_customers::LindenCustomers;
HANDOFF_CONNECTOR(LindenCustomers, HANDOFF_OPERATION(LindenCustomers, check, "check/1"),
                  HANDOFF_OPERATION(LindenCustomers, find_customer, "find_customer/1"))
