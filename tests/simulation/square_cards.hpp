#pragma once
// The other platform, of a third of the seeds: gift cards that are made empty, activated, and linked to a customer again and
// again; what ends one ends it for ever. Shapes: Square's, as the connector's connector.json names them.

#include <cstdlib>

#include "tests/simulation/models.hpp"

namespace handoff::simulation {

class SquareCards : public PlatformModel {
 public:
  using PlatformModel::PlatformModel;
  HttpReply handle(const VendorRequest& request) override;
  HttpReply throttle(const VendorRequest& request, const std::string& retry_after) override;
  bool writes(const VendorRequest& request) const override;

  /// A card shows no credit, only a reference: whose it is, the checkers have to know beforehand.
  void expect(const std::string& reference, const std::string& credit) { credits_[reference] = credit; }

 protected:
  void set_active(std::size_t card, bool active) override;
  void redeemed(std::size_t card, std::int64_t amount) override {
    book(card, amount < 0 ? "REFUND" : "REDEEM", std::abs(amount));
  }

 private:
  struct Activity {
    std::size_t card = 0;
    std::string type;
    std::int64_t amount = 0, balance = 0;
    Time at = 0;
  };
  HttpReply create(const json::Value& body);
  HttpReply act(const json::Value& activity);
  HttpReply link(std::size_t card, const std::string& customer, bool linked);
  HttpReply search(const json::Value& filter) const;
  HttpReply list_activities(const VendorRequest& request);
  HttpReply shown(std::size_t card, Time when) const;
  const Activity& book(std::size_t card, const char* type, std::int64_t amount);
  std::size_t find(const std::string& name) const;  // by id or account number; vouchers_.size() if there is none
  std::size_t redeemed_before(std::size_t refund) const;
  json::Value show(const Activity& activity) const;

  std::vector<Lagging<std::string>> states_;  // of each card
  std::vector<Activity> activities_;
  std::map<std::string, std::string> credits_;  // by reference
};

}  // namespace handoff::simulation
