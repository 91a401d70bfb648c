#include "core/reconcile/sheet.hpp"

#include <algorithm>
#include <utility>

#include "core/reconcile/input.hpp"
#include "core/reconcile/rows.hpp"

namespace handoff::reconcile {

namespace {

/// One row after the other; a line end inside quotes becomes a blank.
class Rows {
 public:
  Rows(const std::string& path, const Input& input)
      : path_(path), header_(input.header()), delimiter_(input.delimiter()), line_(input.first_line()), first_(line_) {}

  void take(std::string_view text) {
    for (char c : text) {
      if (row_.empty()) first_ = line_;
      if (c == '"') quoted_ = !quoted_;
      if (c == '\n') ++line_;
      if (c == '\n' && !quoted_)
        end();
      else if (c != '\r')
        row_ += c == '\n' ? ' ' : c;
    }
  }

  std::expected<std::vector<SheetRow>, std::string> done() {
    if (quoted_) complain("a quote is not closed");
    end();
    if (!problem_.empty()) return std::unexpected(problem_);
    return std::move(out_);
  }

 private:
  void complain(const std::string& what) {
    if (problem_.empty()) problem_ = path_ + ":" + std::to_string(first_) + ": " + what;
  }

  void end() {
    std::string row = std::exchange(row_, {});
    if (trimmed(row).empty()) return;
    std::vector<std::string> fields = split_line(row, delimiter_);
    if (fields.size() != header_.size())
      return complain("has " + std::to_string(fields.size()) + " fields, the header " + std::to_string(header_.size()));
    SheetRow out;
    out.line = first_;
    for (std::size_t i = 0; i < fields.size(); ++i) out.fields[header_[i]] = std::move(fields[i]);
    out_.push_back(std::move(out));
  }

  const std::string& path_;
  const std::vector<std::string>& header_;
  char delimiter_;
  std::uint64_t line_, first_;
  bool quoted_ = false;
  std::string row_, problem_;
  std::vector<SheetRow> out_;
};

}  // namespace

std::string SheetRow::operator[](std::string_view column) const {
  auto found = fields.find(column);
  std::string_view text = found == fields.end() ? std::string_view() : trimmed(found->second);
  if (text.size() > 1 && text.front() == '\'') text.remove_prefix(1);
  return std::string(text);
}

std::expected<std::vector<SheetRow>, std::string> read_sheet(const std::string& path,
                                                             std::span<const std::string_view> needed) {
  auto input = Input::open(path);
  if (!input) return std::unexpected(input.error().text());
  if ((*input)->shape() != Shape::csv) return std::unexpected(path + ":1: is no CSV; save it as one");
  for (std::string_view column : needed)
    if (std::ranges::find((*input)->header(), column) == (*input)->header().end())
      return std::unexpected(path + ":1: has no column \"" + std::string(column) +
                             "\"; keep the columns that were written");
  Rows rows(path, **input);
  Block block;
  while (true) {
    auto more = (*input)->next(block);
    if (!more) return std::unexpected(more.error().text());
    if (!*more) return rows.done();
    rows.take({block.bytes.data(), block.size});
  }
}

}  // namespace handoff::reconcile
