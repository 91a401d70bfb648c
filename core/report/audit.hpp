#pragma once
// What an audit says, as plain values: three numbers, findings by item, clusters, trend. `reconcile` fills it, this
// folder prints it. Amounts are minor units of the currency beside them.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::report {

enum class Side : std::uint8_t { pos, platform, payments, erp, storefront };
inline constexpr std::size_t kSides = 5;
inline constexpr std::array<std::string_view, kSides> kSideNames = {"pos", "platform", "payments", "erp", "storefront"};
/// How people call it: "the registers", "the platform", ...
inline constexpr std::array<std::string_view, kSides> kSideWords = {"the registers", "the platform", "payments",
                                                                    "the books", "the storefront"};
template <class T>
using BySide = std::array<T, kSides>;
constexpr std::size_t at(Side side) { return static_cast<std::size_t>(side); }

/// What differs. One finding a kind and item.
enum class Kind : std::uint8_t {
  missing,          // one or several systems do not have it
  not_linked,       // the platform has it, without the customer or with another one
  mapping,          // another currency, balance type or unit
  duplicate,        // a system has it more than once
  amount,           // another amount
  not_voided,       // cancelled at one place, alive at another
  redeemed,         // spent at one place, whole at another
  downstream_only,  // a system has it, no register issued it
  unreadable,       // a row of it cannot be read: nothing can be said
};
inline constexpr std::array<std::string_view, 9> kKindNames = {
    "missing",         "not_linked",          "mapping_mismatch",     "duplicate",
    "amount_mismatch", "void_not_propagated", "redeemed_on_one_side", "downstream_only",
    "unreadable"};

/// Why: a failure mode where the rows show one.
enum class Cause : std::uint8_t {
  f1,  // issued without a customer
  f2,  // a poll or batch is late
  f3,  // linking failed
  f4,  // the books did not take it
  f5,  // typed into the books by hand
  f6,  // currency, unit or balance type at the mapping
  duplicate,
  amount,
  not_voided,
  redeemed,
  downstream_only,
  unexplained,
  unreadable,
  in_flight,  // younger than the SLA: no gap
};
inline constexpr std::size_t kCauses = 14;
inline constexpr std::array<std::string_view, kCauses> kCauseNames = {"F1",
                                                                      "F2",
                                                                      "F3",
                                                                      "F4",
                                                                      "F5",
                                                                      "F6",
                                                                      "duplicate",
                                                                      "amount_mismatch",
                                                                      "void_not_propagated",
                                                                      "redeemed_on_one_side",
                                                                      "downstream_only",
                                                                      "unexplained",
                                                                      "unreadable",
                                                                      "in_flight"};
inline constexpr std::array<std::string_view, kCauses> kCauseWords = {
    "issued without a customer",      "a poll or batch is late or left it out",
    "linking to the customer failed", "the books did not take it",
    "typed into the books by hand",   "currency, unit or balance type lost at the mapping",
    "more than once in one system",   "another amount",
    "void did not get through",       "redeemed on one side only",
    "without an issue at a register", "not explained by these files",
    "a row of it cannot be read",     "under way, younger than the SLA"};
constexpr std::size_t at(Cause cause) { return static_cast<std::size_t>(cause); }
constexpr std::size_t at(Kind kind) { return static_cast<std::size_t>(kind); }

/// An exact sum: more than 64 bits, because a bad file must not wrap it.
__extension__ typedef __int128 Sum;
/// "1234.56", "-0.05" with `exponent` decimals.
std::string decimal(Sum minor, int exponent);
/// The same for people: "1,234,567.50"
std::string grouped_amount(Sum minor, int exponent);
/// The size of an amount beside those of other currencies, digits behind the point aside: 25 yen and 25.00 dollars are alike.
/// It knows no rates and is for orders only.
Sum size_of(std::int64_t minor, const std::string& currency);
/// How many digits of it are behind the point; 2 where nobody knows the currency.
int exponent_of(const std::string& currency);

struct Tally {
  std::int64_t items = 0;
  Sum minor = 0;
  void add(std::int64_t amount) {
    ++items;
    minor += amount;
  }
  Tally& operator+=(const Tally& other) {
    items += other.items;
    minor += other.minor;
    return *this;
  }
};

/// One currency and balance type. Amounts are face value less what was voided, so that a credit that was spent in part
/// counts on every side as what it was issued for. `at` counts credits of the window that a register issued.
struct Numbers {
  std::string currency, balance_type;
  BySide<Tally> have;       // per side; [pos] = issued
  BySide<Tally> gap;        // items that a side lacks or has otherwise; minor = sum of the absolute differences
  BySide<Tally> in_flight;  // lacks, but younger than the SLA
  BySide<Tally> extra;      // no register issued it
  Tally items_with_gap;     // each once, with the largest difference of its sides
  Tally redeemed, left;     // as the platform tells
};

struct Row {  // of an export, as evidence
  Side side = Side::pos;
  std::string file;
  std::uint64_t line = 0;
};

struct Candidate {  // maybe the same credit under another reference; a person decides
  Side side = Side::pos;
  std::string reference;
  Row row;
  int score = 0;  // per mille
  std::string why;
};

struct Finding {
  std::string id;  // stable: made of what differs and of which credit
  Kind kind = Kind::missing;
  Cause cause = Cause::unexplained;
  int confidence = 0;                 // of the cause, per mille
  std::string item;                   // which credit; not to be shown, it may be a code
  std::string reference, instrument;  // a code is shown by its last four characters
  std::string currency, balance_type;
  std::int64_t amount = 0;      // issued; of a downstream-only item what the side has
  std::int64_t difference = 0;  // at stake
  std::int64_t redeemed = 0;    // of a downstream-only item: what of it its rows show as spent
  BySide<bool> present{}, wrong{};
  BySide<bool> young{};          // of those that are wrong: younger than the side's SLA, so it may still arrive
  BySide<std::int64_t> shows{};  // face less voids, where present
  std::string issued_at;         // local time of the store, as a register wrote it
  std::int64_t issued_s = 0;     // UTC; 0: not said
  std::int64_t number_from_s = 0,
               number_until_s = 0;  // outside of that its reference is another credit's; 0: it is not
  int week = -1, hour = -1;         // hour of the week in the store's time, Monday 0 h = 0
  std::string store, terminal, staff, author, customer;  // the customer is masked
  std::string route, version;                            // which way the integration took it, where an export tells it
  std::uint64_t customer_key = 0;  // digest of an identifier in its normal form, to be held against others; 0: none
  std::string transaction, line, business_date;  // of the register's receipt, where its export tells them
  std::vector<std::string> evidence;             // sentences
  std::vector<Row> rows;
  std::vector<Candidate> candidates;
  int alike = 1;           // so many entries say the same, and nothing tells one from another
  std::string task;        // what the issuing store (or the books) should do
  std::string first_seen;  // with a history: the cut-off of the first audit that had it
  std::int64_t seen = 0;   // and how many had it, this one too
};

/// How a credit looks of which an earlier audit found something.
enum class Met : std::uint8_t { right, differs, not_judged };

/// What an earlier audit found, and this one looked at and did not.
struct Gone {
  std::string id, kind, cause, reference, currency, difference, store, first_seen;
  std::int64_t seen = 0;
  std::string evidence;
};

struct Cluster {
  std::string dimension, value;  // "store", "S014"
  std::int64_t credits = 0, gaps = 0;
  std::int64_t expected_milli = 0;  // gaps expected if all were alike, times 1,000
  std::uint64_t p_ppt = 0;          // chance of at least so many, in parts of 10^12
  std::uint64_t adjusted_ppt = 0;   // after Holm's correction over all tests
  bool claimed = false;
};

struct Week {
  std::string monday;
  std::int64_t credits = 0, gaps = 0;
  std::array<std::int64_t, kCauses> causes{};
};
struct Trend {
  std::string verdict;  // "stable", "improving", "degrading", "new failure mode", "too short"
  std::string why;
  std::vector<Week> weeks;
  std::int64_t until_s = 0;  // UTC; what was issued from then on may still be under way, and is in no week
};

/// One handoff as the exports tell it. Times are seconds between two systems' clocks.
struct Hop {
  Side from = Side::pos, to = Side::platform;
  std::int64_t measured = 0;  // credits whose time is known on both sides
  std::int64_t by_log = 0;    // of them, with a time out of the logs where an export has none
  std::int64_t early = 0;     // of them, there before they came: the clocks differ
  std::int64_t p50_s = 0, p95_s = 0, p99_s = 0;
  bool coarse = false;             // its export tells a day, or the time of a batch
  std::int64_t due = 0, lost = 0;  // older than the SLA; of them not there
  bool resolves_identity = false;  // the first system that is linked to a customer
  std::int64_t unlinked = 0;       // there: of the credits, nobody's or somebody else's
  std::int64_t proposed_s = 0;     // an SLA from the p99; 0: too few were measured
};

/// By what so many were measured, in words; empty: the exports told the times of all.
std::string measured_by(std::int64_t measured, std::int64_t by_log);

/// What the integration logs say of the tries to reach a system.
struct LogFigures {
  Side side = Side::platform;
  std::int64_t ok = 0, failed = 0;
  std::int64_t measured = 0;  // rows that say how long it took
  std::int64_t p50_ms = 0, p95_ms = 0, p99_ms = 0;
};

struct Unreadable {
  Row row;
  std::string why;
};

struct Source {  // one file
  Side side = Side::pos;
  std::string file;
  std::int64_t rows = 0, unreadable = 0;
  std::uint64_t bytes = 0;
};

/// The three numbers of one audit and the gap between them, as a history keeps them. Amounts as decimals: they are shown, and
/// never added up.
struct Count {
  std::int64_t items = 0;
  std::string amount;  // empty: that side was not compared
};
struct Counted {
  std::string currency, balance_type;
  Count issued, available, reflected, gap;  // gap: credits that a side lacks or has otherwise, each once
};
struct Snapshot {
  std::string from, as_of;  // the window of that audit
  std::vector<Counted> numbers;
};

struct Audit {
  std::string id;           // "au-...", in all files that were written of it; empty: none were
  std::string from, as_of;  // the window
  std::string sla;
  BySide<bool> given{};
  std::vector<Source> sources;
  std::vector<std::string> warnings;
  std::vector<Unreadable> unreadable;  // the first ones
  std::int64_t unreadable_rows = 0;
  std::vector<Numbers> numbers;
  std::array<Tally, kCauses> causes{};  // `minor` mixes currencies: do not print it
  std::vector<Finding> findings;        // in flight ones at the end
  std::vector<Cluster> clusters;        // every test that was made, the claimed ones first
  std::int64_t tests = 0;
  std::array<std::int64_t, 168> credits_by_hour{}, gaps_by_hour{};
  Trend trend;
  std::vector<Hop> hops;
  std::vector<LogFigures> logs;  // of the systems that they name
  std::int64_t credits = 0;      // of the window
  std::int64_t credits_with_gap = 0;
  std::int64_t before_window = 0, after_cut_off = 0, repeated_rows = 0;
  std::vector<std::string> notes;  // how it was counted: rules, tests
  bool has_history = false;
  std::string before;              // cut-off of the audit before; empty: none
  std::vector<Snapshot> past;      // audits of the history before this one; the first is the baseline
  bool complete = false;           // what its files lack is not there
  std::map<std::string, Met> met;  // by id, of the findings known before whose credit the files have
  std::vector<Gone> gone;
  std::int64_t not_looked_at = 0;  // found before and still open: this audit did not compare them again
  std::int64_t fresh() const {
    std::int64_t out = 0;
    for (const Finding& one : findings) out += one.seen == 1 ? 1 : 0;
    return out;
  }
  std::int64_t standing() const {
    std::int64_t out = 0;
    for (const Finding& one : findings) out += one.seen > 1 ? 1 : 0;
    return out;
  }

  bool any_gap() const { return credits_with_gap > 0 || unreadable_rows > 0; }
  /// False: no credit of the registers lies in the window, so that no gap says nothing.
  bool compared() const { return credits > 0; }
};

}  // namespace handoff::report
