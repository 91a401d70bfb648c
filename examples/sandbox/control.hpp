#pragma once
// The operator's port: faults, delays, limits, time, customers, the shopper, and the truth.

#include "world.hpp"

namespace sandbox {

/// Reads {"name","email","phone","loyalty_id"} objects; an error text when one is not.
struct ParsedCustomers {
  std::vector<Customer> customers;
  std::string error;
};
ParsedCustomers customers_from(const Json& json);

/// [any thread]
class Control {
 public:
  explicit Control(World& world) : world_(world) {}
  Response handle(const Request& request);

 private:
  Response post(std::string_view path, const Json& body);
  Response add_fault(const Json& body);
  Response remove_faults(const Request& request);
  Response list_faults() const;
  Response stats() const;
  Response set_latency(const Json& body);
  Response set_limit(const Json& body);
  Response change_settings(const Json& body);
  Response advance_clock(const Json& body);
  Response add_customers(const Json& body);
  Response redeem(const Json& body);
  Response assign(const Json& body);
  Response pay(const Json& body);
  Response pay_with_gift_card(const Json& body);
  Response merge(const Json& body);
  Response refund_at_register(const Json& body);
  Response add_to_payment(const Json& body);
  Response set_webhook(const Json& body);
  Response ledger(std::string_view vendor);
  void follow_stale_reads();

  World& world_;
};

}  // namespace sandbox
