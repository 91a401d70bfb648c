#pragma once
// Structs of operations.hpp to JSON and back, by their `fields`. Empty text, empty lists and absent optionals are not
// written; unknown members are ignored, so that either side may be newer.

#include <handoff/sdk/door.hpp>
#include <handoff/sdk/operations.hpp>
#include <type_traits>
#include <utility>

namespace handoff {

template <class T>
json::Value encode(const T& value);
/// Empty on success, else what is wrong and where: "amount: not an amount of money".
template <class T>
std::string decode(const json::Value& from, T& into);

namespace detail {

template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
using TextPair = std::pair<std::string, std::string>;

class Encoder {
 public:
  void operator()(const char* name, const std::string& text) {
    if (!text.empty()) out.append(name, json::Value(text));
  }
  void operator()(const char* name, const Money& money) {
    if (!money.currency().empty()) out.append(name, to_json(money));
  }
  template <class T>
  void operator()(const char* name, const std::vector<T>& list) {
    if (!list.empty()) out.append(name, encode(list));
  }
  template <class T>
  void operator()(const char* name, const std::optional<T>& value) {
    if (value) out.append(name, encode(*value));
  }
  template <class T>
  void operator()(const char* name, const T& value) {
    out.append(name, encode(value));
  }
  json::Object out;
};

class Decoder {
 public:
  explicit Decoder(const json::Value& from) : from_(from) {}
  template <class T>
  void operator()(const char* name, T& into) {
    if (!problem.empty()) return;
    const json::Value& value = from_.at(name);
    if (value.is_null()) return;
    std::string wrong = decode(value, into);
    if (!wrong.empty()) problem = std::string(name) + (wrong.front() == ':' ? "" : ".") + wrong;
  }
  std::string problem;

 private:
  const json::Value& from_;
};

}  // namespace detail

template <class T>
json::Value encode(const T& value) {
  if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, bool> || std::is_same_v<T, json::Value> ||
                std::is_integral_v<T>) {
    return json::Value(value);
  } else if constexpr (std::is_same_v<T, Money>) {
    return to_json(value);
  } else if constexpr (std::is_same_v<T, detail::TextPair>) {
    json::Array pair;
    pair.emplace_back(value.first);
    pair.emplace_back(value.second);
    return json::Value(std::move(pair));
  } else if constexpr (detail::is_vector<T>::value) {
    json::Array list;
    list.reserve(value.size());
    for (const auto& element : value) list.push_back(encode(element));
    return json::Value(std::move(list));
  } else {
    detail::Encoder encoder;
    T::fields(value, encoder);
    return json::Value(std::move(encoder.out));
  }
}

template <class T>
std::string decode(const json::Value& from, T& into) {
  if constexpr (std::is_same_v<T, json::Value>) {
    into = from;
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!from.string()) return ": not a string";
    into = *from.string();
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!from.is_bool()) return ": not true or false";
    into = from.as_bool();
  } else if constexpr (std::is_integral_v<T>) {
    std::optional<std::int64_t> number = from.as_integer();
    if (!number || !std::in_range<T>(*number)) return ": not an integer in range";
    into = static_cast<T>(*number);
  } else if constexpr (std::is_same_v<T, Money>) {
    std::optional<Money> money = money_from_json(from);
    if (!money) return ": not an amount of money";
    into = *money;
  } else if constexpr (std::is_same_v<T, detail::TextPair>) {
    if (!from.at(0).string() || !from.at(1).string()) return ": not a pair of strings";
    into = detail::TextPair(*from.at(0).string(), *from.at(1).string());
  } else if constexpr (detail::is_optional<T>::value) {
    typename T::value_type value;
    std::string wrong = decode(from, value);
    if (!wrong.empty()) return wrong;
    into = std::move(value);
  } else if constexpr (detail::is_vector<T>::value) {
    if (!from.array()) return ": not a list";
    for (const json::Value& element : *from.array()) {
      typename T::value_type value;
      std::string wrong = decode(element, value);
      if (!wrong.empty()) return "[" + std::to_string(into.size()) + "]" + (wrong.front() == ':' ? "" : ".") + wrong;
      into.push_back(std::move(value));
    }
  } else {
    if (!from.object()) return ": not an object";
    detail::Decoder decoder(from);
    T::fields(into, decoder);
    if constexpr (requires { into.problem(); })  // what the members say together
      if (decoder.problem.empty()) return into.problem();
    return decoder.problem;
  }
  return {};
}

}  // namespace handoff
