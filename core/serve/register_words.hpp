#pragma once
// What a cashier is told, in the store's language.

#include <map>
#include <string>
#include <string_view>

#include "core/config/settings.hpp"
#include "core/engine/seams.hpp"

namespace handoff::serve {

class RegisterWords {
 public:
  RegisterWords() = default;
  explicit RegisterWords(const config::Settings& settings);

  /// The sentence for where a credit stands. In the locale of `store`, else in its language, else in English, where a refusal
  /// also says what the matter is.
  std::string instruction(const engine::Standing& standing, const std::string& store) const;
  /// Of a credit that is only durable, and nobody waits for what comes of it: no word of an arrival.
  std::string taken(const std::string& store) const;

 private:
  const std::string* of_the_store(const std::string& key, const std::string& store) const;

  std::map<std::string, std::map<std::string, std::string>> messages_;  // by locale, by key
  std::map<std::string, std::string> locales_;                          // by store
};

}  // namespace handoff::serve
