#include "core/reconcile/compare.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "core/model/identity.hpp"
#include "core/reconcile/amount_text.hpp"
#include "core/reconcile/details.hpp"
#include "core/reconcile/time_text.hpp"
#include "core/reconcile/uses.hpp"

namespace handoff::reconcile {

namespace {

using report::kSides;

/// A register that starts its numbers again does not do so within half a day.
constexpr std::uint32_t kReuse_s = 12 * 3600;
/// The clocks of a register and of what calls the systems for it.
constexpr std::uint32_t kLogClocks_s = 300;
/// Exports that overlap hold a row twice. Among so many rows of a credit it is found by looking, among more by what it says.
constexpr std::size_t kFew = 64;
/// Beyond so many credits with one reference, or so many rows of them, it is none: each row is held against each credit.
constexpr std::size_t kUsesMax = 1024;
constexpr std::size_t kUsedRowsMax = 20'000;

/// What one side may have of a credit before its column is taken to be none: sums and their differences stay within 64 bits.
constexpr std::int64_t kTogether = 100 * kAmountMax;

bool same_row(const Record& a, const Record& b) {
  if (a.key.empty() && a.time_s == 0) return false;  // nothing tells it from its like
  return a.side == b.side && a.what == b.what && a.amount == b.amount && a.balance == b.balance &&
         a.time_s == b.time_s && a.origin == b.origin && a.customer == b.customer && a.currency == b.currency &&
         a.flags == b.flags && file_of(a.place) != file_of(b.place);
}

/// A table of cards is exported as it stands, and again a week later: the card is the same and what is left of it is not.
bool later_state(const Record& a, const Record& b, bool balance_only) {
  return a.side != Side::pos && a.side == b.side && a.what == What::issue && b.what == What::issue && a.origin != 0 &&
         a.origin == b.origin && a.is(Record::has_balance) && b.is(Record::has_balance) &&
         (balance_only || a.amount == b.amount) && a.time_s == b.time_s && a.currency == b.currency &&
         file_of(a.place) != file_of(b.place);
}

/// What same_row() and later_state() have in common.
std::uint64_t content(const Record& row) {
  std::array<std::int64_t, 4> said = {
      row.is(Record::has_balance) ? 0 : row.amount, row.time_s, row.origin,
      std::int64_t{row.currency} << 16 | static_cast<int>(row.what) << 8 | static_cast<int>(row.side)};
  return digest({reinterpret_cast<const char*>(said.data()), sizeof said});
}

/// When it was at the latest; 0: not told.
std::uint32_t latest(const Record& row) {
  return row.time_s == 0 ? 0 : row.time_s + (day_alone(row) ? static_cast<std::uint32_t>(kDay) - 1 : 0);
}

void add(Trace& trace, const Record& row) {
  if (row.what == What::unreadable) {
    trace.unreadable = trace.present = true;
    return;
  }
  if (!trace.present) {
    trace.currency = row.currency;
    trace.balance_type = row.balance_type;
    trace.first_s = row.time_s;
  }
  trace.present = true;
  trace.last_s = std::max(trace.last_s, row.time_s);
  trace.tells_customer |= row.is(Record::tells_customer);
  trace.has_customer |= row.is(Record::has_customer);
  trace.closed |=
      row.is(Record::closed) || (row.is(Record::inactive) && !(row.is(Record::has_balance) && row.balance == 0));
  trace.share |= row.what == What::share;
  if (row.side == Side::pos && (row.what == What::issue || row.what == What::adjust || row.what == What::cancel)) {
    trace.changed_s = std::max(trace.changed_s, latest(row));
    if (row.what == What::issue && trace.issued_s == 0) trace.issued_s = latest(row);
  }
  if (row.currency != trace.currency) {
    trace.mixed = true;  // one currency is not added to another
    return;
  }
  if (std::max({apart(trace.face, 0), apart(trace.redeemed, 0), apart(trace.cancelled, 0), apart(trace.balance, 0)}) >
      kTogether) {
    trace.mixed = true;
    return;
  }
  if (row.is(Record::comparable) && !trace.comparable) {
    trace.comparable = true;
    trace.customer = row.customer;
  }
  switch (row.what) {
    case What::issue:
      ++trace.issues;
      trace.face += row.amount;
      trace.largest = std::max(trace.largest, row.amount);
      break;
    case What::adjust:
      trace.face += row.amount;
      break;
    case What::redeem:
      trace.spends = true;
      trace.redeemed += row.amount;
      break;
    case What::refund:
      trace.redeemed -= row.amount;
      break;
    case What::cancel:
      ++trace.voids;
      trace.cancelled += row.amount;
      break;
    case What::share:
    case What::unreadable:
    case What::answer:
      break;
  }
  if (!row.is(Record::has_balance)) return;
  trace.has_balance = true;
  if (row.what == What::issue && !trace.running) {
    trace.balance += row.balance;  // of several cards
  } else {
    trace.running = true;  // a list of movements: the last one tells
    trace.balance = row.balance;
  }
}

void finish(Trace& trace) {
  if (trace.closed && trace.cancelled == 0) trace.cancelled = trace.face - trace.redeemed;
  if (trace.has_balance && trace.redeemed == 0 && !trace.closed && trace.cancelled == 0)
    trace.redeemed = trace.face - trace.balance;
}

}  // namespace

bool unit_lost(std::int64_t a, std::int64_t b) {
  if (a <= 0 || b <= 0) return false;
  for (std::int64_t factor : {10, 100, 1000})
    if (a / factor * factor == a && a / factor == b) return true;
  for (std::int64_t factor : {10, 100, 1000})
    if (b / factor * factor == b && b / factor == a) return true;
  return false;
}

bool before(const Record& a, const Record& b) {
  if (a.side != b.side) return a.side < b.side;
  if (a.time_s != b.time_s) return a.time_s < b.time_s;
  return a.place < b.place;
}

Comparer::Comparer(const Frame& frame, const Dictionaries& dictionaries) : frame_(frame) {
  counts.by_staff.assign(dictionaries.staff.size(), 0);
  counts.by_way.assign(dictionaries.ways.size(), 0);
  counts.by_origin.assign(dictionaries.origins.size(), 0);
  counts.arrived.assign(dictionaries.origins.size(), {});
}

bool Comparer::young(std::uint32_t since_s, Side side) const {
  return since_s != 0 && since_s + frame_.sla_s[report::at(side)] >= frame_.as_of_s;
}

/// What the logs say is put aside: it is no row of an export.
std::span<Record> Comparer::without_answers(std::span<Record> records) {
  auto answers =
      std::partition(records.begin(), records.end(), [](const Record& row) { return row.what != What::answer; });
  answers_.assign(answers, records.end());
  std::ranges::sort(answers_, before);
  return {records.begin(), answers};
}

void Comparer::group(std::span<Record> records) {
  if (frame_.answers) records = without_answers(records);
  if (records.empty()) return;
  if (is_probe_ref(records.front().key)) {
    ++counts.probes;
    return;
  }
  std::ranges::sort(records, before);
  auto kept = records.begin();
  std::size_t issues = 0;
  later_s_ = 0;
  std::unordered_multimap<std::uint64_t, std::size_t> places;  // of those kept, by what they say
  for (auto it = records.begin(); it != records.end(); ++it) {
    if (it->time_s > frame_.as_of_s) {
      ++counts.after_cut_off;
      if (later_s_ == 0 && !it->key.empty() && it->side == Side::pos && it->what == What::issue) later_s_ = it->time_s;
      continue;
    }
    auto find = [&](auto like) -> Record* {
      if (records.size() <= kFew) {
        auto found = std::find_if(records.begin(), kept, [&](const Record& other) { return like(*it, other); });
        return found == kept ? nullptr : &*found;
      }
      auto [from, to] = places.equal_range(content(*it));
      for (; from != to; ++from)
        if (like(*it, records[from->second])) return &records[from->second];
      return nullptr;
    };
    bool repeated = find(same_row) != nullptr;
    auto later = [&](const Record& a, const Record& b) {
      return later_state(a, b, frame_.balance_only[report::at(a.side)]);
    };
    if (Record* older = repeated ? nullptr : find(later); older != nullptr) {
      *older = *it;  // of the file that was named last
      repeated = true;
    }
    if (repeated) {
      ++counts.repeated;
      ++counts.repeated_of_file[file_of(it->place)];
      continue;
    }
    issues += it->side == Side::pos && it->what == What::issue ? 1 : 0;
    if (records.size() > kFew) places.emplace(content(*it), static_cast<std::size_t>(kept - records.begin()));
    if (kept != it) *kept = *it;
    ++kept;
  }
  std::span<Record> rest(records.begin(), kept);
  if (rest.empty()) return;
  if (rest.front().key.empty()) {  // each stands alone
    for (Record& record : rest) one({&record, 1});
    return;
  }
  if (issues > 1) return occurrences(rest, issues);
  one(rest);
}

/// Whether a register's number is that of another credit: its store, currency or business day says so, else the time
/// between them.
bool Comparer::used_again(const Record& before, const Record& row) const {
  auto store = [this](const Record& one) {
    return one.origin < frame_.store_of.size() ? frame_.store_of[one.origin] : 0;
  };
  if (store(before) != store(row) && store(before) != 0 && store(row) != 0) return true;
  if (before.currency != row.currency) return true;
  if (before.day != 0 && row.day != 0) return before.day != row.day;
  return row.time_s > before.time_s + kReuse_s;
}

/// A register number that was used again is another credit: its rows are parted by time, and where time leaves a
/// choice, issues by amount, customer and what is still missing, movements by their card and customer.
void Comparer::occurrences(std::span<Record> records, std::size_t issues) {
  if (issues > kUsesMax || records.size() > kUsedRowsMax) {
    ++counts.crowded;
    return one(records);
  }
  std::vector<std::vector<Record>> parts;
  for (const Record& row : records) {
    if (row.side != Side::pos || row.what != What::issue) continue;
    auto part = std::find_if(parts.rbegin(), parts.rend(), [&](const auto& of) { return !used_again(of.back(), row); });
    part == parts.rend() ? parts.push_back({row}) : part->push_back(row);
  }
  if (parts.size() == 1) return one(records);
  // First the issues of a credit's own amount: what differs is of a credit that has none. Then the movements: by now it is
  // known whose a card is.
  std::vector<Record> other_issues, movements;
  for (const Record& row : records) {
    if (row.what != What::issue)
      movements.push_back(row);
    else if (row.side != Side::pos) {
      std::vector<Record>& part = parts[part_of(parts, row)];
      (part.front().amount == row.amount ? part : other_issues).push_back(row);
    }
  }
  for (const std::vector<Record>* rows : {&other_issues, &movements})
    for (const Record& row : *rows) parts[part_of(parts, row)].push_back(row);
  std::vector<std::uint32_t> begins;
  for (const std::vector<Record>& part : parts)
    begins.push_back(part.front().time_s - std::min(part.front().time_s, kLogClocks_s));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::ranges::sort(parts[i], before);
    one(parts[i], i == 0 ? 0 : begins[i], i + 1 == parts.size() ? 0 : begins[i + 1]);
  }
}

void Comparer::one(std::span<Record> records, std::uint32_t from_s, std::uint32_t until_s) {
  Item item;
  item.number_from_s = from_s;
  item.number_until_s = until_s;
  bool issued = false;
  for (const Record& row : records) {
    add(item.traces[report::at(row.side)], row);
    if (&row == &records.front()) item.quarters = row.quarters;  // of what no register issued
    if (row.side == Side::pos && !issued && row.what == What::issue) {
      issued = true;
      item.issued_s = row.time_s;
      item.has_time = row.is(Record::has_time);
      item.quarters = row.quarters;
      item.origin = row.origin;
      item.staff = row.staff;
      item.way = row.way;
      item.not_at = row.not_at;
      item.currency = row.currency;
      item.balance_type = row.balance_type;
    }
  }
  for (Trace& trace : item.traces) finish(trace);
  bool unreadable = std::ranges::any_of(item.traces, [](const Trace& trace) { return trace.unreadable; });
  if (unreadable) {
    item.judged = false;
    share(item, records, issued);
    bool no_credit = std::ranges::all_of(records, [](const Record& row) { return row.is(Record::perhaps); });
    for (const Record& row : records)
      if (row.is(Record::perhaps)) (no_credit ? counts.nobodys : counts.perhaps).push_back(row.place);
    if (no_credit) return;
    if (item.has_time && item.issued_s < frame_.from_s) return;
    item.judged = true;
    item.set(Kind::unreadable);
    return keep(std::move(item), records);
  }
  if (issued) return registered(item, records);
  bypassed(item);
  share(item, records, false);
  meet(item, records.front().key);
  if (item.kinds != 0) keep(std::move(item), records);
}

void Comparer::registered(Item& item, std::span<Record> records) {
  if (item.has_time && item.issued_s < frame_.from_s) {
    ++counts.before_window;
    item.judged = false;
    share(item, records, true);
    return meet(item, records.front().key);
  }
  for (std::size_t s = 0; s < kSides; ++s) counts.spent_at[s] += item.traces[s].redeemed != 0 ? 1 : 0;
  const Trace& pos = item.traces[report::at(Side::pos)];
  item.expected = pos.net();
  if (pos.mixed) {
    item.set(Kind::mapping);
    item.wrong |= bit(Side::pos);
    item.gap = true;
  }
  bool agreed = false;  // somebody downstream has as much: two lines of one receipt
  for (std::size_t s = 1; s < kSides; ++s) agreed |= item.traces[s].present && item.traces[s].net() == pos.net();
  if (pos.issues > 1 && !agreed && pos.face == report::Sum{pos.largest} * pos.issues) {
    item.set(Kind::duplicate);
    item.wrong |= bit(Side::pos);
    item.expected = pos.largest - pos.cancelled;
    item.gap = true;
  } else if (pos.voids > 1 && pos.cancelled > pos.face) {
    item.set(Kind::duplicate);
    item.wrong |= bit(Side::pos);
    item.expected = 0;
    item.gap = true;
  }
  for (std::size_t s = 1; s < kSides; ++s)
    if (frame_.given[s]) judge_side(item, static_cast<Side>(s));
  judge_redeemed(item);
  judge_link(item);
  count(item);
  share(item, records, true);
  meet(item, records.front().key);
  if (item.kinds != 0) keep(std::move(item), records);
}

/// The rows that name it among others are judged with these, when all are known.
void Comparer::share(const Item& item, std::span<Record> records, bool issued) {
  if (std::ranges::none_of(item.traces, [](const Trace& trace) { return trace.share; })) return;
  for (const Record& row : records) {
    if (row.what != What::share || row.side == Side::pos) continue;
    bool young_here = young(item.traces[report::at(Side::pos)].changed_s, row.side);
    Share& out =
        shares.emplace_back(row.place, row.amount, row.origin, item, row.side, 0, issued, item.judged, young_here);
    out.judged = out.judged && !(item.is(Kind::mapping) && has(item.wrong, row.side));
    out.item.key = row.key;
    for (const Record& each : records) {
      out.item.places.push_back(each.place);
      out.item.sides.push_back(each.side);
      if (each.side != row.side || !issued) continue;
      if (each.what == What::issue || each.what == What::adjust) out.own += each.amount;
      if (each.what == What::cancel) out.own -= each.amount;
    }
  }
}

/// A list of what is left need not show a credit of which nothing is: its amount was spent, by the platform's word.
bool Comparer::nothing_left(const Item& item, Side side) const {
  const Trace& platform = item.traces[report::at(Side::platform)];
  return side != Side::platform && frame_.balance_only[report::at(side)] && platform.present && !platform.mixed &&
         frame_.tells_redeemed[report::at(Side::platform)] && platform.currency == item.currency &&
         platform.redeemed == item.expected;
}

void Comparer::judge_side(Item& item, Side side) {
  Trace& there = item.traces[report::at(side)];
  const Trace& pos = item.traces[report::at(Side::pos)];
  auto differ = [&](Kind kind) {
    // A later void or adjustment may still be on its way.
    bool of_sums = kind == Kind::amount || kind == Kind::not_voided;
    bool is_young = young(of_sums ? pos.changed_s : pos.issued_s, side);
    item.set(kind);
    (kind == Kind::missing ? item.missing : item.wrong) |= bit(side);
    if (is_young)
      item.young |= bit(side);
    else
      item.gap = true;
  };
  if (!there.present) {
    if (item.expected != 0 && !has(item.not_at, side) && !nothing_left(item, side)) differ(Kind::missing);
    return;
  }
  if (there.share) {
    if (there.currency != item.currency || there.mixed) return differ(Kind::mapping);
    there.face = item.expected;  // until the row's credits are known, all of them
    there.cancelled = 0;
    return;
  }
  const Trace& platform = item.traces[report::at(Side::platform)];
  if (frame_.balance_only[report::at(side)] && !there.closed) {
    std::int64_t spent = side == Side::platform ? 0 : platform.redeemed;
    bool compared = side == Side::storefront && platform.present && frame_.tells_redeemed[report::at(Side::platform)];
    if (compared && there.face <= item.expected && !unit_lost(there.face + spent, item.expected)) {
      there.redeemed = item.expected - there.face;  // what is not there any more, to be held against the platform's
      there.face = item.expected;
    } else if (there.face != item.expected) {  // where it shows all of it, the redemption did not get there
      there.face += spent;                     // brought to face value by what the platform says was spent
      there.redeemed = spent;
    }
  }
  bool other_currency = there.currency != item.currency || there.mixed;
  bool other_type = there.balance_type != 0 && item.balance_type != 0 && there.balance_type != item.balance_type;
  if (other_currency || other_type) return differ(Kind::mapping);
  if (there.net() == item.expected) return;
  bool void_there = there.cancelled != 0, void_at_register = pos.cancelled != 0;
  if (void_there != void_at_register && there.face == pos.face) return differ(Kind::not_voided);
  if (there.issues > 1 && there.face > pos.face && there.largest == item.expected) return differ(Kind::duplicate);
  bool of_nothing = there.issues != 0 && there.largest == 0 && there.face == 0 && !void_there &&
                    !frame_.balance_only[report::at(side)];
  if (of_nothing || unit_lost(there.net(), item.expected)) return differ(Kind::mapping);
  differ(Kind::amount);
}

void Comparer::judge_link(Item& item) {
  const Trace& pos = item.traces[report::at(Side::pos)];
  const Trace& platform = item.traces[report::at(Side::platform)];
  if (!platform.present || !platform.tells_customer || platform.cancelled != 0 || platform.share) return;
  bool nobody = !platform.has_customer;
  bool held = pos.comparable && platform.comparable, somebody_else = held && pos.customer != platform.customer;
  counts.customers_held += held ? 1 : 0;
  counts.customers_differ += somebody_else ? 1 : 0;
  if (!nobody && !somebody_else) return;
  item.set(Kind::not_linked);
  if (young(pos.issued_s, Side::platform))
    item.young |= bit(Side::platform);
  else
    item.gap = true;
}

/// When it came to a side. The export's own time wins; where it has none, the first answer in the logs while the number was
/// this credit's.
Comparer::Arrival Comparer::arrival(const Item& item, Side side) const {
  const Trace& there = item.traces[report::at(side)];
  if (!there.present || there.first_s != 0 || answers_.empty()) return {there.first_s};
  Record from;
  from.side = side;
  from.time_s = std::max(item.number_from_s, item.issued_s - std::min(item.issued_s, kReuse_s));
  auto first = std::ranges::lower_bound(answers_, from, before);
  if (first == answers_.end() || first->side != side) return {};
  if (item.number_until_s != 0 && first->time_s >= item.number_until_s) return {};
  return {first->time_s, true};
}

/// How long each side took to show it.
void Comparer::measure(const Item& item) {
  Arrival platform = arrival(item, Side::platform);
  for (std::size_t s = 1; s < kSides; ++s) {
    Arrival there = arrival(item, static_cast<Side>(s));
    if (there.at_s == 0) continue;
    counts.since_register[s].add(std::int64_t{there.at_s} - item.issued_s);
    counts.register_by_log[s] += there.by_log ? 1 : 0;
    if (there.at_s % kHour == 0) ++counts.on_the_hour[s];
    if (platform.at_s == 0) continue;
    counts.since_platform[s].add(std::int64_t{there.at_s} - platform.at_s);
    counts.platform_by_log[s] += there.by_log || platform.by_log ? 1 : 0;
  }
}

void Comparer::count(const Item& item) {
  ++counts.credits;
  ++counts.by_origin[item.origin];
  ++counts.by_staff[item.staff];
  ++counts.by_way[item.way];
  Cell& sums = cell(item);
  sums.have[report::at(Side::pos)].add(item.expected);
  if (item.has_time) {
    std::int64_t local = item.issued_s + item.quarters * std::int64_t{900};
    ++counts.by_hour[static_cast<std::size_t>(hour_of_week(local))];
    if (frame_.settled(item.issued_s)) count_week(week_begin(local));
  }
  if (item.has_time) measure(item);
  BySide<std::int64_t>* day = item.has_time ? &counts.by_day[item.issued_s / kDay] : nullptr;
  if (day != nullptr) ++(*day)[report::at(Side::pos)];
  std::int64_t largest = 0;
  std::uint32_t& newest = counts.arrived[item.origin][report::at(Side::pos)];
  newest = std::max(newest, item.issued_s);
  for (std::size_t s = 1; s < kSides; ++s) {
    if (!frame_.given[s]) continue;
    Side side = static_cast<Side>(s);
    const Trace& there = item.traces[s];
    if (there.present) {
      std::int64_t net = there.currency == item.currency ? there.net() : 0;
      if (net != 0 || item.expected != 0) sums.have[s].add(net);
      counts.arrived[item.origin][s] = std::max(counts.arrived[item.origin][s], item.issued_s);
    }
    if (day != nullptr && (there.present || has(item.not_at, side))) ++(*day)[s];
    bool differs = has(static_cast<std::uint8_t>(item.missing | item.wrong), side), is_young = has(item.young, side);
    bool spent = has(item.spent, side), spent_young = has(item.spent_young, side);
    std::int64_t shows = there.present && there.currency == item.currency ? there.net() : 0;
    std::int64_t difference = differs ? apart(item.expected, shows) : 0;
    if (spent) {
      std::int64_t moved = item.spent_apart(side);
      if (!spent_young) largest = std::max(largest, moved);
      if (differs && is_young == spent_young)
        difference += moved;  // one item
      else
        (spent_young ? sums.in_flight : sums.gap)[s].add(moved);
    }
    if (!differs) continue;
    (is_young ? sums.in_flight : sums.gap)[s].add(difference);
    largest = std::max(largest, is_young ? 0 : difference);
  }
  const Trace& platform = item.traces[report::at(Side::platform)];
  if (platform.present && platform.currency == item.currency) {
    sums.redeemed.add(platform.redeemed);
    sums.left.add(platform.net() - platform.redeemed);
  }
  if (item.gap) sums.with_gap.add(largest == 0 ? item.expected : largest);
}

void Comparer::count_week(std::int64_t week) {
  if (this_week_ == nullptr || week != week_) {
    week_ = week;
    this_week_ = &counts.by_week[week];
  }
  ++*this_week_;
}

/// No register issued it.
void Comparer::bypassed(Item& item) {
  std::int64_t largest = 0;
  for (std::size_t s = 1; s < kSides; ++s) {
    const Trace& there = item.traces[s];
    if (!there.present || there.first_s == 0 || there.first_s >= frame_.entries_from_s[s]) continue;
    ++counts.before_window;
    item.judged = false;
    return;
  }
  for (std::size_t s = 1; s < kSides; ++s) {
    const Trace& there = item.traces[s];
    if (!there.made() || there.net() == 0) continue;
    Side side = static_cast<Side>(s);
    item.set(Kind::downstream_only);
    item.wrong |= bit(side);
    item.currency = there.currency;
    item.balance_type = there.balance_type;
    if (item.issued_s == 0 || (there.first_s != 0 && there.first_s < item.issued_s)) item.issued_s = there.first_s;
    if (young(there.first_s, Side::pos))
      item.young |= bit(side);
    else
      item.gap = true;
    largest = std::max(largest, there.net());
  }
  if (item.kinds == 0) return;
  item.later_s = later_s_;
  Cell& sums = cell(item);
  for (std::size_t s = 1; s < kSides; ++s)
    if (has(item.wrong, static_cast<Side>(s)))
      (has(item.young, static_cast<Side>(s)) ? sums.in_flight : sums.extra)[s].add(item.traces[s].net());
  if (item.gap) sums.with_gap.add(largest);
}

void Comparer::meet(const Item& item, std::string_view key) {
  if (frame_.sought.empty() || key.empty()) return;
  bool is_sought =
      frame_.sought.contains(frame_.references_are_codes ? digest(masked_code(std::string(key))) : digest(key));
  if (!is_sought) return;
  met.push_back(item);
  met.back().key = key;
}

void Comparer::keep(Item&& item, std::span<Record> records) {
  item.key = records.front().key;
  for (const Record& row : records) {
    item.places.push_back(row.place);
    item.sides.push_back(row.side);
  }
  open.push_back(std::move(item));
}

}  // namespace handoff::reconcile
