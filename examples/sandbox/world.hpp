#pragma once
// The vendors with the machinery around them, without sockets.

#include <memory>
#include <string>
#include <vector>

#include "bigcommerce.hpp"
#include "business_central.hpp"
#include "gate.hpp"
#include "shopify.hpp"
#include "square.hpp"
#include "stripe.hpp"
#include "tryton.hpp"
#include "vendure.hpp"
#include "voucherify.hpp"

namespace sandbox {

class World {
 public:
  /// `seed` drives the faults' chances and the ids; without it, chances are repeatable and ids are new each time.
  World(std::optional<std::uint64_t> seed, std::string webhook_url, std::vector<Customer> seeded);

  const std::vector<std::unique_ptr<Gate>>& gates() const { return gates_; }
  Gate* gate(std::string_view vendor);
  Clock& clock() { return clock_; }
  FaultBook& faults() { return faults_; }
  Voucherify& voucherify() { return voucherify_; }
  Vendure& vendure() { return vendure_; }
  Shopify& shopify() { return shopify_; }
  Square& square() { return square_; }
  WebhookSender& webhooks() { return webhooks_; }  // Square's
  WebhookSender& voucherify_webhooks() { return voucherify_webhooks_; }

  void add_customers(const std::vector<Customer>& customers);
  /// Back to the start: no faults, no delays, no limits, only the seeded customers.
  void reset();
  /// Lets every injected delay end at once.
  void stop();

 private:
  Clock clock_;
  Pauser pauser_;
  FaultBook faults_;
  WebhookSender voucherify_webhooks_{"", "vf-sandbox-signature-key", WebhookStyle::voucherify};
  Voucherify voucherify_{clock_, voucherify_webhooks_};
  Shopify shopify_{clock_};
  WebhookSender webhooks_;
  Square square_{clock_, webhooks_};
  Stripe stripe_{clock_};
  BusinessCentral business_central_{clock_};
  BigCommerce bigcommerce_{clock_};
  Vendure vendure_{clock_};
  Tryton tryton_{clock_};
  std::vector<std::unique_ptr<Gate>> gates_;
  std::vector<Customer> seeded_;
};

}  // namespace sandbox
