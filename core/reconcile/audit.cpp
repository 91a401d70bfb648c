#include "core/reconcile/audit.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/crypto/hash.hpp"
#include "core/reconcile/candidates.hpp"
#include "core/reconcile/clusters.hpp"
#include "core/reconcile/hops.hpp"
#include "core/reconcile/join.hpp"
#include "core/reconcile/logs.hpp"
#include "core/reconcile/shares.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

using report::Cause;
using report::Finding;
using report::kSides;

/// A day on which so many were issued and none is on a side: a file may be missing.
constexpr std::int64_t kDayMin = 20;

/// By origin, the first one of the same store, from 1.
std::vector<std::uint32_t> stores(const Names& origins) {
  std::vector<std::uint32_t> out(origins.size(), 0);
  std::map<std::string_view, std::uint32_t> first;
  for (std::uint32_t i = 0; i < out.size(); ++i)
    if (std::string_view store = parts_of(origins.word(i))[0]; !store.empty())
      out[i] = first.emplace(store, i + 1).first->second;
  return out;
}

/// From when on an entry must be of a credit in the registers' files: from the begin of the window where they go back an SLA
/// further, else only after that. A shop may have no credit for weeks, and one date of another year is no file.
std::uint32_t entries_from(const Loaded& loaded, std::int64_t from_s, std::int64_t sla_s) {
  constexpr std::int64_t kQuiet = 31;
  std::int64_t day = (from_s - sla_s) / kDay;
  bool known = false;
  for (std::int64_t back = 0; back < kQuiet; ++back)
    known = known || (day - back > 0 && loaded.register_days[static_cast<std::size_t>(day - back)]);
  return static_cast<std::uint32_t>(known ? from_s : from_s + sla_s);
}

Frame frame_of(const Request& request, const Loaded& loaded, const Dictionaries& dictionaries) {
  Frame out;
  out.store_of = stores(dictionaries.origins);
  std::uint32_t newest = *std::ranges::max_element(loaded.newest);
  out.as_of_s = request.as_of_s ? static_cast<std::uint32_t>(*request.as_of_s) : newest;
  out.from_s = static_cast<std::uint32_t>(std::max<std::int64_t>(0, out.as_of_s - request.window_s));
  for (std::size_t s = 0; s < kSides; ++s) {
    const config::ExportMap& map = request.maps[s];
    out.given[s] = !request.files[s].empty();
    bool spends = !map.type.empty() || !map.balance.empty() || map.negative == "redeem";
    out.tells_redeemed[s] = spends && loaded.tells_moves[s];
    out.balance_only[s] = map.amount.empty();
    out.references_are_codes |= map.reference.size() == 1 && map.reference.front() == map.instrument;
    out.sla_s[s] = request.sla_s[s];
    out.entries_from_s[s] = entries_from(loaded, out.from_s, out.sla_s[s]);
  }
  out.answers = !request.logs.empty();
  constexpr std::size_t kPlatform = report::at(Side::platform);
  bool shows_spent = loaded.spends[kPlatform] || !request.maps[kPlatform].balance.empty();
  out.platform_lists_spent = shows_spent && loaded.of_no_credit[kPlatform] == 0;
  for (const auto& [id, reference] : request.known)
    if (!reference.empty()) out.sought.insert(digest(reference));
  return out;
}

/// A file that was cut at the end of a line looks whole: only who exported it knows how many rows it had.
std::expected<void, Refusal> as_many_rows(const Request& request, const Loaded& loaded) {
  for (std::size_t s = 0; s < kSides; ++s) {
    if (!request.rows[s]) continue;
    std::int64_t rows = 0;
    for (const LoadedFile& file : loaded.files) rows += report::at(file.side) == s ? file.rows : 0;
    if (rows == *request.rows[s]) continue;
    bool one = request.files[s].size() == 1;
    return std::unexpected(Refusal{one ? request.files[s].front() : "", 0,
                                   (one ? "has " : "the files of " + std::string(report::kSideNames[s]) + " have ") +
                                       std::to_string(rows) + " rows, and --rows says " +
                                       std::to_string(*request.rows[s]),
                                   "fetch it again, or correct --rows"});
  }
  return {};
}

class Assembly {
 public:
  Assembly(const Request& request, const Dictionaries& dictionaries, const Loaded& loaded, const Frame& frame,
           Joined& joined)
      : request_(request), dictionaries_(dictionaries), loaded_(loaded), frame_(frame), joined_(joined) {}

  std::expected<report::Audit, Refusal> run() {
    std::vector<std::uint64_t> places;
    for (const Item& item : joined_.open) places.insert(places.end(), item.places.begin(), item.places.end());
    for (const BadRow& bad : shown_bad()) places.push_back(bad.place);
    auto texts = read_details(request_, loaded_, std::move(places));
    if (!texts) return std::unexpected(texts.error());
    World world(frame_, joined_.counts, dictionaries_, loaded_, *texts, joined_.open);
    head();
    numbers();
    for (Item& item : joined_.open) {
      classify(world, item, out_.findings);
      forget(item, *texts);
    }
    number_alike();
    known_before(world);
    add_candidates(out_);
    if (auto logs = add_logs(request_, out_); !logs) return std::unexpected(logs.error());
    sort_findings();
    count_findings();
    unreadable(*texts);
    add_clusters(world, out_);
    add_trend(world, out_);
    add_hops(joined_.counts, tells_customer(), out_);
    warnings(world);
    notes();
    return std::move(out_);
  }

 private:
  std::span<const BadRow> shown_bad() const {
    return std::span(loaded_.bad).first(std::min(loaded_.bad.size(), kBadShown));
  }

  BySide<bool> tells_customer() const {
    BySide<bool> out{};
    for (std::size_t s = 1; s < kSides; ++s) {
      const config::ExportMap& map = request_.maps[s];
      out[s] = !map.customer.empty() || !map.email.empty() || !map.phone.empty() || !map.loyalty.empty();
    }
    return out;
  }

  /// A finding holds what it shows: with many of them the rows beside it would be as much memory again. What several items
  /// share stays, and what tells of a row that cannot be read.
  static void forget(Item& item, RowTexts& texts) {
    bool shared = std::ranges::any_of(item.traces, [](const Trace& trace) { return trace.share; });
    if (shared || item.is(Kind::unreadable)) return;
    for (std::uint64_t place : item.places) texts.erase(place);
    item.places = {};
    item.sides = {};
  }

  void known_before(const World& world) {
    for (const Item& item : joined_.met) {
      report::Met now = !item.judged      ? report::Met::not_judged
                        : item.kinds != 0 ? report::Met::differs
                                          : report::Met::right;
      for (const std::string& id : ids_of(world, item))
        if (request_.known.contains(id)) out_.met[id] = std::max(out_.met[id], now);
    }
  }

  void head() {
    out_.complete = request_.complete;
    out_.as_of = utc_text(frame_.as_of_s);
    out_.from = utc_text(frame_.from_s);
    out_.given = frame_.given;
    for (const LoadedFile& file : loaded_.files) {
      out_.sources.push_back({file.side, file.path, file.rows, file.unreadable, file.bytes});
      out_.unreadable_rows += file.unreadable;
    }
    const Counts& counts = joined_.counts;
    out_.credits = counts.credits;
    out_.before_window = counts.before_window;
    out_.after_cut_off = counts.after_cut_off;
    out_.repeated_rows = counts.repeated;
    for (std::size_t s = 1; s < kSides; ++s)
      if (frame_.given[s])
        out_.sla += (out_.sla.empty() ? "" : ", ") + std::string(report::kSideNames[s]) + " " +
                    (frame_.sla_s[s] % kHour == 0 ? std::to_string(frame_.sla_s[s] / kHour) + " h"
                                                  : std::to_string(frame_.sla_s[s] / 60) + " min");
  }

  void numbers() {
    for (const auto& [key, cell] : joined_.counts.cells) {
      report::Numbers one;
      one.currency = dictionaries_.currencies.word(key >> 8);
      one.balance_type = dictionaries_.balance_types.word(key & 0xff);
      one.have = cell.have;
      one.gap = cell.gap;
      one.in_flight = cell.in_flight;
      one.extra = cell.extra;
      one.items_with_gap = cell.with_gap;
      one.redeemed = cell.redeemed;
      one.left = cell.left;
      out_.numbers.push_back(std::move(one));
    }
    std::ranges::sort(out_.numbers, {}, [](const report::Numbers& n) { return std::tie(n.currency, n.balance_type); });
  }

  /// The largest first, what is under way at the end.
  void sort_findings() {
    std::map<std::string, report::Sum, std::less<>> unit;  // by currency: they are few, and the findings may be many
    for (const Finding& one : out_.findings)
      if (!unit.contains(one.currency)) unit[one.currency] = report::size_of(1, one.currency);
    std::ranges::sort(out_.findings, {}, [&unit](const Finding& f) {
      return std::tuple(f.cause == Cause::in_flight, -f.difference * unit.find(f.currency)->second,
                        std::string_view(f.id));
    });
  }

  /// Two credits of which nothing tells one from the other, or one number twice in a store's day: the first, the second. When
  /// the first leaves, the second is the first: such an id leads to an entry like it, and nothing is done by it alone.
  void number_alike() {
    std::map<std::string, int> all, seen;
    for (const Finding& finding : out_.findings) ++all[finding.id];
    for (Finding& finding : out_.findings) {
      finding.alike = all[finding.id];
      if (int before = seen[finding.id]++; before > 0)
        finding.id =
            "fd-" +
            crypto::base32(crypto::bytes(crypto::sha256(finding.id + "|" + std::to_string(before)))).substr(0, 16);
    }
  }

  void count_findings() {
    std::set<std::string> items;
    for (const Finding& finding : out_.findings) {
      report::Tally& tally = out_.causes[report::at(finding.cause)];
      tally.add(finding.difference);
      if (finding.cause != Cause::in_flight && finding.cause != Cause::unreadable) items.insert(finding.item);
    }
    out_.credits_with_gap = static_cast<std::int64_t>(items.size());
  }

  void unreadable(const RowTexts& texts) {
    for (const BadRow& bad : shown_bad()) {
      const LoadedFile& file = loaded_.files[file_of(bad.place)];
      auto text = texts.find(bad.place);
      out_.unreadable.push_back({{file.side, file.path, text == texts.end() ? 0 : text->second.line}, bad.why});
    }
  }

  void warnings(const World& world) {
    auto warn = [this](std::string text) { out_.warnings.push_back(std::move(text)); };
    if (out_.unreadable_rows > 0)
      warn(std::to_string(out_.unreadable_rows) +
           (out_.unreadable_rows == 1 ? " row cannot be read and is" : " rows cannot be read and are") +
           " in no sum: the numbers are too low by that. See the list of rows.");
    for (const LoadedFile& file : loaded_.files)
      if (file.open_end)
        warn(file.path +
             ": the last line has no line end; if the download was cut there, its last value may be too short");
    files();
    clock_changes();
    std::uint32_t pos = std::min(loaded_.newest[0], frame_.as_of_s);
    for (std::size_t s = 1; s < kSides; ++s) {
      std::uint32_t side = loaded_.newest[s];
      if (!frame_.given[s] || side == 0 || pos == 0 || side + frame_.sla_s[s] >= pos) continue;
      warn(std::string(report::kSideWords[s]) + ": the newest record is of " + utc_text(side) + ", the registers' of " +
           utc_text(pos) + "; if that file was exported earlier, say --as-of " + utc_text(side));
    }
    if (!request_.complete) {
      old_registers(pos);
      silent_stores(world, pos);
      missing_registers(world);
      timeless();
    }
    missing_days(world);
    unlike_references(world);
    if (!out_.compared()) warn(nothing_compared());
  }

  /// What comes after the registers' last row is compared with nothing, and nobody would see that it is missing.
  void old_registers(std::uint32_t pos) {
    std::size_t newest = static_cast<std::size_t>(std::ranges::max_element(loaded_.newest) - loaded_.newest.begin());
    std::int64_t side = std::min(loaded_.newest[newest], frame_.as_of_s);
    // Shops sleep, the storefront does not: a night is no sign, however short its SLA.
    if (pos == 0 || side <= pos + std::max(frame_.sla_s[newest], kDay)) return;
    out_.warnings.push_back("the registers: the newest record is of " + utc_text(pos) + ", that of " +
                            std::string(report::kSideWords[newest]) + " of " + utc_text(side) +
                            "; was their file exported earlier, or cut? Fetch it again, or say --as-of " +
                            utc_text(pos));
  }

  /// One offset is wrong on one side of a change of clocks, by an hour. Where a zone changes them only its name tells: these
  /// are the days of Europe and North America, by offsets that are used there.
  void clock_changes() {
    for (std::size_t s = 0; s < kSides; ++s) {
      const config::ExportMap& map = request_.maps[s];
      std::set<std::int64_t> offsets;
      if (!map.zone) offsets.insert(map.utc_offset_s);
      for (const auto& [store, offset] : map.store_offsets) offsets.insert(offset);
      std::string days, ahead;
      for (std::int64_t offset : offsets) {
        std::string day = loaded_.by_map[s] ? clocks_changed(frame_.from_s, frame_.as_of_s, offset) : std::string();
        if (day.empty()) continue;
        ahead += (ahead.empty() ? "" : ", ") + config::utc_offset_text(offset);
        if (days.find(day) == std::string::npos) days += (days.empty() ? "" : ", ") + day;
      }
      if (days.empty()) continue;
      out_.warnings.push_back(
          std::string(report::kSideWords[s]) + ": times name no zone and are taken as " + ahead +
          " throughout; where the clocks changed on " + days +
          " those before or after it are wrong by an hour. Write zone = \"Europe/Berlin\", or whatever it "
          "is, into the map instead of utc_offset");
    }
  }

  /// Stores whose credits come to an end while those of others go on: as many as are lacking would not fail to come by chance.
  void silent_stores(const World& world, std::uint32_t pos) {
    constexpr std::int64_t kSilent = 3 * kDay, kLacking = 20;
    std::map<std::string, std::int64_t, std::less<>> credits;
    for (std::size_t origin = 0; origin < joined_.counts.by_origin.size(); ++origin)
      credits[std::string(parts_of(dictionaries_.origins.word(static_cast<std::uint32_t>(origin)))[0])] +=
          joined_.counts.by_origin[origin];
    std::string stores;
    int count = 0;
    for (const auto& [store, number] : credits) {
      auto last = world.arrived.find(store);
      if (store.empty() || number < kLacking || last == world.arrived.end()) continue;
      std::int64_t newest = last->second[report::at(Side::pos)], silent = pos - newest;
      if (silent < kSilent || number * silent < kLacking * (newest - frame_.from_s)) continue;
      if (++count <= 5) stores += (stores.empty() ? "" : ", ") + store + " since " + utc_text(newest).substr(0, 10);
    }
    if (count > 0)
      out_.warnings.push_back("the registers have no credit of store " + stores + (count > 5 ? " and others" : "") +
                              ", and had many before: is a part of the export missing?");
  }

  /// Where as good as nothing is found, it is the references that differ and not the credits.
  void unlike_references(const World& world) {
    constexpr std::int64_t kLeast = 20;
    if (joined_.counts.crowded > 0)
      out_.warnings.push_back(
          std::to_string(joined_.counts.crowded) +
          (joined_.counts.crowded == 1 ? " reference stands" : " references stand") +
          " for more credits than can be told apart and only the sums of them are compared: is it the right column?");
    for (std::size_t s = 1; s < kSides; ++s) {
      if (world.nameless[s]) continue;
      std::int64_t lacking = lacking_at(s), unknown = unknown_at(s);
      if (lacking < kLeast || !many(lacking) || unknown * 2 < lacking) continue;
      out_.warnings.push_back(
          std::string(report::kSideWords[s]) + ": " + std::to_string(lacking) + " of " +
          std::to_string(joined_.counts.credits) + " credits differ or are not there, and " + std::to_string(unknown) +
          " entries have references that the registers do not: the two may write them in different ways. Compare some in the list, "
          "and see reference, letters_digits and drop_zeros in the map");
    }
  }

  /// Credits that differ there or are not there.
  std::int64_t lacking_at(std::size_t s) const {
    return std::ranges::count_if(joined_.open, [s](const Item& item) {
      return !item.is(report::Kind::downstream_only) &&
             has(static_cast<std::uint8_t>(item.missing | item.wrong), static_cast<Side>(s));
    });
  }
  bool many(std::int64_t lacking) const { return lacking * 5 >= joined_.counts.credits; }

  /// Entries that no register issued, and that are overdue.
  std::int64_t unknown_at(std::size_t side) const {
    std::int64_t out = 0;
    for (const auto& [key, cell] : joined_.counts.cells) out += cell.extra[side].items;
    return out;
  }

  /// Entries of days on which no register has a credit, or so many of any day that it is hardly people who typed them.
  void missing_registers(const World& world) {
    constexpr std::int64_t kShare = 20;
    for (std::size_t s = 1; s < kSides; ++s) {
      std::int64_t unknown = world.nameless[s] ? 0 : unknown_at(s);
      if (unknown < kDayMin) continue;
      std::map<std::int64_t, std::int64_t> entries;
      for (const Item& item : joined_.open)
        if (item.is(report::Kind::downstream_only) && has(item.wrong, static_cast<Side>(s)) && item.issued_s != 0)
          ++entries[item.issued_s / kDay];
      std::string days;
      int count = 0;
      for (const auto& [day, number] : entries) {
        if (number < kDayMin || joined_.counts.by_day.contains(day)) continue;
        if (++count <= 5) days += (days.empty() ? "" : ", ") + date_text(day * kDay);
      }
      std::string who(report::kSideWords[s]);
      if (count > 0)
        out_.warnings.push_back("the registers have no credit of " + days + (count > 5 ? " and other days" : "") +
                                ", of which " + who + (count > 1 ? " has many each" : " has many") +
                                ": is a file of the registers missing?");
      else if (unknown * kShare >= joined_.counts.credits &&
               !many(lacking_at(s)))  // else it is the references that differ
        out_.warnings.push_back("the registers have none of " + std::to_string(unknown) + " entries of " + who +
                                ", beside " + std::to_string(joined_.counts.credits) +
                                " that they have: is a part of their export, a store's say, missing?");
      else
        continue;
      return;
    }
  }

  /// Without a time the window is no reason to leave an entry out.
  void timeless() {
    for (std::size_t s = 1; s < kSides; ++s)
      if (std::int64_t unknown = unknown_at(s); frame_.given[s] && request_.maps[s].time.empty() && unknown > 0)
        out_.warnings.push_back(
            std::string(report::kSideWords[s]) + ": the map names no time, so " + std::to_string(unknown) +
            (unknown == 1 ? " entry" : " entries") +
            " that no register issued may be older than the window; name its column, or give the registers' files as far back");
  }

  /// What there is instead, and what to write to compare it.
  std::string nothing_compared() const {
    std::string out = "nothing was compared: the registers issued no credit from " + out_.from + " to " + out_.as_of;
    std::uint32_t newest = loaded_.newest[0];
    if (newest == 0) return out + "; their files hold no credit with a time. Are they the right ones?";
    bool outside = newest > frame_.as_of_s || newest < frame_.from_s;
    return out + "; their newest record is of " + utc_text(newest) +
           (outside ? ": compare that time with --as-of " + utc_text(newest) : std::string()) +
           (outside ? "" : ", and none in that time is an issue. Is it the right file, and the right map?");
  }

  /// What was passed over, read in another encoding, or is there twice.
  void files() {
    constexpr std::size_t kShown = 5;
    auto warn = [this](std::string text) { out_.warnings.push_back(std::move(text)); };
    for (std::size_t i = 0; i < loaded_.files.size(); ++i) {
      const LoadedFile& file = loaded_.files[i];
      if (file.rows == 0) warn(file.path + ": has a header and no row of a credit");
      if (file.title_lines > 0)
        warn(file.path +
             (file.title_lines == 1 ? ": line 1 was" : ": lines 1 to " + std::to_string(file.title_lines) + " were") +
             " passed over as a title");
      if (file.encoding != config::Encoding::utf_8) warn(file.path + ": is read as Windows-1252, not UTF-8");
      auto repeated = joined_.counts.repeated_of_file.find(i);
      if (repeated != joined_.counts.repeated_of_file.end() && repeated->second * 10 >= file.rows * 9)
        warn(file.path + ": " + std::to_string(repeated->second) + " of its " + std::to_string(file.rows) +
             " rows are in another file of its side and count once; is it the same export again?");
    }
    for (const std::string& one : loaded_.warnings) warn(one);
    for (std::size_t i = 0; i < loaded_.passed.size() && i < kShown; ++i) {
      const LoadedFile& file = loaded_.files[file_of(loaded_.passed[i].place)];
      warn(file.path + ":" + std::to_string(file.line(loaded_.passed[i].place)) + ": " + loaded_.passed[i].what +
           ", passed over");
    }
    for (std::size_t s = 1; s < kSides; ++s)
      if (!loaded_.tells_moves[s])
        warn(
            std::string(report::kSideWords[s]) + ": " + std::to_string(loaded_.of_no_credit[s]) +
            " redemptions, refunds or voids name neither a credit nor a card whose issue is in the files: what was spent there is not compared");
    if (loaded_.passed.size() > kShown)
      warn("and " + std::to_string(loaded_.passed.size() - kShown) + " more such lines were passed over");
  }

  void missing_days(const World& world) {
    for (std::size_t s = 1; s < kSides; ++s) {
      if (!frame_.given[s] || world.nameless[s]) continue;
      std::string days;
      int count = 0;
      for (const auto& [day, sides] : joined_.counts.by_day) {
        if (sides[0] < kDayMin || sides[s] != 0) continue;
        if (day * kDay + kDay + frame_.sla_s[s] > frame_.as_of_s) continue;
        if (++count <= 5) days += (days.empty() ? "" : ", ") + date_text(day * kDay);
      }
      if (count > 0)
        out_.warnings.push_back(std::string(report::kSideWords[s]) + " has none of the credits issued on " + days +
                                (count > 5 ? " and other days" : "") + ": is a file of the export missing?");
    }
  }

  void notes() {
    auto note = [this](std::string text) { out_.notes.push_back(std::move(text)); };
    note(
        "A credit is compared by its reference, in upper case and without blanks around it. Amounts are face value "
        "less voids, "
        "in minor units, exact.");
    note(
        "A credit that a side lacks, younger than that side's SLA at the cut-off, is in flight and no gap. Time has a "
        "tolerance, "
        "money has none.");
    note(
        "Clusters: one-sided hypergeometric test of each store, terminal, staff member, hour of the week, balance "
        "type, route and version against "
        "all credits of the window; Holm's correction over all " +
        std::to_string(out_.tests) + " tests; claimed at 1 %.");
    note(
        "Latency: the time from a credit's first row at one system to its first at the next, by the systems' own clocks; "
        "percentiles are rounded up by less than 2 %. A proposed SLA is twice the p99, rounded up, from " +
        std::to_string(kMeasuredMin) + " credits on." +
        (std::ranges::any_of(out_.hops, [](const report::Hop& hop) { return hop.by_log > 0; })
             ? " Where an export has no time, the first answer in the logs is when the credit came there."
             : ""));
    spent_elsewhere();
    if (joined_.counts.probes > 0)
      note(std::to_string(joined_.counts.probes) + (joined_.counts.probes == 1 ? " probe is" : " probes are") +
           " left out: the hub's own tests of the chain.");
    note(
        "Trend: the last week against all weeks before by the same test at 5 %, without credits that may still be under way. A cause with at least " +
        std::to_string(kNewMode) +
        " items that no earlier week had is a new failure mode. With a history, what was found before and is gone counts in the week of its issue.");
  }

  /// Redemptions of which nothing, or not all, was compared.
  void spent_elsewhere() {
    std::string alone;
    auto told = [&](Side side) {
      std::int64_t credits = joined_.counts.spent_at[report::at(side)];
      return std::string(report::kSideWords[report::at(side)]) + " (" + std::to_string(credits) +
             (credits == 1 ? " credit)" : " credits)");
    };
    bool registers = frame_.platform_lists_spent && frame_.tells_redeemed[report::at(Side::platform)];
    for (Side side : {Side::pos, Side::payments, Side::erp})
      if (joined_.counts.spent_at[report::at(side)] > 0 && !(side == Side::pos && registers))
        alone += (alone.empty() ? "" : ", ") + told(side);
    if (!alone.empty())
      out_.notes.push_back(
          "Redemptions are held against each other at the platform and the storefront alone: those of " + alone +
          " are compared with nothing.");
    if (registers && joined_.counts.spent_at[report::at(Side::pos)] > 0)
      out_.notes.push_back(
          "Of a credit with redemptions at " + told(Side::pos) +
          " the platform must show one, too; how much it is is not compared, since a register sees its own alone.");
  }

  const Request& request_;
  const Dictionaries& dictionaries_;
  const Loaded& loaded_;
  const Frame& frame_;
  Joined& joined_;
  report::Audit out_;
};

}  // namespace

namespace {

/// Nearly all are other customers: the two number them in different ways, and these are no links that went wrong.
bool customers_unlike(const Request& request, const Counts& counts) {
  constexpr std::int64_t kLeast = 20;
  return !request.maps[report::at(Side::platform)].own_customers && counts.customers_held >= kLeast &&
         counts.customers_differ * 10 >= counts.customers_held * 9;
}

/// `unlike`: then there is no audit, but what to say of the customers, who cannot be compared.
std::expected<report::Audit, Refusal> once(const Request& request, std::string& unlike) {
  Dictionaries dictionaries;
  Shelf shelf(request.memory_bytes, request.work_folder);
  auto loaded = load(request, dictionaries, shelf);
  if (!loaded) return std::unexpected(loaded.error());
  if (auto whole = as_many_rows(request, *loaded); !whole) return std::unexpected(whole.error());
  Frame frame = frame_of(request, *loaded, dictionaries);
  if (auto answers = shelve_answers(request, loaded->timeless, shelf); !answers)
    return std::unexpected(answers.error());
  auto joined = join(request, frame, dictionaries, shelf);
  if (!joined) return std::unexpected(joined.error());
  if (const Counts& counts = joined->counts; customers_unlike(request, counts)) {
    unlike =
        "the platform: " + std::to_string(counts.customers_differ) + " of " + std::to_string(counts.customers_held) +
        " credits name another customer than the registers: the two number customers in different ways, so whose a credit "
        "is was not compared (F3); name columns in the map that are the same on both sides, or say own_customers = true";
    return report::Audit();
  }
  settle_shares(frame, *joined);
  return Assembly(request, dictionaries, *loaded, frame, *joined).run();
}

}  // namespace

std::expected<report::Audit, Refusal> audit(const Request& request) {
  std::string unlike;
  auto out = once(request, unlike);
  if (unlike.empty()) return out;
  Request again = request;
  again.maps[report::at(Side::platform)].own_customers = true;
  out = once(again, unlike);
  if (out) out->warnings.push_back(unlike);
  return out;
}

}  // namespace handoff::reconcile
