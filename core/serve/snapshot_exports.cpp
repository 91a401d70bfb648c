#include "core/serve/snapshot_exports.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <handoff/sdk/codec.hpp>

#include "core/model/identity.hpp"
#include "core/report/csv.hpp"

namespace handoff::serve {

namespace {

using report::kSides;
using report::Side;

void put(json::Object& row, const char* name, const std::string& text) {
  if (!text.empty()) row.set(name, text);
}
void put(json::Object& row, const char* name, const Money& money) {
  row.set(name, write_decimal(money.minor(), money.exponent()));
}

/// As an audit compares ids: of letters and digits alone.
std::string as_id(std::string owner) {
  std::erase_if(owner, [](unsigned char c) { return std::isalnum(c) == 0; });
  return owner;
}

config::ExportMap map_of(Side side, Shape shape) {
  config::ExportMap out;
  out.reference = {"reference"};
  out.currency = "currency";
  out.time = "time";
  out.type = shape == Shape::balances ? "" : "type";
  (shape == Shape::balances ? out.balance : out.amount) = shape == Shape::balances ? "balance" : "amount";
  if (side == Side::pos) {
    out.balance_type = "balance_type";
    out.store = "store";
    out.terminal = "terminal";
    out.staff = "staff";
    out.route = "route";
    out.customer = out.loyalty = "owner";
    out.systems = "systems";
    return out;
  }
  out.instrument = "instrument";
  if (shape != Shape::cards) return out;
  out.balance = "balance";
  out.status = "status";
  out.customer = "customer";  // what that system calls them
  out.loyalty = "owner";      // and whom the hub knows by that
  return out;
}

constexpr std::string_view kColumns[] = {"reference", "amount", "balance", "currency",  "balance_type", "time",
                                         "type",      "status", "store",   "terminal",  "staff",        "route",
                                         "customer",  "owner",  "systems", "instrument"};

/// One file of a side. A header is there even where no row is.
class Rows {
 public:
  Rows(const std::string& folder, Side side)
      : path_(folder + "/" + std::string(report::kSideNames[report::at(side)]) + ".csv"),
        out_(path_, std::ios::binary | std::ios::trunc) {
    out_ << report::csv_line({std::begin(kColumns), std::end(kColumns)});
  }
  void add(const json::Object& row) {
    std::vector<std::string> fields;
    for (std::string_view name : kColumns) {
      const json::Value* value = row.find(name);
      fields.emplace_back(value == nullptr ? std::string_view() : value->as_string());
    }
    out_ << report::csv_line(fields);
  }
  bool finish() {
    out_.flush();
    return out_.good();
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::ofstream out_;
};

/// Sightings of one record complete each other; the later counts where both tell (ListInput).
void complete(Sighting& to, const Sighting& more) {
  auto text = [](std::string& mine, const std::string& theirs) {
    if (!theirs.empty()) mine = theirs;
  };
  auto money = [](std::optional<Money>& mine, const std::optional<Money>& theirs) {
    if (theirs) mine = theirs;
  };
  money(to.amount, more.amount);
  money(to.issued, more.issued);
  money(to.removed, more.removed);
  money(to.redeemed, more.redeemed);
  for (auto field : {&Sighting::surface, &Sighting::state, &Sighting::customer, &Sighting::reference, &Sighting::credit,
                     &Sighting::made})
    text(to.*field, more.*field);
}

/// What a system booked. Two entries may be alike to the letter, and pages and looks may show one again: in one answer each
/// record is an entry, and of several answers the one that has the most of a kind tells how many there are.
class Entries {
 public:
  void next_answer() { here_.clear(); }
  void add(Sighting seen) {
    Key key{seen.instrument, seen.credit, seen.reference, seen.state, seen.amount->text(), seen.made};
    std::vector<Sighting>& alike = kept_[key];
    std::size_t& here = here_[std::move(key)];
    if (here == alike.size())
      alike.push_back(std::move(seen));
    else
      complete(alike[here], seen);
    ++here;
  }
  std::vector<Sighting> all() const {
    std::vector<Sighting> out;
    for (const auto& [key, alike] : kept_) out.insert(out.end(), alike.begin(), alike.end());
    return out;
  }

 private:
  using Key = std::array<std::string, 6>;
  std::map<Key, std::vector<Sighting>> kept_;
  std::map<Key, std::size_t> here_;
};

/// One system's records, by credit.
class System {
 public:
  System(const Viewed& system, const Credits& credits) : system_(system), credits_(credits) {}

  void list(const Listed& listing) {
    std::map<std::pair<std::string, std::string>, Sighting> whole;
    Entries entries;
    auto page = listing.pages.begin();
    for (std::size_t i = 0; i < listing.records.size(); ++i) {
      for (; page != listing.pages.end() && *page == i; ++page) entries.next_answer();
      Sighting seen;
      if (!decode(listing.records[i], seen).empty()) continue;
      if (is_entry(seen)) {
        entries.add(std::move(seen));
        continue;
      }
      std::string credit = seen.credit;
      auto [place, fresh] = whole.try_emplace({seen.instrument, std::move(credit)}, seen);
      if (!fresh) complete(place->second, seen);
    }
    for (Sighting& entry : entries.all()) {
      if (auto more = whole.find({entry.instrument, entry.credit}); more != whole.end()) {
        complete(more->second, entry);
        entry = more->second;
      }
      sort_in(std::move(entry));
    }
    for (auto& [key, seen] : whole)
      if (!is_entry(seen)) sort_in(std::move(seen));
  }

  /// What was read of one credit takes the place of what was listed of it. False: a record of it could not be read.
  bool look(std::int64_t credit, const std::vector<const Looked*>& looks) {
    std::vector<Sighting> fresh;
    Entries entries;
    std::int64_t before = unreadable_;
    for (const Looked* one : looks) {
      entries.next_answer();
      for (const json::Value& record : one->records) {
        Sighting seen;
        if (!decode(record, seen).empty()) continue;
        unreadable_ += is_readable(seen) ? 0 : 1;
        if (!is_readable(seen)) continue;
        Credits::Owner owner = credits_.owner_of(seen, system_.id);
        bool unnamed =
            owner.whose == Credits::Whose::nobodys && system_.shape == Shape::cards && one->records.size() == 1;
        if (owner.credit != credit && !unnamed) continue;
        bool known =
            std::ranges::any_of(fresh, [&](const Sighting& other) { return other.instrument == seen.instrument; });
        if (is_entry(seen))
          entries.add(std::move(seen));
        else if (!known)
          fresh.push_back(std::move(seen));
      }
    }
    if (system_.shape == Shape::bookings) fresh = entries.all();
    std::vector<Sighting>& kept = by_credit_[credit];
    std::erase_if(kept, [&](const Sighting& listed) { return was_read(listed, fresh); });
    kept.insert(kept.begin(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
    return unreadable_ == before;
  }

  bool has(std::int64_t credit) const {
    auto found = by_credit_.find(credit);
    return named_.contains(credit) || (found != by_credit_.end() && !found->second.empty());
  }

  void write(Rows& rows) const {
    for (const auto& [no, seen] : by_credit_)
      for (const Sighting& one : seen) row(rows, one, &credits_.all().at(no));
    for (const auto& [no, seen] : named_)
      for (const Sighting& one : seen) row(rows, one, &credits_.all().at(no));
    for (const Sighting& one : foreign_) row(rows, one, nullptr);
    if (system_.shape == Shape::balances) spent(rows);
  }
  std::int64_t unreadable() const { return unreadable_; }
  std::size_t by_receipt() const { return named_.size(); }

 private:
  /// A connector gives what it likes: a booking tells by its amount alone.
  bool is_readable(const Sighting& seen) const {
    return seen.amount || (seen.issued && system_.shape != Shape::bookings);
  }

  bool is_entry(const Sighting& seen) const { return system_.shape == Shape::bookings && seen.amount.has_value(); }

  /// Whether the read of its credit tells of it: by name, or for it is what the hub made and asked for. Another thing that is
  /// listed of the credit was not asked for; that the read does not show it is no proof that it is gone (C2).
  bool was_read(const Sighting& listed, const std::vector<Sighting>& fresh) const {
    if (system_.shape == Shape::balances || credits_.has_made(listed.instrument, system_.id)) return true;
    return std::ranges::any_of(fresh, [&](const Sighting& read) {
      bool booked = system_.shape == Shape::bookings && !read.reference.empty() && read.reference == listed.reference;
      return booked || read.instrument == listed.instrument;
    });
  }

  void sort_in(Sighting seen) {
    Credits::Owner owner = credits_.owner_of(seen, system_.id);
    if (owner.whose == Credits::Whose::left_out) return;
    if (!is_readable(seen)) {
      ++unreadable_;
      return;
    }
    if (owner.by_receipt) {
      named_[owner.credit].push_back(std::move(seen));
      return;
    }
    (owner.credit != 0 ? by_credit_[owner.credit] : foreign_).push_back(std::move(seen));
  }

  void row(Rows& rows, const Sighting& seen, const WindowCredit* credit) const {
    json::Object out;
    std::string reference = credit != nullptr         ? credit->row.ref
                            : !seen.credit.empty()    ? seen.credit
                            : !seen.reference.empty() ? seen.reference
                                                      : seen.instrument;
    put(out, "reference", reference);
    std::optional<Money> amount = seen.amount;
    if (credit != nullptr && amount) amount = as_given(*credit, *amount);
    put(out, "currency", (amount ? *amount : *seen.issued).currency());
    put(out, "instrument", seen.instrument);
    if (system_.shape == Shape::cards) return card(rows, seen, credit, std::move(out));
    if (system_.shape == Shape::balances) {
      if (credit != nullptr) put(out, "time", shown_at(*credit));
      if (seen.amount) put(out, "balance", *seen.amount);
      return rows.add(out);
    }
    put(out, "time", seen.made);
    bool back = amount->minor() < 0;
    put(out, "amount", back ? amount->negated() : *amount);
    out.set("type", back ? "void" : "issue");
    rows.add(out);
  }

  /// A booking in another currency that is exactly what it was to be stands for the credit's own amount (ADR 0024).
  Money as_given(const WindowCredit& credit, const Money& shown) const {
    auto booked = credit.booked.find(system_.id);
    if (booked == credit.booked.end()) return shown;
    if (shown == booked->second) return credit.row.amount;
    return shown == booked->second.negated() ? credit.row.amount.negated() : shown;
  }

  void card(Rows& rows, const Sighting& seen, const WindowCredit* credit, json::Object out) const {
    Money face = seen.issued ? *seen.issued : *seen.amount;
    bool over = seen.state == "void" || seen.state == "inactive";
    put(out, "time", seen.made);
    put(out, "customer", seen.customer);
    if (credit != nullptr) put(out, "owner", as_id(credits_.customer_of(*credit, system_.id, seen.customer)));
    json::Object end = out;
    put(out, "amount", face);
    out.set("type", "issue");
    if (!over && seen.amount) put(out, "balance", *seen.amount);
    if (over && !seen.removed) put(out, "status", seen.state);
    rows.add(out);
    if (!over || !seen.removed) return;
    put(end, "amount", *seen.removed);
    end.set("type", "void");
    rows.add(end);
  }

  /// When the hub last had it shown: so young is what may still be on its way.
  std::string shown_at(const WindowCredit& credit) const { return rfc3339(credit.row.changed_at); }

  /// A shop that shows a customer's credits leaves out what is spent. So that is a balance of zero, and no loss.
  void spent(Rows& rows) const {
    for (const auto& [no, credit] : credits_.all()) {
      if (!credit.due[report::at(system_.side)] || credit.row.available != 0 || has(no) || credit.cancelled) continue;
      json::Object out;
      put(out, "reference", credit.row.ref);
      put(out, "currency", credit.row.amount.currency());
      put(out, "time", shown_at(credit));
      put(out, "balance", Money(0, credit.row.amount.currency()));
      rows.add(out);
    }
  }

  const Viewed& system_;
  const Credits& credits_;
  std::map<std::int64_t, std::vector<Sighting>> by_credit_;
  std::vector<Sighting> foreign_;
  std::map<std::int64_t, std::vector<Sighting>> named_;  // entries that carry the receipt and nothing of the hub's
  std::int64_t unreadable_ = 0;
};

/// The registers' side. `silent`: where nothing could be read of a credit that was not listed.
void write_issued(Rows& rows, const Credits& credits, const report::BySide<bool>& given,
                  const std::map<std::int64_t, report::BySide<bool>>& silent) {
  for (const auto& [no, one] : credits.all()) {
    json::Object out;
    const journal::CreditRow& row = one.row;
    put(out, "reference", row.ref);
    put(out, "currency", row.amount.currency());
    put(out, "balance_type", row.balance_type);
    put(out, "store", row.store);
    put(out, "terminal", row.terminal);
    put(out, "staff", row.staff);
    put(out, "route", row.route);
    put(out, "owner", as_id(one.owner));
    put(out, "amount", row.amount);
    std::string systems;
    auto unknown = silent.find(no);
    for (std::size_t s = 1; s < kSides; ++s) {
      bool expected = one.due[s] && given[s] && !(unknown != silent.end() && unknown->second[s]);
      if (expected) systems += (systems.empty() ? "" : " ") + std::string(report::kSideNames[s]);
    }
    out.set("systems", systems.empty() ? "pos" : systems);
    json::Object end = out;
    out.set("type", "issue").set("time", rfc3339(row.at));
    rows.add(out);
    if (!one.cancelled) continue;
    end.set("type", "void").set("time", rfc3339(row.changed_at));
    rows.add(end);
  }
}

}  // namespace

std::optional<Exports> write_exports(const Credits& credits, const std::vector<Viewed>& systems,
                                     const std::map<std::string, Listed>& listings, const Looks& looks,
                                     const std::string& folder) {
  Exports out;
  report::BySide<bool> given{};
  std::map<std::int64_t, report::BySide<bool>> silent;
  std::vector<std::string> unread_notes;
  for (const Viewed& system : systems) {
    std::size_t s = report::at(system.side);
    auto listing = listings.find(system.connector);
    if (system.lists && (listing == listings.end() || !listing->second.complete)) {
      out.left_out.push_back(system.connector);
      out.notes.push_back(system.connector + " is not compared: " +
                          (listing == listings.end() ? std::string("it was not listed") : listing->second.why));
      continue;
    }
    given[s] = true;
    System records(system, credits);
    if (system.lists) records.list(listing->second);
    std::int64_t unread = 0;
    for (const auto& [no, credit] : credits.all()) {
      auto effects = credit.effects.find(system.id);
      if (effects == credit.effects.end()) continue;
      std::vector<const Looked*> seen;
      bool failed = false;
      for (std::int64_t effect : effects->second)
        if (auto look = looks.find(effect); look != looks.end()) {
          failed = failed || !look->second.why.empty();
          seen.push_back(&look->second);
        }
      // Only a listing says of what was not looked at that it is not there.
      if (!system.lists && seen.empty()) failed = true;
      if (!seen.empty() && !failed) failed = !records.look(no, seen);
      if (!failed || records.has(no)) continue;
      silent[no][s] = true;
      ++unread;
    }
    if (unread > 0) {
      out.unread[system.connector] = unread;
      unread_notes.push_back(system.connector + " could not be asked about " + std::to_string(unread) +
                             (unread == 1 ? " credit" : " credits") + (system.lists ? " that its listing lacks" : "") +
                             ": no conclusion about them");
    }
    if (records.unreadable() > 0)
      out.notes.push_back(system.connector + " shows " + std::to_string(records.unreadable()) +
                          " records that are not ours to read; they are not compared");
    if (records.by_receipt() > 0)
      out.notes.push_back(
          system.connector + " shows " + std::to_string(records.by_receipt()) +
          (records.by_receipt() == 1 ? " entry" : " entries") +
          " under the register's receipt, without a reference of the hub: taken for the credit of that receipt and amount");
    Rows rows(folder, system.side);
    records.write(rows);
    if (!rows.finish()) return std::nullopt;
    out.files[s] = {rows.path()};
    out.maps[s] = map_of(system.side, system.shape);
  }
  std::ofstream unjudged(folder + "/unjudged.txt", std::ios::binary | std::ios::trunc);
  for (const auto& [no, sides] : silent) unjudged << upper(credits.all().at(no).row.ref) << "\n";
  for (const std::string& ref : credits.left_out()) unjudged << upper(ref) << "\n";
  if (!unjudged.flush()) return std::nullopt;
  Rows issued(folder, Side::pos);
  write_issued(issued, credits, given, silent);
  if (!issued.finish()) return std::nullopt;
  out.files[0] = {issued.path()};
  out.maps[0] = map_of(Side::pos, Shape::cards);
  out.notes.insert(out.notes.end(), unread_notes.begin(), unread_notes.end());
  if (!credits.left_out().empty())
    out.notes.push_back(std::to_string(credits.left_out().size()) +
                        " credits are being taken back or repaired, or ended otherwise: not compared");
  return out;
}

std::string map_text(const Exports& exports) {
  std::string out;
  for (std::size_t s = 0; s < kSides; ++s)
    if (!exports.files[s].empty())
      out += (out.empty() ? "" : "\n") + config::to_toml(report::kSideNames[s], exports.maps[s]);
  return out;
}

}  // namespace handoff::serve
