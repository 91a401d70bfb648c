// Of the checkers what asks where the money is: M1 and M2, by the vendors' ledgers and the journal's postings.

#include <algorithm>

#include "tests/simulation/checkers.hpp"

namespace handoff::simulation {

namespace {

/// Whether a journey under way, a case or a repair names what of a credit is in suspense. A case names the whole
/// credit, also where a part of it was spent: then it names too much, and never too little.
constexpr const char* kNamed =
    "SELECT active = 1 AND NOT EXISTS(SELECT 1 FROM repairs WHERE credit = ?1 AND open = 1 AND removed IS NOT NULL) "
    "OR EXISTS(SELECT 1 FROM cases WHERE credit = ?1 AND state = 'open' AND amount >= ?2) "
    "OR EXISTS(SELECT 1 FROM repairs WHERE credit = ?1 AND open = 1 AND removed = ?2) FROM credits WHERE no = ?1";

}  // namespace

/// M2: what is in suspense while nothing flies belongs to a journey under way, or a case or a repair names it.
void Checkers::check_suspense() {
  for (std::int64_t credit : std::exchange(named_, {})) {
    auto account = accounts_.find({credit, "SUSPENSE"});
    auto ref = refs_.find(credit);
    if (account == accounts_.end() || account->second == 0 || ref == refs_.end() || sends_open(ref->second)) continue;
    journal::Statement look;
    look.prepare(*db_, kNamed);
    look.begin().bind(credit).bind(account->second);
    bool named = look.row() && look.integer(0) != 0;
    if (!named)
      complain("M2", std::to_string(account->second) + " of " + ref->second + " is in suspense, and nobody names it",
               credit);
  }
}

/// M2: what a void took away and nobody counts as removed is nobody's any more. Of the newest voucher, which is voided
/// now.
void Checkers::check_removal(std::int64_t credit, const std::string& ref, std::int64_t removed) {
  for (const PlatformModel* pool : pools_) {
    const auto& all = pool->vouchers();
    auto newest = std::find_if(all.rbegin(), all.rend(), [&](const auto& voucher) { return voucher.credit == ref; });
    if (newest == all.rend() || newest->cleared.now() <= removed) continue;
    complain("M2",
             "a void took " + std::to_string(newest->cleared.now()) + " of " + ref + ", and " +
                 std::to_string(removed) + " of it counts as removed",
             credit);
  }
}

void Checkers::check_pools() {
  for (PlatformModel* pool : pools_)
    for (const std::string& ref : pool->take_touched()) check_credit(ref);
}

/// M1: what could be redeemed at this instant, was redeemed or was closed, is never more than what was given.
void Checkers::check_credit(const std::string& ref) {
  std::int64_t spendable = 0, redeemed = 0;
  for (const PlatformModel* pool : pools_) {
    for (const PlatformModel::Voucher& voucher : pool->vouchers()) {
      if (voucher.credit != ref) continue;
      spendable += voucher.spendable();
      redeemed += voucher.redeemed.now();
    }
  }
  auto told = told_.find(ref);
  if (told == told_.end()) {
    if (!db_ || in_turn_) {
      unproven_.insert(ref);
      return;
    }
    if (spendable + redeemed > 0) complain("M4", "a voucher of " + ref + ", which was never accepted");
    return;
  }
  Told& known = told->second;
  std::int64_t closed = credits_[ref].closed;
  std::int64_t excess = spendable + redeemed + closed - known.face;
  if (excess <= known.ext) return;
  if (cards_honest_) {
    auto number = std::ranges::find(refs_, ref, &std::pair<const std::int64_t, std::string>::second);
    return complain("M1",
                    ref + ": " + std::to_string(spendable) + " can be redeemed, " + std::to_string(redeemed) +
                        " was and " + std::to_string(closed) + " is closed, of " + std::to_string(known.face),
                    number == refs_.end() ? 0 : number->first);
  }
  known.ext = excess;
  ++excess_;
  world_.note("ext", ref + " " + std::to_string(excess));
}

/// Of a vendor that lies the hub can know no better.
void Checkers::answered(const std::string& ref, const std::string& status, const std::string& reason) {
  bool there = false, rolled_back = false, confirmed = status == "confirmed",
       gone = reason == "cancelled" || reason == "spent";
  std::int64_t spendable = 0;
  for (const PlatformModel* pool : pools_)
    for (const PlatformModel::Voucher& voucher : pool->vouchers()) {
      if (voucher.credit != ref) continue;
      there = true;
      rolled_back = rolled_back || voucher.rolled_back;
      spendable += voucher.spendable();
    }
  if (!cards_honest_ || ref.empty() || rolled_back) return;
  if (confirmed && !there) complain("J2", ref + " is confirmed, and there is no voucher of it");
  if (gone && spendable > 0)
    complain("J2", ref + " is said to be " + reason + ", and " + std::to_string(spendable) + " of it can be spent");
}

bool Checkers::being_repaired(const std::string& ref) const {
  return std::ranges::any_of(being_repaired_, [&](std::int64_t credit) {
    auto known = refs_.find(credit);
    return known != refs_.end() && known->second == ref;
  });
}

bool Checkers::sends_open(const std::string& ref) const {
  for (const auto& [number, effect] : effects_) {
    auto of = refs_.find(effect.credit);
    if (!effect.open || (!ref.empty() && (of == refs_.end() || of->second != ref))) continue;
    for (const auto& [position, call] : effect.calls)
      if (call.flying || call.doubt) return true;
  }
  return false;
}

}  // namespace handoff::simulation
