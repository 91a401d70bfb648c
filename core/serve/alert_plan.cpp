#include <algorithm>
#include <tuple>

#include "core/serve/alerts.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr std::int64_t kCalm = 15 * kMinute;  // what is gone and comes back sooner is told of only then
constexpr std::int64_t kTenfold = 10;
constexpr int kDoublings = 10;

bool concerns(const AlertContact& contact, const AlertGroup& group, const Ladder& ladder, std::int64_t now_ms) {
  bool here = contact.stores.empty() || std::ranges::any_of(group.stores, [&](const std::string& store) {
                return contact.stores.contains(store);
              });
  bool rung = std::ranges::any_of(
      ladder, [&](const Rung& one) { return one.ask == contact.name && now_ms - group.oldest_at >= one.after_ms; });
  return here && (rung || contact.roles.contains(group.role));
}

/// A customer waits at the counter for each of a store's: that one more came is told, though ever more slowly.
std::int64_t due_at(const AlertGroup& group, const journal::AlertRow& before, std::int64_t repeat_ms,
                    std::int64_t now_ms) {
  bool at_counter = group.role == "store", clock_was_wrong = before.told_at > now_ms + kHour;
  if (clock_was_wrong) return 0;
  if (before.told_at == 0 || (before.count == 0 && at_counter)) return 0;
  if (before.count == 0) return before.told_at + kCalm;
  if (group.count >= before.count * kTenfold) return 0;
  std::int64_t wait = repeat_ms;
  // Who came while the courier was sending is older than that telling, and was not counted in it.
  bool more = at_counter && (group.newest_at > before.told_at || group.count > before.count);
  if (more) wait = std::min(wait, kMinute << std::min<std::int64_t>(before.times - 1, kDoublings));
  return before.told_at + wait;
}

}  // namespace

bool at_limit(const AlertRules& rules, const std::vector<journal::AlertChannelRow>& channels, const std::string& name,
              std::int64_t now_ms) {
  auto row = std::ranges::find(channels, name, &journal::AlertChannelRow::channel);
  auto limit = rules.per_hour.find(name);
  if (row == channels.end() || limit == rules.per_hour.end()) return false;
  bool clock_was_ahead = row->hour_at > now_ms;
  return !clock_was_ahead && now_ms - row->hour_at < kHour && row->hour_count >= limit->second;
}

bool QuietTime::holds(std::int64_t unix_ms) const {
  std::int64_t local = unix_ms + zone.offset_at(unix_ms / 1000) * 1000;
  auto minute = static_cast<int>((local % kDay + kDay) % kDay / kMinute);
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

std::vector<Telling> tellings(const AlertRules& rules, const std::vector<AlertGroup>& groups,
                              const std::vector<journal::AlertRow>& told,
                              const std::vector<journal::AlertChannelRow>& channels, std::int64_t now_ms) {
  std::map<std::tuple<std::string, std::string, std::string>, const journal::AlertRow*> last;
  for (const journal::AlertRow& row : told) last[{row.contact, row.channel, row.cause}] = &row;
  std::vector<Telling> out;
  for (const AlertGroup& group : groups)
    for (const AlertContact& contact : rules.contacts) {
      if (!concerns(contact, group, rules.ladder, now_ms)) continue;
      for (const AlertTarget& target : contact.tell) {
        Telling one;
        one.contact = &contact;
        one.target = &target;
        one.group = &group;
        one.before.contact = contact.name;
        one.before.channel = target.channel;
        one.before.cause = group.cause;
        auto known = last.find({contact.name, target.channel, group.cause});
        if (known != last.end()) one.before = *known->second;
        one.due_at = due_at(group, one.before, rules.repeat_ms, now_ms);
        if (one.due_at > now_ms)
          one.hold = Hold::until_due;
        else if (contact.quiet && contact.quiet->holds(now_ms) && !group.urgent)
          one.hold = Hold::quiet_hours;
        else if (at_limit(rules, channels, target.channel, now_ms))
          one.hold = Hold::limit;
        out.push_back(std::move(one));
      }
    }
  return out;
}

std::vector<journal::AlertRow> settled(const std::vector<AlertGroup>& groups,
                                       const std::vector<journal::AlertRow>& told) {
  std::vector<journal::AlertRow> out;
  for (const journal::AlertRow& row : told)
    if (row.count != 0 && std::ranges::find(groups, row.cause, &AlertGroup::cause) == groups.end()) out.push_back(row);
  return out;
}

}  // namespace handoff::serve
