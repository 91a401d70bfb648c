// What the credits that two sides have in common tell of one side's export: units, sign, order of a date, clock, words.

#include <algorithm>
#include <handoff/sdk/currency.hpp>
#include <map>
#include <set>
#include <unordered_map>

#include "core/reconcile/amount_text.hpp"
#include "core/reconcile/guess_parts.hpp"
#include "core/reconcile/row_reader.hpp"
#include "core/reconcile/row_words.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

using config::ExportMap;
using config::TimeFormat;

/// Fewer common credits prove nothing.
constexpr std::size_t kPairsMin = 20;
constexpr std::size_t kPairsMost = 4000;

bool nearly_all(std::size_t good, std::size_t of) { return of >= kPairsMin && good * 10 >= of * 9; }

struct Pair {
  std::size_t ours = 0, theirs = 0;  // rows
};

std::string text_at(const Values* values, std::size_t row) {
  return values == nullptr ? std::string() : (*values)[row];
}

std::string small(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

class Keys {
 public:
  explicit Keys(const Draft& draft) : map_(draft.guess.map) {
    for (const std::string& one : map_.reference)
      if (const Values* values = draft.values(one)) columns_.push_back(values);
  }
  bool whole() const { return columns_.size() == map_.reference.size() && columns_.size() <= kReferenceColumnsMax; }
  std::string of(std::size_t row) const {
    Fields fields{};
    for (std::size_t i = 0; i < columns_.size(); ++i) fields[i] = (*columns_[i])[row];
    std::string out;
    return reference_key(fields, map_, out) ? out : std::string();
  }

 private:
  const ExportMap& map_;
  std::vector<const Values*> columns_;
};

/// Whether that row is the credit's issue, as far as its words tell.
bool is_issue(const Draft& draft, std::size_t row) {
  const ExportMap& map = draft.guess.map;
  std::string word = text_at(draft.values(map.type), row);
  if (word.empty()) return true;
  for (char& c : word)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  if (auto written = map.types.find(word); written != map.types.end()) return written->second == "issue";
  return kind_of_row(draft.side, word) == What::issue;
}

/// Credits that both have once: a number that is used again proves nothing.
std::vector<Pair> pairs_of(const Draft& pos, const Draft& other) {
  Keys ours(pos), theirs(other);
  if (!ours.whole() || !theirs.whole()) return {};
  constexpr std::size_t kTwice = static_cast<std::size_t>(-1);
  std::unordered_map<std::string, std::size_t> rows;
  auto once = [](std::unordered_map<std::string, std::size_t>& map, std::string key, std::size_t row) {
    if (key.empty()) return;
    auto [at, added] = map.try_emplace(std::move(key), row);
    if (!added) at->second = kTwice;
  };
  for (std::size_t row = 0; row < other.sample.rows; ++row)
    if (is_issue(other, row)) once(rows, theirs.of(row), row);
  std::unordered_map<std::string, std::size_t> of_pos;
  for (std::size_t row = 0; row < pos.sample.rows; ++row)
    if (is_issue(pos, row)) once(of_pos, ours.of(row), row);
  std::vector<Pair> out;
  for (const auto& [key, row] : of_pos) {
    auto found = rows.find(key);
    if (row == kTwice || found == rows.end() || found->second == kTwice) continue;
    out.push_back({row, found->second});
  }
  std::ranges::sort(out, {}, &Pair::ours);
  if (out.size() > kPairsMost) out.resize(kPairsMost);
  return out;
}

/// Rows of amounts that count as issues, by the reference each has.
struct Signed {
  std::size_t row = 0;
  std::int64_t amount = 0;
};
std::map<std::string, std::vector<Signed>> signed_rows(const Draft& draft) {
  const ExportMap& map = draft.guess.map;
  const Values* values = draft.values(map.amount);
  Keys keys(draft);
  std::map<std::string, std::vector<Signed>> out;
  for (std::size_t row = 0; values != nullptr && row < values->size(); ++row) {
    if ((*values)[row].empty() || !is_issue(draft, row)) continue;
    auto amount = parse_amount((*values)[row], 3, {map.decimal, map.thousands, false});
    std::string key = keys.whole() ? keys.of(row) : std::string();
    if (key.empty()) key = "\x1f" + std::to_string(row);
    if (amount && *amount != 0) out[key].push_back({row, map.negate ? -*amount : *amount});
  }
  return out;
}

/// Whether any amount is of the other sign than those of issues: mostly there is none, and nothing to find out.
bool any_below(const Draft& draft) {
  const ExportMap& map = draft.guess.map;
  const Values* values = draft.values(map.amount);
  auto below = [&map](const std::string& text) {
    auto amount = parse_amount(text, 3, {map.decimal, map.thousands, false});
    return amount && (map.negate ? *amount > 0 : *amount < 0);
  };
  return values != nullptr && std::ranges::any_of(*values, below);
}

/// Books that write a liability as negative, registers that write what they hand out so. A credit with one row was issued by
/// it.
void sign_of_issues(Draft& draft) {
  if (!any_below(draft)) return;
  std::size_t negative = 0, all = 0;
  for (const auto& [key, rows] : signed_rows(draft)) {
    all += rows.size() == 1 ? 1 : 0;
    negative += rows.size() == 1 && rows.front().amount < 0 ? 1 : 0;
  }
  if (all == 0 || negative * 10 < all * 9) return;
  draft.guess.map.negate = true;
  draft.doubt("amounts of issues are negative: taken as what is owed (negate)");
}

/// References of the registers' voids, in the first rows.
std::set<std::string> voided_at(const Draft& pos) {
  Keys keys(pos);
  std::set<std::string> out;
  const ExportMap& map = pos.guess.map;
  for (std::size_t row = 0; keys.whole() && row < pos.sample.rows; ++row) {
    std::string word = text_at(pos.values(map.type), row);
    for (char& c : word)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    auto written = map.types.find(word);
    if (written != map.types.end() ? written->second == "void" : kind_of_row(report::Side::pos, word) == What::cancel)
      out.insert(keys.of(row));
  }
  return out;
}

/// Ledgers without a kind of row, in which what was issued is taken back with the other sign: voids, where the registers voided
/// nearly all of these credits, too; spent, where they voided none of them and parts are taken.
void kind_of_negatives(Draft& draft, const Draft& pos) {
  if (!any_below(draft)) return;
  ExportMap& map = draft.guess.map;
  std::set<std::string> voids = voided_at(pos);
  std::size_t below = 0, whole = 0, part = 0, voided = 0;
  for (const auto& [key, rows] : signed_rows(draft))
    for (const Signed& one : rows) {
      if (one.amount > 0) continue;
      ++below;
      auto undone = [&](const Signed& other) { return other.amount == -one.amount; };
      auto covers = [&](const Signed& other) { return other.amount > -one.amount; };
      whole += std::ranges::any_of(rows, undone) ? 1 : 0;
      part += std::ranges::none_of(rows, undone) && std::ranges::any_of(rows, covers) ? 1 : 0;
      voided += voids.contains(key) ? 1 : 0;
    }
  if (below == 0) return;
  bool registers = draft.side == report::Side::pos;
  std::string how_many =
      std::to_string(below) + (below == 1 ? " amount is" : " amounts are") + " of the other sign than most";
  if (nearly_all(whole, below) && (registers || nearly_all(voided, below))) {
    map.negative = "void";
    return draft.doubt(
        how_many +
        (registers ? ", each what was issued under its reference" : ", of credits that the registers voided") +
        ": taken as voids (negative)");
  }
  if (!registers && voided == 0 && nearly_all(whole + part, below) && part * 2 >= below) {
    map.negative = "redeem";
    return draft.doubt(how_many +
                       ", mostly parts of what was issued, and the registers voided none of these credits: taken as "
                       "redemptions (negative)");
  }
  draft.doubt(
      how_many +
      ": if they take back what was issued, say negative = \"void\", or \"redeem\" if it was spent; without it their "
      "rows cannot be read");
}

/// Quarters of an hour at which sorted lags begin; nothing where they do not begin at once. A few may be wrong.
std::optional<std::int64_t> edge(const std::vector<std::int64_t>& lags) {
  constexpr std::int64_t kQuarter = 900, kMost = 14 * 4;
  if (lags.size() < kPairsMin) return std::nullopt;
  std::int64_t least = lags[lags.size() / 20], soon = lags[lags.size() / 4];
  if (soon - least > kQuarter) return std::nullopt;
  std::int64_t quarters = least >= -60 ? (least + 60) / kQuarter : -((-least + kQuarter - 61) / kQuarter);
  if (quarters < -kMost || quarters > kMost) return std::nullopt;
  return quarters;
}

/// Of the currency of a register's row.
int exponent_at(const Draft& pos, std::size_t row) {
  const ExportMap& map = pos.guess.map;
  std::string code = text_at(pos.values(map.currency), row);
  for (char& c : code)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return currency_exponent(code.empty() ? map.currency_always : code).value_or(2);
}

AmountFormat format_of(const ExportMap& map) {
  return {map.decimal, map.thousands, map.minor_units, map.three_decimals};
}

const Values* amount_values(const Draft& draft) {
  const ExportMap& map = draft.guess.map;
  return draft.values(map.amount.empty() ? map.balance : map.amount);
}

/// Takes the way of writing in which the amounts of one are those of the other, if there is one: "7,910" alone tells nothing.
bool rewrite(Draft& draft, const Draft& other, const std::vector<Pair>& pairs) {
  const Values *mine = amount_values(draft), *its = amount_values(other);
  if (mine == nullptr || its == nullptr) return false;
  bool registers = draft.side == report::Side::pos;
  AmountFormat known = format_of(other.guess.map);
  for (AmountFormat format : {AmountFormat{'.'}, AmountFormat{','}, AmountFormat{'.', ','}, AmountFormat{',', '.'},
                              AmountFormat{'.', 0, false, true}, AmountFormat{',', 0, false, true}}) {
    std::size_t same = 0, held = 0;
    for (const Pair& pair : pairs) {
      int digits = exponent_at(registers ? draft : other, pair.ours);
      auto there = parse_amount((*its)[registers ? pair.theirs : pair.ours], digits, known);
      auto here = parse_amount((*mine)[registers ? pair.ours : pair.theirs], digits, format);
      held += there ? 1 : 0;
      same += here && there && (*here == *there || *here == -*there) ? 1 : 0;
    }
    if (!nearly_all(same, held)) continue;
    draft.guess.map.decimal = format.decimal;
    draft.guess.map.thousands = format.thousands;
    draft.guess.map.three_decimals = format.three_decimals;
    draft.untold.clear();
    draft.doubt("amounts are taken with '" + std::string(1, format.decimal) +
                "' before their decimals: so they are those of " +
                std::string(report::kSideWords[report::at(other.side)]));
    return true;
  }
  return false;
}

/// Amounts of the registers that are whole numbers, held against a side whose amounts have decimals.
void units_of_registers(Draft& pos, const Draft& other) {
  std::vector<Pair> pairs = pairs_of(pos, other);
  const Values *ours = amount_values(pos), *theirs = amount_values(other);
  if (ours == nullptr || theirs == nullptr) return;
  AmountFormat minor = format_of(pos.guess.map);
  minor.minor_units = true;
  std::size_t units = 0, hundredths = 0, held = 0;
  for (const Pair& pair : pairs) {
    int digits = exponent_at(pos, pair.ours);
    auto there = parse_amount((*theirs)[pair.theirs], digits, format_of(other.guess.map));
    if (!there || digits == 0) continue;
    ++held;
    auto same = [&](const AmountFormat& format) {
      auto here = parse_amount((*ours)[pair.ours], digits, format);
      return here && (*here == *there || *here == -*there);
    };
    units += same(format_of(pos.guess.map)) ? 1 : 0;
    hundredths += same(minor) ? 1 : 0;
  }
  pos.whole = !nearly_all(units, held) && !nearly_all(hundredths, held);
  if (!nearly_all(hundredths, held)) return;
  pos.guess.map.minor_units = true;
  pos.doubt("amounts are taken as whole minor units: so they are those of " +
            std::string(report::kSideWords[report::at(other.side)]));
}

/// One side held against the registers.
class Held {
 public:
  Held(const Draft& pos, Draft& draft)
      : pos_(pos), ours_(pos.guess.map), draft_(draft), map_(draft.guess.map), pairs_(pairs_of(pos, draft)) {}

  void run() {
    if (pairs_.size() < kPairsMin) return;
    units();
    date_order();
    clock();
    balance_types();
    customers();
  }

 private:
  int exponent(std::size_t row) const { return exponent_at(pos_, row); }

  void units() {
    std::string name = map_.amount.empty() ? map_.balance : map_.amount;
    const Values *ours = amount_values(pos_), *theirs = amount_values(draft_);
    AmountFormat in_units = format_of(map_);
    in_units.minor_units = false;
    if (ours == nullptr || theirs == nullptr) return;
    std::size_t same = 0, in_minor = 0, held = 0;
    for (const Pair& pair : pairs_) {
      int digits = exponent(pair.ours);
      auto here = parse_amount((*ours)[pair.ours], digits, format_of(ours_));
      auto there = parse_amount((*theirs)[pair.theirs], digits, in_units);
      auto minor = parse_amount((*theirs)[pair.theirs], digits, {map_.decimal, map_.thousands, true});
      if (!here || digits == 0) continue;
      ++held;
      auto size = [](std::int64_t a) { return a < 0 ? -a : a; };
      same += there && size(*there) == size(*here) ? 1 : 0;
      in_minor += minor && size(*minor) == size(*here) ? 1 : 0;
    }
    bool minor = nearly_all(in_minor, held);
    if (minor || nearly_all(same, held)) draft_.whole = draft_.whole && pos_.whole;  // its amounts are what theirs are
    if (minor && map_.thousands != 0 && rewrite(draft_, pos_, pairs_)) return;       // "7,910" of dinars
    if (minor != map_.minor_units && (minor || nearly_all(same, held))) {
      map_.minor_units = minor;
      draft_.doubt(std::string("amounts are taken as ") + (minor ? "whole minor units" : "units with decimals") +
                   ": so they are those of the registers");
    } else if (!minor && !nearly_all(same, held) && held >= kPairsMin && !rewrite(draft_, pos_, pairs_)) {
      draft_.doubt("amounts of column " + name + " are those of the registers in " + std::to_string(same) + " of " +
                   std::to_string(held) + " credits of the first rows only: is it the right column?");
    }
  }

  std::optional<std::int64_t> moment(const Draft& draft, std::size_t row, TimeFormat format) const {
    const ExportMap& map = draft.guess.map;
    std::string text = text_at(draft.values(map.time), row);
    if (std::string clock = text_at(draft.values(map.clock), row); !clock.empty()) text += " " + clock;
    auto out = parse_time(text, map, format, text_at(draft.values(map.store), row));
    if (!out) return std::nullopt;
    return out->utc_s;
  }

  /// Sorted: seconds from the registers' time to that of this side.
  std::vector<std::int64_t> lags(TimeFormat ours, TimeFormat theirs) const {
    std::vector<std::int64_t> out;
    for (const Pair& pair : pairs_) {
      auto here = moment(pos_, pair.ours, ours), there = moment(draft_, pair.theirs, theirs);
      if (here && there) out.push_back(*there - *here);
    }
    std::ranges::sort(out);
    return out;
  }

  void date_order() {
    if (!draft_.day_or_month || ours_.time.empty()) return;
    auto near = [](const std::vector<std::int64_t>& lags) {
      return std::ranges::count_if(lags, [](std::int64_t lag) { return lag > -2 * kDay && lag < 4 * kDay; });
    };
    auto dmy = near(lags(ours_.time_format, TimeFormat::dmy)), mdy = near(lags(ours_.time_format, TimeFormat::mdy));
    if (dmy == mdy) return;
    map_.time_format = dmy > mdy ? TimeFormat::dmy : TimeFormat::mdy;
    draft_.day_or_month = false;
  }

  /// Nothing arrives before it was issued, and much of it at once: what is missing to that are hours of a clock.
  void clock() {
    if (!draft_.naive || pos_.naive || pos_.of_days || map_.time.empty()) return;
    std::vector<std::int64_t> all = lags(ours_.time_format, map_.time_format);
    std::optional<std::int64_t> quarters = edge(all);
    if (!quarters || (*quarters > -4 && *quarters < 4)) return;
    map_.utc_offset_s = *quarters * 900;
    draft_.naive = false;
    draft_.doubt("times name no zone and are taken as " + config::utc_offset_text(map_.utc_offset_s) +
                 ": so nothing arrives before it was issued");
  }

  /// Their word for ours, where each of theirs is nearly always the same one of ours.
  void balance_types() {
    const Values *ours = pos_.values(ours_.balance_type), *theirs = draft_.values(map_.balance_type);
    if (ours == nullptr || theirs == nullptr) return;
    std::map<std::string, std::map<std::string, std::size_t>> seen;
    std::size_t all = 0;
    for (const Pair& pair : pairs_) {
      auto says = [](const std::string& word) { return !word.empty() && !stands_for_nothing(word); };
      if (!says((*ours)[pair.ours]) || !says((*theirs)[pair.theirs])) continue;
      ++seen[small((*theirs)[pair.theirs])][small((*ours)[pair.ours])];
      ++all;
    }
    std::map<std::string, std::string> words;
    std::set<std::string> meant;
    std::size_t good = 0;
    for (const auto& [word, of_ours] : seen) {
      auto most = std::ranges::max_element(of_ours, {}, [](const auto& one) { return one.second; });
      good += most->second;
      meant.insert(most->first);
      if (most->first != word) words[word] = most->first;
    }
    if (all < kPairsMin || (words.empty() && good * 10 >= all * 9)) return;
    bool one_for_one = meant.size() == seen.size() && good * 10 >= all * 9;
    if (!one_for_one) {
      draft_.doubt("column " + map_.balance_type + " says something else than " + ours_.balance_type +
                   " of the registers and is not compared");
      map_.balance_type.clear();
      return;
    }
    std::string told;
    for (const auto& [theirs_word, ours_word] : words) {
      std::string key = theirs_word;
      for (char& c : key)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
      map_.balance_types[key] = ours_word;
      told += (told.empty() ? "" : ", ") + theirs_word + " as " + ours_word;
    }
    draft_.doubt("balance types are taken by the credits that have them: " + told);
  }

  /// Numbers of customers that hardly ever agree are two numberings.
  void customers() {
    Field kind = comparable_identifier(ours_, map_);
    std::string ExportMap::* const columns[] = {&ExportMap::customer, &ExportMap::email, &ExportMap::phone,
                                                &ExportMap::loyalty};
    constexpr Field kKinds[] = {Field::customer, Field::email, Field::phone, Field::loyalty};
    for (std::size_t i = 0; i < std::size(kKinds); ++i) {
      if (kKinds[i] != kind) continue;
      const Values *ours = pos_.values(ours_.*columns[i]), *theirs = draft_.values(map_.*columns[i]);
      if (ours == nullptr || theirs == nullptr) return;
      std::size_t same = 0, held = 0;
      for (const Pair& pair : pairs_) {
        std::string here = identifier_form(kind, (*ours)[pair.ours]),
                    there = identifier_form(kind, (*theirs)[pair.theirs]);
        if (here.empty() || there.empty()) continue;
        ++held;
        same += here == there ? 1 : 0;
      }
      if (held < kPairsMin || same * 10 >= held) return;
      map_.own_customers = true;
      draft_.doubt("column " + map_.*columns[i] +
                   " names customers in another way than the registers: it tells that there is one, and not who");
    }
  }

  const Draft& pos_;
  const ExportMap& ours_;
  Draft& draft_;
  ExportMap& map_;
  std::vector<Pair> pairs_;

 public:
  /// Registers that write their own clock and no zone: each store's is what the other side's clock is ahead of it.
  void store_clocks(Draft& pos) const {
    const Values* stores = pos_.values(ours_.store);
    if (!pos_.naive || draft_.of_days || map_.time.empty()) return;
    std::map<std::string, std::vector<std::int64_t>> lags;
    for (const Pair& pair : pairs_) {
      auto here = moment(pos_, pair.ours, ours_.time_format), there = moment(draft_, pair.theirs, map_.time_format);
      if (here && there) lags[text_at(stores, pair.ours)].push_back(*there - *here);
    }
    std::set<std::int64_t> offsets;
    std::map<std::string, std::int64_t> of_store;
    for (auto& [store, all] : lags) {
      std::ranges::sort(all);
      auto quarters = edge(all);
      if (!quarters) continue;
      of_store[store] = -*quarters * 900;
      offsets.insert(of_store[store]);
    }
    if (offsets.empty() || (offsets.size() == 1 && *offsets.begin() == 0)) return;
    ExportMap& map = pos.guess.map;
    map.utc_offset_s = most_common(of_store);
    for (const auto& [store, offset] : of_store)
      if (offset != map.utc_offset_s) map.store_offsets[store] = offset;
    pos.naive = false;
    pos.doubt("times name no zone and are taken as " + config::utc_offset_text(map.utc_offset_s) +
              (map.store_offsets.empty()
                   ? ""
                   : ", those of " + std::to_string(map.store_offsets.size()) + " stores otherwise (store_offsets)") +
              ": so credits reach " + std::string(report::kSideWords[report::at(draft_.side)]) + " at once");
  }

 private:
  static std::int64_t most_common(const std::map<std::string, std::int64_t>& offsets) {
    std::map<std::int64_t, int> times;
    for (const auto& [store, offset] : offsets) ++times[offset];
    return std::ranges::max_element(times, {}, [](const auto& one) { return one.second; })->first;
  }
};

/// By the side that names its zone, else by the first that is taken as UTC.
void clocks_of_registers(std::vector<Draft>& drafts) {
  Draft& pos = drafts.front();
  for (bool naive : {false, true})
    for (std::size_t i = 1; i < drafts.size() && pos.naive && !pos.written; ++i)
      if (drafts[i].naive == naive) Held(pos, drafts[i]).store_clocks(pos);
}

/// What no column tells is not missed by anybody who reads the report.
void not_looked_for(const Draft& pos, Draft& draft) {
  const ExportMap &ours = pos.guess.map, &map = draft.guess.map;
  bool registers = draft.side == report::Side::pos, platform = draft.side == report::Side::platform;
  bool nobody = map.customer.empty() && map.email.empty() && map.phone.empty() && map.loyalty.empty();
  if (registers && nobody)
    draft.doubt(
        "no column of a customer: credits issued without one, and links to another one, are not looked for (F1, F3)");
  if (platform && nobody)
    draft.doubt("no column of a customer: credits linked to nobody, or to another customer, are not looked for (F3)");
  else if (platform && !map.own_customers && comparable_identifier(ours, map) == Field::count)
    draft.doubt(
        "customers are named by nothing that the registers name: credits linked to another customer are not looked for (F3)");
  if (registers && map.balance_type.empty())
    draft.doubt("no column of a balance type: credits that got another type are not looked for (F6)");
  if ((platform || draft.side == report::Side::storefront) && map.balance_type.empty() && !ours.balance_type.empty())
    draft.doubt("no column of a balance type to compare: credits that got another type here are not looked for (F6)");
}

}  // namespace

void compare_sides(std::vector<Draft>& drafts) {
  Draft& pos = drafts.front();
  for (Draft& draft : drafts)
    if (!draft.written) sign_of_issues(draft);
  for (Draft& draft : drafts)
    if (!draft.written) kind_of_negatives(draft, pos);
  for (std::size_t i = 1; i < drafts.size() && !pos.untold.empty(); ++i)
    if (drafts[i].untold.empty()) rewrite(pos, drafts[i], pairs_of(pos, drafts[i]));
  for (std::size_t i = 1; i < drafts.size() && pos.whole; ++i)
    if (!drafts[i].whole && drafts[i].untold.empty()) units_of_registers(pos, drafts[i]);
  clocks_of_registers(drafts);
  for (std::size_t i = 1; i < drafts.size(); ++i)
    if (!drafts[i].written) Held(pos, drafts[i]).run();
  for (Draft& draft : drafts)
    if (!draft.written) not_looked_for(pos, draft);
  for (Draft& draft : drafts) {
    if (draft.written) continue;
    if (draft.day_or_month)
      draft.doubt("day or month first cannot be told; taken as " +
                  std::string(draft.guess.map.time_format == TimeFormat::mdy ? "month" : "day") +
                  " first: say time_format, or --region");
    if (draft.naive) draft.doubt("times name no zone and are taken as UTC; say utc_offset");
  }
}

}  // namespace handoff::reconcile
