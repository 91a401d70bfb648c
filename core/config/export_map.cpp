#include "core/config/export_map.hpp"

#include <algorithm>
#include <cctype>
#include <span>

#include "core/config/scalars.hpp"
#include "core/config/section.hpp"

namespace handoff::config {

namespace {

constexpr Words<TimeFormat, 5> kTimeFormats = {{{"iso", TimeFormat::iso},
                                                {"dmy", TimeFormat::dmy},
                                                {"mdy", TimeFormat::mdy},
                                                {"epoch_s", TimeFormat::epoch_s},
                                                {"epoch_ms", TimeFormat::epoch_ms}}};

constexpr Words<Encoding, 2> kEncodings = {{{"utf-8", Encoding::utf_8}, {"windows-1252", Encoding::windows_1252}}};

/// Every column that is one name, in the order in which a map is written.
template <class Map, class Visit>
void for_columns(Map& map, Visit visit) {
  visit("amount", map.amount);
  visit("balance", map.balance);
  visit("currency", map.currency);
  visit("currency_always", map.currency_always);
  visit("balance_type", map.balance_type);
  visit("time", map.time);
  visit("clock", map.clock);
  visit("business_date", map.business_date);
  visit("type", map.type);
  visit("status", map.status);
  visit("store", map.store);
  visit("terminal", map.terminal);
  visit("transaction", map.transaction);
  visit("line", map.line);
  visit("staff", map.staff);
  visit("route", map.route);
  visit("version", map.version);
  visit("customer", map.customer);
  visit("email", map.email);
  visit("phone", map.phone);
  visit("loyalty", map.loyalty);
  visit("instrument", map.instrument);
  visit("author", map.author);
  visit("systems", map.systems);
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  return text;
}

/// One column, or several.
std::vector<std::string> columns(Section& in, std::string_view key) {
  const Member* written = in.find(key);
  std::vector<std::string> out;
  if (written != nullptr && written->value.kind == Node::Kind::string) {
    if (!written->value.text.empty()) out = {written->value.text};
  } else if (written != nullptr) {
    for (const Text& one : in.texts(key, std::string(key) + " = \"order_id\"")) out.push_back(*one);
  }
  return out;
}

/// `may_lack`: an empty list says that no column is it.
void read_reference(Section& in, ExportMap& out, bool may_lack) {
  out.reference = columns(in, "reference");
  const Member* written = in.find("reference");
  bool says_none = written != nullptr && written->value.kind == Node::Kind::array && written->value.elements.empty();
  if (out.reference.empty() && !(may_lack && says_none))
    in.missing("reference", "reference = \"order_id\", the column that all systems have in common");
}

/// A sign of one character, or nothing.
void read_sign(Section& in, std::string_view key, char& out) {
  Text sign = in.text(key, std::string(key) + " = \",\"");
  if (sign.at.line == 0) return;
  if (sign->size() > 1)
    in.report().error(sign.at, std::string(key) + " is one character", "write \",\" or \".\"");
  else
    out = sign->front();
}

/// "issue, redeem or ignore"
std::string one_of(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i)
    out += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + std::string(words[i]);
  return out;
}

/// `ours_allowed`: the words that may stand on the right; none: any.
void read_words(Section& in, std::string_view key, std::map<std::string, std::string>& out,
                std::span<const std::string_view> ours_allowed = {}) {
  Section words = in.section(key, in.title() + "." + std::string(key));
  if (!words.present()) return;
  for (const Member& member : words.node()->members) {
    std::string example(ours_allowed.empty() ? std::string_view("ours") : ours_allowed.front());
    Text ours = words.text(member.key, "\"" + member.key + "\" = \"" + example + "\"");
    if (ours.at.line == 0) continue;
    if (!ours_allowed.empty() && std::ranges::find(ours_allowed, *ours) == ours_allowed.end())
      in.report().error(ours.at, quote(*ours) + " is not what a row can be", "write " + one_of(ours_allowed));
    out[upper(member.key)] = *ours;
  }
  words.finish();
}

/// What a row of an amount below zero is; an issue it is not.
void read_negative(Section& in, ExportMap& out) {
  std::span<const std::string_view> words = std::span(kRowTypes).subspan(1);
  Text negative = in.text("negative", "negative = \"void\"");
  out.negative = *negative;
  if (negative.at.line != 0 && std::ranges::find(words, *negative) == words.end())
    in.report().error(negative.at, quote(*negative) + " is not what a row below zero can be", "write " + one_of(words));
}

/// How the reference is put together.
void read_key(Section& in, ExportMap& out) {
  Text join = in.text("join", "join = \"-\"");
  if (join.at.line != 0) out.join = *join;
  out.letters_digits = in.boolean("letters_digits", false);
  out.drop_zeros = in.boolean("drop_zeros", false);
}

/// The error is said.
std::shared_ptr<const NamedZone> zone_named(Section& in, const Text& name) {
  std::expected<TimeZone, std::string> clocks = TimeZone::load(*name);
  if (clocks) return std::make_shared<const NamedZone>(*name, std::move(*clocks));
  in.report().error(name.at, quote(*name) + " is not a time zone: " + clocks.error(),
                    "write its name in the time zone database, like \"Europe/Berlin\"");
  return nullptr;
}

std::optional<std::int64_t> offset_of(Section& in, const Text& written) {
  auto minutes = parse_utc_offset(*written);
  if (minutes) return std::chrono::seconds(*minutes).count();
  in.report().error(written.at, quote(*written) + " is not an offset: " + minutes.error(), "write it like \"-05:00\"");
  return std::nullopt;
}

void read_time(Section& in, ExportMap& out) {
  out.time_format = in.choice("time_format", kTimeFormats).value_or(TimeFormat::iso);
  Text offset = in.text("utc_offset", "utc_offset = \"-05:00\""), zone = in.text("zone", "zone = \"Europe/Berlin\"");
  if (offset.at.line != 0 && zone.at.line != 0)
    return in.report().error(zone.at, "zone and utc_offset say it twice", "write one of them");
  if (offset.at.line != 0) out.utc_offset_s = offset_of(in, offset).value_or(0);
  if (zone.at.line != 0) out.zone = zone_named(in, zone);
}

/// Keyed by the store as it is written: its case counts. A zone's name begins with a letter.
void read_store_offsets(Section& in, ExportMap& out) {
  Section stores = in.section("store_offsets", in.title() + ".store_offsets");
  if (!stores.present()) return;
  for (const Member& member : stores.node()->members) {
    Text clock = stores.text(member.key, "\"" + member.key + "\" = \"-05:00\", or \"America/Chicago\"");
    if (clock.at.line == 0) continue;
    if (!clock->empty() && std::isalpha(static_cast<unsigned char>(clock->front())) != 0) {
      if (auto zone = zone_named(in, clock)) out.store_zones[member.key] = std::move(zone);
    } else if (auto offset = offset_of(in, clock)) {
      out.store_offsets[member.key] = *offset;
    }
  }
  stores.finish();
}

LogMap read_logs(Section in) {
  static constexpr std::pair<std::string_view, std::string ExportMap::*> kLogColumns[] = {
      {"time", &ExportMap::time},
      {"system", &ExportMap::store},
      {"outcome", &ExportMap::type},
      {"duration", &ExportMap::balance},
      {"message", &ExportMap::author}};
  LogMap out;
  read_reference(in, out.columns, false);
  for (auto [key, column] : kLogColumns)
    out.columns.*column = *in.text(key, std::string(key) + " = \"the column's name\"");
  std::span<const std::string_view> systems = std::span(kExportSides).subspan(1);
  Text always = in.text("system_always", "system_always = \"erp\"");
  out.system_always = *always;
  if (always.at.line != 0 && std::ranges::find(systems, *always) == systems.end())
    in.report().error(always.at, quote(*always) + " is no system", "write " + one_of(systems));
  if (out.columns.store.empty() && out.system_always.empty())
    in.missing("system", "system = \"the column's name\", or system_always = \"erp\"");
  if (out.columns.type.empty()) in.missing("outcome", "outcome = \"the column's name\"");
  read_key(in, out.columns);
  read_time(in, out.columns);
  out.seconds = *in.text("duration_unit", "duration_unit = \"ms\"") == "s";
  read_words(in, "systems", out.systems, systems);
  read_words(in, "outcomes", out.outcomes, kLogOutcomes);
  in.finish();
  return out;
}

ExportMap read_side(Section in, bool registers) {
  ExportMap out;
  read_reference(in, out, !registers);
  out.original = columns(in, "original");
  for_columns(out, [&](std::string_view key, std::string& column) {
    column = *in.text(key, std::string(key) + " = \"the column's name\"");
  });
  if (out.amount.empty() && out.balance.empty())
    in.missing("amount", "amount = \"the column's name\", or balance = ...");
  read_key(in, out);
  out.encoding = in.choice("encoding", kEncodings).value_or(Encoding::utf_8);
  Text split = in.text("split", "split = \";\"");
  out.split = *split;
  if (!out.split.empty() && out.letters_digits)
    in.report().error(split.at, "letters_digits leaves no " + quote(out.split) + " in a reference to split it at",
                      "leave out one of the two");
  out.three_decimals = in.boolean("three_decimals", false);
  out.minor_units = in.boolean("minor_units", false);
  out.negate = in.boolean("negate", false);
  read_negative(in, out);
  out.own_customers = in.boolean("own_customers", false);
  read_sign(in, "decimal", out.decimal);
  read_sign(in, "thousands", out.thousands);
  read_time(in, out);
  read_store_offsets(in, out);
  read_words(in, "types", out.types, kRowTypes);
  read_words(in, "currencies", out.currencies);
  read_words(in, "balance_types", out.balance_types);
  in.finish();
  return out;
}

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

void write_words(std::string& out, std::string_view name, const std::map<std::string, std::string>& words) {
  if (words.empty()) return;
  out += std::string(name) + " = { ";
  bool first = true;
  for (const auto& [theirs, ours] : words) {
    out += (first ? "" : ", ") + toml_text(theirs) + " = " + toml_text(ours);
    first = false;
  }
  out += " }\n";
}

std::string columns_toml(const std::vector<std::string>& columns) {
  if (columns.size() == 1) return toml_text(columns.front());
  std::string list;
  for (const std::string& one : columns) list += (list.empty() ? "" : ", ") + toml_text(one);
  return "[" + list + "]";
}

std::string reference_toml(const ExportMap& map) {
  std::string out = "reference = " + columns_toml(map.reference) + "\n";
  if (!map.original.empty()) out += "original = " + columns_toml(map.original) + "\n";
  return map.reference.size() <= 1 ? out : out + "join = " + toml_text(map.join) + "\n";
}

std::string time_toml(const ExportMap& map) {
  std::string out;
  for (const auto& [word, format] : kTimeFormats)
    if (format == map.time_format) out = "time_format = " + toml_text(word) + "\n";
  if (map.zone) return out + "zone = " + toml_text(map.zone->name) + "\n";
  return out + "utc_offset = " + toml_text(utc_offset_text(map.utc_offset_s)) + "\n";
}

}  // namespace

std::string utc_offset_text(std::int64_t seconds) {
  std::int64_t minutes = (seconds < 0 ? -seconds : seconds) / 60;
  auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return (seconds < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

std::expected<ExportMaps, Diagnostics> load_export_maps(const std::filesystem::path& path) {
  auto document = read_document(path);
  if (!document) return std::unexpected(Diagnostics{document.error()});
  Report report;
  ExportMaps out;
  Section root(&*document, Position{path.string(), 0, 0}, path.filename().string(), report);
  for (std::string_view side : kExportSides) {
    Section section = root.section(side, "[" + std::string(side) + "]");
    if (section.present()) out.sides[std::string(side)] = read_side(section, side == kExportSides[0]);
  }
  if (Section logs = root.section("logs", "[logs]"); logs.present()) out.logs = read_logs(logs);
  root.finish();
  sort(report.all());
  if (has_error(report.all())) return std::unexpected(std::move(report.all()));
  return out;
}

std::string to_toml(const LogMap& map) {
  std::string out = "[logs]\n" + reference_toml(map.columns);
  auto line = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) out += std::string(key) + " = " + toml_text(value) + "\n";
  };
  line("time", map.columns.time);
  line("system", map.columns.store);
  line("system_always", map.system_always);
  line("outcome", map.columns.type);
  line("duration", map.columns.balance);
  line("message", map.columns.author);
  if (map.columns.letters_digits) out += "letters_digits = true\n";
  if (map.columns.drop_zeros) out += "drop_zeros = true\n";
  out += time_toml(map.columns);
  line("duration_unit", map.seconds ? "s" : "ms");
  write_words(out, "systems", map.systems);
  write_words(out, "outcomes", map.outcomes);
  return out;
}

std::string to_toml(std::string_view side, const ExportMap& map) {
  std::string out = "[" + std::string(side) + "]\n" + reference_toml(map);
  auto line = [&](std::string_view key, const std::string& value) { out += std::string(key) + " = " + value + "\n"; };
  if (map.encoding == Encoding::windows_1252) line("encoding", toml_text("windows-1252"));
  if (!map.split.empty()) line("split", toml_text(map.split));
  if (map.letters_digits) line("letters_digits", "true");
  if (map.drop_zeros) line("drop_zeros", "true");
  for_columns(map, [&](std::string_view key, const std::string& column) {
    if (!column.empty()) line(key, toml_text(column));
  });
  if (map.amount.empty() && map.balance.empty()) line("amount", toml_text(""));          // to be filled in
  line("decimal", toml_text(std::string_view(&map.decimal, map.decimal == 0 ? 0 : 1)));  // to be filled in
  if (map.thousands != 0) line("thousands", toml_text(std::string_view(&map.thousands, 1)));
  if (map.three_decimals) line("three_decimals", "true");
  if (map.minor_units) line("minor_units", "true");
  if (map.negate) line("negate", "true");
  if (!map.negative.empty()) line("negative", toml_text(map.negative));
  if (map.own_customers) line("own_customers", "true");
  out += time_toml(map);
  std::map<std::string, std::string> offsets;
  for (const auto& [store, offset] : map.store_offsets) offsets[store] = utc_offset_text(offset);
  for (const auto& [store, zone] : map.store_zones) offsets[store] = zone->name;
  write_words(out, "store_offsets", offsets);
  write_words(out, "types", map.types);
  write_words(out, "currencies", map.currencies);
  write_words(out, "balance_types", map.balance_types);
  return out;
}

}  // namespace handoff::config
