#include "tests/simulation/people.hpp"

#include <algorithm>

namespace handoff::simulation {

People::People(World& world, Hub& hub, Checkers& checkers, FaultBook& book, PlatformModel& cards, Registers& registers,
               const std::vector<Person>& persons)
    : world_(world),
      hub_(hub),
      checkers_(checkers),
      book_(book),
      cards_(cards),
      registers_(registers),
      persons_(persons),
      shopper_(world.stream("people/shopper")),
      manager_(world.stream("people/manager")),
      operator_(world.stream("people/operator")),
      doubter_(world.stream("people/doubter")),
      late_(world.stream("people/late")) {}

void People::plan(Time until) {
  book_.armed(Fault::redeemed);
  brings_back_ = shopper_.below(2) == 0;
  if (brings_back_) book_.armed(Fault::given_back);
  auto several = [&](Stream& dice, std::int64_t most, void (People::*act)()) {
    for (std::int64_t n = dice.below(most); n > 0; --n) world_.at(dice.below(until), [this, act] { (this->*act)(); });
  };
  several(shopper_, 120, &People::shop);
  several(operator_, 16, &People::operate);
  if (operator_.below(2) == 0) several(operator_, 12, &People::repair);
  if (doubter_.below(3) == 0) several(doubter_, 16, &People::give_up);
  if (manager_.below(6) != 0) return;
  book_.armed(Fault::other_party);
  several(manager_, 10, &People::manage);
}

/// Tries everything there is, all of it, at once.
void People::shop() {
  for (std::size_t i = 0; i < cards_.vouchers().size(); ++i) {
    if (shopper_.below(6) != 0) continue;
    ++tries_;
    const PlatformModel::Voucher& voucher = cards_.vouchers()[i];
    if (brings_back_ && voucher.redeemed.now() > 0 && shopper_.below(2) == 0) {
      bring_back(i);
      continue;
    }
    std::int64_t most = shopper_.below(2) == 0 ? voucher.amount : shopper_.between(1, voucher.amount);
    std::int64_t taken = cards_.redeem(i, most);
    if (taken <= 0) continue;
    redeemed_ += 1;
    book_.hit(Fault::redeemed, checkers_.sends_open(voucher.credit));
    registers_.tell_redeemed(voucher.credit, taken);
    if (checkers_.being_repaired(voucher.credit)) checkers_.happened("a redemption landed in a repair");
    checkers_.check_pools();
  }
}

void People::bring_back(std::size_t number) {
  const PlatformModel::Voucher& voucher = cards_.vouchers()[number];
  if (cards_.give_back(number, shopper_.between(1, voucher.redeemed.now())) <= 0) return;
  book_.hit(Fault::given_back, checkers_.sends_open(voucher.credit) || checkers_.being_repaired(voucher.credit));
  checkers_.check_pools();
}

void People::plan_late(Time until) {
  if (late_.below(4) != 0) return;
  for (Fault fault : {Fault::spent_dead, Fault::returned_dead}) book_.armed(fault);
  for (std::int64_t n = late_.between(4, 60); n > 0; --n) world_.at(late_.below(until), [this] { move_dead(); });
}

void People::move_dead() {
  std::vector<std::size_t> dead;
  for (std::size_t i = 0; i < cards_.vouchers().size(); ++i)
    if (!cards_.vouchers()[i].active.now()) dead.push_back(i);
  if (dead.empty()) return;
  std::size_t which = dead[static_cast<std::size_t>(late_.below(static_cast<std::int64_t>(dead.size())))];
  const PlatformModel::Voucher& voucher = cards_.vouchers()[which];
  std::int64_t by = late_.scale(1, voucher.amount) * (late_.below(2) == 0 ? 1 : -1);
  const bool told = late_.below(3) != 0;
  by = cards_.move_dead(which, by, told);
  if (by == 0) return;
  book_.hit(by > 0 ? Fault::spent_dead : Fault::returned_dead,
            checkers_.sends_open(voucher.credit) || checkers_.being_repaired(voucher.credit));
  checkers_.spent_elsewhere(voucher.credit, by);
  if (told) registers_.tell_moved(voucher.credit, voucher.id, by, late_.scale(10, 6 * kHour));
  checkers_.check_pools();
}

void People::put_backup_back(Time age) {
  book_.hit(Fault::vendor_restored);
  for (const std::string& ref : cards_.put_backup_back(age))
    for (const PlatformModel::Voucher& voucher : cards_.vouchers())
      if (voucher.credit == ref) checkers_.spent_elsewhere(ref, voucher.amount);
  checkers_.check_pools();
}

void People::manage() {
  const auto& all = cards_.vouchers();
  if (all.empty()) return;
  auto which = static_cast<std::size_t>(manager_.below(static_cast<std::int64_t>(all.size())));
  auto at_work = std::ranges::find_if(all, [&](const auto& voucher) { return checkers_.sends_open(voucher.credit); });
  if (at_work != all.end() && manager_.below(2) == 0) which = static_cast<std::size_t>(at_work - all.begin());
  book_.hit(Fault::other_party, checkers_.sends_open(cards_.vouchers()[which].credit));
  cards_.disable_by_hand(which);
}

void People::operate() {
  if (!hub_.up()) return;
  if (operator_.below(2) == 0) return retry_some();
  journal::Statement look;
  look.prepare(checkers_.database(),
               "SELECT cases.no, kind, credits.id FROM cases JOIN credits ON credits.no = credit WHERE cases.state = "
               "'open' ORDER BY cases.no");
  for (look.begin(); look.row();) {
    if (operator_.below(3) != 0) continue;
    if (look.text(1) == "identity" && operator_.below(4) != 0) {
      link(look.integer(0), credit_ref(look.text(2)));
      continue;
    }
    engine::Command order;
    order.kind = engine::Command::Kind::close_case;
    order.actor = "token:operator";
    order.number = look.integer(0);
    order.text = "looked at it";
    ++decisions_;
    hub_.order(std::move(order));
  }
}

/// Whose it is he decides, rightly or not: from then on it is that person's.
void People::link(std::int64_t number, const std::string& ref) {
  Sale* sale = registers_.anonymous(ref);
  if (!sale) return;
  auto person = static_cast<std::size_t>(operator_.below(static_cast<std::int64_t>(persons_.size())));
  if (sale->linked) person = *sale->linked;  // a restore has lost it, and nobody has changed their mind
  sale->spoken_for = true;
  engine::Command order;
  order.kind = engine::Command::Kind::link_customer;
  order.actor = "token:operator";
  order.number = number;
  order.email = persons_[person].email;
  ++decisions_;
  world_.note("operator", "links " + ref + " to " + order.email);
  sale->linked = person;
  hub_.order(std::move(order));
}

/// Somebody says that a credit is another's, or that its card does not work: rightly or not.
void People::repair() {
  if (!hub_.up() || registers_.sales().empty()) return;
  const auto& sales = registers_.sales();
  repair(sales[static_cast<std::size_t>(operator_.below(static_cast<std::int64_t>(sales.size())))].ref, operator_);
}

void People::repair(const std::string& ref, Stream& dice) {
  auto person = static_cast<std::size_t>(dice.below(static_cast<std::int64_t>(persons_.size())));
  engine::Command order;
  order.kind = engine::Command::Kind::repair;
  order.actor = "token:operator";
  order.credit = ref;
  order.email = persons_[person].email;
  order.text = "belongs to person " + std::to_string(person);
  ++decisions_;
  world_.note("operator", "repairs " + ref + " for " + order.email);
  hub_.order(std::move(order));
  world_.after(dice.scale(kSecond, 6 * kHour), [this] { approve(false); });
}

/// A repair that stands still is refused, and what was repaired before is repaired again: what the first was refused is over.
void People::give_up() {
  if (!hub_.up()) return;
  journal::Statement look;
  look.prepare(
      checkers_.database(),
      "SELECT coalesce(cases.no, 0), credits.id FROM repairs JOIN credits ON credits.no = repairs.credit LEFT JOIN cases ON "
      "cases.credit = credits.no AND cases.kind = 'repair' AND cases.state = 'open' ORDER BY repairs.no, cases.no");
  for (look.begin(); look.row();) {
    if (doubter_.below(3) != 0) continue;
    if (look.integer(0) == 0 || doubter_.below(3) == 0) {
      repair(credit_ref(look.text(1)), doubter_);
      continue;
    }
    engine::Command order;
    order.kind = engine::Command::Kind::refuse;
    order.actor = "token:supervisor";
    order.number = look.integer(0);
    order.text = "leave it";
    ++decisions_;
    hub_.order(std::move(order));
  }
}

void People::approve(bool all) {
  if (!hub_.up()) return;
  for (std::int64_t number : checkers_.open_approvals()) {
    if (!all && operator_.below(4) == 0) continue;
    engine::Command order;
    bool refuse = operator_.below(5) == 0;
    order.kind = refuse ? engine::Command::Kind::refuse : engine::Command::Kind::approve;
    order.actor = operator_.below(8) == 0 ? "token:operator" : "token:supervisor";  // he asked for it himself
    if (all) order.actor = "token:supervisor";
    order.number = number;
    order.text = "looked at it";
    ++decisions_;
    hub_.order(std::move(order));
  }
}

void People::retry_some(bool all_refused) {
  if (!hub_.up()) return;
  journal::Statement look;
  look.prepare(checkers_.database(),
               "SELECT cases.no, cases.reason, credits.id FROM cases LEFT JOIN credits ON credits.no = credit "
               "WHERE cases.state = 'open' "
               "ORDER BY cases.no");
  for (look.begin(); look.row();) {
    bool has_its_right_again = all_refused && look.text(1).contains("403/forbidden");
    if (operator_.below(3) == 0 && !has_its_right_again) continue;
    bool told_to_look = look.text(1).contains("; look there");
    const std::string ref = credit_ref(look.text(2));
    if (told_to_look && (cards_.has_voucher_of(ref) || checkers_.booked(ref)))
      continue;  // and that is no thing to go on with
    engine::Command order;
    order.kind = engine::Command::Kind::retry;
    order.actor = "token:operator";
    order.number = look.integer(0);
    ++decisions_;
    hub_.order(std::move(order));
  }
}

}  // namespace handoff::simulation
