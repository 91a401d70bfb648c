#pragma once
// The register: customers, loyalty accounts, payments, refunds and their webhooks; and a gift-card platform.

#include <functional>
#include <map>

#include "vendor.hpp"
#include "webhook_sender.hpp"

namespace sandbox {

struct SquareState {
  struct Customer {
    std::string id, given_name, family_name, email, phone, reference_id, loyalty_account;
    std::int64_t created_ms = 0;
  };
  struct Activity {
    std::string id, type, location_id, card_id, gan, details_name;
    Json details;
    std::int64_t balance = 0, created_ms = 0;
  };
  struct GiftCard {
    std::string id, type, gan, gan_source, state = "PENDING";
    std::int64_t balance = 0, created_ms = 0;
    std::string currency = "USD";
    std::vector<std::string> customer_ids;
  };
  struct Refund {
    std::string id, payment_id, order_id, location_id, status, reason, customer_id, source_type;
    std::string external_type, external_source, external_source_id, currency;
    std::int64_t amount = 0, created_ms = 0, updated_ms = 0;
    std::int64_t payment_updated_ms = 0;
  };
  struct Replay {
    Json body;
    Response response;
  };

  IdMaker ids{13};
  std::map<std::string, Customer, std::less<>> customers;
  std::multimap<std::string, std::string, std::less<>> by_email, by_phone, by_reference;
  std::map<std::string, std::string, std::less<>> by_loyalty_account;  // -> customer
  std::map<std::string, GiftCard, std::less<>> cards;
  std::map<std::string, std::string, std::less<>> card_by_gan;
  std::vector<Activity> activities;  // oldest first
  std::map<std::string, Refund, std::less<>> refunds;
  std::map<std::string, std::string, std::less<>> refund_by_payment;
  std::map<std::string, Replay, std::less<>> replays;  // by "path key"
  std::vector<Json> events;                            // oldest first
};

/// What the operator asks of POST /square/refund.
struct RegisterRefund {
  std::string customer_id, customer_email, loyalty_id;  // at most one; none = an anonymous sale
  std::int64_t amount = 0;
  std::string currency = "USD", reason = "Returned goods", location_id = "LSANDBOX1", order_id;
  std::string source_type = "CARD", external_type = "STORED_BALANCE", external_source = "Store credit",
              external_source_id;
  std::optional<DeliveryOptions> delivery = DeliveryOptions();  // none: nothing is sent
};

class Square : public StatefulVendor<SquareState> {
 public:
  using State = SquareState;
  Square(const Clock& clock, WebhookSender& webhooks) : StatefulVendor(clock), webhooks_(webhooks) {}

  std::string_view name() const override { return "square"; }
  bool is_read(const Request& request) const override;
  Response too_many_requests(const RateLimit& limit) const override;
  Response server_error() const override;
  std::optional<std::string> configure(const Json& settings) override;

  /// A sale and its refund to store credit kept elsewhere. Answers {"refund_id","payment_id","event_ids"}, or
  /// {"error"}.
  Json refund_at_register(const RegisterRefund& wanted);
  /// A customer is added to a payment after its refund, which does not change by that. Answers {"payment_id","event_ids"}, or
  /// {"error"}.
  Json add_to_payment(std::string_view payment_id, std::string_view customer_email,
                      const std::optional<DeliveryOptions>& delivery);
  /// Tells that these customers were made.
  void announce(std::span<const Customer> customers);

 protected:
  Response serve(State& state, const Request& request) override;
  Json ledger_of(const State& state) const override;
  void add_customer(State& state, const Customer& customer) override;

 private:
  Response route(State& state, const Request& request, const Json& body);
  Response route_gift_cards(State& state, const Request& request, const Json& body);
  /// Runs `action` once per idempotency key and body.
  template <class Action>
  Response once(State& state, const Request& request, const Json& body, Action action);

  Response list_customers(const State& state, const Request& request) const;
  Response search_customers(const State& state, const Json& body) const;
  Response search_loyalty(const State& state, const Json& body) const;
  Response list_refunds(const State& state, const Request& request) const;
  Response get_payment(const State& state, std::string_view id) const;
  Response search_events(const State& state, const Json& body) const;

  Response create_card(State& state, const Json& body);
  Response list_cards(const State& state, const Request& request) const;
  Response link(State::GiftCard& card, const State& state, const Json& body, bool linked) const;
  Response create_activity(State& state, const Json& body);
  void tell(State& state, const Json& event, const std::optional<DeliveryOptions>& delivery);
  Response list_activities(const State& state, const Request& request) const;

  WebhookSender& webhooks_;
};

namespace square {

Response error(int status, std::string_view category, std::string_view code, std::string_view detail,
               std::string_view field = {});
Response bad_request(std::string_view code, std::string_view detail, std::string_view field = {});
Response not_found(std::string_view what);
Json money_json(std::int64_t amount, std::string_view currency);
Json customer_json(const SquareState::Customer& customer);
Json loyalty_json(const SquareState::Customer& customer);
Json card_json(const SquareState::GiftCard& card);
Json activity_json(const SquareState::Activity& activity, std::string_view currency);
Json refund_json(const SquareState::Refund& refund);
/// A notification that `object`, of that name and id, was made or changed.
Json event_json(std::string_view type, std::string_view name, std::string_view id, Json object,
                std::string_view event_id, std::int64_t now_ms);
Json payment_json(const SquareState::Refund& refund);

/// One row of a listing: its place in the order, and how to write it.
struct Row {
  std::int64_t at_ms;
  std::string id;
  std::function<Json()> json;  // called for the rows of the page only
};
struct PageOptions {
  std::string cursor;
  std::int64_t limit = 100;
  bool ascending = false;
};
/// {"<key>": [...], "cursor": ...}. A cursor names the last row of its page, so new rows do not shift the next one.
Response page(std::string_view key, std::vector<Row> rows, const PageOptions& options);

/// Applies an activity to its card: an error answer when the vendor would refuse it.
std::optional<Response> apply_activity(SquareState::GiftCard& card, const Json& activity);
std::string details_name(std::string_view type);

}  // namespace square
}  // namespace sandbox
