#pragma once
// JSON as money needs it: numbers keep their text (no binary floating point, INVARIANTS M6), objects keep their
// order, duplicate keys are refused. Parsing is Boost.JSON's parser with our own handler (json.ipp, compiled once per
// connector by handoff_add_connector).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace handoff::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;

/// A number as it was written: "-20.00" stays "-20.00".
class Number {
 public:
  Number() : text_("0") {}
  explicit Number(std::string text) : text_(std::move(text)) {}
  explicit Number(std::int64_t value) : text_(std::to_string(value)) {}
  const std::string& text() const { return text_; }
  /// The value if it is written as an integer (no '.', no exponent, not "-0") and fits; otherwise nothing.
  std::optional<std::int64_t> integer() const;
  friend bool operator==(const Number&, const Number&) = default;

 private:
  std::string text_;
};

/// An object: members in the order they were written, names unique. Look-up is linear: vendor objects are small.
class Object {
 public:
  Object() = default;
  Object(std::initializer_list<Member> members);
  explicit Object(std::vector<Member>&& members);  // their names are unique
  const Value* find(std::string_view name) const;
  Value& operator[](std::string_view name);
  Object& set(std::string_view name, Value value);
  bool empty() const;
  std::size_t size() const;
  const Member* begin() const;
  const Member* end() const;
  void append(std::string name, Value value);  // the encoder's: the name is known to be new
  friend bool operator==(const Object&, const Object&);

 private:
  std::vector<Member> members_;
};

/// Any JSON value. The as_*() look without throwing and answer nothing or a default when the kind is another; `at()`
/// follows a path of members and answers null where the path ends.
class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  Value(std::int64_t value) : data_(Number(value)) {}
  Value(int value) : data_(Number(std::int64_t{value})) {}
  Value(unsigned value) : data_(Number(std::int64_t{value})) {}
  Value(Number value) : data_(std::move(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(data_); }
  bool is_bool() const { return std::holds_alternative<bool>(data_); }
  bool is_number() const { return std::holds_alternative<Number>(data_); }
  bool is_string() const { return std::holds_alternative<std::string>(data_); }
  bool is_array() const { return std::holds_alternative<Array>(data_); }
  bool is_object() const { return std::holds_alternative<Object>(data_); }

  const Number* number() const { return std::get_if<Number>(&data_); }
  const std::string* string() const { return std::get_if<std::string>(&data_); }
  const Array* array() const { return std::get_if<Array>(&data_); }
  const Object* object() const { return std::get_if<Object>(&data_); }
  Array* array() { return std::get_if<Array>(&data_); }
  Object* object() { return std::get_if<Object>(&data_); }

  std::string_view as_string(std::string_view otherwise = {}) const { return string() ? *string() : otherwise; }
  bool as_bool(bool otherwise = false) const;
  std::optional<std::int64_t> as_integer() const { return number() ? number()->integer() : std::nullopt; }
  const Array& as_array() const;    // empty when it is none
  const Object& as_object() const;  // empty when it is none

  /// The member of that name, or null. `v.at("gift").at("amount")` never fails.
  const Value& at(std::string_view name) const;
  /// The element of that position, or null.
  const Value& at(std::size_t position) const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> data_;
};

// Here, and not in the class: libc++ wants Value complete before it looks into vector<Member>.
inline bool Object::empty() const { return members_.empty(); }
inline std::size_t Object::size() const { return members_.size(); }
inline const Member* Object::begin() const { return members_.data(); }
inline const Member* Object::end() const { return members_.data() + members_.size(); }

struct ParseError {
  std::size_t offset = 0;  // bytes from the start
  std::string message;     // "duplicate key \"amount\""
};

struct Limits {
  std::size_t depth_max = 32;
  std::size_t bytes_max = 4u << 20;
};

/// Either a value or an error, never both.
struct Parsed {
  std::optional<Value> value;
  ParseError error;
  explicit operator bool() const { return value.has_value(); }
  const Value& operator*() const { return *value; }
  const Value* operator->() const { return &*value; }
};

/// Strict RFC 8259: UTF-8 checked, nothing after the value, no duplicate names.
Parsed parse(std::string_view text, Limits limits = {});

/// Compact text; members in their order, numbers as written. Any bytes may stand in a string (a header, a vendor's
/// words): what is not UTF-8 comes out as U+FFFD, so that whatever was written can be read again.
std::string write(const Value& value);
void write_to(std::string& out, const Value& value);
/// Appends `text` as a JSON string with its quotes.
void write_string(std::string& out, std::string_view text);

}  // namespace handoff::json
