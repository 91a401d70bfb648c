// What was spent of a credit, side against side.

#include <algorithm>

#include "core/reconcile/compare.hpp"

namespace handoff::reconcile {

std::int64_t Item::spent_apart(Side side) const {
  const Trace& platform = traces[report::at(Side::platform)];
  const Trace& other = traces[report::at(side == Side::platform ? Side::pos : side)];
  return apart(platform.redeemed, other.redeemed);
}

void Comparer::judge_redeemed(Item& item) {
  const Trace& platform = item.traces[report::at(Side::platform)];
  bool told = frame_.tells_redeemed[report::at(Side::platform)] && platform.present && !platform.share;
  if (!told || platform.cancelled != 0 || platform.mixed) return;
  spent_at_register(item);
  spent_at_shop(item);
}

/// A register sees what is spent there and nothing else, so amounts are not compared: but a credit of which the platform shows
/// nothing spent at all was not. Where a number is used again a row may be of the other use.
void Comparer::spent_at_register(Item& item) {
  const Trace& pos = item.traces[report::at(Side::pos)];
  const Trace& platform = item.traces[report::at(Side::platform)];
  bool one_use = item.number_from_s == 0 && item.number_until_s == 0;
  if (!frame_.platform_lists_spent || !one_use || pos.redeemed <= 0 || pos.cancelled != 0 || pos.mixed) return;
  if (platform.spends || platform.redeemed != 0 || platform.currency != pos.currency) return;
  if (unit_lost(pos.net(), platform.net())) return;
  spent(item, Side::platform, pos.last_s);
}

void Comparer::spent_at_shop(Item& item) {
  const Trace& platform = item.traces[report::at(Side::platform)];
  const Trace& shop = item.traces[report::at(Side::storefront)];
  if (!frame_.tells_redeemed[report::at(Side::storefront)] || !shop.present || shop.share) return;
  if (platform.redeemed == shop.redeemed || shop.cancelled != 0) return;
  // It says what the registers say: the platform differs from both.
  if (has(item.spent, Side::platform) && shop.redeemed == item.traces[report::at(Side::pos)].redeemed) return;
  // Where as much is left on both sides, it is the amounts that differ; in another currency or unit nothing can be said of it.
  if (platform.net() - platform.redeemed == shop.net() - shop.redeemed) return;
  if (platform.currency != shop.currency || shop.mixed || unit_lost(platform.net(), shop.net())) return;
  spent(item, Side::storefront, std::max(platform.last_s, shop.last_s));
}

void Comparer::spent(Item& item, Side side, std::uint32_t since_s) {
  item.set(Kind::redeemed);
  item.spent |= bit(side);
  if (young(since_s, side))
    item.spent_young |= bit(side);
  else
    item.gap = true;
}

}  // namespace handoff::reconcile
