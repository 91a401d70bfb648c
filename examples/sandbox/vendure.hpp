#pragma once
// A storefront whose store credit plugin keeps wallets with a ledger each, behind the Admin API's GraphQL. Two
// channels: a wallet takes the currency of the one it is made in.

#include <atomic>
#include <expected>
#include <map>

#include "graphql.hpp"
#include "vendor.hpp"

namespace sandbox {

struct VendureState {
  struct Adjustment {
    std::int64_t id = 0, amount = 0, created_ms = 0;
    std::string description;
  };
  struct Wallet {
    std::int64_t id = 0, customer = 0, balance = 0, created_ms = 0, updated_ms = 0;  // customer 0: nobody's
    std::string code, name, currency;                                                // code empty: none
    Json metadata;
    std::vector<Adjustment> adjustments;  // oldest first
  };
  struct Customer {
    std::int64_t id = 0;
    std::string first_name, last_name, email, phone;
  };

  std::map<std::int64_t, Customer> customers;  // by id, which counts up
  std::map<std::int64_t, Wallet> wallets;      // by id, which counts up
  std::int64_t next_customer = 1, next_wallet = 1, next_adjustment = 1;
};

class Vendure : public StatefulVendor<VendureState> {
 public:
  using State = VendureState;
  explicit Vendure(const Clock& clock) : StatefulVendor(clock) {}

  std::string_view name() const override { return "vendure"; }
  bool is_read(const Request& request) const override;
  Response too_many_requests(const RateLimit& limit) const override;
  Response server_error() const override;
  /// read_only: the database takes no writes, as after it failed over.
  std::optional<std::string> configure(const Json& settings) override;

  /// A shopper pays an order with the wallet of that code. The error says why not.
  std::optional<std::string> pay(std::string_view code, std::int64_t amount);

 protected:
  Response serve(State& state, const Request& request) override;
  Json ledger_of(const State& state) const override;
  void add_customer(State& state, const Customer& customer) override;

 private:
  /// A field of the root, or an entry of `errors`, which undoes nothing: it comes before any change.
  using Resolved = std::expected<graphql::Value, Json>;
  Resolved query(State& state, const graphql::Field& field, const Request& request);
  Resolved mutate(State& state, const graphql::Field& field, const Request& request);
  Resolved create_wallet(State& state, const Json& input, const std::string& currency);
  Resolved adjust(State& state, const Json& input, const std::string& currency);

  std::atomic<bool> read_only_{false};
};

namespace vendure {
std::string_view schema_text();
}  // namespace vendure

}  // namespace sandbox
