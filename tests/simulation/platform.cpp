#include <handoff/sdk/time.hpp>

#include "tests/simulation/models.hpp"

namespace handoff::simulation {

PlatformModel::PlatformModel(World& world, const std::vector<Person>& people, const char* name) : Vendor(world, name) {
  for (const Person& person : people)
    if (person.in_cards)
      customers_.push_back({"cust_" + std::to_string(1000 + customers_.size()), "", person.email,
                            person.cards_know_phone ? person.phone : std::string()});
}

const PlatformModel::Customer* PlatformModel::customer(const std::string& id) const {
  for (const Customer& customer : customers_)
    if (customer.id == id) return &customer;
  return nullptr;
}

bool PlatformModel::has_voucher_of(const std::string& credit) const {
  for (const Voucher& voucher : vouchers_)
    if (voucher.credit == credit && !voucher.lost) return true;
  return false;
}

PlatformModel::Voucher& PlatformModel::add(const std::string& id, const std::string& code) {
  Voucher made;
  made.id = id;
  made.code = code;
  made.made_at = world_.now();
  made.active.set(world_.now(), false);
  made.over.set(world_.now(), false);
  made.redeemed.set(world_.now(), 0);
  made.cleared.set(world_.now(), 0);
  made.holder.set(world_.now(), std::string());
  vouchers_.push_back(std::move(made));
  return vouchers_.back();
}

void PlatformModel::set_active(std::size_t number, bool active) {
  Voucher& voucher = vouchers_[number];
  if (voucher.active.now() == active) return;
  voucher.active.set(world_.now(), active);
  touched_.push_back(voucher.credit);
  effect((active ? "enabled " : "disabled ") + voucher.id + " of " + voucher.credit);
}

void PlatformModel::expire(std::size_t number, const std::string& at) {
  std::optional<std::int64_t> when = to_unix_ms(at);
  if (!when) return;
  vouchers_[number].expires_at = at;
  Time left = *when - unix_at(world_.now());  // by its own clock
  world_.after(std::max<Time>(0, left), [this, number] {
    Voucher& voucher = vouchers_[number];
    voucher.over.set(world_.now(), true);
    touched_.push_back(voucher.credit);
    effect("expired " + voucher.id + " of " + voucher.credit);
  });
}

std::int64_t PlatformModel::redeem(std::size_t number, std::int64_t most) {
  Voucher& voucher = vouchers_[number];
  std::int64_t taken = std::min(most, voucher.spendable());
  if (taken <= 0) return 0;
  voucher.redeemed.set(world_.now(), voucher.redeemed.now() + taken);
  redeemed(number, taken);
  touched_.push_back(voucher.credit);
  effect("redeemed " + std::to_string(taken) + " of " + voucher.id + " of " + voucher.credit);
  return taken;
}

std::int64_t PlatformModel::give_back(std::size_t number, std::int64_t most) {
  Voucher& voucher = vouchers_[number];
  std::int64_t back = voucher.usable() ? std::min(most, voucher.redeemed.now()) : 0;
  if (back <= 0) return 0;
  voucher.redeemed.set(world_.now(), voucher.redeemed.now() - back);
  redeemed(number, -back);
  touched_.push_back(voucher.credit);
  effect("gave back " + std::to_string(back) + " on " + voucher.id + " of " + voucher.credit);
  return back;
}

std::int64_t PlatformModel::move_dead(std::size_t number, std::int64_t by, bool told) {
  Voucher& voucher = vouchers_[number];
  if (voucher.active.now() || voucher.over.now() || voucher.by_others) return 0;
  std::int64_t gone = voucher.redeemed.now();
  std::int64_t moved = std::clamp(by, -gone, voucher.amount - gone - voucher.cleared.now());
  if (moved == 0) return 0;
  voucher.redeemed.set(world_.now(), gone + moved);
  (moved > 0 ? voucher.spent_late : voucher.came_back) += std::abs(moved);
  voucher.untold = voucher.untold || !told;
  touched_.push_back(voucher.credit);
  effect("moved " + std::to_string(moved) + " on the dead " + voucher.id + " of " + voucher.credit);
  return moved;
}

namespace {

/// True if it had another value then.
template <class T>
bool turn_back(Lagging<T>& value, Time then, Time now) {
  const T old = value.at(then);
  if (old == value.now()) return false;
  value.set(now, old);
  return true;
}

}  // namespace

std::vector<std::string> PlatformModel::put_backup_back(Time age) {
  const Time now = world_.now(), then = std::max<Time>(0, now - age);
  std::vector<std::string> out;
  for (Voucher& voucher : vouchers_) {
    if (voucher.lost) continue;
    voucher.lost = voucher.made_at > then;
    bool turned = voucher.lost;
    if (!voucher.lost) {
      turned = turn_back(voucher.redeemed, then, now);
      turned = turn_back(voucher.cleared, then, now) || turned;
      turned = turn_back(voucher.active, then, now) || turned;
      turned = turn_back(voucher.holder, then, now) || turned;
    }
    if (!turned) continue;
    voucher.rolled_back = true;
    touched_.push_back(voucher.credit);
    out.push_back(voucher.credit);
    effect((voucher.lost ? "lost " : "turned back ") + voucher.id + " of " + voucher.credit);
  }
  return out;
}

void PlatformModel::disable_by_hand(std::size_t number) {
  Voucher& voucher = vouchers_[number];
  if (!voucher.active.now()) return;
  voucher.by_others = true;
  set_active(number, false);
}

}  // namespace handoff::simulation
