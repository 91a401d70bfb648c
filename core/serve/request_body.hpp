#pragma once
// The body of a request as its members are read: the first complaint names the member and says what to write. Private to
// this folder.

#include <expected>
#include <handoff/sdk/json.hpp>
#include <handoff/sdk/money.hpp>
#include <span>
#include <string>
#include <string_view>

namespace handoff::serve {

inline constexpr std::size_t kQuotedMax = 40;

/// What is quoted of a foreign text: its beginning, and no half of a character.
std::string beginning(std::string_view text, std::size_t bytes_max);

/// A JSON object of at most 64 KiB, or what is wrong with it.
std::expected<json::Value, std::string> parse_object(std::string_view text);

class Body {
 public:
  explicit Body(const json::Value& value) : value_(value) {}

  /// A name or number: short, on one line.
  std::string text(std::string_view name, bool required);
  /// The same for what tells two things apart: with a blank at an end it would name another one that looks the same.
  std::string key(std::string_view name, bool required);
  /// What people write, of any length. Empty where it is not there.
  std::string words(std::string_view name);
  /// What is misspelt is taken and leads to a case; what nobody can have typed is refused.
  std::string email();
  std::string identifier(std::string_view name) { return identifier(name, kTextMax); }
  Money amount();
  std::string date(std::string_view name);
  /// Empty where it is not there.
  std::string time(std::string_view name);
  /// 0 where it is not there.
  std::int64_t number(std::string_view name);
  bool truth(std::string_view name);

  /// What has another name, and what is null: that is no value, and taken as absent it would hide a mistake.
  void known(std::span<const std::string_view> names);

  void complain(std::string_view name, const std::string& what) {
    if (problem_.empty()) problem_ = std::string(name) + ": " + what;
  }
  const std::string& problem() const { return problem_; }

 private:
  static constexpr std::size_t kTextMax = 128;
  std::string text(std::string_view name, bool required, std::size_t bytes_max);
  std::string identifier(std::string_view name, std::size_t bytes_max);

  const json::Value& value_;
  std::string problem_;
};

}  // namespace handoff::serve
