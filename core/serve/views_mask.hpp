#pragma once
// Bodies of requests and replies without what must not be shown: secrets vanish, instrument codes keep their last four
// characters, e-mails their first letter and domain, phones their last two digits. By what a value is, not where it
// happens to stand: known values everywhere, then shapes (an e-mail, a +phone), then names of members.

#include <handoff/sdk/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace handoff::serve {

enum class Personal { code, email, phone, name, other };

/// "j***@example.com", "***12", "****WXYZ", "J***", "***".
std::string mask(Personal kind, std::string_view value);

class Masker {
 public:
  /// A value to be hidden wherever it appears. Shorter than four characters: ignored, it would hit anything.
  void know(Personal kind, std::string_view value);

  json::Value json(const json::Value& value) const;
  /// A body: JSON becomes a masked value; a form or any other text a masked string.
  json::Value body(std::string_view text) const;
  /// A path with its query.
  std::string target(std::string_view path_and_query) const;
  std::string text(std::string_view plain) const;

 private:
  /// `of_person`: its object is about a customer, so that a plain "name" in it is theirs.
  json::Value member(std::string_view name, const json::Value& value, bool of_person) const;
  json::Value shown(const json::Value& value, bool of_person) const;
  json::Value string(std::string_view plain) const;
  std::string without_known(std::string_view plain) const;
  std::string form(std::string_view text) const;
  std::vector<std::pair<std::string, std::string>> known_;  // value, what is shown instead; longest first
};

}  // namespace handoff::serve
