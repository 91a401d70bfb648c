#include "core/conformance/match.hpp"

#include <handoff/sdk/text.hpp>

namespace handoff::conformance {

namespace {

std::string brief(const json::Value& value) {
  std::string text = json::write(value);
  return text.size() > 120 ? text.substr(0, 117) + "..." : text;
}

/// `pattern` with "*" for any run of characters.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  for (std::size_t at = star; at <= text.size(); ++at)
    if (fits(pattern.substr(star + 1), text.substr(at))) return true;
  return false;
}

std::string under(const std::string& path, const std::string& what) {
  return what.empty() ? what : path + (what.starts_with("[") || what.starts_with(":") ? "" : ".") + what;
}

/// A body says what it is; a cassette that names the content type itself has been compared by then.
std::string type_difference(const json::Value& wanted, const HttpRequest& have) {
  if (have.method == "WRITE") return {};  // a file has none
  const std::string_view type = !wanted.at("json").is_null()   ? "json"
                                : !wanted.at("form").is_null() ? "application/x-www-form-urlencoded"
                                                               : "";
  for (const auto& [name, value] : wanted.at("headers").as_object())
    if (equal_ignoring_case(name, "content-type")) return {};
  for (const auto& [name, value] : have.headers)
    if (equal_ignoring_case(name, "content-type") && value.find(type) != std::string::npos) return {};
  return type.empty()
             ? std::string()
             : "the body is " + std::string(type == "json" ? type : "a form") + ", and no content-type header says so";
}

}  // namespace

std::string from_percent(std::string_view text) {
  std::string out;
  auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c - 'a' + 10;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string difference(const json::Value& wanted, const json::Value& have) {
  if (wanted.object() && have.object()) {
    for (const auto& [name, value] : wanted.as_object())
      if (std::string found = difference(value, have.at(name)); !found.empty()) return under(name, found);
    return {};
  }
  if (wanted.array() && have.array() && wanted.as_array().size() == have.as_array().size()) {
    for (std::size_t i = 0; i < wanted.as_array().size(); ++i)
      if (std::string found = difference(wanted.at(i), have.at(i)); !found.empty())
        return under("[" + std::to_string(i) + "]", found);
    return {};
  }
  if (wanted.array() && wanted.as_array().empty() && have.is_null()) return {};  // an empty list is not written
  if (wanted.string() && have.string() && fits(*wanted.string(), *have.string())) return {};
  return wanted == have ? std::string() : ": " + brief(have) + ", not " + brief(wanted);
}

std::string request_difference(const json::Value& wanted, const HttpRequest& have) {
  if (wanted.at("method").as_string() != have.method)
    return "the method is " + have.method + ", not " + std::string(wanted.at("method").as_string());
  if (!fits(wanted.at("target").as_string(), have.target))
    return "the target is " + have.target + ", not " + std::string(wanted.at("target").as_string());
  for (const auto& [name, value] : wanted.at("headers").as_object()) {
    const std::string* found = nullptr;
    for (const auto& [have_name, have_value] : have.headers)
      if (equal_ignoring_case(name, have_name)) found = &have_value;
    if (!found) return "the header " + name + " is missing";
    if (!fits(value.as_string(), *found))
      return "the header " + name + " is '" + *found + "', not '" + std::string(value.as_string()) + "'";
  }
  if (std::string wrong = type_difference(wanted, have); !wrong.empty()) return wrong;
  if (!wanted.at("json").is_null()) {
    json::Parsed body = json::parse(have.body);
    if (!body) return "the body is no JSON";
    return under("body", difference(wanted.at("json"), *body));
  }
  if (!wanted.at("form").is_null()) return under("form", difference(wanted.at("form"), read_form(have.body)));
  if (wanted.at("text").string() && !fits(*wanted.at("text").string(), have.body)) return "the body is another";
  return {};
}

json::Value read_form(std::string_view text) {
  json::Object out;
  while (!text.empty()) {
    std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    std::size_t equals = std::min(pair.find('='), pair.size());
    std::string_view value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view();
    out.set(from_percent(pair.substr(0, equals)), from_percent(value));
  }
  return json::Value(std::move(out));
}

}  // namespace handoff::conformance
