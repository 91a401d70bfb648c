#include "core/config/export_map.hpp"

#include <algorithm>

#include "core/config/scalars.hpp"
#include "core/config/section.hpp"

namespace handoff::config {

namespace {

constexpr Words<TimeFormat, 5> kTimeFormats = {{{"iso", TimeFormat::iso},
                                                {"dmy", TimeFormat::dmy},
                                                {"mdy", TimeFormat::mdy},
                                                {"epoch_s", TimeFormat::epoch_s},
                                                {"epoch_ms", TimeFormat::epoch_ms}}};

/// Every column that is one name, in the order in which a map is written.
template <class Map, class Visit>
void for_columns(Map& map, Visit visit) {
  visit("amount", map.amount);
  visit("balance", map.balance);
  visit("currency", map.currency);
  visit("currency_always", map.currency_always);
  visit("balance_type", map.balance_type);
  visit("time", map.time);
  visit("type", map.type);
  visit("status", map.status);
  visit("store", map.store);
  visit("terminal", map.terminal);
  visit("staff", map.staff);
  visit("customer", map.customer);
  visit("email", map.email);
  visit("phone", map.phone);
  visit("loyalty", map.loyalty);
  visit("instrument", map.instrument);
  visit("author", map.author);
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  return text;
}

void read_reference(Section& in, ExportMap& out) {
  const Member* written = in.find("reference");
  if (written != nullptr && written->value.kind == Node::Kind::string) {
    out.reference = {written->value.text};
  } else if (written != nullptr) {
    for (const Text& one : in.texts("reference", "reference = \"order_id\"")) out.reference.push_back(*one);
  }
  if (out.reference.empty())
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

void read_words(Section& in, std::string_view key, std::map<std::string, std::string>& out, bool row_types) {
  Section words = in.section(key, in.title() + "." + std::string(key));
  if (!words.present()) return;
  for (const Member& member : words.node()->members) {
    Text ours = words.text(member.key, "\"" + member.key + "\" = \"issue\"");
    if (ours.at.line == 0) continue;
    if (row_types && std::ranges::find(kRowTypes, *ours) == std::ranges::end(kRowTypes))
      in.report().error(ours.at, quote(*ours) + " is not what a row can be",
                        "write issue, redeem, refund, adjust, void or ignore");
    out[upper(member.key)] = *ours;
  }
  words.finish();
}

ExportMap read_side(Section in) {
  ExportMap out;
  read_reference(in, out);
  for_columns(out, [&](std::string_view key, std::string& column) {
    column = *in.text(key, std::string(key) + " = \"the column's name\"");
  });
  if (out.amount.empty() && out.balance.empty())
    in.missing("amount", "amount = \"the column's name\", or balance = ...");
  Text join = in.text("join", "join = \"-\"");
  if (join.at.line != 0) out.join = *join;
  out.split = *in.text("split", "split = \";\"");
  out.letters_digits = in.boolean("letters_digits", false);
  out.minor_units = in.boolean("minor_units", false);
  out.negate = in.boolean("negate", false);
  read_sign(in, "decimal", out.decimal);
  read_sign(in, "thousands", out.thousands);
  out.time_format = in.choice("time_format", kTimeFormats).value_or(TimeFormat::iso);
  Text offset = in.text("utc_offset", "utc_offset = \"-05:00\"");
  if (offset.at.line != 0) {
    auto minutes = parse_utc_offset(*offset);
    if (minutes)
      out.utc_offset_s = std::chrono::seconds(*minutes).count();
    else
      in.report().error(offset.at, quote(*offset) + " is not an offset: " + minutes.error(),
                        "write it like \"-05:00\"");
  }
  read_words(in, "types", out.types, true);
  read_words(in, "currencies", out.currencies, false);
  read_words(in, "balance_types", out.balance_types, false);
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

std::string offset_text(std::int64_t seconds) {
  std::int64_t minutes = (seconds < 0 ? -seconds : seconds) / 60;
  auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return (seconds < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
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

}  // namespace

std::expected<ExportMaps, Diagnostics> load_export_maps(const std::filesystem::path& path) {
  auto document = read_document(path);
  if (!document) return std::unexpected(Diagnostics{document.error()});
  Report report;
  ExportMaps out;
  Section root(&*document, Position{path.string(), 0, 0}, path.filename().string(), report);
  for (std::string_view side : kExportSides) {
    Section section = root.section(side, "[" + std::string(side) + "]");
    if (section.present()) out.sides[std::string(side)] = read_side(section);
  }
  root.finish();
  sort(report.all());
  if (has_error(report.all())) return std::unexpected(std::move(report.all()));
  return out;
}

std::string to_toml(std::string_view side, const ExportMap& map) {
  std::string out = "[" + std::string(side) + "]\n";
  auto line = [&](std::string_view key, const std::string& value) { out += std::string(key) + " = " + value + "\n"; };
  if (map.reference.size() == 1) {
    line("reference", toml_text(map.reference.front()));
  } else {
    std::string list;
    for (const std::string& one : map.reference) list += (list.empty() ? "" : ", ") + toml_text(one);
    line("reference", "[" + list + "]");
    line("join", toml_text(map.join));
  }
  if (!map.split.empty()) line("split", toml_text(map.split));
  if (map.letters_digits) line("letters_digits", "true");
  for_columns(map, [&](std::string_view key, const std::string& column) {
    if (!column.empty()) line(key, toml_text(column));
  });
  line("decimal", toml_text(std::string_view(&map.decimal, 1)));
  if (map.thousands != 0) line("thousands", toml_text(std::string_view(&map.thousands, 1)));
  if (map.minor_units) line("minor_units", "true");
  if (map.negate) line("negate", "true");
  for (const auto& [word, format] : kTimeFormats)
    if (format == map.time_format) line("time_format", toml_text(word));
  line("utc_offset", toml_text(offset_text(map.utc_offset_s)));
  write_words(out, "types", map.types);
  write_words(out, "currencies", map.currencies);
  write_words(out, "balance_types", map.balance_types);
  return out;
}

}  // namespace handoff::config
