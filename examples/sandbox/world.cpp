#include "world.hpp"

namespace sandbox {

World::World(std::optional<std::uint64_t> seed, std::string webhook_url, std::vector<Customer> seeded)
    : faults_(seed.value_or(1)),
      webhooks_(std::move(webhook_url), "sq-sandbox-signature-key"),
      seeded_(std::move(seeded)) {
  for (Vendor* vendor : std::initializer_list<Vendor*>{&voucherify_, &shopify_, &square_, &stripe_, &business_central_,
                                                       &bigcommerce_, &vendure_, &tryton_})
    gates_.push_back(std::make_unique<Gate>(*vendor, faults_, pauser_, clock_));
  std::uint64_t ids = seed.value_or((std::uint64_t{std::random_device{}()} << 32U) + std::random_device{}());
  for (const auto& gate : gates_) gate->vendor().seed_ids(++ids);
  add_customers(seeded_);
}

Gate* World::gate(std::string_view vendor) {
  for (const auto& gate : gates_)
    if (gate->vendor().name() == vendor) return gate.get();
  return nullptr;
}

void World::add_customers(const std::vector<Customer>& customers) {
  for (const auto& gate : gates_) gate->vendor().add_customers(customers);
}

void World::reset() {
  faults_.remove("");
  faults_.reset_counts();
  webhooks_.clear();
  voucherify_webhooks_.clear();
  for (const auto& gate : gates_) {
    gate->reset();
    gate->vendor().keep_history(0);
  }
  add_customers(seeded_);
}

void World::stop() {
  pauser_.stop();
  webhooks_.stop();
  voucherify_webhooks_.stop();
}

}  // namespace sandbox
