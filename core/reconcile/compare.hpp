#pragma once
// The records of one reference held side against side: what they say, what differs, and the sums. Pure: no clock, no
// file.

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/reconcile/latency.hpp"
#include "core/reconcile/record.hpp"
#include "core/reconcile/request.hpp"
#include "core/reconcile/row_reader.hpp"

namespace handoff::reconcile {

using report::BySide;
using report::Kind;
using report::Tally;

/// What one side's rows say about one credit.
struct Trace {
  bool present = false, closed = false, running = false, has_balance = false;
  bool tells_customer = false, has_customer = false, comparable = false;
  bool unreadable = false, share = false;
  bool spends = false;  // a row says so, whatever was given back since
  bool mixed = false;   // rows in another currency than the first, or of more than can be, which are in no sum
  std::uint8_t currency = 0, balance_type = 0;
  std::uint32_t issues = 0, voids = 0;
  std::uint32_t first_s = 0, last_s = 0;
  std::uint32_t issued_s = 0,
                changed_s = 0;  // registers, at the latest: the first issue; the newest issue, adjustment or void
  std::int64_t face = 0, redeemed = 0, cancelled = 0, balance = 0;
  std::int64_t largest = 0;  // single issue
  std::uint64_t customer = 0;
  std::int64_t net() const { return face - cancelled; }
  /// Whether value came to be here: an adjustment makes it, too, where it takes none away.
  bool made() const { return present && (issues != 0 || face > 0); }
};

/// A credit that is not the same everywhere.
struct Item {
  std::string key;
  BySide<Trace> traces;
  std::uint16_t kinds = 0;                         // bits of Kind
  std::uint8_t missing = 0, wrong = 0, young = 0;  // bits of Side; young: what differs is younger than the SLA
  std::uint8_t not_at = 0;                         // bits of the sides that do not get it
  bool judged = true;                              // not if the window says nothing about it
  bool gap = false;                                // something differs that is not young
  std::uint8_t spent = 0, spent_young = 0;         // of Kind::redeemed: bits of Side, whatever else is wrong there
  bool has_time = false;
  std::uint8_t currency = 0, balance_type = 0;
  std::int8_t quarters = 0;
  std::uint32_t issued_s = 0, origin = 0, staff = 0;
  std::uint32_t later_s = 0;  // a register's row of it is of then, beyond the cut-off; 0: none is
  std::uint32_t number_from_s = 0,
                number_until_s = 0;  // outside of that its reference is another credit's; 0: it is not
  std::uint16_t way = 0;
  std::int64_t expected = 0;  // face less voids at the register
  std::vector<std::uint64_t> places;
  std::vector<Side> sides;  // of the places

  /// By how much what was spent differs there: the registers' part of it that the platform lacks, or the platform's and the side's.
  std::int64_t spent_apart(Side side) const;
  bool is(Kind kind) const { return (kinds >> report::at(kind) & 1) != 0; }
  void set(Kind kind) { kinds = static_cast<std::uint16_t>(kinds | 1u << report::at(kind)); }
};
constexpr std::uint8_t bit(Side side) { return static_cast<std::uint8_t>(1u << report::at(side)); }
constexpr bool has(std::uint8_t sides, Side side) { return (sides & bit(side)) != 0; }

/// What is compared with what, the same for all threads.
struct Frame {
  BySide<bool> given{};
  BySide<bool> tells_redeemed{};      // its export shows redemptions or a balance
  BySide<bool> balance_only{};        // its export shows no face value
  bool platform_lists_spent = false;  // all that was spent of a credit is among its rows
  bool references_are_codes = false;  // that can be redeemed: shown by their end
  bool answers = false;               // among the records are those of the logs
  BySide<std::int64_t> sla_s{};
  std::vector<std::uint32_t> store_of;  // by origin; 0: no store is named
  std::uint32_t from_s = 0, as_of_s = 0;
  BySide<std::uint32_t>
      entries_from_s{};  // an older entry may be of a credit that was issued before the registers' files begin
  std::unordered_set<std::uint64_t> sought;  // digests of references of which an earlier audit found something
  /// Issued from then on, it may still be under way to one of the sides: it tells nothing of the trend.
  std::int64_t settled_until() const {
    std::int64_t longest = 0;
    for (std::size_t s = 1; s < report::kSides; ++s) longest = given[s] ? std::max(longest, sla_s[s]) : longest;
    return as_of_s - longest;
  }
  bool settled(std::int64_t issued_s) const { return issued_s < settled_until(); }
};

/// Sums of one currency and balance type.
struct Cell {
  BySide<Tally> have, gap, in_flight, extra;
  Tally with_gap, redeemed, left;
  Cell& operator+=(const Cell& other);
};

struct Counts {
  std::map<std::uint16_t, Cell> cells;                    // currency << 8 | balance type
  std::vector<std::int64_t> by_origin, by_staff, by_way;  // credits of the window
  std::vector<BySide<std::uint32_t>> arrived;             // by origin: issue time of the newest credit that a side has
  std::array<std::int64_t, 168> by_hour{};
  std::map<std::int64_t, std::int64_t> by_week;               // Monday of the store's time -> credits that are settled
  std::map<std::int64_t, BySide<std::int64_t>> by_day;        // credits issued that day, as the sides have them
  BySide<Latencies> since_register, since_platform;           // seconds until a side's first row
  BySide<std::int64_t> register_by_log{}, platform_by_log{};  // of those, with a time out of the logs
  BySide<std::int64_t> on_the_hour{};                         // of those rows
  std::map<std::size_t, std::int64_t> repeated_of_file;       // rows of a file that another one of its side has, too
  BySide<std::int64_t> spent_at{};                            // credits of which a side shows redemptions
  std::int64_t customers_held = 0, customers_differ = 0;      // registers' and platform's, of the same credits
  std::int64_t credits = 0, before_window = 0, after_cut_off = 0, repeated = 0;
  std::int64_t crowded = 0;            // references that too many credits have for telling them apart
  std::vector<std::uint64_t> perhaps;  // places of rows that cannot be read, and seem to be of a credit
  std::vector<std::uint64_t> nobodys;  // and of such whose reference is no credit's
  std::int64_t probes = 0;             // the hub's own tests of the chain: nobody's credits
  Counts& operator+=(const Counts& other);
};

/// A row that names several credits, seen from one of them.
struct Share {
  std::uint64_t place = 0;
  std::int64_t amount = 0;  // of the whole row; that of a void is below zero
  std::uint32_t count = 0;  // of the references it names
  Item item;
  Side side = Side::pos;
  report::Sum own = 0;  // what the side has of the credit in rows of its own
  bool issued = true;   // a register did
  bool judged = true;
  bool young = false;
};

/// One a thread.
class Comparer {
 public:
  Comparer(const Frame& frame, const Dictionaries& dictionaries);
  /// All records of one reference, or of none; reorders them.
  void group(std::span<Record> records);

  Counts counts;
  std::vector<Item> open;
  std::vector<Item> met;  // what is there under a reference that is sought, whether it differs or not; without its rows
  std::vector<Share> shares;

 private:
  bool used_again(const Record& before, const Record& row) const;
  void occurrences(std::span<Record> records, std::size_t issues);
  /// `from_s`, `until_s`: when the reference is this credit's, where it is another's before or after.
  void one(std::span<Record> records, std::uint32_t from_s = 0, std::uint32_t until_s = 0);
  void registered(Item& item, std::span<Record> records);
  void bypassed(Item& item);
  void share(const Item& item, std::span<Record> records, bool issued);
  void meet(const Item& item, std::string_view key);
  bool nothing_left(const Item& item, Side side) const;
  void judge_side(Item& item, Side side);
  void judge_redeemed(Item& item);
  void spent_at_register(Item& item);
  void spent_at_shop(Item& item);
  void spent(Item& item, Side side, std::uint32_t since_s);
  void judge_link(Item& item);
  void count(const Item& item);
  void count_week(std::int64_t week);
  std::span<Record> without_answers(std::span<Record> records);
  struct Arrival {
    std::uint32_t at_s = 0;  // 0: not told
    bool by_log = false;
  };
  Arrival arrival(const Item& item, Side side) const;
  void measure(const Item& item);
  void keep(Item&& item, std::span<Record> records);
  bool young(std::uint32_t since_s, Side side) const;
  Cell& cell(const Item& item) {
    return counts.cells[static_cast<std::uint16_t>(item.currency << 8 | item.balance_type)];
  }

  const Frame& frame_;
  std::vector<Record> answers_;  // of the reference at hand, by side and time
  std::uint32_t later_s_ = 0;    // of the reference at hand: the first issue at a register beyond the cut-off
  std::int64_t week_ = 0;        // of the credit before, which is often that of the next
  std::int64_t* this_week_ = nullptr;
};

/// One is the other times 10, 100 or 1,000: the unit was lost.
bool unit_lost(std::int64_t a, std::int64_t b);
/// Side, time, place: the order in which group() wants them, and nothing depends on threads.
bool before(const Record& a, const Record& b);

}  // namespace handoff::reconcile
