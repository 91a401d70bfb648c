#include "mapping.hpp"

#include <algorithm>
#include <array>
#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/time.hpp>

namespace handoff::file {

namespace {

constexpr std::size_t kTextBytesMax = 255;

struct Named {
  const char* setting;
  std::string Columns::* column;
};
constexpr std::array<Named, 16> kColumns = {{{"transaction", &Columns::transaction},
                                             {"line", &Columns::line},
                                             {"store", &Columns::store},
                                             {"register", &Columns::register_id},
                                             {"staff", &Columns::staff},
                                             {"time", &Columns::time},
                                             {"amount", &Columns::amount},
                                             {"currency", &Columns::currency},
                                             {"kind", &Columns::kind},
                                             {"email", &Columns::email},
                                             {"phone", &Columns::phone},
                                             {"loyalty", &Columns::loyalty},
                                             {"customer", &Columns::customer},
                                             {"balance_type", &Columns::balance_type},
                                             {"expires", &Columns::expires},
                                             {"reason", &Columns::reason}}};

std::vector<std::string> texts(const json::Value& list) {
  std::vector<std::string> out;
  for (const json::Value& one : list.as_array()) out.emplace_back(one.as_string());
  return out;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  std::size_t from = text.find_first_not_of(kBlank);
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(kBlank) + 1 - from));
}

/// The member of that name, or along the dots in it.
const json::Value& member(const json::Value& values, std::string_view name) {
  const json::Value& whole = values.at(name);
  std::size_t dot = name.find('.');
  if (!whole.is_null() || dot == std::string_view::npos) return whole;
  return member(values.at(name.substr(0, dot)), name.substr(dot + 1));
}

/// Reads one row; the first thing that is wrong with it stays.
class Row {
 public:
  Row(const json::Value& values, const Mapping& mapping) : values_(values), mapping_(mapping) {}

  std::string text(std::string Columns::* column) {
    const std::string& name = mapping_.columns.*column;
    if (name.empty()) return {};
    const json::Value& value = member(values_, name);
    std::string out;
    if (value.string())
      out = trimmed(*value.string());
    else if (value.number())
      out = value.number()->text();
    else if (!value.is_null())
      complain(name + " is neither text nor number");
    bool control = std::ranges::any_of(out, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (control || out.size() > kTextBytesMax) complain(name + " holds a line's end or is longer than 255 bytes");
    return out;
  }
  std::string needed(std::string Columns::* column) {
    std::string out = text(column);
    if (out.empty()) complain(mapping_.columns.*column + " is empty");
    return out;
  }
  std::optional<Money> amount() {
    const std::string& name = mapping_.columns.amount;
    std::string currency = mapping_.columns.currency.empty() ? mapping_.currency : needed(&Columns::currency);
    std::string written = needed(&Columns::amount);
    if (mapping_.decimal_comma) {
      if (written.find('.') != std::string::npos) complain(name + " has a point, where the comma separates decimals");
      std::ranges::replace(written, ',', '.');
    }
    if (!currency_exponent(currency)) complain("the currency is none of ISO 4217");
    std::optional<Money> out = money_from_decimal(written, currency);
    if (!out)
      complain(name + " is no amount with at most " + std::to_string(currency_exponent(currency).value_or(2)) +
               " decimals");
    if (out && !out->is_positive()) complain(name + " is not more than zero");
    return out;
  }
  std::string date(std::string Columns::* column) {
    std::string written = needed(column);
    std::optional<std::string> out = to_business_date(written, mapping_);
    if (!out) complain(mapping_.columns.*column + " is no date as the settings write them");
    return out.value_or("");
  }
  void complain(std::string what) {
    if (problem_.empty()) problem_ = std::move(what);
  }
  const std::string& problem() const { return problem_; }

 private:
  const json::Value& values_;
  const Mapping& mapping_;
  std::string problem_;
};

bool listed(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

/// "credit.issued", "credit.cancelled"; empty: the row is about something else.
std::string kind_of(const std::string& word, const Mapping& mapping) {
  if (mapping.columns.kind.empty() || listed(mapping.issued, word)) return "credit.issued";
  return listed(mapping.cancelled, word) ? "credit.cancelled" : "";
}

}  // namespace

std::optional<Mapping> mapping_of(const json::Value& settings) {
  const json::Value& columns = settings.at("columns");
  if (!columns.object()) return std::nullopt;
  Mapping out;
  for (const Named& one : kColumns) out.columns.*one.column = columns.at(one.setting).as_string();
  out.store = settings.at("store").as_string();
  out.currency = settings.at("currency").as_string();
  out.issued = texts(settings.at("issued"));
  out.cancelled = texts(settings.at("cancelled"));
  out.decimal_comma = settings.at("decimal_comma").as_bool();
  std::string_view dates = settings.at("dates").as_string("ymd");
  out.dates = dates == "dmy" ? DateOrder::dmy : dates == "mdy" ? DateOrder::mdy : DateOrder::ymd;
  std::optional<int> offset = to_offset_minutes(settings.at("utc_offset").as_string("+00:00"));
  if (!offset) throw config_error("/utc_offset", "write the offset as -05:00");
  out.utc_offset = settings.at("utc_offset").as_string("+00:00");
  out.utc_offset_minutes = *offset;
  for (auto [setting, column] : {std::pair("transaction", &out.columns.transaction),
                                 {"time", &out.columns.time},
                                 {"amount", &out.columns.amount}})
    if (column->empty())
      throw config_error(std::string("/columns/") + setting,
                         "name the column: it is part of who a credit is, or of what it is worth");
  if (out.columns.store.empty() && out.store.empty())
    throw config_error("/store", "name the store of all rows, or its column under columns.store");
  if (out.columns.currency.empty() && !currency_exponent(out.currency))
    throw config_error("/currency", "name the currency of all rows, or its column under columns.currency");
  if (!out.columns.kind.empty() && out.issued.empty())
    throw config_error("/issued", "list the words in columns.kind that stand for a credit");
  return out;
}

std::vector<std::string> missing(const Mapping& mapping, const std::vector<std::string>& header) {
  std::vector<std::string> out;
  for (const Named& one : kColumns)
    if (const std::string& name = mapping.columns.*one.column; !name.empty() && !listed(header, name))
      out.push_back(name);
  return out;
}

std::vector<std::string> repeated(const Mapping& mapping, const std::vector<std::string>& header) {
  std::vector<std::string> out;
  for (const Named& one : kColumns)
    if (const std::string& name = mapping.columns.*one.column; std::ranges::count(header, name) > 1)
      out.push_back(name);
  return out;
}

std::optional<std::string> to_business_date(std::string_view text, const Mapping& mapping) {
  // A whole instant says its own offset; everything else is the stores' own time, of which the date is enough.
  if (std::optional<std::int64_t> instant = to_unix_ms(text)) return to_date(*instant, mapping.utc_offset_minutes);
  std::string_view date = text.substr(0, text.find_first_of(" T"));
  std::array<std::string, 3> parts;
  std::size_t part = 0;
  for (char c : date) {
    bool digit = c >= '0' && c <= '9';
    if (digit)
      parts[part] += c;
    else if ((c != '-' && c != '.' && c != '/') || ++part == parts.size())
      return std::nullopt;
  }
  auto [year, month, day] = parts;
  if (mapping.dates == DateOrder::dmy) std::swap(year, day);
  if (mapping.dates == DateOrder::mdy) {
    year = parts[2];
    month = parts[0];
    day = parts[1];
  }
  if (year.size() != 4 || month.empty() || month.size() > 2 || day.empty() || day.size() > 2) return std::nullopt;
  auto two = [](const std::string& digits) { return digits.size() < 2 ? "0" + digits : digits; };
  std::string out = year + "-" + two(month) + "-" + two(day);
  if (!to_unix_ms(out + "T00:00:00Z")) return std::nullopt;
  return out;
}

Mapped to_event(const json::Value& values, const Mapping& mapping) {
  Mapped out;
  Row row(values, mapping);
  SourceEvent event;
  event.kind = kind_of(row.text(&Columns::kind), mapping);
  if (event.kind.empty()) return out;
  event.transaction = row.needed(&Columns::transaction);
  event.line = row.text(&Columns::line);
  event.store = mapping.columns.store.empty() ? mapping.store : row.needed(&Columns::store);
  event.terminal = row.text(&Columns::register_id);
  event.staff = row.text(&Columns::staff);
  event.business_date = row.date(&Columns::time);
  event.amount = row.amount().value_or(Money());
  event.email = row.text(&Columns::email);
  event.phone = row.text(&Columns::phone);
  event.loyalty = row.text(&Columns::loyalty);
  event.customer = row.text(&Columns::customer);
  event.balance_type = row.text(&Columns::balance_type);
  if (!row.text(&Columns::expires).empty())
    event.expires_at = row.date(&Columns::expires) + "T23:59:59" + mapping.utc_offset;
  event.reason = row.text(&Columns::reason);
  out.problem = row.problem();
  if (out.problem.empty()) out.event = std::move(event);
  return out;
}

}  // namespace handoff::file
