#pragma once
// The tree as text, for rules that read it.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::tidy {

/// One file. `path` is relative to the tree's root, with '/'.
struct Source {
  Source() = default;
  Source(std::string its_path, std::string its_text);
  std::string path;
  std::string text;
  std::string code;  // C and C++: text with comments and the insides of literals blanked, line for line; else empty
  bool cpp() const;
  bool under(std::string_view folder) const { return path.starts_with(folder); }
  std::string name() const { return path.substr(path.rfind('/') + 1); }
};

/// Comments and literals become blanks; line breaks stay where they were.
std::string blanked(std::string_view text);

/// Every text file we wrote: not build folders, not hidden ones but .ci and the dot files of the root.
std::vector<Source> read_tree(const std::filesystem::path& root);

/// What is wrong, where, and what to write instead.
struct Finding {
  std::string path;
  std::size_t line = 0;  // 0: the whole file
  std::string what;
  std::string instead;
  std::string text() const { return path + (line ? ":" + std::to_string(line) : "") + ": " + what + "; " + instead; }
};
using Findings = std::vector<Finding>;

/// Splits into lines; `each(number, line)` with numbers from 1.
template <class Each>
void for_lines(std::string_view text, Each each) {
  std::size_t number = 0;
  while (!text.empty()) {
    std::size_t end = text.find('\n');
    each(++number, text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
}

}  // namespace handoff::tidy
