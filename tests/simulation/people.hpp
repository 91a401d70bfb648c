#pragma once
// Those who act on their own: a greedy shopper for each credit, managers with the vendor's own screen, and operators
// who retry, link and close, now and then wrongly.

#include "tests/simulation/registers.hpp"

namespace handoff::simulation {

class People {
 public:
  People(World& world, Hub& hub, Checkers& checkers, FaultBook& book, PlatformModel& cards, Registers& registers,
         const std::vector<Person>& persons);
  void plan(Time until);
  /// Of cards that are dead: tills that were offline, and goods that come back.
  void plan_late(Time until);
  /// The platform's own people put a backup of its back.
  void put_backup_back(Time age);
  /// A second person who answers what waits for one.
  void approve(bool all);
  /// An operator who tries what is held again, now and then before its cause is gone; at the end all that a key without a
  /// right was refused.
  void retry_some(bool all_refused = false);

  std::uint64_t tries() const { return tries_; }
  std::uint64_t redeemed() const { return redeemed_; }
  std::uint64_t decisions() const { return decisions_; }

 private:
  void shop();
  void bring_back(std::size_t voucher);
  void move_dead();
  void manage();
  void operate();
  void repair();
  void repair(const std::string& ref, Stream& dice);
  void give_up();
  void link(std::int64_t number, const std::string& ref);

  World& world_;
  Hub& hub_;
  Checkers& checkers_;
  FaultBook& book_;
  PlatformModel& cards_;
  Registers& registers_;
  const std::vector<Person>& persons_;
  Stream shopper_, manager_, operator_, doubter_, late_;
  bool brings_back_ = false;
  std::uint64_t tries_ = 0, redeemed_ = 0, decisions_ = 0;
};

}  // namespace handoff::simulation
