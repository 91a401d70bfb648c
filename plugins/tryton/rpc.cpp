#include "rpc.hpp"

#include <handoff/sdk/text.hpp>
#include <handoff/sdk/time.hpp>

namespace handoff::tryton {

namespace {

std::int64_t number_at(std::string_view text, std::size_t at, std::size_t size) {
  return parse_decimal(text.substr(at, size), 0).value_or(-1);
}

std::string padded(std::int64_t value, std::size_t width) {
  std::string text = std::to_string(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

}  // namespace

Request rpc(Retry retry, std::string label, const std::string& database, std::string_view method, json::Array params,
            std::int64_t company) {
  json::Object context;
  context.set("company", company);
  params.emplace_back(std::move(context));
  json::Object body;
  body.set("id", 1);
  body.set("method", "model." + std::string(method));
  body.set("params", std::move(params));
  Request out(retry, std::move(label), "POST", "/" + percent(database) + "/");
  out.json(json::Value(std::move(body)));
  return out;
}

Request search_read(std::string label, const std::string& database, std::string_view model, json::Array domain,
                    std::int64_t limit, const std::vector<std::string>& fields, std::int64_t company) {
  json::Array names, by_id, order, params;
  for (const std::string& field : fields) names.emplace_back(field);
  by_id.emplace_back("id");
  by_id.emplace_back("ASC");
  order.emplace_back(std::move(by_id));
  params.emplace_back(std::move(domain));
  params.emplace_back(0);
  params.emplace_back(limit);
  params.emplace_back(std::move(order));
  params.emplace_back(std::move(names));
  return rpc(Retry::safe, std::move(label), database, std::string(model) + ".search_read", std::move(params), company);
}

json::Value clause(std::string_view field, std::string_view op, json::Value value) {
  json::Array out;
  out.emplace_back(field);
  out.emplace_back(op);
  out.push_back(std::move(value));
  return json::Value(std::move(out));
}

json::Value decimal(const Money& amount) {
  json::Object out;
  out.set("__class__", "Decimal");
  out.set("decimal", amount.decimal());
  return json::Value(std::move(out));
}

std::optional<Money> to_money(const json::Value& decimal, const std::string& currency) {
  if (decimal.at("__class__").as_string() != "Decimal") return std::nullopt;
  std::string_view text = decimal.at("decimal").as_string();
  if (text.starts_with("0E")) text = "0";  // Python writes a zero of many digits so
  return money_from_decimal(text, currency);
}

std::optional<json::Value> date(std::string_view iso) {
  if (!to_unix_ms(std::string(iso) + "T00:00:00Z")) return std::nullopt;
  json::Object out;
  out.set("__class__", "date");
  out.set("year", number_at(iso, 0, 4)).set("month", number_at(iso, 5, 2)).set("day", number_at(iso, 8, 2));
  return json::Value(std::move(out));
}

std::string to_iso(const json::Value& date) {
  std::optional<std::int64_t> year = date.at("year").as_integer(), month = date.at("month").as_integer(),
                              day = date.at("day").as_integer();
  if (!year || !month || !day) return {};
  std::string out = padded(*year, 4) + "-" + padded(*month, 2) + "-" + padded(*day, 2);
  return to_unix_ms(out + "T00:00:00Z") ? out : std::string();
}

json::Value datetime(std::int64_t unix_ms) {
  std::string text = to_rfc3339(unix_ms);
  json::Object out;
  out.set("__class__", "datetime");
  out.set("year", number_at(text, 0, 4)).set("month", number_at(text, 5, 2)).set("day", number_at(text, 8, 2));
  out.set("hour", number_at(text, 11, 2)).set("minute", number_at(text, 14, 2)).set("second", number_at(text, 17, 2));
  out.set("microsecond", number_at(text, 20, 3) * 1000);
  return json::Value(std::move(out));
}

std::string id_of(const json::Value& id) {
  std::optional<std::int64_t> number = id.as_integer();
  return number ? std::to_string(*number) : std::string();
}

json::Value to_id(const std::string& id) {
  json::Number out(id);
  if (!out.integer()) throw Failure(Failed::unreadable, "a record's id is no number");
  return json::Value(std::move(out));
}

bool truth(const json::Value& flag) { return flag.as_bool() || flag.as_integer().value_or(0) != 0; }

}  // namespace handoff::tryton
