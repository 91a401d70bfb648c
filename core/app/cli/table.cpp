#include "core/app/cli/table.hpp"

#include <algorithm>

#include "core/identity/foreign.hpp"

namespace handoff::cli {

namespace {

constexpr std::size_t kGap = 2, kCutMin = 20;

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !continues(c); }));
}

std::string cut(const std::string& text, std::size_t columns) {
  if (columns_of(text) <= columns || columns == 0) return text;
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at)
    if (!continues(text[at]) && seen++ == columns - 1) break;
  return text.substr(0, at) + "…";
}

std::string wrapped(const std::string& text, int width, std::size_t indent) {
  if (width <= 0) return text;
  std::size_t room = std::max<std::size_t>(static_cast<std::size_t>(width), indent + kCutMin) - indent;
  std::string out, line;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = std::min(text.find(' ', at), text.size());
    std::string word = text.substr(at, end - at);
    at = end + 1;
    if (!line.empty() && columns_of(line) + 1 + columns_of(word) > room) {
      out += line + "\n" + std::string(indent, ' ');
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return out + line;
}

std::vector<std::size_t> Table::widths(int width, std::size_t indent) const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = 0;
    for (const auto& row : rows_) widest = std::max(widest, columns_of(row[i]));
    out.push_back(widest == 0 ? 0 : std::max(widest, columns_of(columns_[i].title)));
  }
  if (width <= 0) return out;
  std::size_t total = indent;
  for (std::size_t one : out) total += one == 0 ? 0 : one + kGap;
  std::size_t over =
      total > static_cast<std::size_t>(width) + kGap ? total - kGap - static_cast<std::size_t>(width) : 0;
  for (std::size_t i = columns_.size(); i-- > 0 && over > 0;) {
    if (columns_[i].narrow == Narrow::stays || out[i] <= kCutMin) continue;
    std::size_t less = std::min(over, out[i] - kCutMin);
    out[i] -= less;
    over -= less;
  }
  return out;
}

void Table::print(std::ostream& out, int width, std::size_t indent) const {
  std::vector<std::size_t> sizes = widths(width, indent);
  auto line = [&](auto cell_of) {
    std::string text(indent, ' ');
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (sizes[i] == 0) continue;
      if (columns_[i].narrow == Narrow::wraps && i + 1 == columns_.size()) {
        text += wrapped(cell_of(i), static_cast<int>(columns_of(text) + sizes[i]), columns_of(text));
        continue;
      }
      std::string cell = cut(cell_of(i), sizes[i]);
      std::string pad(sizes[i] - std::min(sizes[i], columns_of(cell)), ' ');
      text += columns_[i].align == Align::right ? pad + cell : cell + pad;
      text += std::string(kGap, ' ');
    }
    text.erase(std::min(text.find_last_not_of(' ') + 1, text.size()));
    out << text << '\n';
  };
  bool titles = std::ranges::any_of(columns_, [](const Column& column) { return !column.title.empty(); });
  if (titles) line([&](std::size_t i) { return columns_[i].title; });
  for (const auto& row : rows_) line([&](std::size_t i) { return identity::harmless(row[i]); });
}

}  // namespace handoff::cli
