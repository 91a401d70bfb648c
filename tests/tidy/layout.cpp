#include <algorithm>

#include "tests/tidy/rules.hpp"

namespace handoff::tidy {

namespace {

constexpr std::size_t kLinesMax = 600;

}  // namespace

Findings long_files(const std::vector<Source>& tree) {
  Findings out;
  for (const Source& file : tree) {
    auto lines = file.cpp() ? static_cast<std::size_t>(std::ranges::count(file.text, '\n')) : 0;
    if (lines > kLinesMax)
      out.push_back({file.path, 0, std::to_string(lines) + " lines", "split it: beyond 600 lines it holds two ideas"});
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
