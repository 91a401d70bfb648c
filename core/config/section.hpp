#pragma once
// A table being read: typed access to its keys, with complaints. The keys asked for are the keys there are, so what is
// left over is unknown. Private to this folder.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/document.hpp"
#include "core/config/settings.hpp"
#include "core/config/suggest.hpp"

namespace handoff::config {

/// Collects complaints.
class Report {
 public:
  void error(const Position& at, std::string message, std::string hint = {}) {
    all_.emplace_back(at, Severity::error, std::move(message), std::move(hint));
  }
  void warning(const Position& at, std::string message, std::string hint = {}) {
    all_.emplace_back(at, Severity::warning, std::move(message), std::move(hint));
  }
  Diagnostics& all() { return all_; }

 private:
  Diagnostics all_;
};

enum class Need { optional, required };

/// `title` is how messages call it: "[store]", "hop 2 of route \"x\"". Absent and mistyped values come back empty: the
/// complaint has been made.
class Section {
 public:
  /// `node` may be null: an absent section.
  Section(const Node* node, Position at, std::string title, Report& report);

  bool present() const { return node_ != nullptr; }
  const Position& at() const { return at_; }
  const std::string& title() const { return title_; }
  Report& report() const { return *report_; }
  const Node* node() const { return node_; }

  /// The member, or null. Marks the key as known.
  const Member* find(std::string_view key);
  /// `example` is TOML, shown when the value is missing or of the wrong kind: "name = \"acme\"".
  Text text(std::string_view key, std::string_view example, Need need = Need::optional);
  std::vector<Text> texts(std::string_view key, std::string_view example, Need need = Need::optional);
  bool boolean(std::string_view key, bool otherwise);
  std::optional<Located<std::int64_t>> integer(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<Located<Duration>> duration(std::string_view key, std::string_view example);
  Section section(std::string_view key, std::string title);
  /// Tables of a list, or of a [[...]].
  std::vector<const Node*> tables(std::string_view key, std::string_view example, Need need = Need::optional);

  template <class Enum, std::size_t N>
  std::optional<Enum> choice(std::string_view key, const Words<Enum, N>& words);

  /// Complains about an empty list, which matches nothing.
  void not_empty(std::string_view key, std::string_view instead);
  void missing(std::string_view key, std::string_view example);
  void wrong_kind(const Member& member, std::string_view example);
  /// Complains about every key that nobody asked for, and about what is missing (a misspelt key is not also missing).
  /// Last.
  void finish();

 private:
  const Node* node_ = nullptr;
  Position at_;
  std::string title_;
  Report* report_ = nullptr;
  std::vector<std::string> known_;
  std::vector<std::pair<std::string, std::string>> missing_;  // key, example
};

template <class Enum, std::size_t N>
std::optional<Enum> Section::choice(std::string_view key, const Words<Enum, N>& words) {
  std::string example = std::string(key) + " = \"" + std::string(words.front().first) + "\"";
  Text written = text(key, example);
  if (written.at.line == 0) return std::nullopt;
  std::vector<std::string> all;
  for (const auto& [word, meaning] : words) {
    if (word == *written) return meaning;
    all.emplace_back(word);
  }
  report_->error(written.at, std::string(key) + " cannot be " + quote(*written), suggestion(*written, all));
  return std::nullopt;
}

}  // namespace handoff::config
