#include "core/conformance/mutate.hpp"

#include <algorithm>
#include <chrono>
#include <handoff/sdk/money.hpp>
#include <optional>
#include <set>

namespace handoff::conformance {

namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  while (times-- > 0) out += text;
  return out;
}

/// The next number, written as the old one is: 25.00 becomes 25.01.
std::string next_number(std::string text) {
  for (std::size_t i = text.size(); i-- > 0;) {
    if (text[i] < '0' || text[i] > '9') continue;
    if (text[i] < '9') {
      ++text[i];
      return text;
    }
    text[i] = '0';
  }
  return text.starts_with('-') ? "-1" + text.substr(1) : "1" + text;
}

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  bool digits_and_dots = text.find_first_not_of("0123456789.") == std::string_view::npos;
  return !text.empty() && digits_and_dots && text.front() != '.' && text.find('.') == text.rfind('.');
}

using Put = std::function<std::string(const json::Value&)>;  // a changed member into its whole body
/// What stands in the place of a text, number or truth; nothing: it is left as it is.
using Other = std::function<std::optional<json::Value>(const std::string& path, const json::Value& leaf)>;

void changes_of(const std::string& path, const json::Value& value, const Put& put, const Other& other,
                std::vector<Change>& out);

void changes_of_members(const std::string& path, const json::Value& value, const Put& put, const Other& other,
                        std::vector<Change>& out) {
  for (const auto& [name, member] : value.as_object())
    changes_of(
        path.empty() ? name : path + "." + name, member,
        [&value, &name, &put](const json::Value& changed) {
          json::Object copy = value.as_object();
          copy.set(name, changed);
          return put(json::Value(std::move(copy)));
        },
        other, out);
  for (std::size_t i = 0; i < value.as_array().size(); ++i)
    changes_of(
        path + "[" + std::to_string(i) + "]", value.at(i),
        [&value, i, &put](const json::Value& changed) {
          json::Array copy = value.as_array();
          copy[i] = changed;
          return put(json::Value(std::move(copy)));
        },
        other, out);
}

void changes_of(const std::string& path, const json::Value& value, const Put& put, const Other& other,
                std::vector<Change>& out) {
  json::Parsed inner = value.as_string().starts_with('{') ? json::parse(value.as_string()) : json::Parsed();
  if (inner)
    return changes_of_members(
        path, *inner, [&put](const json::Value& changed) { return put(json::Value(json::write(changed))); }, other,
        out);
  const bool leaf = value.is_bool() || value.number() || value.string();
  if (std::optional<json::Value> changed = leaf ? other(path, value) : std::nullopt)
    out.push_back({path, put(*changed), value.string() ? *value.string() : json::write(value), 0});
  changes_of_members(path, value, put, other, out);
}

/// Of XML the element or attribute whose text begins at that byte: "status" of <status>open</status> and of
/// status="open". Of anything else nothing.
std::string xml_name(const std::string& good, std::size_t at) {
  if (!good.starts_with('<') || at < 2) return {};
  std::size_t begin = std::string::npos, end = at - 2;
  if (good[at - 1] == '>') {
    begin = good.rfind('<', at) + 1;
    end = std::min(good.find_first_of(" />", begin), at);
  } else if (good[at - 1] == '"' && good[end] == '=') {
    begin = good.find_last_of(" <", end) + 1;
  }
  return begin < end ? good.substr(begin, end - begin) : std::string();
}

/// What stands between the marks of XML, of a form or of lines of values.
std::vector<Change> changes_of_text(const std::string& good, const Other& other) {
  constexpr std::string_view kMarks = "<>&;,=|\"'\r\n\t";
  std::vector<Change> out;
  for (std::size_t at = 0; (at = good.find_first_not_of(kMarks, at)) != std::string::npos;) {
    const std::size_t end = std::min(good.find_first_of(kMarks, at), good.size());
    const std::string was = good.substr(at, end - at);
    const std::string name = xml_name(good, at), place = "byte " + std::to_string(at);
    const std::string path = name.empty() ? "value at " + place : name + "[" + place + "]";
    std::optional<json::Value> changed;
    if (was.find_first_not_of(' ') != std::string::npos) changed = other(path, json::Value(was));
    if (changed)
      out.push_back({path, good.substr(0, at) + std::string(changed->as_string()) + good.substr(end), was, at});
    at = end;
  }
  return out;
}

json::Value leaves_changed(const json::Value& value, const OtherText& other) {
  if (value.string() || value.number()) {
    const std::optional<std::string> changed = other(value.string() ? *value.string() : json::write(value));
    if (!changed) return value;
    return value.string() ? json::Value(*changed) : json::Value(json::Number(*changed));
  }
  json::Array list;
  for (const json::Value& element : value.as_array()) list.push_back(leaves_changed(element, other));
  if (value.array()) return json::Value(std::move(list));
  if (!value.object()) return value;
  json::Object out;
  for (const auto& [name, member] : *value.object()) out.set(name, leaves_changed(member, other));
  return json::Value(std::move(out));
}

/// "cards[3].note" as "cards[].note".
std::string without_places(const std::string& path) {
  std::string out;
  bool inside = false;
  for (char c : path) {
    inside = c != ']' && (inside || c == '[');
    if (!inside || c == '[') out += c;
  }
  return out;
}

/// "-25.00" and 2500 are one number to whoever does not know where its point is: 25.
std::string bare_digits(std::string_view text) {
  std::string out;
  for (char c : text)
    if (c >= '0' && c <= '9' && (c != '0' || !out.empty())) out += c;
  while (out.ends_with('0')) out.pop_back();
  return out;
}

std::vector<Change> changes(const std::string& good, const Other& other) {
  json::Parsed parsed = json::parse(good);
  if (!parsed) return changes_of_text(good, other);
  std::vector<Change> out;
  changes_of("", *parsed, [](const json::Value& changed) { return json::write(changed); }, other, out);
  return out;
}

std::vector<Body> unreadable_anywhere() {
  return {{"an empty body", ""},
          {"a body of blanks", "  \n"},
          {"an HTML page", "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"},
          {"a word", "OK"},
          {"binary bytes", std::string("\x1f\x8b\x08\x00\xff\xfe\x00\x01", 8)},
          {"text that is no UTF-8", "{\"id\":\"\xc3\x28\"}"},
          {"a body nested a thousand deep", repeated("[", 1000) + repeated("]", 1000)},
          {"a body of 5 MiB", "{\"x\":\"" + std::string(5u << 20, 'x') + "\"}"},
          {"a never-ending number", "{\"amount\":" + std::string(100'000, '9')}};
}

void add_cut(const std::string& good, std::vector<Body>& out) {
  if (good.size() <= 2) return;
  out.push_back({"a body cut in the middle", good.substr(0, good.size() / 2)});
  out.push_back({"a body without its last byte", good.substr(0, good.size() - 1)});
  out.push_back({"two bodies in one", good + good});
}

}  // namespace

std::string in_small_letters(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::vector<Body> unreadable_bodies(const std::string& good) {
  std::vector<Body> out = unreadable_anywhere();
  add_cut(good, out);
  json::Parsed parsed = json::parse(good);
  if (parsed && parsed->object() && !parsed->object()->empty()) {
    std::string first;
    json::write_string(first, parsed->object()->begin()->first);
    out.push_back({"a body that names a member twice", "{" + first + ":0," + good.substr(good.find('{') + 1)});
  }
  return out;
}

std::vector<Body> unreadable_texts(const std::string& good) {
  std::vector<Body> out = unreadable_anywhere();
  if (good.starts_with('<')) add_cut(good, out);
  return out;
}

std::vector<Body> other_shapes() {
  return {{"an empty object", "{}"}, {"an empty list", "[]"}, {"null", "null"},
          {"a number", "7"},         {"a text", "\"ok\""},    {"a list of nothing", "[null]"}};
}

std::string another_value(const std::string& text) { return is_number(text) ? next_number(text) : "kit-other"; }

std::string another_name(std::string text) {
  std::size_t from = text.find_last_of("-_/:@");
  for (std::size_t i = from == std::string::npos ? 0 : from + 1; i < text.size(); ++i) {
    char& c = text[i];
    if (c == '9' || c == 'z' || c == 'Z')
      c = c == '9' ? '0' : static_cast<char>(c - 25);
    else if ((c >= '0' && c < '9') || (c >= 'a' && c < 'z') || (c >= 'A' && c < 'Z'))
      ++c;
  }
  return text;
}

std::vector<Change> single_changes(const std::string& good) {
  return changes(good, [](const std::string&, const json::Value& leaf) -> std::optional<json::Value> {
    if (leaf.is_bool()) return json::Value(!leaf.as_bool());
    if (leaf.number()) return json::Value(json::Number(next_number(std::string(leaf.number()->text()))));
    return json::Value(another_value(*leaf.string()));
  });
}

std::vector<Change> changes_to(const std::string& good, const std::string& member, const std::string& value) {
  return changes(good, [&](const std::string& path, const json::Value& leaf) -> std::optional<json::Value> {
    const std::string last = path.substr(path.rfind('.') + 1);  // npos + 1 is 0
    if (last.substr(0, last.find('[')) != member) return std::nullopt;
    if (leaf.is_bool())
      return value == "true" || value == "false" ? std::optional(json::Value(value == "true")) : std::nullopt;
    return leaf.string() ? std::optional(json::Value(value)) : std::nullopt;
  });
}

std::vector<Change> spoilt_amounts(const std::string& good, const json::Value& amount) {
  return changes(good, [&](const std::string&, const json::Value& leaf) -> std::optional<json::Value> {
    if (leaf.is_bool() || !holds(leaf.string() ? *leaf.string() : json::write(leaf), amount)) return std::nullopt;
    return json::Value("kit-other");
  });
}

std::vector<Change> changes_from(const std::string& good, const std::string& was, const std::string& to) {
  return changes(good, [&](const std::string&, const json::Value& leaf) -> std::optional<json::Value> {
    if (leaf.is_bool() || (leaf.string() ? *leaf.string() : json::write(leaf)) != was) return std::nullopt;
    return json::Value(to);
  });
}

std::string all_changed(const std::string& good, const OtherText& other) {
  if (json::Parsed parsed = json::parse(good)) return json::write(leaves_changed(*parsed, other));
  std::string out = good;
  std::vector<Change> each =
      changes_of_text(good, [&](const std::string&, const json::Value& leaf) -> std::optional<json::Value> {
        std::optional<std::string> changed = other(*leaf.string());
        return changed ? std::optional(json::Value(*changed)) : std::nullopt;
      });
  // From the end, so that the places of the others stay.
  for (auto change = each.rbegin(); change != each.rend(); ++change)
    out.replace(change->at, change->was.size(), *other(change->was));
  return out;
}

std::vector<Change> quotations(const std::string& body, const std::string& canary) {
  std::set<std::string> seen;  // of the records of a list one is enough
  return changes(body, [&](const std::string& path, const json::Value& leaf) -> std::optional<json::Value> {
    if (leaf.as_string().find(' ') == std::string::npos || !seen.insert(without_places(path)).second)
      return std::nullopt;
    return json::Value(std::string(leaf.as_string()) + " " + canary);
  });
}

bool holds(const std::string& was, const json::Value& said) {
  if (std::optional<Money> amount = money_from_json(said))
    return was.find_first_of("0123456789") != std::string::npos &&
           bare_digits(was) == bare_digits(std::to_string(amount->minor()));
  const std::string text = in_small_letters(said.string() ? *said.string() : json::write(said));
  const std::string held = in_small_letters(was);  // document numbers are written in capitals
  constexpr std::size_t kPartMin = 3;              // less is found in any text by chance
  return !text.empty() &&
         (held.find(text) != std::string::npos || (held.size() >= kPartMin && text.find(held) != std::string::npos));
}

json::Value harmless_drift(const json::Value& good) {
  if (good.array()) {
    json::Array out;
    for (const json::Value& element : *good.array()) out.push_back(harmless_drift(element));
    return json::Value(std::move(out));
  }
  if (!good.object()) return good;
  json::Object out;
  json::Object inner;
  inner.set("amount", json::Number("1e400")).set("id", "kit");
  out.set("kit_new_member", json::Value(std::move(inner)));
  for (const auto* member = good.object()->end(); member != good.object()->begin();) {
    --member;
    out.set(member->first, harmless_drift(member->second));
  }
  return json::Value(std::move(out));
}

std::string http_date(std::int64_t unix_ms) {
  using namespace std::chrono;
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds at{seconds(unix_ms / 1000)};
  const sys_days day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss clock(at - day);
  auto two = [](std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::string(kDays[weekday(day).c_encoding()]) + ", " + two(static_cast<unsigned>(date.day())) + " " +
         kMonths[static_cast<unsigned>(date.month()) - 1] + " " + std::to_string(static_cast<int>(date.year())) + " " +
         two(clock.hours().count()) + ":" + two(clock.minutes().count()) + ":" + two(clock.seconds().count()) + " GMT";
}

std::vector<RetryAfter> retry_afters(std::int64_t now_ms) {
  return {{"none", {}, 0},
          {"seconds", {"7"}, 7000},
          {"zero", {"0"}, 0},
          {"an hour", {"3600"}, 3'600'000},
          {"a day", {"86400"}, 0},
          {"a negative number", {"-5"}, 0},
          {"a fraction", {"1.5"}, 1500},
          {"a number too large for any integer", {"99999999999999999999999"}, 0},
          {"a number with a unit", {"7s"}, 0},
          {"a word", {"soon"}, 0},
          {"nothing", {""}, 0},
          {"a hexadecimal number", {"0x10"}, 0},
          {"a date seven seconds ahead", {http_date(now_ms + 7000)}, 7000},
          {"a date that is past", {http_date(now_ms - 86'400'000)}, 0},
          {"a date a year ahead", {http_date(now_ms + 31'536'000'000)}, 0},
          {"two of them", {"7", "9"}, 7000}};
}

}  // namespace handoff::conformance
