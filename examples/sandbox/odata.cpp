#include "odata.hpp"

#include <algorithm>
#include <array>

#include "clock.hpp"
#include "listing.hpp"
#include "money.hpp"

namespace sandbox::odata {
namespace {

void skip_blanks(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
}

std::string word(std::string_view& text) {
  skip_blanks(text);
  const std::string_view taken = text.substr(0, text.find(' '));
  text.remove_prefix(taken.size());
  skip_blanks(text);
  return std::string(taken);
}

// 'O''Hara' is O'Hara. False when the quote is never closed.
bool quoted(std::string_view& text, std::string& out) {
  text.remove_prefix(1);
  while (!text.empty()) {
    if (text.starts_with("''")) {
      text.remove_prefix(2);
      out += '\'';
    } else if (text.front() == '\'') {
      text.remove_prefix(1);
      return true;
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return false;
}

int sign(auto left, auto right) { return left < right ? -1 : left > right ? 1 : 0; }

// How the row's value stands to the condition's: numbers as numbers, times as times, the rest as text.
int compare(const Json& have, const Condition& condition) {
  if (have.is_number()) {
    return sign(minor_from_decimal(have.number_text(), 6).value_or(0),
                minor_from_decimal(condition.value, 6).value_or(0));
  }
  if (have.is_bool()) return sign(std::string(have.truthy() ? "true" : "false"), condition.value);
  const std::string text(have.text());
  if (!condition.quoted) {
    const auto left = ms_from_iso(text);
    const auto right = ms_from_iso(condition.value);
    if (left && right) return sign(*left, *right);
    return sign(text, condition.value);
  }
  return sign(text, condition.value);
}

std::optional<std::size_t> size_option(const Request& request, std::string_view name, std::size_t fallback) {
  const auto text = request.param(name);
  if (!text) return fallback;
  const auto value = whole_number(*text);
  if (!value || *value < 0) return std::nullopt;
  return static_cast<std::size_t>(*value);
}

Json selected(const Json& row, const std::string& fields) {
  if (fields.empty()) return row;
  Json out = Json::object();
  const std::string wanted = "," + fields + ",";
  for (const auto& [key, value] : row.members())
    if (key.starts_with('@') || wanted.find("," + key + ",") != std::string::npos) out.set(key, value);
  return out;
}

std::string encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '$' || c == '\'';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

std::string next_link(const Request& request, const ListOptions& options, std::size_t skip) {
  std::string url = options.url + "?";
  for (const auto& [key, value] : request.query)
    if (key != "$skiptoken") url += encode(key) + "=" + encode(value) + "&";
  return url + "$skiptoken=" + std::to_string(skip);
}

std::size_t page_size(const Request& request, std::size_t fallback) {
  constexpr std::string_view kPreference = "odata.maxpagesize=";
  const std::string_view prefer = request.header("prefer");
  const std::size_t at = prefer.find(kPreference);
  if (at == std::string_view::npos) return fallback;
  const auto wanted = whole_number(prefer.substr(at + kPreference.size()));
  return wanted && *wanted > 0 ? std::min(static_cast<std::size_t>(*wanted), fallback) : fallback;
}

}  // namespace

std::optional<std::vector<Condition>> read_filter(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kOps = {"eq", "ne", "gt", "ge", "lt", "le"};
  std::vector<Condition> out;
  skip_blanks(text);
  while (!text.empty()) {
    Condition condition;
    condition.field = word(text);
    condition.op = word(text);
    if (std::ranges::find(kOps, condition.op) == kOps.end()) return std::nullopt;
    condition.quoted = text.starts_with('\'');
    if (!condition.quoted) condition.value = word(text);
    if (condition.quoted && !quoted(text, condition.value)) return std::nullopt;
    out.push_back(std::move(condition));
    skip_blanks(text);
    if (!text.empty() && word(text) != "and") return std::nullopt;
  }
  return out;
}

bool holds(const Json& row, const Condition& condition) {
  const Json* have = row.find(condition.field);
  if (!have) return false;
  if (condition.value == "null" && !condition.quoted) return have->is_null() == (condition.op == "eq");
  const int order = compare(*have, condition);
  if (condition.op == "eq") return order == 0;
  if (condition.op == "ne") return order != 0;
  if (condition.op == "gt") return order > 0;
  if (condition.op == "ge") return order >= 0;
  if (condition.op == "lt") return order < 0;
  return order <= 0;
}

const std::string* equal_to(const std::vector<Condition>& conditions, std::string_view field) {
  for (const Condition& condition : conditions)
    if (condition.field == field && condition.op == "eq" && condition.quoted) return &condition.value;
  return nullptr;
}

std::optional<Json> list(const std::vector<Json>& rows, const Request& request,
                         const std::vector<Condition>& conditions, const ListOptions& options) {
  const auto top = size_option(request, "$top", SIZE_MAX);
  const auto first = size_option(request, "$skip", 0);
  const auto token = size_option(request, "$skiptoken", 0);
  if (!top || !first || !token) return std::nullopt;
  const std::size_t size = page_size(request, options.page_size);
  const std::string fields = request.param("$select").value_or("");
  Json value = Json::array();
  std::size_t seen = 0;
  bool more = false;
  for (const Json& row : rows) {
    const bool fits =
        std::ranges::all_of(conditions, [&](const Condition& condition) { return holds(row, condition); });
    if (!fits || seen++ < *first + *token) continue;
    if (value.items().size() == std::min(size, *top - std::min(*top, *token))) {
      more = value.items().size() == size;
      break;
    }
    value.push(selected(row, fields));
  }
  Json body = Json::object({{"@odata.context", options.context}, {"value", std::move(value)}});
  if (more) body.set("@odata.nextLink", next_link(request, options, *token + size));
  return body;
}

}  // namespace sandbox::odata
