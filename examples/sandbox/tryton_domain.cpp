#include "tryton_domain.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <optional>

namespace sandbox::tryton {

namespace {

/// A date or time as a text that sorts as it does.
std::string moment(const Json& value) {
  std::string out;
  for (const char* part : {"year", "month", "day", "hour", "minute", "second", "microsecond"}) {
    const std::string digits = std::to_string(value[part].integer().value_or(0));
    out += std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
  }
  return out;
}

std::optional<std::weak_ordering> compared(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a.integer().value_or(0) <=> b.integer().value_or(0);
  if (a.is_string() && b.is_string()) return a.text() <=> b.text();
  if (a.has("year") && b.has("year")) return moment(a) <=> moment(b);
  if (a.is_bool() && b.is_bool()) return a.truthy() <=> b.truthy();
  if (a.is_null() && b.is_null()) return std::weak_ordering::equivalent;
  return std::nullopt;
}

bool fits_clause(const Row& row, const Json& clause) {
  const auto field = row.find(clause.items()[0].text());
  if (field == row.end()) return false;
  const std::string_view op = clause.items()[1].text();
  const Json& value = clause.items()[2];
  if (op == "in")
    return std::ranges::any_of(
        value.items(), [&](const Json& one) { return compared(field->second, one) == std::weak_ordering::equivalent; });
  const auto order = compared(field->second, value);
  if (op == "!=") return !order || *order != 0;
  if (!order) return false;
  if (op == "=") return *order == 0;
  if (op == "<") return *order < 0;
  if (op == "<=") return *order <= 0;
  if (op == ">") return *order > 0;
  return op == ">=" && *order >= 0;
}

bool is_clause(const Json& domain) {
  const Json::Array& items = domain.items();
  return items.size() == 3 && items[0].is_string() && items[1].is_string() && items[0].text() != "OR" &&
         items[0].text() != "AND";
}

}  // namespace

bool fits(const Row& row, const Json& domain) {
  if (is_clause(domain)) return fits_clause(row, domain);
  const Json::Array& items = domain.items();
  const bool any = !items.empty() && items[0].text() == "OR";
  const bool named = any || (!items.empty() && items[0].text() == "AND");
  const auto first = items.begin() + (named ? 1 : 0);
  const auto fit = [&](const Json& inner) { return fits(row, inner); };
  return any ? std::any_of(first, items.end(), fit) : std::all_of(first, items.end(), fit);
}

namespace {

void put(Json& into, std::string_view field, std::string_view path, const Row& row) {
  const std::size_t dot = field.find('.');
  if (dot == std::string_view::npos) {
    const auto found = row.find(path);
    into.set(field, found == row.end() ? Json() : found->second);
    return;
  }
  const std::string member(field.substr(0, dot + 1));
  const std::string prefix(path.substr(0, path.size() - field.size() + dot));
  Json inner = into.has(member) ? into[member] : Json::object();
  const auto id = row.find(prefix);
  if (!inner.has("id")) inner.set("id", id == row.end() ? Json() : id->second);
  put(inner, field.substr(dot + 1), path, row);
  into.set(member, std::move(inner));
}

}  // namespace

Json selected(const Row& row, const Json& fields) {
  Json out = Json::object();
  out.set("id", row.at("id"));
  for (const Json& field : fields.items()) put(out, field.text(), field.text(), row);
  return out;
}

}  // namespace sandbox::tryton
