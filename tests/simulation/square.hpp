#pragma once
// The point of sale that tells by notifications: refunds to store credit, which may be lost, doubled, late and forged on
// their way (INVARIANTS N4), and a list that can be read instead. Shapes: Square's, as the connector's connector.json names them.

#include "tests/simulation/models.hpp"
#include "tests/simulation/registers.hpp"

namespace handoff::simulation {

class SquareModel : public Vendor {
 public:
  SquareModel(World& world, const std::vector<Person>& people);
  HttpReply handle(const VendorRequest& request) override;
  HttpReply throttle(const VendorRequest& request, const std::string& retry_after) override;

  struct Refund {
    std::string id, status, currency;
    std::int64_t amount = 0;
    std::optional<std::size_t> person;
    bool with_phone = false;
    Time created = 0, updated = 0;
    bool readable() const { return currency == kCurrency; }
  };
  /// So many refunds until then; `changed` hears of each change with the type of its notification.
  void plan(std::int64_t count, Time until, std::function<void(const Refund&, const std::string&)> changed);
  const std::vector<Refund>& refunds() const { return refunds_; }
  static CreditKey key_of(const Refund& refund);
  /// Those that are completed and can be read, as a register would have told them.
  std::vector<Sale> sales() const;
  std::int64_t completed() const;

 private:
  void change(std::size_t refund, const std::string& status);
  HttpReply list(const VendorRequest& request);
  json::Value show(const Refund& refund) const;
  json::Value customer(const std::string& id) const;

  const std::vector<Person>& people_;
  Stream script_;
  std::vector<Refund> refunds_;
  std::function<void(const Refund&, const std::string&)> changed_;
};

/// Carries its notifications to the hub, and an attacker's.
class Notifier {
 public:
  Notifier(World& world, Hub& hub, Checkers& checkers, FaultBook& book)
      : world_(world), hub_(hub), checkers_(checkers), book_(book), dice_(world.stream("notifier")) {}
  void draw_faults();
  /// Each notice comes at any time until then, now and then twice (N3).
  void shuffle(std::uint64_t permutation, Time until) {
    shuffle_.emplace(world_.stream("notifier/shuffle" + std::to_string(permutation)));
    until_ = until;
  }
  void calm() { lost_ = delayed_ = doubled_ = forged_ = 0; }
  void tell(const SquareModel::Refund& refund, const std::string& type);

 private:
  struct Delivery {
    std::string body, signature;
    bool genuine = true, answered = false;
    int tries = 0;
  };
  void forge(const Delivery& genuine);
  void deliver(const std::shared_ptr<Delivery>& delivery);
  void answered(const std::shared_ptr<Delivery>& delivery, int status);

  World& world_;
  Hub& hub_;
  Checkers& checkers_;
  FaultBook& book_;
  Stream dice_;
  std::int64_t lost_ = 0, delayed_ = 0, doubled_ = 0, forged_ = 0;  // per million
  std::uint64_t told_ = 0;
  std::optional<Stream> shuffle_;
  Time until_ = 0;
};

}  // namespace handoff::simulation
