#include <algorithm>
#include <map>

#include "tests/tidy/rules.hpp"

namespace handoff::tidy {

namespace {

constexpr std::size_t kLinesMax = 600;

/// Files that were longer when the rule came, with their length. A number may only fall.
const std::map<std::string, std::size_t, std::less<>>& known_giants() {
  static const std::map<std::string, std::size_t, std::less<>> giants = {
      {"core/journal/events.hpp", 639},  // one struct for each kind of row, without a line of logic
  };
  return giants;
}

}  // namespace

Findings long_files(const std::vector<Source>& tree) {
  Findings out;
  for (const auto& [path, lines] : known_giants())
    if (std::ranges::find(tree, path, &Source::path) == tree.end())
      out.push_back(
          {path, 0, "is on the list of long files and is gone", "take it off the list in tests/tidy/layout.cpp"});
  for (const Source& file : tree) {
    if (!file.cpp()) continue;
    auto lines = static_cast<std::size_t>(std::ranges::count(file.text, '\n'));
    auto giant = known_giants().find(file.path);
    if (giant == known_giants().end()) {
      if (lines > kLinesMax)
        out.push_back(
            {file.path, 0, std::to_string(lines) + " lines", "split it: beyond 600 lines it holds two ideas"});
    } else if (lines > giant->second) {
      out.push_back({file.path, 0, "grew to " + std::to_string(lines) + " lines",
                     "put the new part into a file of its own; this one may only shrink"});
    } else if (lines <= kLinesMax) {
      out.push_back({file.path, 0, "has only " + std::to_string(lines) + " lines now",
                     "good: take it off the list in tests/tidy/layout.cpp"});
    }
  }
  return out;
}

Findings fixtures_without_source(const std::vector<Source>& tree) {
  Findings out;
  for (const Source& file : tree) {
    std::size_t at = file.path.find("/fixtures/");
    bool to_be_filled = file.under("sdk/template/");
    if (at == std::string::npos || file.name() == "SOURCES.md" || to_be_filled) continue;
    std::string sources = file.path.substr(0, at) + "/fixtures/SOURCES.md";
    auto found = std::ranges::find(tree, sources, &Source::path);
    if (found == tree.end())
      out.push_back({file.path, 0, "nobody says where it comes from",
                     "write " + sources + ": for each file the page, version and day, or the word 'invented'"});
    else if (found->text.find(file.name()) == std::string::npos)
      out.push_back({file.path, 0, "is not named in " + sources, "add its line: page, version and day, or 'invented'"});
  }
  return out;
}

}  // namespace handoff::tidy
