// handoff::json: what is read is written back as it was; what two readers could take differently is refused.

#include <algorithm>
#include <handoff/sdk/json.hpp>
#include <set>

#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

std::size_t depth(const json::Value& value) {
  std::size_t below = 0;
  for (const json::Value& element : value.as_array()) below = std::max(below, depth(element));
  for (const auto& [name, member] : value.as_object()) below = std::max(below, depth(member));
  return below + (value.is_array() || value.is_object() ? 1 : 0);
}

std::string_view digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  return text.substr(0, count);
}

/// RFC 8259 section 6.
bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  std::string_view whole = digits(text);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return false;
  text.remove_prefix(whole.size());
  if (text.starts_with('.')) {
    std::string_view fraction = digits(text.substr(1));
    if (fraction.empty()) return false;
    text.remove_prefix(1 + fraction.size());
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    std::string_view exponent = digits(text);
    if (exponent.empty()) return false;
    text.remove_prefix(exponent.size());
  }
  return text.empty();
}

void judge(const json::Value& value) {
  if (const json::Number* number = value.number()) {
    must(is_number(number->text()), "a number keeps the text of a JSON number", number->text());
    if (std::optional<std::int64_t> integer = number->integer())
      must(std::to_string(*integer) == number->text(), "an integer is exactly what was written", number->text());
  }
  if (value.string()) must(is_utf8(*value.string()), "a string is UTF-8");
  for (const json::Value& element : value.as_array()) judge(element);
  std::set<std::string_view> names;
  for (const auto& [name, member] : value.as_object()) {
    must(names.insert(name).second, "no name stands twice in an object", name);
    must(value.at(name) == member, "a member is found by its name", name);
    judge(member);
  }
}

}  // namespace

void one_input(std::string_view bytes) {
  json::Limits limits;
  limits.depth_max = 1 + bytes.size() % 40;
  json::Parsed parsed = json::parse(bytes, limits);
  if (!parsed) {
    must(parsed.error.offset <= bytes.size(), "an error lies inside the text");
    must(!parsed.error.message.empty(), "an error has words");
  } else {
    must(is_utf8(bytes), "only UTF-8 is read");
    must(depth(*parsed) <= limits.depth_max, "nothing is nested deeper than allowed");
    judge(*parsed);
    std::string written = json::write(*parsed);
    json::Parsed again = json::parse(written, limits);
    must(static_cast<bool>(again), "what is written can be read", again.error.message);
    must(*again == *parsed, "what is written is read as the same");
    must(json::write(*again) == written, "writing is stable");
  }
  json::Parsed shorter = json::parse(bytes, {limits.depth_max, bytes.size() / 2});
  must(bytes.empty() || !shorter, "a text longer than allowed is refused");

  // Any bytes at all as a string: a header, a vendor's words. What comes out must be readable by everyone.
  json::Parsed string = json::parse(json::write(json::Value(bytes)));
  must(string && string->string(), "any bytes are written as a JSON string", string.error.message);
  if (is_utf8(bytes)) must(*string->string() == bytes, "UTF-8 is written without a change");
}

}  // namespace handoff::fuzz
