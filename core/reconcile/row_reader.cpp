#include "core/reconcile/row_reader.hpp"

#include <algorithm>
#include <cstring>
#include <handoff/sdk/currency.hpp>
#include <handoff/sdk/text.hpp>

#include "core/identity/identifiers.hpp"
#include "core/reconcile/letters.hpp"
#include "core/reconcile/plain_email.hpp"
#include "core/reconcile/row_words.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

constexpr const char* kTotals = "a line of totals";
constexpr const char* kHeaderAgain = "the header again";

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kShown = 40;
  std::size_t end = std::min(text.size(), kShown);
  while (end < text.size() && end > 0 && (text[end] & 0xc0) == 0x80) --end;  // not inside of a character
  std::string out(1, '\'');
  return out.append(text.substr(0, end)).append(1, '\'');
}

/// "1.23457E+11": many credits would have one reference. Without a sign only with decimals: "12E15" is a reference like another.
bool rounded(std::string_view key) {
  if (key.empty() || key.front() < '0' || key.front() > '9') return false;
  std::size_t e = key.find('E');
  if (e == std::string_view::npos || e + 2 >= key.size()) return false;
  if (key[e + 1] != '+' && key.substr(0, e).find_first_of(".,") == std::string_view::npos) return false;
  std::size_t power = key[e + 1] == '+' ? e + 2 : e + 1;
  auto number = [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == ','; };
  return std::ranges::all_of(key.substr(0, e), number) && std::ranges::all_of(key.substr(power), number);
}

/// Why "1.250" is no amount; "" for any other reason.
std::string two_numbers(std::string_view text, int exponent, AmountFormat format, std::string_view currency) {
  bool three = format.three_decimals;
  format.three_decimals = !three;
  if (!parse_amount(text, exponent, format, currency)) return {};
  if (three) return in_quotes(text) + " has not three decimals, as the map says of all amounts (three_decimals)";
  std::string sign(1, format.decimal), other(1, format.decimal == '.' ? ',' : '.');
  return in_quotes(text) + " may be a thousand times as much: where '" + sign +
         "' parts thousands, write decimal = \"" + other + "\" and thousands = \"" + sign +
         "\" in the map; where all amounts have three decimals, three_decimals = true";
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
bool letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0; }

/// Whether one of 'a' to 'z' or a letter beyond ASCII is in it, eight letters at a time: references are the most of what is read.
bool may_be_lower(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    std::uint64_t low = word & ~kHigh;
    // The high bit of each byte: it is at least 'a', it is beyond 'z'; bytes beyond ASCII have theirs.
    std::uint64_t from_a = low + kOnes * (0x80 - 'a'), beyond_z = low + kOnes * (0x80 - 'z' - 1);
    if ((((from_a & ~beyond_z) | word) & kHigh) != 0) return true;
  }
  return std::ranges::any_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c & 0x80) != 0; });
}

}  // namespace

bool is_word_for_nothing(std::string_view text) {
  static constexpr std::string_view kWords[] = {"-",    "--",     "N/A",  "#N/A", "#REF!", "#VALUE!",  "#NAME?",
                                                "NULL", "(NULL)", "NONE", "NIL",  "NAN",   "UNDEFINED"};
  return std::ranges::any_of(kWords, [text](std::string_view word) { return equal_ignoring_case(text, word); });
}

std::array<std::string_view, 2> parts_of(std::string_view joined) {
  std::size_t end = joined.find('\x1f');
  if (end == std::string_view::npos) return {};
  return {joined.substr(0, end), joined.substr(end + 1)};
}

Field comparable_identifier(const config::ExportMap& pos, const config::ExportMap& side) {
  if (side.own_customers) return Field::count;
  if (!pos.email.empty() && !side.email.empty()) return Field::email;
  if (!pos.phone.empty() && !side.phone.empty()) return Field::phone;
  if (!pos.loyalty.empty() && !side.loyalty.empty()) return Field::loyalty;
  if (!pos.customer.empty() && !side.customer.empty()) return Field::customer;
  return Field::count;
}

/// "c1" is "C1". Numbers that have letters of both cases may differ by that alone.
static std::string customer_form(std::string_view text) {
  std::string out(text);
  auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (!std::ranges::any_of(text, small) || std::ranges::any_of(text, capital)) return out;
  std::ranges::transform(out, out.begin(), upper);
  return out;
}

std::string identifier_form(Field kind, std::string_view text) {
  if (kind == Field::email) return identity::normalise_email(text);
  if (kind == Field::loyalty) return identity::normalise_loyalty(text);
  if (kind == Field::customer) return customer_form(text);
  std::string digits;  // a phone, with or without its country and area: the last seven are all that everybody writes
  for (char c : text)
    if (c >= '0' && c <= '9') digits += c;
  constexpr std::size_t kLocal = 7;
  return digits.size() < kLocal ? std::string() : digits.substr(digits.size() - kLocal);
}

std::optional<std::int64_t> business_day_s(std::string_view text, const config::ExportMap& map) {
  bool american = map.time_format == config::TimeFormat::mdy;
  for (config::TimeFormat format :
       {config::TimeFormat::iso, american ? config::TimeFormat::mdy : config::TimeFormat::dmy})
    if (auto day = parse_time(text, format, 0)) return day->utc_s;
  return std::nullopt;
}

RowReader::RowReader(Side side, const config::ExportMap& map, Field identifier, Dictionaries& dictionaries)
    : side_(side),
      map_(map),
      identifier_(identifier),
      amounts_{map.decimal, map.thousands, map.minor_units, map.three_decimals},
      currencies_(dictionaries.currencies),
      balance_types_(dictionaries.balance_types),
      origins_(dictionaries.origins),
      staff_(dictionaries.staff),
      ways_(dictionaries.ways) {
  exponents_.fill(-2);
  for (const auto& [theirs, ours] : map.types) types_.emplace(theirs, kind_named(ours));
}

std::uint32_t RowReader::mapped(const std::map<std::string, std::string>& words, std::string_view theirs, bool up,
                                LocalNames& names, Mapped& last) {
  if (last.theirs == theirs) return last.id;
  word_.assign(theirs);
  if (!words.empty()) {
    std::string wanted = word_;
    std::ranges::transform(wanted, wanted.begin(), upper);
    if (auto found = words.find(wanted); found != words.end()) word_ = found->second;
  }
  for (char& c : word_) c = up ? upper(c) : (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  last.theirs.assign(theirs);
  last.ours = word_;
  return last.id = names.id(word_);
}

/// "03.11.2026" as 20261103, as other systems write a day into their references. False if it is none of that form.
static bool append_day(std::string_view text, config::TimeFormat format, std::string& out) {
  auto figure = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t first = text.find_first_of("./-"), second = text.find_first_of("./-", first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos || text.size() != second + 5) return false;
  std::string_view a = text.substr(0, first), b = text.substr(first + 1, second - first - 1),
                   year = text.substr(second + 1);
  if (a.empty() || a.size() > 2 || b.empty() || b.size() > 2 || !std::ranges::all_of(a, figure) ||
      !std::ranges::all_of(b, figure) || !std::ranges::all_of(year, figure))
    return false;
  if (format == config::TimeFormat::mdy) std::swap(a, b);
  out.append(year).append(b.size() == 1 ? "0" : "").append(b).append(a.size() == 1 ? "0" : "").append(a);
  return true;
}

/// "001-02-0451" as "1-2-451".
static void drop_zeros(std::string& text) {
  auto figure = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t kept = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool begins = text[i] == '0' && (kept == 0 || !figure(text[kept - 1]));
    if (begins && i + 1 < text.size() && figure(text[i + 1])) continue;
    text[kept++] = text[i];
  }
  text.resize(kept);
}

/// Where zeros are dropped, numbers stay apart: "1-12" is not "11-2".
static void only_letters_digits(std::string& text, bool apart) {
  std::size_t kept = 0;
  for (char c : text)
    if (letter_or_digit(c))
      text[kept++] = c;
    else if (apart && kept > 0 && text[kept - 1] != '-')
      text[kept++] = '-';
  text.resize(kept);
}

std::string bare_reference(std::string reference) {
  to_capitals(reference);
  drop_zeros(reference);
  only_letters_digits(reference, false);
  return reference;
}

bool reference_key(const Fields& fields, const config::ExportMap& map, std::string& out) {
  return joined_key(std::span(fields).first(std::min(map.reference.size(), kReferenceColumnsMax)), map, out);
}

bool joined_key(std::span<const std::string_view> fields, const config::ExportMap& map, std::string& out) {
  out.clear();
  std::size_t columns = fields.size();
  for (std::size_t i = 0; i < columns; ++i) {
    if (fields[i].empty()) return false;
    if (i > 0) out += map.join;
    if (columns > 1 && map.letters_digits && append_day(fields[i], map.time_format, out)) continue;
    out += fields[i];
  }
  to_capitals(out);
  if (map.letters_digits) only_letters_digits(out, map.drop_zeros);
  if (map.drop_zeros) drop_zeros(out);
  return true;
}

/// The row's own text where it is the key already.
void RowReader::reference(const Fields& fields) {
  if (map_.reference.size() == 1 && !map_.letters_digits && !map_.drop_zeros && !may_be_lower(fields[0]))
    key_ = fields[0];
  else
    key_ = reference_key(fields, map_, key_text_) ? std::string_view(key_text_) : std::string_view();
  if (stands_for_nothing(key_)) key_ = {};
}

/// A void that has a number of its own says elsewhere what it is about; where it says nothing, its number is the credit's.
std::string_view RowReader::original(const Fields& fields, std::string_view own) {
  std::span parts =
      std::span(fields).subspan(at(Field::original), std::min(map_.original.size(), kReferenceColumnsMax));
  return joined_key(parts, map_, original_text_) && original_text_.size() <= kKeyMax ? std::string_view(original_text_)
                                                                                     : own;
}

bool RowReader::money(const Fields& fields, Record& out, std::string& problem) {
  std::string_view written = fields[at(Field::currency)];
  if (written.empty()) written = map_.currency_always;
  out.currency = static_cast<std::uint8_t>(mapped(map_.currencies, written, true, currencies_, currency_));
  int& exponent = exponents_[out.currency];
  if (exponent == -2) exponent = currency_exponent(word_).value_or(-1);
  if (exponent < 0) {
    problem = written.empty() ? "the currency is missing" : in_quotes(written) + " is not a currency of ISO 4217";
    return false;
  }
  auto read = [&](Field field, std::int64_t& to) {
    std::string_view text = fields[at(field)];
    std::string beside;
    std::optional<std::int64_t> value = parse_amount(text, exponent, amounts_, currency_.ours, &beside);
    if (!value) {
      std::string two = two_numbers(text, exponent, amounts_, currency_.ours);
      problem = text.empty()   ? "the amount is missing"
                : !two.empty() ? two
                : beside.empty()
                    ? in_quotes(text) + " is not an amount of " + std::string(written) + " as the map writes them"
                    : in_quotes(text) + " has " + in_quotes(beside) + " beside the amount, and that is no sign of " +
                          currency_.ours;
      return false;
    }
    to = map_.negate ? -*value : *value;
    return true;
  };
  if (!map_.balance.empty() && !fields[at(Field::balance)].empty()) {
    if (!read(Field::balance, out.balance)) return false;
    out.flags |= Record::has_balance;
  }
  if (!map_.amount.empty()) return read(Field::amount, out.amount);
  if (!out.is(Record::has_balance)) {
    problem = "the balance is missing";
    return false;
  }
  out.amount = out.balance;
  return true;
}

bool RowReader::moment(const Fields& fields, Record& out, std::string& problem) {
  std::string_view text = fields[at(Field::time)];
  if (map_.time.empty() || text.empty()) return true;
  if (!map_.clock.empty() && !fields[at(Field::clock)].empty())
    text = moment_.assign(text).append(" ").append(fields[at(Field::clock)]);
  std::optional<Moment> moment = parse_time(text, map_, map_.time_format, fields[at(Field::store)]);
  if (!moment || moment->utc_s < 0) {
    problem = in_quotes(text) + " is not a time as the map writes them";
    return false;
  }
  by_map_ = by_map_ || moment->by_map;
  out.time_s = static_cast<std::uint32_t>(moment->utc_s);
  out.quarters = static_cast<std::int8_t>(moment->offset_s / 900);
  out.flags |= Record::has_time;
  return true;
}

bool RowReader::what(const Fields& fields, Record& out, std::string& problem) {
  if (!map_.type.empty()) {
    word_.assign(fields[at(Field::type)]);
    std::ranges::transform(word_, word_.begin(), upper);
    auto found = types_.find(word_);
    if (found == types_.end()) {
      std::optional<What> known = kind_of_row(side_, word_);
      if (!known) {
        problem = in_quotes(word_) + " is no known kind of row; say in the map's types what it is";
        return false;
      }
      found = types_.emplace(word_, *known).first;
    }
    out.what = found->second;
  }
  if (!map_.status.empty() && !fields[at(Field::status)].empty()) {
    word_.assign(fields[at(Field::status)]);
    std::ranges::transform(word_, word_.begin(), upper);
    if (closed_status(word_)) out.flags |= inactive_status(word_) ? Record::inactive : Record::closed;
  }
  return true;
}

void RowReader::customer(const Fields& fields, Record& out) const {
  bool tells = !map_.customer.empty() || !map_.email.empty() || !map_.phone.empty() || !map_.loyalty.empty();
  if (!tells) return;
  out.flags |= Record::tells_customer;
  auto named = [&fields](Field field) { return !fields[at(field)].empty() && !stands_for_nothing(fields[at(field)]); };
  for (Field field : {Field::customer, Field::email, Field::phone, Field::loyalty})
    if (named(field)) out.flags |= Record::has_customer;
  if (identifier_ == Field::count || !named(identifier_)) return;
  if (identifier_ == Field::email) out.customer = plain_email_digest(fields[at(identifier_)], 1);
  if (out.customer == 0) {
    std::string form = identifier_form(identifier_, fields[at(identifier_)]);
    if (form.empty()) return;
    out.customer = digest(form, 1);
  }
  out.flags |= Record::comparable;
}

void RowReader::origin(const Fields& fields, Record& out) {
  if (side_ != Side::pos) {
    std::string_view instrument = fields[at(Field::instrument)];
    out.origin = instrument.empty() || stands_for_nothing(instrument)
                     ? 0
                     : static_cast<std::uint32_t>(digest(instrument, 2)) | 1;
    return;
  }
  origin_.assign(fields[at(Field::store)]);
  origin_ += '\x1f';
  origin_ += fields[at(Field::terminal)];
  out.origin = origins_.id(origin_);
  out.staff = staff_.id(fields[at(Field::staff)]);
  if (!map_.route.empty() || !map_.version.empty()) {
    origin_.assign(fields[at(Field::route)]);
    origin_ += '\x1f';
    origin_ += fields[at(Field::version)];
    out.way = static_cast<std::uint16_t>(ways_.id(origin_));
  }
  if (map_.business_date.empty()) return;
  if (auto day = business_day_s(fields[at(Field::business_date)], map_))
    out.day = static_cast<std::uint16_t>(*day / kDay);
}

/// Which sides do not get it, from the list of those that do.
bool RowReader::systems(std::string_view list, Record& out, std::string& problem) const {
  if (side_ != Side::pos || list.empty()) return true;
  constexpr std::uint8_t kAll = (1u << report::kSides) - 1;
  out.not_at = kAll;
  for (std::string_view rest = list; !rest.empty();) {
    std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    auto side = std::ranges::find(report::kSideNames, word);
    if (side == report::kSideNames.end()) {
      problem = in_quotes(word) + " is no system; write platform, payments, erp, storefront";
      return false;
    }
    out.not_at &= static_cast<std::uint8_t>(~(1u << (side - report::kSideNames.begin())));
  }
  return true;
}

bool RowReader::fill(const Fields& fields, Record& out, std::string& problem) {
  if (!what(fields, out, problem)) return false;
  if (out.what == What::share) return true;  // ignored
  if (!moment(fields, out, problem) || !money(fields, out, problem)) return false;
  written_ = out.amount;
  if (out.what == What::issue && out.amount < 0) {
    if (map_.negative.empty()) {
      problem =
          "an issue of " + std::string(map_.negate ? "an amount that negate turns negative" : "a negative amount") +
          ": if rows of the other sign take back what was issued, say negative = \"void\" in the map, or what else they are" +
          (map_.negate ? "; if what is issued is positive, leave negate out"
                       : "; if all amounts are what is owed, negate = true");
      return false;
    }
    out.what = kind_named(map_.negative);
    if (out.what == What::share) return true;  // ignored
  }
  if (out.what == What::redeem || out.what == What::cancel || out.what == What::refund)
    out.amount = out.amount < 0 ? -out.amount : out.amount;
  std::string_view type = fields[at(Field::balance_type)];
  if (stands_for_nothing(type) && map_.balance_types.empty()) type = {};
  out.balance_type = static_cast<std::uint8_t>(mapped(map_.balance_types, type, false, balance_types_, balance_type_));
  customer(fields, out);
  origin(fields, out);
  return systems(fields[at(Field::systems)], out, problem);
}

namespace {

constexpr std::string_view kTotalWords[] = {"TOTAL", "TOTALS", "GRAND TOTAL", "SUBTOTAL",      "SUM",
                                            "SUMME", "GESAMT", "GESAMTSUMME", "ZWISCHENSUMME", "ENDSUMME"};

bool is_total_word(std::string_view text) {
  if (text.ends_with(':')) text.remove_suffix(1);
  if (text.size() < 3 || text.size() > 13) return false;
  return std::ranges::any_of(kTotalWords, [&](std::string_view word) { return equal_ignoring_case(text, word); });
}

/// By two letters: most references are none.
bool may_begin_total(std::string_view text) {
  if (text.size() < 3) return false;
  char second = upper(text[1]);
  switch (upper(text[0])) {
    case 'T':
      return second == 'O';
    case 'G':
      return second == 'R' || second == 'E';
    case 'S':
      return second == 'U';
    case 'Z':
      return second == 'W';
    case 'E':
      return second == 'N';
    default:
      return false;
  }
}

/// "Summe EUR", "TOTAL (400)"
bool begins_as_total(std::string_view text) {
  return may_begin_total(text) && std::ranges::any_of(kTotalWords, [&](std::string_view word) {
           return text.size() > word.size() && text[word.size()] == ' ' &&
                  equal_ignoring_case(text.substr(0, word.size()), word);
         });
}

}  // namespace

/// "Total" in the first column or for a reference, where a credit would have a time.
bool RowReader::is_total(const Fields& fields) const {
  std::string_view first = fields[at(Field::first)], reference = fields[0];
  bool by_first = may_begin_total(first) && is_total_word(first);
  bool by_reference = may_begin_total(reference) && is_total_word(reference);
  if (!by_first && !by_reference) return false;
  return fields[at(Field::time)].empty() || map_.time.empty() || fields[at(Field::time)] == first || reference.empty();
}

/// No time, where rows have one; or no reference, or in its place what a total is called.
bool RowReader::nothing_but_an_amount(const Fields& fields) const {
  std::string_view reference = fields[0];
  if (!fields[at(Field::time)].empty()) return false;
  return reference.empty() || !map_.time.empty() || begins_as_total(reference) ||
         begins_as_total(fields[at(Field::first)]);
}

bool RowReader::is_header(const Fields& fields) const {
  const std::string& amount = map_.amount.empty() ? map_.balance : map_.amount;
  return !amount.empty() && !map_.reference.empty() && equal_ignoring_case(fields[0], map_.reference.front()) &&
         equal_ignoring_case(fields[at(map_.amount.empty() ? Field::balance : Field::amount)], amount);
}

/// Whether a credit can stand in these fields: where columns are displaced, the amount is none and the time no time.
bool RowReader::sound(const Fields& fields) {
  constexpr int kDigits = 4;  // of whatever currency
  Record moved;
  std::string problem;
  reference(fields);
  return !key_.empty() && moment(fields, moved, problem) &&
         parse_amount(fields[at(map_.amount.empty() ? Field::balance : Field::amount)], kDigits, amounts_).has_value();
}

/// The credit of the fields that sound() looked at last is not judged, if there is one of its name.
void RowReader::perhaps(const Fields& fields, Record out, const std::function<void(const Record&)>& emit) {
  if (key_.empty() || key_.size() > kKeyMax || rounded(key_) || !is_utf8(key_)) return;
  std::string problem;
  moment(fields, out, problem);
  out.key = key_;
  out.what = What::unreadable;
  out.flags |= Record::perhaps;
  emit(out);
}

/// A row with too many fields, or too few. What is displaced are the fields before the place that is broken, or those behind
/// it: if the row reads well from its begin, its reference is there.
void RowReader::displaced(const RawRow& row, const Record& out, const std::function<void(const Record&)>& emit) {
  bool good = sound(*row.fields);
  perhaps(*row.fields, out, emit);
  if (!good && row.from_end != nullptr) {
    sound(*row.from_end);
    perhaps(*row.from_end, out, emit);
  }
  swallows(row, out, emit);
}

/// Two stray quotes make one field of the rows between them.
bool RowReader::swallows(const RawRow& row, Record out, const std::function<void(const Record&)>& emit) {
  bool any = false;
  for (const Swallowed& one : row.swallowed) {
    if (!sound(one.fields)) continue;
    any = true;
    out.place = place_of(file_of(out.place), one.offset, one.lines);
    perhaps(one.fields, out, emit);
  }
  return any;
}

void RowReader::read(std::size_t file, const RawRow& row, const std::function<void(const Record&)>& emit,
                     std::string& problem) {
  problem.clear();
  passed_ = nullptr;
  may_be_total_ = false;
  written_ = 0;
  Record out;
  out.side = side_;
  out.place = place_of(file, row.offset, row.lines);
  if (row.problem != nullptr) {
    problem = row.problem;
    if (is_total(*row.fields))
      passed_ = kTotals, problem.clear();
    else
      displaced(row, out, emit);
    return;
  }
  if (is_total(*row.fields)) {
    passed_ = kTotals;
    return;
  }
  bool swallowing = !row.swallowed.empty() && swallows(row, out, emit);
  reference(*row.fields);
  if (rounded(key_)) {
    problem = in_quotes(key_) + " is a number that a spreadsheet has rounded; export the file anew";
    return;
  }
  if (key_.size() > kKeyMax) {
    problem = "a reference of more than 255 characters";
    return;
  }
  out.key = key_;
  if (swallowing) problem = "a quoted field of it holds whole rows: does it begin with a quote that is none?";
  bool text = row.ascii || std::ranges::all_of(*row.fields, is_utf8);
  if (!text) problem = "a field is not UTF-8";
  if (!problem.empty() || !fill(*row.fields, out, problem)) {
    if (is_header(*row.fields)) {
      passed_ = kHeaderAgain;
      return problem.clear();
    }
    std::string also;
    if (!out.is(Record::has_time)) moment(*row.fields, out, also);  // tells of which use of its number it is
    out.what = What::unreadable;
    if (!key_.empty()) emit_each(out, emit);
    return;
  }
  if (out.what == What::share) return;
  may_be_total_ = out.what == What::issue && nothing_but_an_amount(*row.fields);
  if (out.what != What::issue && !map_.original.empty()) out.key = original(*row.fields, out.key);
  emit_each(out, emit);
}

/// Of a row that names several references one for each; what was redeemed of several cannot be told apart.
void RowReader::emit_each(Record& out, const std::function<void(const Record&)>& emit) const {
  bool splits = !map_.split.empty() && out.what != What::redeem && out.what != What::refund;
  if (!splits || out.key.find(map_.split) == std::string_view::npos) return emit(out);
  auto for_parts = [this, keys = out.key](const auto& take) {
    for (std::string_view rest = keys;;) {
      std::size_t end = rest.find(map_.split);
      if (std::string_view part = trimmed(rest.substr(0, end)); !part.empty()) take(part);
      if (end == std::string_view::npos) return;
      rest.remove_prefix(end + map_.split.size());
    }
  };
  std::uint32_t count = 0;
  for_parts([&count](std::string_view) { ++count; });
  if (count > 1 && out.what != What::unreadable) {
    if (out.what == What::cancel) out.amount = -out.amount;
    out.what = What::share;
    out.origin = count;
  }
  for_parts([&](std::string_view part) {
    out.key = part;
    emit(out);
  });
}

}  // namespace handoff::reconcile
