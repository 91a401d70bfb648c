#include <algorithm>
#include <cctype>
#include <set>

#include "tests/tidy/rules.hpp"

namespace handoff::tidy {

namespace {

constexpr std::string_view kPage = "docs/concepts/invariants.md";
constexpr std::string_view kFamilies = "MPJNGLCT";  // that are cited by their bare names; any other only after the word
constexpr std::string_view kPercentiles[] = {"P50", "P90", "P95", "P99"};
constexpr std::string_view kWord = "INVARIANTS ";

bool digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool cited_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

/// "M1" at `at` as a word of its own, or the letter alone where that is asked for; empty if there is none.
std::string name_at(std::string_view line, std::size_t at, bool letter_will_do) {
  if (at >= line.size() || !std::isupper(static_cast<unsigned char>(line[at]))) return {};
  if (at > 0 && cited_char(line[at - 1])) return {};
  std::size_t end = at + 1;
  while (end < line.size() && digit(line[end])) ++end;
  if (end < line.size() && cited_char(line[end])) return {};
  if (end + 1 < line.size() && line[end] == '.' && digit(line[end + 1])) return {};  // M11.1.0 is a day of a time zone
  if (end - at > 3 || (end == at + 1 && !letter_will_do)) return {};
  return std::string(line.substr(at, end - at));
}

/// "| K1 to K16 | ..." names sixteen, "| M1 |" one, "## F. ..." the section.
void add_names(std::string_view line, std::set<std::string, std::less<>>& out) {
  if (line.starts_with("## ")) out.insert(name_at(line, 3, true));
  if (!line.starts_with("| ")) return;
  std::string first = name_at(line, 2, false);
  if (first.empty()) return;
  out.insert(first);
  std::string_view rest = line.substr(2 + first.size());
  if (!rest.starts_with(" to ")) return;
  std::string last = name_at(rest, 4, false);
  for (int i = std::stoi(first.substr(1)); !last.empty() && i <= std::stoi(last.substr(1)); ++i)
    out.insert(first.substr(0, 1) + (first.size() == 3 && i < 10 ? "0" : "") + std::to_string(i));
}

bool judged(const Source& file) {
  bool product = file.under("core/") || file.under("sdk/") || file.under("docs/") || file.under("plugins/");
  return product && file.path != kPage && file.path.find("/tests/") == std::string::npos;
}

bool cited_bare(const std::string& name) {
  return name.size() > 1 && kFamilies.find(name.front()) != std::string_view::npos &&
         std::find(std::begin(kPercentiles), std::end(kPercentiles), name) == std::end(kPercentiles);
}

}  // namespace

Findings unknown_rules(const std::vector<Source>& tree) {
  std::set<std::string, std::less<>> names;
  for (const Source& file : tree)
    if (file.path == kPage) for_lines(file.text, [&](std::size_t, std::string_view line) { add_names(line, names); });
  Findings out;
  for (const Source& file : tree) {
    if (!judged(file)) continue;
    for_lines(file.text, [&](std::size_t number, std::string_view line) {
      bool comment = !file.cpp() || line.find("//") != std::string_view::npos;
      for (std::size_t at = comment ? 0 : line.size(); at < line.size(); ++at) {
        bool after_word = line.substr(0, at).ends_with(kWord);
        std::string name = name_at(line, at, after_word);
        if (name.empty() || names.contains(name) || !(after_word || cited_bare(name))) continue;
        out.push_back(
            {file.path, number, name + " is a rule that nobody wrote down", "write it into " + std::string(kPage)});
      }
    });
  }
  return out;
}

}  // namespace handoff::tidy
