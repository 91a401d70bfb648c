#pragma once
// Aligned columns for people.

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::cli {

/// Characters, not bytes.
std::size_t columns_of(std::string_view text);
/// At most that many characters, the last an ellipsis if something was cut.
std::string cut(const std::string& text, std::size_t columns);
/// Lines of at most `width` characters broken between words, every one after the first indented. 0: one line.
std::string wrapped(const std::string& text, int width, std::size_t indent);

class Table {
 public:
  enum class Align { left, right };
  enum class Narrow { stays, is_cut, wraps };  // what a column does when the terminal is narrow; only the last wraps
  struct Column {
    std::string title;
    Align align = Align::left;
    Narrow narrow = Narrow::stays;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  /// Columns that are empty in every row are left out. `indent` spaces before each line.
  void print(std::ostream& out, int width, std::size_t indent = 0) const;

 private:
  std::vector<std::size_t> widths(int width, std::size_t indent) const;
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace handoff::cli
