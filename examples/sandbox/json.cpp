#include "json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <limits>

namespace sandbox {
namespace {

namespace bj = boost::json;

// Boost's tokenizer does the reading; this handler builds the tree and keeps the text of every number.
struct TreeBuilder {
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  std::vector<Json> open;
  std::vector<std::string> keys;
  std::string key, pending;
  Json root;

  bool put(Json value) {
    if (open.empty()) {
      root = std::move(value);
    } else if (open.back().is_array()) {
      open.back().push(std::move(value));
    } else {
      open.back().set(keys.back(), std::move(value));
    }
    return true;
  }
  bool begin(Json container) {
    open.push_back(std::move(container));
    keys.emplace_back();
    return true;
  }
  bool end() {
    Json done = std::move(open.back());
    open.pop_back();
    keys.pop_back();
    return put(std::move(done));
  }
  bool put_number(bj::string_view text) {
    pending.append(text.data(), text.size());
    return put(Json::number(std::exchange(pending, {})));
  }
  bool gather(bj::string_view text) {
    pending.append(text.data(), text.size());
    return true;
  }

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_object_begin(bj::error_code&) { return begin(Json::object()); }
  bool on_object_end(std::size_t, bj::error_code&) { return end(); }
  bool on_array_begin(bj::error_code&) { return begin(Json::array()); }
  bool on_array_end(std::size_t, bj::error_code&) { return end(); }
  bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) { return gather(part); }
  bool on_key(bj::string_view part, std::size_t, bj::error_code&) {
    gather(part);
    keys.back() = std::exchange(pending, {});
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) { return gather(part); }
  bool on_string(bj::string_view part, std::size_t, bj::error_code&) {
    gather(part);
    return put(Json(std::exchange(pending, {})));
  }
  bool on_number_part(bj::string_view part, bj::error_code&) { return gather(part); }
  bool on_int64(std::int64_t, bj::string_view text, bj::error_code&) { return put_number(text); }
  bool on_uint64(std::uint64_t, bj::string_view text, bj::error_code&) { return put_number(text); }
  bool on_double(double, bj::string_view text, bj::error_code&) { return put_number(text); }
  bool on_bool(bool value, bj::error_code&) { return put(Json(value)); }
  bool on_null(bj::error_code&) { return put(Json()); }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }
};

void write_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    } else {
      out += c;
    }
  }
  out += '"';
}

const Json kNull;
const Json::Array kNoItems;
const Json::Object kNoMembers;

}  // namespace

Json Json::object() { return object({}); }

Json Json::object(std::initializer_list<Member> members) {
  Json json;
  json.value_ = Object(members);
  return json;
}

Json Json::array(std::initializer_list<Json> items) {
  Json json;
  json.value_ = Array(items);
  return json;
}

Json Json::number(std::string text) {
  Json json;
  json.value_ = Number{std::move(text)};
  return json;
}

std::optional<Json> Json::parse(std::string_view text) {
  bj::basic_parser<TreeBuilder> parser{bj::parse_options{}};
  bj::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (error || used != text.size()) return std::nullopt;
  return std::move(parser.handler().root);
}

const Json* Json::find(std::string_view key) const {
  if (const auto* object = std::get_if<Object>(&value_)) {
    for (const Member& member : *object)
      if (member.key == key) return &member.value;
  }
  return nullptr;
}

const Json& Json::operator[](std::string_view key) const {
  const Json* found = find(key);
  return found ? *found : kNull;
}

void Json::set(std::string_view key, Json value) {
  if (!is_object()) value_ = Object{};
  auto& object = std::get<Object>(value_);
  for (Member& member : object) {
    if (member.key == key) {
      member.value = std::move(value);
      return;
    }
  }
  object.push_back(Member{std::string(key), std::move(value)});
}

void Json::push(Json value) {
  if (!is_array()) value_ = Array{};
  std::get<Array>(value_).push_back(std::move(value));
}

const Json::Array& Json::items() const {
  const auto* array = std::get_if<Array>(&value_);
  return array ? *array : kNoItems;
}

const Json::Object& Json::members() const {
  const auto* object = std::get_if<Object>(&value_);
  return object ? *object : kNoMembers;
}

std::string_view Json::text() const {
  const auto* string = std::get_if<std::string>(&value_);
  return string ? std::string_view(*string) : std::string_view();
}

std::string_view Json::number_text() const {
  const auto* number = std::get_if<Number>(&value_);
  return number ? std::string_view(number->text) : std::string_view();
}

std::optional<std::int64_t> Json::integer() const {
  const std::string_view digits = number_text();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

bool Json::operator==(const Json& other) const { return value_ == other.value_; }

void Json::write(std::string& out) const {
  if (is_null()) {
    out += "null";
  } else if (const auto* flag = std::get_if<bool>(&value_)) {
    out += *flag ? "true" : "false";
  } else if (is_number()) {
    out += number_text();
  } else if (is_string()) {
    write_string(out, text());
  } else if (is_array()) {
    char separator = '[';
    for (const Json& item : items()) {
      out += std::exchange(separator, ',');
      item.write(out);
    }
    out += separator == '[' ? "[]" : "]";
  } else {
    char separator = '{';
    for (const Member& member : members()) {
      out += std::exchange(separator, ',');
      write_string(out, member.key);
      out += ':';
      member.value.write(out);
    }
    out += separator == '{' ? "{}" : "}";
  }
}

std::string Json::dump() const {
  std::string out;
  write(out);
  return out;
}

}  // namespace sandbox
