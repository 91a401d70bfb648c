#pragma once
// The gift-card platform: customers, gift vouchers with the caller's own code, publications that link them.

#include <map>
#include <unordered_map>

#include "vendor.hpp"
#include "webhook_sender.hpp"

namespace sandbox {

struct VoucherifyState {
  struct Customer {
    std::string id, source_id, name, email, phone, description;
    Json metadata = Json::object();
    std::int64_t created_ms = 0, updated_ms = 0;
  };
  struct Transaction {
    std::string id, source_id, reason, type, source;
    std::int64_t amount = 0, total = 0, balance = 0, created_ms = 0;
  };
  struct Voucher {
    std::string id, code, effect, holder_id;
    Json category, additional_info, start_date, expiration_date;
    Json metadata = Json::object();
    std::int64_t amount = 0, subtracted = 0, redeemed = 0, redeemed_count = 0;
    bool active = true;
    std::int64_t created_ms = 0, updated_ms = 0, publications = 0;
    std::vector<Transaction> transactions;  // oldest first
    std::int64_t balance() const { return amount - subtracted - redeemed; }
  };
  struct Publication {
    std::string id, source_id, channel, customer_id, voucher_code;
    Json metadata = Json::object();
    std::int64_t created_ms = 0;
  };

  IdMaker ids{11};
  std::map<std::string, Customer, std::less<>> customers;  // by id
  std::map<std::string, std::string, std::less<>> customer_by_source;
  std::multimap<std::string, std::string, std::less<>> customer_by_email;
  std::map<std::string, Voucher, std::less<>> vouchers;  // by code
  std::vector<std::string> voucher_order;                // codes, oldest first
  std::vector<Publication> publications;                 // oldest first
};

class Voucherify : public StatefulVendor<VoucherifyState> {
 public:
  using State = VoucherifyState;
  Voucherify(const Clock& clock, WebhookSender& webhooks) : StatefulVendor(clock), webhooks_(webhooks) {}

  std::string_view name() const override { return "voucherify"; }
  bool is_read(const Request& request) const override { return request.method == "GET"; }
  Response too_many_requests(const RateLimit& limit) const override;
  Response server_error() const override;
  void show_limit(const RateLimit& limit, Response& response) const override;
  std::optional<std::string> configure(const Json& settings) override;

  /// A shopper pays with the card. An error text when the card cannot cover it. `delivery`: of the notification; none,
  /// if none.
  /// Puts the voucher into another customer's account, as no request of theirs can.
  std::optional<std::string> assign(std::string_view code, std::string_view email);
  std::optional<std::string> redeem(std::string_view code, std::int64_t amount,
                                    const std::optional<DeliveryOptions>& delivery = std::nullopt);

 protected:
  Response serve(State& state, const Request& request) override;
  Json ledger_of(const State& state) const override;
  void add_customer(State& state, const Customer& customer) override;

 private:
  Response serve_customers(State& state, const Request& request);
  Response serve_vouchers(State& state, const Request& request);
  Response serve_publications(State& state, const Request& request);

  Response list_customers(const State& state, const Request& request) const;
  Response get_customer(const State& state, std::string_view id) const;
  Response upsert_customer(State& state, const Request& request);
  State::Customer& upsert(State& state, const Json& body, IdMaker& ids);

  Response create_voucher(State& state, const Request& request, std::string code);
  Response list_vouchers(const State& state, const Request& request) const;
  Response change_balance(State& state, const Request& request, State::Voucher& voucher);
  Response set_active(State& state, State::Voucher& voucher, bool active);
  /// Of the newest transaction, where the type tells of one.
  void tell(State& state, std::string_view type, const State::Voucher& voucher,
            const std::optional<DeliveryOptions>& delivery);
  Response list_transactions(const Request& request, const State::Voucher& voucher) const;

  Response publish(State& state, const Request& request);
  Response list_publications(const State& state, const Request& request) const;
  Json publication_json(const State& state, const State::Publication& publication) const;

  WebhookSender& webhooks_;
};

}  // namespace sandbox
