#include "core/reconcile/classify.hpp"

#include <algorithm>
#include <handoff/sdk/money.hpp>
#include <set>

#include "core/crypto/hash.hpp"
#include "core/identity/identifiers.hpp"
#include "core/reconcile/tasks.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

using report::Cause;
using report::Finding;
using report::kSides;

/// A balance type or currency of which so many were issued and none arrived is not on the other side's map.
constexpr std::int64_t kNeverMin = 5;

class Judge {
 public:
  Judge(const World& world, const Item& item, Kind kind) : world_(world), item_(item) {
    out_.kind = kind;
    describe();
  }

  Finding run() {
    switch (out_.kind) {
      case Kind::missing:
        missing();
        break;
      case Kind::not_linked:
        not_linked();
        break;
      case Kind::mapping:
        mapping();
        break;
      case Kind::downstream_only:
        bypassed();
        if (out_.redeemed > 0)
          say(money(out_.redeemed) + " of it was spent, " +
              money(std::max<std::int64_t>(0, out_.amount - out_.redeemed)) + " is left");
        break;
      case Kind::duplicate:
        because(Cause::duplicate, of_which_use() ? 500 : 950,
                (trace(Side::pos).net() < 0 ? "voided more than once at " + sides(item_.wrong)
                                            : sides(item_.wrong) + " has it more than once") +
                    shown());
        break;
      case Kind::amount:
        because(Cause::amount, of_which_use() ? 500 : 950, "issued for " + money(item_.expected) + shown());
        break;
      case Kind::not_voided:
        because(Cause::not_voided, 950,
                trace(Side::pos).cancelled != 0 ? "cancelled at the register, alive at " + sides(item_.wrong)
                                                : "cancelled at " + sides(item_.wrong) + ", alive at the register");
        break;
      case Kind::redeemed:
        because(Cause::redeemed, 900, redeemed());
        break;
      case Kind::unreadable:
        because(Cause::unreadable, 1000, "a row of it cannot be read, so nothing is concluded");
        break;
    }
    if (out_.cause != Cause::unreadable) out_.confidence = static_cast<int>(out_.confidence * sure_per_mille_ / 1000);
    if (young()) {
      out_.cause = Cause::in_flight;
      out_.confidence = 1000;
      say("younger than the SLA at the cut-off: may still arrive");
    }
    out_.task = task_for(out_);
    return std::move(out_);
  }

 private:
  const Trace& trace(Side side) const { return item_.traces[report::at(side)]; }
  const RowText* text(Side side) const {
    for (std::size_t i = 0; i < item_.places.size(); ++i)
      if (item_.sides[i] == side)
        if (auto found = world_.texts.find(item_.places[i]); found != world_.texts.end()) return &found->second;
    return nullptr;
  }
  std::string money(std::int64_t minor) const { return Money(minor, out_.currency).text(); }
  void say(std::string sentence) { out_.evidence.push_back(std::move(sentence)); }
  void because(Cause cause, int confidence, std::string sentence) {
    out_.cause = cause;
    out_.confidence = confidence;
    say(std::move(sentence));
  }
  std::uint8_t differs_at() const {
    if (out_.kind == Kind::missing) return item_.missing;
    if (out_.kind == Kind::redeemed) return item_.spent;
    return out_.kind == Kind::not_linked ? bit(Side::platform) : item_.wrong;
  }
  /// Of a row of several credits it is told by time and amounts which use of a number it is about.
  bool of_which_use() {
    bool merged = false;
    for (std::size_t s = 0; s < kSides; ++s)
      merged = merged || (has(item_.wrong, static_cast<Side>(s)) && item_.traces[s].share);
    if (!merged || (item_.number_from_s == 0 && item_.number_until_s == 0)) return false;
    say("its number is used again, and a row that names several credits may be of another use");
    return true;
  }
  std::uint8_t young_sides() const { return out_.kind == Kind::redeemed ? item_.spent_young : item_.young; }
  std::string redeemed() const {
    std::string out = "redeemed: ";
    if (has(item_.spent, Side::platform)) out += money(trace(Side::pos).redeemed) + " at the registers, ";
    out += money(trace(Side::platform).redeemed) + " at the platform";
    bool shop = world_.frame.tells_redeemed[report::at(Side::storefront)] && trace(Side::storefront).present;
    return shop ? out + ", " + money(trace(Side::storefront).redeemed) + " at the storefront" : out;
  }
  /// What differs in this kind is young everywhere.
  bool young() const {
    if (out_.kind == Kind::unreadable) return false;
    std::uint8_t sides = differs_at();
    return sides != 0 && (sides & ~young_sides()) == 0;
  }
  static std::string sides(std::uint8_t set) {
    std::string out;
    for (std::size_t s = 0; s < kSides; ++s)
      if (has(set, static_cast<Side>(s))) out += (out.empty() ? "" : ", ") + std::string(report::kSideWords[s]);
    return out;
  }
  std::string shown() const {
    std::string out;
    for (std::size_t s = 0; s < kSides; ++s)
      if (has(item_.wrong, static_cast<Side>(s)))
        out += "; " + std::string(report::kSideWords[s]) + ": " + money(item_.traces[s].net());
    return out;
  }

  void describe() {
    out_.currency = world_.dictionaries.currencies.word(item_.currency);
    out_.balance_type = world_.dictionaries.balance_types.word(item_.balance_type);
    out_.id = finding_id(item_, out_.kind, out_.currency, world_.store(item_), own_number());
    out_.amount = item_.expected;
    out_.reference = item_.key;
    out_.number_from_s = item_.number_from_s;
    out_.number_until_s = item_.number_until_s;
    out_.item = item_.key + "|" + std::to_string(item_.issued_s) +
                (item_.key.empty() ? "|" + std::to_string(item_.places.front()) : std::string());
    for (std::size_t s = 0; s < kSides; ++s) {
      out_.present[s] = item_.traces[s].present;
      out_.shows[s] = item_.traces[s].net();
      out_.wrong[s] = has(differs_at(), static_cast<Side>(s));
      out_.young[s] = out_.wrong[s] && has(young_sides(), static_cast<Side>(s));
      if (out_.kind != Kind::downstream_only || !out_.present[s]) continue;
      if (item_.expected == 0) out_.amount = std::max(out_.amount, out_.shows[s]);
      out_.redeemed = std::max(out_.redeemed, item_.traces[s].redeemed);
    }
    auto [route, version] = parts_of(world_.dictionaries.ways.word(item_.way));
    out_.route = route;
    out_.version = version;
    difference();
    if (item_.issued_s != 0) {
      std::int64_t offset = item_.quarters * std::int64_t{900};
      out_.issued_s = item_.issued_s;
      out_.issued_at = local_text(item_.issued_s, offset);
      out_.hour = hour_of_week(item_.issued_s + offset);
    }
    for (std::size_t i = 0; i < item_.places.size() && i < 12; ++i) {
      auto found = world_.texts.find(item_.places[i]);
      out_.rows.push_back({item_.sides[i], world_.loaded.files[file_of(item_.places[i])].path,
                           found == world_.texts.end() ? 0 : found->second.line});
    }
    people();
    if (world_.frame.references_are_codes) out_.reference = masked_code(out_.reference);
  }

  std::string own_number() const {
    const RowText* row = item_.key.empty() ? text(item_.sides.front()) : nullptr;
    return row == nullptr                     ? ""
           : item_.sides.front() == Side::pos ? row->transaction + "|" + row->receipt_line
                                              : row->instrument;
  }

  void difference() {
    if (out_.kind == Kind::missing || out_.kind == Kind::not_linked) out_.difference = item_.expected;
    if (out_.kind == Kind::downstream_only) out_.difference = out_.amount;
    for (Side side : {Side::platform, Side::storefront})
      if (out_.kind == Kind::redeemed && has(item_.spent, side))
        out_.difference = std::max(out_.difference, item_.spent_apart(side));
    if (out_.difference != 0 || out_.kind == Kind::unreadable) return;
    for (std::size_t s = 0; s < kSides; ++s) {
      if (!out_.wrong[s]) continue;
      std::int64_t there = item_.traces[s].currency == item_.currency ? out_.shows[s] : 0;
      out_.difference =
          std::max(out_.difference, there > item_.expected ? there - item_.expected : item_.expected - there);
    }
    // Under another type the figure is right and the value is not there: the sums say the same.
    if (out_.difference == 0 && out_.kind == Kind::mapping) out_.difference = item_.expected;
  }

  void people() {
    for (Side side : {Side::pos, Side::platform, Side::storefront, Side::payments, Side::erp}) {
      const RowText* row = text(side);
      if (row == nullptr) continue;
      auto take = [](std::string& to, const std::string& from) {
        if (to.empty()) to = from;
      };
      take(out_.store, row->store);
      take(out_.terminal, row->terminal);
      take(out_.staff, row->staff);
      take(out_.author, row->author);
      take(out_.customer, masked_customer(*row));
      if (out_.customer_key == 0 && trace(side).comparable) out_.customer_key = trace(side).customer;
      if (side == Side::pos)
        take(out_.transaction, row->transaction), take(out_.line, row->receipt_line),
            take(out_.business_date, row->business_date);
      if (side != Side::pos) take(out_.instrument, masked_code(row->instrument));
      take(out_.reference, row->reference);
    }
  }

  // -- missing ---------------------------------------------------------------------------------------------------

  void missing() {
    lacks_ = static_cast<std::uint8_t>(item_.missing & ~item_.young);
    if (lacks_ == 0) lacks_ = item_.missing;
    if (std::uint8_t unknown = nameless(lacks_); unknown != 0) {
      say("whether it is at " + sides(unknown) + " cannot be told: no entry there has a reference");
      lacks_ = static_cast<std::uint8_t>(lacks_ & ~unknown);
      if (lacks_ == 0) return because(Cause::unexplained, 300, "entries that may be it are its candidates");
    }
    if (std::uint8_t hidden = unread(lacks_); hidden != 0) {
      lacks_ = static_cast<std::uint8_t>(lacks_ & ~hidden);
      if (lacks_ == 0) return because(Cause::unreadable, 300, "correct those rows and run the audit again");
    }
    say("not at " + sides(lacks_) + ", " + age() + " after it was issued");
    if (item_.key.empty()) return because(Cause::unexplained, 500, "the register's row has no reference to look for");
    if (nobody_at_register()) return;
    if (never_arrives()) return;
    if (link_failed()) return;
    bool books = world_.frame.given[report::at(Side::erp)] && has(lacks_, Side::erp);
    bool at_platform = trace(Side::platform).present;
    if (books && at_platform) {
      bool alone = lacks_ == bit(Side::erp);
      if (alone && late(3)) return;
      return because(Cause::f4, alone ? 850 : 800,
                     "the platform has it, the books have not" +
                         std::string(has(lacks_, Side::storefront) ? ", and the storefront waits for them" : ""));
    }
    if (late(1)) return;
    if (at_platform) return passed_over();
    because(Cause::unexplained, 300, "newer credits of the store arrived");
  }

  /// Those of the set of whose rows as many are unreadable as credits are not found there: nothing is concluded (C3). Where
  /// some are, it is the less sure.
  std::uint8_t unread(std::uint8_t set) {
    std::uint8_t out = 0;
    for (std::size_t s = 0; s < kSides; ++s) {
      auto side = static_cast<Side>(s);
      if (!has(set, side) || world_.unread[s].empty()) continue;
      say(world_.unread[s]);
      std::int64_t sure = world_.surely_lacking(side);
      if (sure == 0) out |= bit(side);
      sure_per_mille_ = std::min(sure_per_mille_, sure * 1000 / world_.lacking[s]);
    }
    return out;
  }

  std::uint8_t nameless(std::uint8_t set) const {
    std::uint8_t out = 0;
    for (std::size_t s = 1; s < kSides; ++s)
      if (has(set, static_cast<Side>(s)) && world_.nameless[s]) out |= bit(static_cast<Side>(s));
    return out;
  }

  /// The platform has it. Where it knows whose it is, what is left is the poll, batch or message to those that lack it.
  void passed_over() {
    if (!trace(Side::platform).has_customer)
      return because(
          Cause::unexplained, 300,
          "newer credits of the store arrived, and the platform's export names no customers: nothing shows whether "
          "it is linked there (F3 if not) "
          "or whether a poll, batch or message left it out (F2)");
    because(
        Cause::f2, 450,
        "it is linked at the platform, and newer credits of the store arrived: a poll, batch or message left it out" +
            std::string(world_.frame.given[report::at(Side::erp)] ? "" : "; the books' export could tell more"));
  }

  std::string age() const {
    if (item_.issued_s == 0) return "no time is known";
    std::int64_t latest = trace(Side::pos).issued_s, hours = (world_.frame.as_of_s - latest) / kHour;
    if (hours <= 0 && latest != item_.issued_s)
      return "at most " + std::to_string((world_.frame.as_of_s - item_.issued_s) / kHour) + " h";
    return (latest != item_.issued_s ? "at least " : "") +
           (hours < 48 ? std::to_string(hours) + " h" : std::to_string(hours / 24) + " days");
  }

  bool nobody_at_register() {
    const Trace& pos = trace(Side::pos);
    if (!pos.tells_customer || pos.has_customer) return false;
    bool linked = trace(Side::platform).present && trace(Side::platform).has_customer;
    if (linked) return false;  // somebody linked it later
    because(Cause::f1, 950, "the register's row names no customer");
    return true;
  }

  bool never_arrives() {
    for (std::size_t s = 1; s < kSides; ++s) {
      if (!has(lacks_, static_cast<Side>(s))) continue;
      std::int64_t issued = 0, there = 0, issued_currency = 0, there_currency = 0;
      for (const auto& [key, cell] : world_.counts.cells) {
        if (key >> 8 != item_.currency) continue;
        issued_currency += cell.have[0].items;
        there_currency += cell.have[s].items;
        if ((key & 0xff) == item_.balance_type) {
          issued = cell.have[0].items;
          there = cell.have[s].items;
        }
      }
      bool currency = issued_currency >= kNeverMin && there_currency == 0;
      if (!currency && (issued < kNeverMin || there != 0 || item_.balance_type == 0)) continue;
      std::string what = currency ? out_.currency : "balance type '" + out_.balance_type + "' in " + out_.currency;
      because(Cause::f6, 900,
              "of " + std::to_string(currency ? issued_currency : issued) + " credits in " + what + " none is at " +
                  std::string(report::kSideWords[s]));
      return true;
    }
    return false;
  }

  bool link_failed() {
    const Trace& platform = trace(Side::platform);
    if (platform.present && platform.tells_customer && !platform.has_customer) {
      because(Cause::f3, 900, "the register names a customer, the platform's entry is linked to nobody");
      return true;
    }
    if (somebody_else()) return true;
    const RowText* pos = text(Side::pos);
    if (pos == nullptr || platform.has_customer) return false;
    if (!pos->email.empty() && identity::normalise_email(pos->email).empty()) {
      because(Cause::f3, 800, "the e-mail that the register wrote cannot be one");
      return true;
    }
    return false;
  }

  bool somebody_else() {
    const Trace &pos = trace(Side::pos), &platform = trace(Side::platform);
    if (!pos.comparable || !platform.comparable || pos.customer == platform.customer) return false;
    because(Cause::f3, 900, "the register and the platform name different customers");
    return true;
  }

  /// Nothing that the store issued later has arrived where it is missing.
  bool late(int least) {
    if (item_.issued_s == 0) return false;
    auto arrived = world_.arrived.find(out_.store);
    auto waiting = world_.waiting.find(out_.store);
    for (std::size_t s = 1; s < kSides; ++s) {
      if (!has(lacks_, static_cast<Side>(s))) continue;
      bool whole_side = item_.issued_s > world_.newest[s];
      std::uint32_t newest = arrived == world_.arrived.end() ? 0 : arrived->second[s];
      int alike = waiting == world_.waiting.end() ? 0 : waiting->second[s];
      if (!whole_side && (item_.issued_s <= newest || alike < least)) continue;
      int confidence = whole_side ? 900 : alike >= 3 ? 850 : 550;
      because(Cause::f2, confidence,
              "nothing that " + (whole_side ? "any store" : "store " + out_.store) + " issued after " +
                  (newest == 0 ? "the window began" : utc_text(whole_side ? world_.newest[s] : newest)) +
                  " has reached " + std::string(report::kSideWords[s]) + " (" + std::to_string(alike) +
                  (alike == 1 ? " credit waits)" : " credits wait)"));
      return true;
    }
    return false;
  }

  // -- the others ------------------------------------------------------------------------------------------------

  void not_linked() {
    if (somebody_else()) return;
    if (trace(Side::pos).has_customer)
      return because(Cause::f3, 900, "the register names a customer, the platform's entry is linked to nobody");
    because(Cause::f1, 900, "neither the register's row nor the platform's names a customer");
  }

  void mapping() {
    for (std::size_t s = 0; s < kSides; ++s) {
      if (!out_.wrong[s]) continue;
      const Trace& there = item_.traces[s];
      std::string who(report::kSideWords[s]);
      if (there.mixed)
        because(Cause::f6, 980,
                "rows of it are in more than one currency at " + who + "; the sums hold the first one's");
      else if (there.currency != item_.currency)
        because(Cause::f6, 980,
                "issued in " + out_.currency + ", in " + world_.dictionaries.currencies.word(there.currency) + " at " +
                    who);
      else if (there.balance_type != 0 && there.balance_type != item_.balance_type)
        because(Cause::f6, 980,
                "issued as '" + out_.balance_type + "', is '" +
                    world_.dictionaries.balance_types.word(there.balance_type) + "' at " + who);
      else
        because(
            Cause::f6, 900,
            "issued for " + money(item_.expected) + ", " + money(there.net()) + " at " + who + ": the unit was lost");
    }
  }

  void bypassed() {
    bool books = trace(Side::erp).present;
    if (nameless(item_.wrong) == item_.wrong)
      return because(Cause::unexplained, 300,
                     "no entry at " + sides(item_.wrong) + " has a reference: of which credit it is cannot be told");
    if (unread(bit(Side::pos)) != 0)
      return because(Cause::unreadable, 300, "correct those rows and run the audit again");
    for (std::size_t s = 1; s < kSides; ++s)
      if (item_.traces[s].mixed)
        return because(Cause::unexplained, 300,
                       "rows of it are in more than one currency at " + std::string(report::kSideWords[s]) +
                           ": what it is worth cannot be told");
    if (item_.later_s != 0)
      return because(Cause::unexplained, 300,
                     "the registers' files have a row of it, of " + utc_text(item_.later_s) +
                         " and so after the cut-off: that date or the cut-off is wrong, or it is another credit");
    std::string by = out_.author.empty() ? ", its author is not known" : ", by " + out_.author;
    bool adjusted = true;
    for (const Trace& there : item_.traces) adjusted = adjusted && there.issues == 0 && !there.share;
    if (adjusted)
      return because(
          books ? Cause::f5 : Cause::downstream_only, 700,
          "an adjustment at " + sides(item_.wrong) +
              " makes it, without an issue there or at a register; a credit older than the files may be meant" + by);
    if (books)
      return because(Cause::f5, out_.author.empty() ? 800 : 950,
                     "the books have it without an issue at a register" + by);
    because(Cause::downstream_only, 900,
            sides(item_.wrong) + " has it without an issue at a register" + (out_.author.empty() ? "" : by));
  }

  const World& world_;
  const Item& item_;
  std::uint8_t lacks_ = 0;              // sides where it is missing and overdue
  std::int64_t sure_per_mille_ = 1000;  // of what is not found there cannot be a row that nobody can read
  Finding out_;
};

/// Rows that cannot be read and say of no credit, or of none that there is: by side, in order.
BySide<std::vector<std::uint64_t>> rows_of_nobody(const Loaded& loaded, const Counts& counts) {
  BySide<std::vector<std::uint64_t>> out;
  auto add = [&](std::uint64_t place) { out[report::at(loaded.files[file_of(place)].side)].push_back(place); };
  for (const BadRow& bad : loaded.bad)
    if (bad.nameless) add(bad.place);
  std::set<std::uint64_t> named(counts.perhaps.begin(), counts.perhaps.end());  // else by its other end
  for (std::uint64_t place : std::set<std::uint64_t>(counts.nobodys.begin(), counts.nobodys.end()))
    if (!named.contains(place)) add(place);
  for (std::vector<std::uint64_t>& places : out) std::ranges::sort(places);
  return out;
}

std::string unread_rows(const Loaded& loaded, Side side, std::int64_t rows, const std::vector<std::uint64_t>& places) {
  constexpr std::size_t kShown = 3;
  if (rows == 0) return {};
  std::string where;
  for (std::size_t i = 0; i < std::min(places.size(), kShown); ++i) {
    const LoadedFile& file = loaded.files[file_of(places[i])];
    where += (i == 0 ? "" : ", ") + file.path + ":" + std::to_string(file.line(places[i]));
  }
  return std::to_string(rows) + (rows == 1 ? " row of " : " rows of ") +
         std::string(report::kSideWords[report::at(side)]) + " cannot be read and " + (rows == 1 ? "names" : "name") +
         " no credit (" + where + (rows > static_cast<std::int64_t>(kShown) ? ", ..." : "") + "): it may be " +
         (rows == 1 ? "that one" : "one of them");
}

}  // namespace

World::World(const Frame& f, const Counts& c, const Dictionaries& d, const Loaded& l, const RowTexts& t,
             const std::vector<Item>& open)
    : frame(f), counts(c), dictionaries(d), loaded(l), texts(t) {
  for (std::size_t origin = 0; origin < counts.arrived.size(); ++origin) {
    std::string name(parts_of(dictionaries.origins.word(static_cast<std::uint32_t>(origin)))[0]);
    BySide<std::uint32_t>& of_store = arrived[name];
    for (std::size_t s = 0; s < kSides; ++s) {
      of_store[s] = std::max(of_store[s], counts.arrived[origin][s]);
      newest[s] = std::max(newest[s], of_store[s]);
    }
  }
  for (std::size_t s = 1; s < kSides; ++s) {
    auto here = [s](const Item& item) { return item.traces[s].present; };
    auto named = [&](const Item& item) { return here(item) && !item.key.empty(); };
    auto matched = [s](const auto& cell) { return cell.second.have[s].items != 0; };
    nameless[s] = std::ranges::any_of(open, here) && std::ranges::none_of(open, named) &&
                  std::ranges::none_of(counts.cells, matched);
  }
  BySide<std::vector<std::uint64_t>> places = rows_of_nobody(loaded, counts);
  for (std::size_t s = 0; s < kSides; ++s) {
    auto kept = std::ranges::count_if(loaded.bad, [&](const BadRow& bad) {
      return bad.nameless && report::at(loaded.files[file_of(bad.place)].side) == s;
    });
    // Of many bad rows not all are kept.
    nobodys[s] = loaded.nameless[s] - kept + static_cast<std::int64_t>(places[s].size());
    unread[s] = unread_rows(loaded, static_cast<Side>(s), nobodys[s], places[s]);
  }
  for (const Item& item : open) {
    lacking[report::at(Side::pos)] += item.is(Kind::downstream_only) ? 1 : 0;
    for (std::size_t s = 1; s < kSides; ++s) lacking[s] += has(item.missing, static_cast<Side>(s)) ? 1 : 0;
    if (!item.is(Kind::missing)) continue;
    std::string name = store(item);
    for (std::size_t s = 1; s < kSides; ++s)
      if (has(item.missing, static_cast<Side>(s)) && item.issued_s > arrived[name][s]) ++waiting[name][s];
  }
}

std::string World::store(const Item& item) const {
  return std::string(parts_of(dictionaries.origins.word(item.origin))[0]);
}

std::string finding_id(const Item& item, Kind kind, const std::string& currency, const std::string& store,
                       const std::string& own) {
  // By its own clock: a map may set that otherwise.
  std::int64_t written_s = item.issued_s + item.quarters * std::int64_t{900};
  std::string what(report::kKindNames[report::at(kind)]);
  what += "|" + item.key;
  bool numbered = !own.empty() && own != "|";
  bool by_hand = kind == Kind::downstream_only &&
                 (numbered || !item.key.empty());  // its number is all that makes it the same entry
  if (!by_hand) what += "|" + currency + "|" + date_text(written_s) + "|" + store;
  if (item.key.empty()) {  // then what it says is all there is
    std::uint64_t customer = 0;
    std::int64_t amount = item.expected;
    for (const Trace& trace : item.traces) {
      customer ^= trace.customer;
      amount = std::max(amount, trace.net());
    }
    what += "|" + std::to_string(amount);
    if (!by_hand) what += "|" + std::to_string(written_s) + "|" + std::to_string(customer);
    if (numbered) what += "|" + std::string(report::kSideNames[report::at(item.sides.front())]) + "|" + own;
  }
  return "fd-" + crypto::base32(crypto::bytes(crypto::sha256(what))).substr(0, 16);
}

std::vector<std::string> ids_of(const World& world, const Item& item) {
  std::vector<std::string> out;
  for (std::size_t k = 0; k < report::kKindNames.size(); ++k)
    out.push_back(
        finding_id(item, static_cast<Kind>(k), world.dictionaries.currencies.word(item.currency), world.store(item)));
  return out;
}

void classify(const World& world, const Item& item, std::vector<report::Finding>& out) {
  bool overdue = item.is(Kind::missing) && (item.missing & ~item.young) != 0;
  bool link_is_young = has(item.young, Side::platform);
  for (std::size_t k = 0; k < report::kKindNames.size(); ++k) {
    auto kind = static_cast<Kind>(k);
    if (!item.is(kind)) continue;
    // It is the reason why something is missing, not another finding; unless what is missing may still arrive and the link not.
    if (kind == Kind::not_linked && item.is(Kind::missing) && (overdue || link_is_young)) continue;
    out.push_back(Judge(world, item, kind).run());
  }
}

}  // namespace handoff::reconcile
