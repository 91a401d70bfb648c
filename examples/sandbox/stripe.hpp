#pragma once
// The payments processor: customers and their balance transactions. Signs are inverted: negative is credit.

#include <map>
#include <set>

#include "vendor.hpp"

namespace sandbox {

struct StripeState {
  struct Transaction {
    std::string id, currency, description;
    std::int64_t amount = 0, ending_balance = 0, created_s = 0;
    std::map<std::string, std::string> metadata;
  };
  struct Customer {
    std::string id, name, email, phone, currency;
    std::int64_t balance = 0, created_ms = 0;
    std::map<std::string, std::string> metadata;
    std::vector<Transaction> transactions;  // oldest first
  };
  struct Stored {
    std::string fingerprint;  // of method, path and parameters
    Response response;
    std::int64_t at_ms = 0;
  };

  IdMaker ids{17};
  std::map<std::string, Customer, std::less<>> customers;
  std::vector<std::string> order;  // ids, oldest first
  std::multimap<std::string, std::string, std::less<>> by_email;
  std::map<std::string, Stored, std::less<>> keys;  // by Idempotency-Key
};

class Stripe : public StatefulVendor<StripeState> {
 public:
  using State = StripeState;
  explicit Stripe(const Clock& clock) : StatefulVendor(clock) {}

  std::string_view name() const override { return "stripe"; }
  bool is_read(const Request& request) const override { return request.method == "GET"; }
  Response too_many_requests(const RateLimit& limit) const override;
  Response server_error() const override;
  /// search_lag_ms: how long a new customer stays out of the search. key_window_s: how long a key is remembered.
  std::optional<std::string> configure(const Json& settings) override;

  /// Refuses a second request under a key whose first one is still running.
  std::optional<Response> enter(const Request& request) override;
  void leave(const Request& request) override;
  /// A stored answer is the one the caller was given, 500s included.
  void remember_answer(const Request& request, const Response& answer) override;

 protected:
  Response serve(State& state, const Request& request) override;
  Json ledger_of(const State& state) const override;
  void add_customer(State& state, const Customer& customer) override;

 private:
  Response serve_once(State& state, const Request& request);
  Response route(State& state, const Request& request);
  Response route_transactions(State& state, const Request& request, State::Customer& customer);
  Response list_customers(const State& state, const Request& request) const;
  Response search_customers(const State& state, const Request& request) const;
  Response create_transaction(State& state, const Request& request, State::Customer& customer);
  Response list_transactions(const Request& request, const State::Customer& customer) const;

  std::mutex in_flight_mutex_;
  std::set<std::string, std::less<>> in_flight_;
  std::atomic<std::int64_t> search_lag_ms_ = 0;
  std::atomic<std::int64_t> key_window_ms_ = 24LL * 3600 * 1000;
};

namespace stripe {

Response error(int status, std::string_view type, std::string_view code, std::string_view message,
               std::string_view param = {});
Response bad_param(std::string_view param, std::string_view message,
                   std::string_view code = "parameter_invalid_integer");
Response missing(std::string_view what, std::string_view id, std::string_view param);
Json customer_json(const StripeState::Customer& customer);
Json transaction_json(const StripeState::Customer& customer, const StripeState::Transaction& transaction);
Json metadata_json(const std::map<std::string, std::string>& metadata);

/// The terms of a search query, all of which must hold: `phone:'+1...' AND metadata['loyalty_id']:'L-1'`.
struct Term {
  std::string field, metadata_key, value;
  bool like = false;  // `~`: contains
};
std::optional<std::vector<Term>> read_search(std::string_view query);
bool matches(const StripeState::Customer& customer, const Term& term);

}  // namespace stripe
}  // namespace sandbox
