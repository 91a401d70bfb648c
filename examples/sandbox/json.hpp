#pragma once
// A small JSON tree for the sandbox. Numbers keep their text, so that money is never a double on the way in or out,
// and objects keep the order of their members, so that answers read like the vendor's.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sandbox {

class Json {
 public:
  struct Member;
  struct Number {
    std::string text;
    bool operator==(const Number&) const = default;
  };
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;

  // Defined below, where Member is complete: clang wants that of a vector.
  Json();
  Json(const Json&);
  Json(Json&&) noexcept;
  Json& operator=(const Json&);
  Json& operator=(Json&&) noexcept;
  ~Json();
  Json(std::nullptr_t);
  Json(bool value);
  Json(const char* value);
  Json(std::string_view value);
  Json(std::string value);
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Json(T value);

  static Json object();
  static Json object(std::initializer_list<Member> members);
  static Json array(std::initializer_list<Json> items = {});
  /// A number written exactly as `text`, e.g. -20.00. The caller vouches that it is a JSON number.
  static Json number(std::string text);
  static Json string_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

  /// Nothing when `text` is not one whole JSON document.
  static std::optional<Json> parse(std::string_view text);
  std::string dump() const;

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_number() const { return std::holds_alternative<Number>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  /// The member called `key`, or a null value when there is none or this is not an object.
  const Json& operator[](std::string_view key) const;
  const Json* find(std::string_view key) const;
  bool has(std::string_view key) const { return find(key) != nullptr; }
  void set(std::string_view key, Json value);

  void push(Json value);
  const Array& items() const;     // empty when this is not an array
  const Object& members() const;  // empty when this is not an object
  Array& mutable_items() { return std::get<Array>(value_); }

  /// The characters of a string, or nothing.
  std::string_view text() const;
  std::string_view number_text() const;
  std::optional<std::int64_t> integer() const;
  bool truthy() const { return is_bool() && std::get<bool>(value_); }

  bool operator==(const Json& other) const;

 private:
  void write(std::string& out) const;

  std::variant<std::monostate, bool, Number, std::string, Array, Object> value_;
};

struct Json::Member {
  std::string key;
  Json value;
  bool operator==(const Member&) const = default;
};

inline Json::Json() = default;
inline Json::Json(const Json&) = default;
inline Json::Json(Json&&) noexcept = default;
inline Json& Json::operator=(const Json&) = default;
inline Json& Json::operator=(Json&&) noexcept = default;
inline Json::~Json() = default;
inline Json::Json(std::nullptr_t) {}
inline Json::Json(bool value) : value_(value) {}
inline Json::Json(const char* value) : value_(std::string(value)) {}
inline Json::Json(std::string_view value) : value_(std::string(value)) {}
inline Json::Json(std::string value) : value_(std::move(value)) {}
template <std::integral T>
  requires(!std::same_as<T, bool>)
Json::Json(T value) : value_(Number{std::to_string(value)}) {}

}  // namespace sandbox
