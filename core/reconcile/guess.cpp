#include "core/reconcile/guess.hpp"

#include <algorithm>
#include <handoff/sdk/json.hpp>
#include <span>

#include "core/reconcile/amount_text.hpp"
#include "core/reconcile/rows.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

using config::ExportMap;
using config::TimeFormat;

/// What columns are called, letters and digits only, the surest name first.
struct Called {
  std::string ExportMap::*field;
  std::vector<std::string_view> names;
};

const std::vector<Called>& called() {
  static const std::vector<Called> list = {
      {&ExportMap::amount,
       {"amount", "amountminor", "amountcents", "value", "issuedamount", "creditamount", "initialamount",
        "initialvalue", "total"}},
      {&ExportMap::balance,
       {"balance", "remainingbalance", "remaining", "currentbalance", "giftbalance", "balanceminor"}},
      {&ExportMap::currency, {"currency", "currencycode", "iso4217"}},
      {&ExportMap::balance_type, {"balancetype", "credittype", "walletcategory", "category"}},
      {&ExportMap::time,
       {"createdat", "created", "issuedat", "timestamp", "datetime", "time", "transactiontime", "postingdate", "date",
        "businessdate"}},
      {&ExportMap::type, {"type", "transactiontype", "entrytype", "movement", "event"}},
      {&ExportMap::status, {"status", "state", "active"}},
      {&ExportMap::store, {"store", "storeid", "storenumber", "location", "locationid", "shop", "branch"}},
      {&ExportMap::terminal, {"terminal", "terminalid", "register", "registerid", "till", "device", "deviceid"}},
      {&ExportMap::staff, {"staff", "staffid", "cashier", "employee", "employeeid", "associate"}},
      {&ExportMap::email, {"email", "customeremail", "emailaddress"}},
      {&ExportMap::phone, {"phone", "customerphone", "phonenumber", "mobile"}},
      {&ExportMap::loyalty, {"loyaltyid", "loyalty", "membernumber", "loyaltynumber"}},
      {&ExportMap::customer, {"customer", "customerid", "customernumber", "customersourceid"}},
      {&ExportMap::instrument,
       {"cardid", "card", "giftcardid", "code", "vouchercode", "entryid", "instrument", "id", "documentno"}},
      {&ExportMap::author, {"createdby", "author", "user", "userid", "enteredby", "postedby"}},
  };
  return list;
}
constexpr std::string_view kReferences[] = {
    "reference",      "creditreference", "externalreference", "externalid",      "externaldocumentno",
    "orderreference", "transactionid",   "transaction",       "sourcereference", "referenceid",
    "orderid",        "receipt",         "receiptnumber",     "sourceid",        "code"};

std::string plain(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

/// The dotted names of the values in the first object.
void names_in(const json::Value& value, const std::string& prefix, std::vector<std::string>& out) {
  for (const auto& [name, inner] : value.as_object()) {
    if (inner.is_object())
      names_in(inner, prefix + name + ".", out);
    else
      out.push_back(prefix + name);
  }
}

std::vector<std::string> columns_of(const Input& input) {
  if (input.shape() == Shape::csv) return input.header();
  std::vector<std::string> out;
  std::string_view sample = input.sample();
  if (json::Parsed first = json::parse(sample.substr(0, sample.find('\n')))) names_in(*first, "", out);
  return out;
}

std::string find_name(const std::vector<std::string>& columns, std::span<const std::string_view> names) {
  for (std::string_view name : names)
    for (const std::string& column : columns)
      if (plain(column) == name) return column;
  for (std::string_view name : names)  // "customer.email" of JSON
    for (const std::string& column : columns)
      if (std::size_t dot = column.rfind('.'); dot != std::string::npos && plain(column.substr(dot + 1)) == name)
        return column;
  return {};
}

/// The values of the sample's whole rows.
std::vector<std::string> values_of(const Input& input, ExportMap map, Field field) {
  if (map.reference.front().empty()) map.reference = {input.shape() == Shape::csv ? input.header().front() : map.time};
  auto columns = find_columns(input, map);
  if (!columns) return {};
  Block block;
  std::string_view sample = input.sample();
  std::size_t end = sample.rfind('\n');
  if (end != std::string_view::npos) sample = sample.substr(0, end + 1);
  block.size = sample.size();
  block.bytes.assign(sample.begin(), sample.end());
  block.bytes.resize(block.size + Block::kPadding, '\n');
  std::vector<std::string> out;
  for_rows(block, input.shape(), input.delimiter(), *columns, [&](const RawRow& row) {
    std::string_view value = (*row.fields)[at(field)];
    if (row.problem == nullptr && !value.empty()) out.emplace_back(value);
  });
  return out;
}

void guess_amounts(const Input& input, Guess& out) {
  std::vector<std::string> values = values_of(input, out.map, out.map.amount.empty() ? Field::balance : Field::amount);
  std::string name = plain(out.map.amount.empty() ? out.map.balance : out.map.amount);
  out.map.minor_units = name.ends_with("minor") || name.ends_with("cents");
  for (auto [decimal, thousands] :
       {std::pair('.', '\0'), {',', '\0'}, {'.', ','}, {',', '.'}, {',', ' '}, {'.', '\''}}) {
    AmountFormat format{decimal, thousands, out.map.minor_units};
    if (!std::ranges::all_of(values, [&](const std::string& v) { return parse_amount(v, 3, format).has_value(); }))
      continue;
    bool grouped = thousands != 0 || std::ranges::all_of(values, [&](const std::string& v) {
                     return parse_amount(v, 2, format).has_value();
                   });
    if (!grouped) continue;
    out.map.decimal = decimal;
    out.map.thousands = thousands;
    return;
  }
  out.doubts.push_back("amounts: not all of the first rows fit one way of writing; say decimal and thousands");
}

void guess_times(const Input& input, const std::string& region, Guess& out) {
  if (out.map.time.empty()) {
    out.doubts.push_back("no column of a time: nothing can be in flight, and the window takes everything");
    return;
  }
  std::vector<std::string> values = values_of(input, out.map, Field::time);
  auto fits = [&](TimeFormat format) {
    return std::ranges::all_of(values, [&](const std::string& v) { return parse_time(v, format, 0).has_value(); });
  };
  if (fits(TimeFormat::iso)) {
    bool zoned = std::ranges::all_of(values, [](const std::string& v) {
      return v.ends_with('Z') || v.ends_with("UTC") || v.find('+') != std::string::npos || v.rfind('-') > 9;
    });
    if (!zoned) out.doubts.push_back("times name no zone and are taken as UTC; say utc_offset");
    return;
  }
  bool dmy = fits(TimeFormat::dmy), mdy = fits(TimeFormat::mdy);
  if (dmy || mdy) {
    bool american = region == "US" || region == "PH";
    out.map.time_format = dmy && (!mdy || !american) ? TimeFormat::dmy : TimeFormat::mdy;
    if (dmy && mdy && region.empty())
      out.doubts.push_back("day or month first cannot be told; taken as day first: say time_format, or --region");
    out.doubts.push_back("times name no zone and are taken as UTC; say utc_offset");
    return;
  }
  bool long_numbers = std::ranges::all_of(values, [](const std::string& v) { return v.size() >= 12; });
  TimeFormat epoch = long_numbers ? TimeFormat::epoch_ms : TimeFormat::epoch_s;
  if (fits(epoch))
    out.map.time_format = epoch;
  else
    out.doubts.push_back("times: not all of the first rows fit one format; say time_format");
}

}  // namespace

Guess guess_map(report::Side side, const Input& input, const std::string& region) {
  std::vector<std::string> columns = columns_of(input);
  Guess out;
  auto missing = [&](const std::string& what) {
    if (out.missing.empty()) out.missing = what + " cannot be told from the columns " + names_of_columns(columns);
  };
  std::string reference = find_name(columns, kReferences);
  if (reference.empty()) missing("the reference that all systems share");
  out.map.reference = {reference};
  for (const Called& field : called()) out.map.*field.field = find_name(columns, field.names);
  if (out.map.instrument == reference && plain(reference) != "code") out.map.instrument.clear();
  if (side == report::Side::pos) out.map.instrument.clear();
  if (out.map.amount.empty() && out.map.balance.empty()) missing("the amount");
  if (out.map.currency.empty())
    out.doubts.push_back("no column of a currency: say --currency, or currency_always in the map");
  guess_amounts(input, out);
  guess_times(input, region, out);
  return out;
}

std::expected<LogGuess, Refusal> guess_log_map(const Input& input) {
  static constexpr std::string_view kTimes[] = {"time", "timestamp", "ts", "at", "datetime", "createdat", "date"};
  static constexpr std::string_view kSystems[] = {"system", "target", "service", "vendor", "hop", "to", "destination"};
  static constexpr std::string_view kOutcomes[] = {"outcome", "result", "statuscode", "httpstatus", "status", "code"};
  static constexpr std::string_view kDurations[] = {"durationms", "elapsedms", "latencyms", "tookms",
                                                    "duration",   "elapsed",   "latency",   "took"};
  static constexpr std::string_view kMessages[] = {"message", "error", "detail", "msg", "reason"};
  std::vector<std::string> columns = columns_of(input);
  LogGuess out;
  ExportMap& map = out.map.columns;
  if (std::string reference = find_name(columns, kReferences); !reference.empty()) map.reference = {reference};
  map.time = find_name(columns, kTimes);
  map.store = find_name(columns, kSystems);
  map.type = find_name(columns, kOutcomes);
  map.balance = find_name(columns, kDurations);
  map.author = find_name(columns, kMessages);
  if (map.reference.empty() || map.store.empty() || map.type.empty()) {
    return std::unexpected(Refusal{input.path(), 1,
                                   "the reference, the system or the outcome cannot be told from the columns " + names_of_columns(columns),
                                   "write a [logs] table in the map"});
  }
  if (!map.balance.empty() && !plain(map.balance).ends_with("ms"))
    out.doubts.push_back("durations are taken as milliseconds; say duration_unit");
  Guess times;
  times.map = map;
  guess_times(input, "", times);
  map = times.map;
  std::ranges::move(times.doubts, std::back_inserter(out.doubts));
  return out;
}

}  // namespace handoff::reconcile
