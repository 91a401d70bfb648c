#pragma once
// The storefront: customers with metafields, store credit accounts and gift cards, behind a GraphQL endpoint.

#include <map>

#include "graphql.hpp"
#include "vendor.hpp"

namespace sandbox {

struct ShopifyState {
  struct Metafield {
    std::string id, ns, key, type, value;
    std::int64_t created_ms = 0, updated_ms = 0;
    std::string digest() const { return sha256_hex(type + '\n' + value); }
  };
  struct Customer {
    std::int64_t number = 0;
    std::string first_name, last_name, email, phone;
    std::int64_t created_ms = 0, updated_ms = 0;
    std::map<std::string, Metafield, std::less<>> metafields;   // by "namespace.key"
    std::map<std::string, std::int64_t, std::less<>> accounts;  // currency -> account number
  };
  struct Transaction {
    std::int64_t number = 0, amount = 0, balance_after = 0, created_ms = 0;
    std::string expires_at;
    bool credit = true;
  };
  struct Account {
    std::int64_t number = 0, owner = 0, balance = 0;
    std::string currency;
    std::vector<Transaction> transactions;  // oldest first
  };
  struct GiftCard {
    std::int64_t number = 0, customer = 0, balance = 0, initial = 0, created_ms = 0, updated_ms = 0, deactivated_ms = 0;
    std::string code, currency, note, expires_on;
  };

  std::int64_t next_number = 7'000'000'001;
  std::map<std::int64_t, Customer> customers;  // by number
  std::map<std::string, std::int64_t, std::less<>> by_email, by_phone;
  std::map<std::string, std::int64_t, std::less<>> by_custom_id;  // "namespace.key=value" of metafields of type id
  std::map<std::int64_t, Account> accounts;
  std::map<std::int64_t, GiftCard> gift_cards;
  std::map<std::string, std::int64_t, std::less<>> gift_card_by_code;
};

class Shopify : public StatefulVendor<ShopifyState> {
 public:
  using State = ShopifyState;
  explicit Shopify(const Clock& clock) : StatefulVendor(clock) {}

  std::string_view name() const override { return "shopify"; }
  bool is_read(const Request& request) const override;
  Response too_many_requests(const RateLimit& limit) const override;
  Response server_error() const override;
  /// restore_rate and maximum: the leaky bucket in cost points.
  std::optional<std::string> configure(const Json& settings) override;
  /// Customers by e-mail. Merges, or with an empty `kept` deletes; an answer with "error", or with both ids.
  Json merge(std::string_view deleted, std::string_view kept);
  /// A shopper pays an order with the gift card of that code. The error says why not.
  std::optional<std::string> pay(std::string_view code, std::int64_t amount);

 protected:
  Response serve(State& state, const Request& request) override;
  Json ledger_of(const State& state) const override;
  void add_customer(State& state, const Customer& customer) override;

 private:
  struct Bucket {
    std::int64_t maximum = 20'000, restore_rate = 10'000, level_milli = 20'000'000, at_ms = 0;
  };
  /// False when the bucket holds less than `cost`.
  bool spend(std::int64_t cost);
  Json cost_json(std::int64_t requested, bool throttled) const;
  graphql::Object query_root(State& state);
  graphql::Object mutation_root(State& state);

  // Not part of State: a stale read still pays today's price.
  mutable std::mutex bucket_mutex_;
  Bucket bucket_;
};

namespace shopify {

/// Resolvers. A `now_ms` is the time a change is stamped with.
graphql::Object customer_object(ShopifyState& state, std::int64_t number);
graphql::Value customers_by_query(ShopifyState& state, const Json& arguments);
Json merge_customers(ShopifyState& state, std::string_view deleted, std::string_view kept, std::int64_t now_ms);
graphql::Value customer_by_identifier(ShopifyState& state, const Json& identifier);
graphql::Object metafield_object(ShopifyState& state, std::int64_t owner, const ShopifyState::Metafield& metafield);
graphql::Value metafields_set(ShopifyState& state, const Json& inputs, std::int64_t now_ms);

graphql::Object account_object(ShopifyState& state, std::int64_t number);
graphql::Value accounts_of(ShopifyState& state, std::int64_t customer, const Json& arguments);
graphql::Value store_credit_change(ShopifyState& state, const Json& arguments, bool credit, std::int64_t now_ms);

graphql::Object gift_card_object(ShopifyState& state, std::int64_t number);
/// All of them were made by an app: a filter by another source finds none. A term without a name is looked for in codes and
/// in notes.
graphql::Value gift_cards_by_query(ShopifyState& state, const Json& arguments);
graphql::Value gift_card_create(ShopifyState& state, const Json& input, std::int64_t now_ms);
graphql::Value gift_card_update(ShopifyState& state, const Json& arguments, std::int64_t now_ms);
graphql::Value gift_card_deactivate(ShopifyState& state, const Json& arguments, std::int64_t now_ms);

std::string gid(std::string_view type, std::int64_t number);
/// The number in "gid://shopify/Type/123", or nothing when it is of another type.
std::optional<std::int64_t> number_of(std::string_view gid, std::string_view type);
graphql::Object json_object(std::string type, Json fields);
graphql::Object money(std::int64_t minor, const std::string& currency);
/// Reads MoneyInput {amount, currencyCode}, whose amount may be a text or a number.
std::optional<std::int64_t> minor_from(const Json& money_input);
Json user_error(const Json& code, const Json& field, std::string_view message);
/// A mutation's payload: `field` holds the object (or null), next to userErrors.
graphql::Object payload(std::string type, std::string field, graphql::Value value, Json user_errors);
/// A connection over `rows`, of which `arguments` (first, after, last, reverse) choose the page.
graphql::Value connection(std::string type, std::string node_type, std::vector<graphql::Object> rows,
                          const Json& arguments);
std::string_view schema_text();

}  // namespace shopify
}  // namespace sandbox
