#include "core/reconcile/sample.hpp"

#include <algorithm>
#include <handoff/sdk/json.hpp>
#include <handoff/sdk/text.hpp>
#include <map>

#include "core/reconcile/rows.hpp"

namespace handoff::reconcile {

namespace {

class Reader {
 public:
  explicit Reader(Input& input) : input_(input) {
    out_.file = input.path();
    out_.shape = input.shape();
    for (const std::string& name : input.header()) add_column(name);
  }

  std::expected<Sample, Refusal> run() {
    Block block;
    for (std::size_t bytes = 0; out_.rows < kSampleRows && bytes < kSampleBytes; bytes += block.size) {
      auto more = input_.next(block);
      if (!more) return std::unexpected(more.error());
      if (!*more) break;
      out_.shape == Shape::csv ? csv(block) : json(block);
    }
    return std::move(out_);
  }

 private:
  std::size_t add_column(const std::string& name) {
    out_.names.push_back(name);
    out_.columns.emplace_back(out_.rows);
    return out_.names.size() - 1;
  }

  void csv(const Block& block) {
    Columns none;
    none.count = out_.names.size();
    none.field_of.assign(none.count, -1);
    std::vector<std::size_t> begins;
    for_rows(block, Shape::csv, input_.delimiter(), none, [&](const RawRow& row) {
      if (row.problem == nullptr) begins.push_back(row.offset - block.offset);
    });
    for (std::size_t i = 0; i < begins.size() && out_.rows < kSampleRows; ++i) {
      std::size_t end = i + 1 < begins.size() ? begins[i + 1] : block.size;
      std::string_view row(block.bytes.data() + begins[i], end - begins[i]);
      while (row.ends_with('\n') || row.ends_with('\r')) row.remove_suffix(1);
      std::vector<std::string> fields = split_line(row, input_.delimiter());
      if (fields.size() != out_.names.size()) continue;  // a bad row stands between this one and the next
      for (std::size_t column = 0; column < fields.size(); ++column)
        out_.columns[column].push_back(std::move(fields[column]));
      ++out_.rows;
    }
  }

  void json(const Block& block) {
    std::string_view rest(block.bytes.data(), block.size);
    while (!rest.empty() && out_.rows < kSampleRows) {
      std::size_t end = std::min(rest.find('\n'), rest.size());
      json::Parsed parsed = json::parse(trimmed(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (!parsed || !parsed->is_object()) continue;
      for (std::vector<std::string>& column : out_.columns) column.emplace_back();
      ++out_.rows;
      values(*parsed, "");
    }
  }

  void values(const json::Value& object, const std::string& prefix) {
    for (const auto& [name, value] : object.as_object()) {
      if (value.is_object()) {
        values(value, prefix + name + ".");
        continue;
      }
      auto [found, added] = places_.try_emplace(prefix + name, 0);
      if (added) found->second = add_column(prefix + name);
      out_.columns[found->second].back() = scalar(value);
    }
  }

  Input& input_;
  Sample out_;
  std::map<std::string, std::size_t> places_;  // of the dotted names
};

}  // namespace

int Sample::column(const std::string& name) const {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (equal_ignoring_case(names[i], name)) return static_cast<int>(i);
  return -1;
}

namespace {

/// Letters beyond ASCII in at least three rows, or in the header, and nowhere as UTF-8 has them. One bad byte is damage.
bool is_windows_1252(const Sample& sample) {
  constexpr std::size_t kRowsMin = 3;
  std::size_t other = 0;
  bool utf8 = false;
  auto look = [&](std::string_view text, std::size_t weight) {
    if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return;
    if (is_utf8(text))
      utf8 = true;
    else
      other += weight;
  };
  for (const std::string& name : sample.names) look(name, kRowsMin);
  for (const auto& column : sample.columns)
    for (const std::string& value : column) look(value, 1);
  return !utf8 && other >= kRowsMin;
}

}  // namespace

std::expected<Sample, Refusal> read_sample(const std::string& path) {
  auto input = Input::open(path);
  if (!input) return std::unexpected(input.error());
  auto out = Reader(**input).run();
  if (!out || !is_windows_1252(*out)) return out;
  input = Input::open(path, config::Encoding::windows_1252);
  if (!input) return std::unexpected(input.error());
  out = Reader(**input).run();
  if (out) out->encoding = config::Encoding::windows_1252;
  return out;
}

}  // namespace handoff::reconcile
