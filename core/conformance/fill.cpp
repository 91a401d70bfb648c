#include "core/conformance/fill.hpp"

#include <handoff/sdk/money.hpp>
#include <limits>

namespace handoff::conformance {

namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

void add_money(const std::string& path, const Money& money, Variables& out) {
  out[path] = std::to_string(money.minor());
  out[path + ".decimal"] = money.decimal();
  out[path + ".currency"] = money.currency();
  out[path + ".currency.lower"] = lower(money.currency());
  // What some vendors hold whatever the currency: units of a hundredth. Nothing if the amount is finer.
  int exponent = money.exponent();
  std::int64_t minor = money.minor();
  for (; exponent < 2 && minor <= std::numeric_limits<std::int64_t>::max() / 10; ++exponent) minor *= 10;
  for (; exponent > 2 && minor % 10 == 0; --exponent) minor /= 10;
  if (exponent == 2) out[path + ".hundredths"] = std::to_string(minor);
}

void add(const std::string& path, const json::Value& value, Variables& out) {
  if (std::optional<Money> money = money_from_json(value)) return add_money(path, *money, out);
  if (value.string()) out[path] = *value.string();
  if (value.number()) out[path] = value.number()->text();
  std::string prefix = path.empty() ? "" : path + ".";
  for (const auto& [name, member] : value.as_object()) add(prefix + name, member, out);
  for (std::size_t i = 0; i < value.as_array().size(); ++i) add(prefix + std::to_string(i), value.at(i), out);
}

}  // namespace

Variables variables_of(const json::Value& input, const std::vector<plugin_host::CallIds>& ids) {
  Variables out;
  add("", input, out);
  for (const plugin_host::CallIds& id : ids) {
    out["key." + id.label] = id.key;
    out["ref20." + id.label] = id.ref20;
  }
  return out;
}

std::string fill(std::string_view text, const Variables& variables) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t close = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
    auto found =
        close == std::string_view::npos ? variables.end() : variables.find(text.substr(at + 1, close - at - 1));
    if (found == variables.end()) {
      out += text[at++];
    } else {
      out += found->second;
      at = close + 1;
    }
  }
  return out;
}

bool follows_amount(const json::Value& answer) {
  std::string text = json::write(answer);
  return text.find("{amount}") != std::string::npos || text.find("{amount.decimal}") != std::string::npos ||
         text.find("{amount.hundredths}") != std::string::npos;
}

json::Value filled(const json::Value& value, const Variables& variables) {
  if (value.string()) return json::Value(fill(*value.string(), variables));
  if (value.array()) {
    json::Array out;
    for (const json::Value& element : *value.array()) out.push_back(filled(element, variables));
    return json::Value(std::move(out));
  }
  if (!value.object()) return value;
  if (value.object()->size() == 1 && value.at("$number").string()) {
    std::string number = fill(*value.at("$number").string(), variables);
    return json::Value(json::Number(number.starts_with("--") ? number.substr(2) : number));
  }
  json::Object out;
  for (const auto& [name, member] : *value.object()) out.set(name, filled(member, variables));
  return json::Value(std::move(out));
}

}  // namespace handoff::conformance
