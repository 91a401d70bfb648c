#pragma once
// A storefront with store credit of its own: an absolute number on the customer, without a ledger. And customer
// metafields, one of a name for each customer.

#include <map>

#include "vendor.hpp"

namespace sandbox {

struct BigCommerceState {
  struct Metafield {
    std::int64_t id = 0, customer = 0, created_ms = 0, modified_ms = 0;
    std::string permission_set, ns, key, value, description;
  };
  struct Customer {
    std::int64_t id = 0, credit_minor = 0, created_ms = 0, modified_ms = 0;
    std::string first_name, last_name, email, phone;
  };

  std::map<std::int64_t, Customer> customers;    // by id, which grows
  std::map<std::int64_t, Metafield> metafields;  // by id, which grows
  std::int64_t next_id = 1;
};

class BigCommerce : public StatefulVendor<BigCommerceState> {
 public:
  using State = BigCommerceState;
  explicit BigCommerce(const Clock& clock) : StatefulVendor(clock) {}

  std::string_view name() const override { return "bigcommerce"; }
  bool is_read(const Request& request) const override { return request.method == "GET"; }
  Response too_many_requests(const RateLimit& limit) const override;
  Response server_error() const override;
  void show_limit(const RateLimit& limit, Response& response) const override;
  std::optional<std::string> configure(const Json& settings) override;

 protected:
  Response serve(State& state, const Request& request) override;
  Json ledger_of(const State& state) const override;
  void add_customer(State& state, const Customer& customer) override;

 private:
  Response list_customers(const State& state, const Request& request) const;
  Response update_customers(State& state, const Request& request);
  Response list_metafields(const State& state, const Request& request, std::optional<std::int64_t> customer) const;
  Response create_metafield(State& state, const Request& request, std::int64_t customer);
  Response update_metafield(const Request& request, State::Metafield& metafield);
};

}  // namespace sandbox
