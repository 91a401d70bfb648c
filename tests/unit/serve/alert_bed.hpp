#pragma once
// A store with credits and cases, for tests of who is told of what.

#include <gtest/gtest.h>

#include "core/journal/store.hpp"
#include "core/model/identity.hpp"
#include "core/serve/courier.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::serve::testing {

inline constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute;
inline constexpr std::int64_t kNoon = 1'795'608'000'000;  // 2026-11-25T12:00:00Z

class AlertBed : public ::testing::Test {
 protected:
  AlertBed() {
    journal::StoreOptions options;
    options.path = dir_.file("handoff.db");
    store_ = std::move(*journal::Store::open(options));
    rules_.retailer = "acme";
    add_contact("ops", {"ops"}, {}, "desk");
  }

  AlertContact& add_contact(const std::string& name, std::set<std::string> roles, std::set<std::string> stores,
                            const std::string& channel) {
    AlertContact contact;
    contact.name = name;
    contact.roles = std::move(roles);
    contact.stores = std::move(stores);
    AlertTarget target;
    target.channel = channel;
    contact.tell.push_back(target);
    rules_.contacts.push_back(std::move(contact));
    return rules_.contacts.back();
  }

  /// Accepted `at`; not under way unless it is said.
  std::int64_t credit(std::int64_t at, const std::string& store = "S1", bool under_way = false) {
    CreditKey key;
    key.source = "register";
    key.scope = store;
    key.business_date = "2026-11-25";
    key.transaction = "T" + std::to_string(++transactions_);
    std::string id = credit_id(key);
    journal::CreditAccepted event;
    event.credit = store_->next_credit();
    event.ref = credit_ref(id);
    event.source = "register";
    event.transaction = key.transaction;
    event.business_date = key.business_date;
    event.store = store;
    event.terminal = "R2";
    event.amount = Money(2500, "USD");
    store_->append(at, id, "test", event);
    if (!under_way) {
      journal::CreditMoved moved;
      moved.credit = event.credit;
      moved.state = "held";
      store_->append(at, id, "test", moved);
    }
    return event.credit;
  }

  /// Under way at this hop.
  std::int64_t at_hop(std::int64_t at, const std::string& hop) {
    std::int64_t no = credit(at, "S1", true);
    journal::CreditRouted routed;
    routed.credit = no;
    routed.route = "r";
    routed.hops.emplace_back();
    routed.hops.back().id = hop;
    store_->append(at, "", "test", routed);
    journal::HopMoved moved;
    moved.credit = no;
    moved.hop = hop;
    moved.state = "running";
    store_->append(at, "", "test", moved);
    return no;
  }

  /// Proven to be on the platform.
  void issued(std::int64_t credit) {
    journal::EffectPlanned planned;
    planned.effect = store_->next_effect();
    planned.credit = credit;
    planned.subject = std::to_string(credit);
    planned.op = "issue";
    planned.amount = Money(2500, "USD");
    store_->append(kNoon, "", "test", planned);
    journal::EffectVerified verified;
    verified.effect = planned.effect;
    verified.seen = planned.amount;
    store_->append(kNoon, "", "test", verified);
  }

  std::int64_t open_case(std::int64_t credit, std::int64_t at, const std::string& kind, const std::string& reason,
                         const std::string& role = "ops") {
    journal::CaseOpened event;
    event.case_no = store_->next_case();
    event.credit = credit;
    event.kind = kind;
    event.reason = reason;
    event.role = role;
    event.amount = Money(2500, "USD");
    store_->append(at, "", "test", event);
    return event.case_no;
  }
  void close_case(std::int64_t no, std::int64_t at) {
    journal::CaseClosed event;
    event.case_no = no;
    store_->append(at, "", "test", event);
  }
  void repair(std::int64_t no, std::int64_t credit, std::int64_t at) {
    journal::RepairOpened event;
    event.repair = no;
    event.credit = credit;
    event.round = event.generation = 1;
    store_->append(at, "", "ann", event);
    journal::CreditMoved moved;
    moved.credit = credit;
    moved.state = "repairing";
    moved.active = true;
    store_->append(at, "", "test", moved);
  }
  void repair_moved(std::int64_t no, std::int64_t at, const std::string& state) {
    journal::RepairMoved event;
    event.repair = no;
    event.state = state;
    store_->append(at, "", "test", event);
  }
  void commit() { ASSERT_TRUE(store_->commit()); }

  support::TempDir dir_;
  std::unique_ptr<journal::Store> store_;
  AlertRules rules_;
  int transactions_ = 0;
};

}  // namespace handoff::serve::testing
