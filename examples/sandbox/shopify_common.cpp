#include <algorithm>

#include "listing.hpp"
#include "money.hpp"
#include "shopify.hpp"

namespace sandbox::shopify {

using graphql::Field;
using graphql::Object;
using graphql::Value;

std::string gid(std::string_view type, std::int64_t number) {
  return "gid://shopify/" + std::string(type) + "/" + std::to_string(number);
}

std::optional<std::int64_t> number_of(std::string_view text, std::string_view type) {
  const std::string prefix = "gid://shopify/" + std::string(type) + "/";
  if (!text.starts_with(prefix)) return std::nullopt;
  return whole_number(text.substr(prefix.size()));
}

Object json_object(std::string type, Json fields) {
  return {std::move(type), [fields = std::move(fields)](const Field& field) -> Value { return fields[field.name]; }};
}

// The vendor writes 10.00 as "10.0": decimals are to be compared as numbers, not as texts.
Object money(std::int64_t minor, const std::string& currency) {
  std::string amount = decimal_from_minor(minor, minor_digits(currency));
  if (amount.find('.') == std::string::npos) amount += ".0";
  while (amount.ends_with('0') && !amount.ends_with(".0")) amount.pop_back();
  return json_object("MoneyV2", Json::object({{"amount", amount}, {"currencyCode", currency}}));
}

std::optional<std::int64_t> minor_from(const Json& input) {
  const Json& amount = input["amount"];
  const std::string_view text = amount.is_number() ? amount.number_text() : amount.text();
  return minor_from_decimal(text, minor_digits(input["currencyCode"].text()));
}

Json user_error(const Json& code, const Json& field, std::string_view message) {
  return Json::object({{"code", code}, {"field", field}, {"message", message}});
}

Object payload(std::string type, std::string name, Value value, Json user_errors) {
  return {
      std::move(type),
      [name = std::move(name), value = std::move(value), errors = std::move(user_errors)](const Field& field) -> Value {
        if (field.name == name) return value;
        if (field.name != "userErrors") return Json();
        std::vector<Object> list;
        for (const Json& error : errors.items()) list.push_back(json_object("UserError", error));
        return list;
      }};
}

namespace {

// A cursor is the row's id, so that a page does not shift when rows are added in front of it.
std::string cursor_of(const Object& row) {
  const Value id = row.resolve(Field{"id", "id", {}, Json::object(), {}});
  return std::string(std::get<Json>(id).text());
}

struct Slice {
  std::vector<Object> rows;
  bool more = false, before = false;
};

Slice slice(std::vector<Object> rows, const Json& arguments) {
  if (arguments["reverse"].truthy()) std::ranges::reverse(rows);
  Slice out;
  auto begin = rows.begin();
  if (const std::string_view after = arguments["after"].text(); !after.empty()) {
    const auto found = std::ranges::find_if(rows, [&](const Object& row) { return cursor_of(row) == after; });
    begin = found == rows.end() ? rows.end() : found + 1;
    out.before = true;
  }
  const std::int64_t first = std::clamp<std::int64_t>(arguments["first"].integer().value_or(250), 0, 250);
  const auto count = std::min<std::ptrdiff_t>(first, rows.end() - begin);
  out.rows.assign(begin, begin + count);
  out.more = begin + count != rows.end();
  return out;
}

}  // namespace

Value connection(std::string type, std::string edge_type, std::vector<Object> all, const Json& arguments) {
  auto page = std::make_shared<Slice>(slice(std::move(all), arguments));
  return Object{std::move(type), [page, edge_type = std::move(edge_type)](const Field& field) -> Value {
                  if (field.name == "nodes") return page->rows;
                  if (field.name == "pageInfo") {
                    const bool empty = page->rows.empty();
                    return json_object(
                        "PageInfo", Json::object({{"hasNextPage", page->more},
                                                  {"hasPreviousPage", page->before},
                                                  {"startCursor", empty ? Json() : Json(cursor_of(page->rows.front()))},
                                                  {"endCursor", empty ? Json() : Json(cursor_of(page->rows.back()))}}));
                  }
                  std::vector<Object> edges;
                  for (const Object& row : page->rows) {
                    edges.push_back({edge_type, [row](const Field& part) -> Value {
                                       if (part.name == "node") return row;
                                       return Json(cursor_of(row));
                                     }});
                  }
                  return edges;
                }};
}

}  // namespace sandbox::shopify
