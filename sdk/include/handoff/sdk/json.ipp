// The one compiled part of the SDK: included by exactly one translation unit of a connector (and one of the host).
#pragma once

#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <functional>
#include <handoff/sdk/json.hpp>
#include <unordered_set>

namespace handoff::json {

std::optional<std::int64_t> Number::integer() const {
  std::int64_t value = 0;
  const char* end = text_.data() + text_.size();
  auto [stop, error] = std::from_chars(text_.data(), end, value);
  if (error != std::errc{} || stop != end || text_ == "-0") return std::nullopt;
  return value;
}

Object::Object(std::initializer_list<Member> members) {
  members_.reserve(members.size());
  for (const Member& member : members) set(member.first, member.second);
}

Object::Object(std::vector<Member>&& members) : members_(std::move(members)) {}

const Value* Object::find(std::string_view name) const {
  for (const Member& member : members_)
    if (member.first == name) return &member.second;
  return nullptr;
}

Value& Object::operator[](std::string_view name) {
  for (Member& member : members_)
    if (member.first == name) return member.second;
  members_.emplace_back(std::string(name), Value());
  return members_.back().second;
}

Object& Object::set(std::string_view name, Value value) {
  (*this)[name] = std::move(value);
  return *this;
}

void Object::append(std::string name, Value value) {
  if (members_.empty()) members_.reserve(8);  // one move of what most objects hold, instead of four
  members_.emplace_back(std::move(name), std::move(value));
}

bool operator==(const Object& a, const Object& b) {
  if (a.size() != b.size()) return false;
  for (const Member& member : a.members_) {
    const Value* other = b.find(member.first);
    if (!other || !(*other == member.second)) return false;
  }
  return true;
}

namespace detail {
inline const Value kNull;
inline const Array kNoElements;
inline const Object kNoMembers;
}  // namespace detail

bool Value::as_bool(bool otherwise) const {
  const bool* held = std::get_if<bool>(&data_);
  return held ? *held : otherwise;
}
const Array& Value::as_array() const { return array() ? *array() : detail::kNoElements; }
const Object& Value::as_object() const { return object() ? *object() : detail::kNoMembers; }

const Value& Value::at(std::string_view name) const {
  const Value* found = object() ? object()->find(name) : nullptr;
  return found ? *found : detail::kNull;
}
const Value& Value::at(std::size_t position) const {
  return array() && position < array()->size() ? (*array())[position] : detail::kNull;
}

namespace detail {

/// Builds the value while Boost.JSON reads. Errors of our own (duplicate names) are kept beside its error code.
class Builder {
 public:
  using Error = boost::system::error_code;
  using Text = boost::json::string_view;
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) { return open(false); }
  bool on_array_begin(Error&) { return open(true); }
  bool on_object_end(std::size_t, Error&) {
    auto first = members_.begin() + static_cast<std::ptrdiff_t>(open_.back().first);
    return close(Object(std::vector<Member>(std::make_move_iterator(first), std::make_move_iterator(members_.end()))));
  }
  bool on_array_end(std::size_t, Error&) {
    Array elements;
    elements.reserve(members_.size() - open_.back().first);
    for (std::size_t i = open_.back().first; i < members_.size(); ++i)
      elements.push_back(std::move(members_[i].second));
    return close(std::move(elements));
  }
  bool on_key_part(Text part, std::size_t, Error&) { return buffer(part); }
  bool on_string_part(Text part, std::size_t, Error&) { return buffer(part); }
  bool on_number_part(Text part, Error&) { return buffer(part); }
  bool on_comment_part(Text, Error&) { return true; }
  bool on_comment(Text, Error&) { return true; }
  bool on_key(Text last, std::size_t, Error& error) {
    buffer(last);
    if (known(buffer_)) {
      problem_ = "duplicate key \"" + buffer_ + "\"";
      error = boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
      return false;
    }
    members_.emplace_back(std::move(buffer_), Value());
    buffer_.clear();
    return true;
  }
  bool on_string(Text last, std::size_t, Error&) {
    buffer(last);
    return add(take());
  }
  bool on_int64(std::int64_t, Text last, Error&) { return number(last); }
  bool on_uint64(std::uint64_t, Text last, Error&) { return number(last); }
  bool on_double(double, Text last, Error&) { return number(last); }
  bool on_bool(bool value, Error&) { return add(value); }
  bool on_null(Error&) { return add(nullptr); }

  Value result() { return std::move(members_.front().second); }
  const std::string& problem() const { return problem_; }

 private:
  bool buffer(Text part) {
    buffer_.append(part.data(), part.size());
    return true;
  }
  std::string take() { return std::exchange(buffer_, std::string()); }
  bool number(Text last) {
    buffer(last);
    return add(Number(take()));
  }
  /// The place of the value that comes now: a name has made it already, in an object.
  Value& place() {
    if (open_.empty() || open_.back().is_array) members_.emplace_back();
    return members_.back().second;
  }
  template <class Of>
  bool add(Of&& value) {
    place() = std::forward<Of>(value);
    return true;
  }
  bool open(bool is_array) {
    place();
    open_.emplace_back(is_array, members_.size());
    return true;
  }
  template <class Of>
  bool close(Of&& value) {
    members_.resize(open_.back().first);
    open_.pop_back();
    members_.back().second = std::forward<Of>(value);
    return true;
  }
  /// Whether the innermost object has this name. Looking along its members is quadratic in the end: 660 kB of names took
  /// 2.5 s. So from some number on it is done only where the hash of the name has been seen.
  bool known(const std::string& name) {
    static constexpr std::size_t kFew = 32;
    Open& object = open_.back();
    auto among = [&] {
      for (std::size_t i = object.first; i < members_.size(); ++i)
        if (members_[i].first == name) return true;
      return false;
    };
    if (members_.size() - object.first < kFew) return among();
    std::hash<std::string_view> hash;
    if (object.hashes.empty())
      for (std::size_t i = object.first; i < members_.size(); ++i) object.hashes.insert(hash(members_[i].first));
    return !object.hashes.insert(hash(name)).second && among();
  }

  /// An object or array whose end has not come: its members are those from `first` on.
  struct Open {
    Open(bool array, std::size_t begin) : is_array(array), first(begin) {}
    bool is_array;
    std::size_t first;
    std::unordered_set<std::size_t> hashes;  // of the names; empty while they are few
  };

  std::vector<Open> open_;
  std::vector<Member> members_;  // of all that is open, the outermost first; at the front the root, without a name
  std::string buffer_;
  std::string problem_;
};

}  // namespace detail

Parsed parse(std::string_view text, Limits limits) {
  Parsed out;
  if (text.size() > limits.bytes_max) {
    out.error = {limits.bytes_max, "longer than " + std::to_string(limits.bytes_max) + " bytes"};
    return out;
  }
  boost::json::parse_options options;
  options.max_depth = limits.depth_max;
  boost::json::basic_parser<detail::Builder> parser(options);
  boost::system::error_code error;
  std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = boost::json::make_error_code(boost::json::error::extra_data);
  if (error) {
    const std::string& own = parser.handler().problem();
    out.error = {read, own.empty() ? error.message() : own};
    return out;
  }
  out.value = parser.handler().result();
  return out;
}

namespace detail {

/// How many bytes the character at the front of `text` has; 0 if it is none (RFC 3629, section 4).
inline std::size_t utf8_bytes(std::string_view text) {
  auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
  auto follows = [&](std::size_t at, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(at) >= low && byte(at) <= high;
  };
  unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF)
    return follows(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) && follows(2) ? 3 : 0;
  if (lead >= 0xF0 && lead <= 0xF4)
    return follows(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF) && follows(2) && follows(3) ? 4 : 0;
  return 0;
}

}  // namespace detail

void write_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  auto plain = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\';
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t run = i;
    while (run < text.size() && plain(text[run])) ++run;
    out.append(text, i, run - i);
    i = run;
    if (i == text.size()) break;
    char c = text[i];
    auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      std::size_t size = detail::utf8_bytes(text.substr(i));
      out += size == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(i, size);
      if (size > 1) i += size - 1;
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  out += '"';
}

void write_to(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else if (value.is_bool()) {
    out += value.as_bool() ? "true" : "false";
  } else if (value.number()) {
    out += value.number()->text();
  } else if (value.string()) {
    write_string(out, *value.string());
  } else if (value.array()) {
    out += '[';
    const char* separator = "";
    for (const Value& element : *value.array()) {
      out += separator;
      write_to(out, element);
      separator = ",";
    }
    out += ']';
  } else {
    out += '{';
    const char* separator = "";
    for (const Member& member : *value.object()) {
      out += separator;
      write_string(out, member.first);
      out += ':';
      write_to(out, member.second);
      separator = ",";
    }
    out += '}';
  }
}

std::string write(const Value& value) {
  std::string out;
  out.reserve(256);
  write_to(out, value);
  return out;
}

}  // namespace handoff::json

#include <boost/json/src.hpp>
