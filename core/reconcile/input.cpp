#include "core/reconcile/input.hpp"

#include <algorithm>
#include <cstring>

#include "core/reconcile/rows.hpp"
#include "core/reconcile/sixteen.hpp"

namespace handoff::reconcile {

namespace {

constexpr std::size_t kBlock = 256 << 10;  // stays in the cache between being read and being parsed
constexpr std::size_t kRowMax = 16 << 20;
constexpr std::size_t kHeaderMax = 64 << 10;

/// What is somewhere in a text.
struct Contents {
  bool zeros = false, quotes = false, beyond_ascii = false;
};
Contents contents_of(std::string_view text) {
  Letters zeros{}, quotes{}, high{};
  auto look = [&](Letters some) {
    zeros |= some == 0;
    quotes |= some == '"';
    high |= some < 0;
  };
  std::size_t at = 0;
  for (; at + sizeof(Letters) <= text.size(); at += sizeof(Letters)) look(letters_at(text.data() + at));
  std::array<char, sizeof(Letters)> rest;
  rest.fill(' ');
  text.substr(at).copy(rest.data(), rest.size());
  look(letters_at(rest.data()));
  return {any(zeros), any(quotes), any(high)};
}

/// One past the last row end that stands outside of quotes; 0 if there is none. `quotes`: whether there are any.
std::size_t last_row_end(std::string_view text, char delimiter, Shape shape, bool quotes) {
  if (shape == Shape::json_lines || !quotes) {
    std::size_t end = text.rfind('\n');
    return end == std::string_view::npos ? 0 : end + 1;
  }
  // A quote opens only where a field begins; elsewhere it is a character like any other.
  std::size_t last = 0;
  bool field_begins = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '"' && field_begins) {
      for (at = text.find('"', at + 1); at != std::string_view::npos && at + 1 < text.size() && text[at + 1] == '"';)
        at = text.find('"', at + 2);
      if (at == std::string_view::npos) break;
    } else if (c == '\n') {
      last = at + 1;
    }
    field_begins = c == delimiter || c == '\n';
  }
  return last;
}

char delimiter_of(std::string_view lines) {
  char best = ',';
  std::ptrdiff_t most = 0;
  for (char sign : {',', ';', '\t', '|'}) {
    std::ptrdiff_t count = std::ranges::count(lines, sign);
    if (count > most) {
      most = count;
      best = sign;
    }
  }
  return best;
}

/// One past the row that begins at `at`; a line end inside quotes is none.
std::size_t row_end(std::string_view text, std::size_t at, char delimiter) {
  std::size_t line = std::min(text.find('\n', at), text.size() - 1) + 1;
  if (std::ranges::count(text.substr(at, line - at), '"') % 2 == 0) return line;
  for (std::size_t end = line; end < text.size() && end < at + kHeaderMax;) {
    end = std::min(text.find('\n', end), text.size() - 1) + 1;
    if (last_row_end(text.substr(at, end - at), delimiter, Shape::csv, true) == end - at) return end;
  }
  return line;
}

struct Header {
  std::size_t begin = 0, end = 0;  // in the text
  std::uint64_t titles = 0;        // lines above it that say something else
  char delimiter = ',';
};

/// The header is the first row, unless that is "sep=;" or a title: a row of one or two words above rows that have as many
/// fields as the first whole one.
Header find_header(std::string_view text) {
  constexpr std::size_t kRows = 24, kTitles = 10;
  Header out;
  std::size_t at = 0;
  if (text.starts_with("sep=") && text.size() > 5 && (text[5] == '\n' || text[5] == '\r')) {
    out.delimiter = text[4];
    at = row_end(text, 0, '\n');
  } else {
    std::size_t some = 0;
    for (std::size_t i = 0; i < kRows && some < text.size(); ++i)
      some = std::min(text.find('\n', some), text.size() - 1) + 1;
    std::string_view first = text.substr(0, text.find('\n'));
    bool any = first.find_first_of(",;\t|") != std::string_view::npos;
    out.delimiter = delimiter_of(any && first.find(",,") == std::string_view::npos ? first : text.substr(0, some));
  }
  struct Row {
    std::size_t begin, end, fields, filled;
  };
  std::vector<Row> rows;
  for (std::size_t from = at; rows.size() < kRows && from < text.size();) {
    std::size_t end = row_end(text, from, out.delimiter);
    std::vector<std::string> fields = split_line(text.substr(from, end - from), out.delimiter);
    for (std::string& field : fields) field = std::string(trimmed(field.substr(0, field.find('\n'))));
    auto filled =
        static_cast<std::size_t>(std::ranges::count_if(fields, [](const std::string& f) { return !f.empty(); }));
    rows.push_back({from, end, fields.size(), filled});
    from = end;
  }
  out.begin = at;
  out.end = rows.empty() ? text.size() : rows.front().end;
  if (rows.size() < 3 || rows.front().filled > 2) return out;
  std::size_t usual = rows.back().fields;
  for (std::size_t i = 0; i < rows.size() && i <= kTitles; ++i) {
    if (rows[i].fields != usual || usual < 3 || rows[i].filled < 3 || rows[i].filled * 10 < usual * 8) continue;
    out.begin = rows[i].begin;
    out.end = rows[i].end;
    out.titles = i;
    break;
  }
  return out;
}

/// Whether its first row does not end where its first line does: people read such JSON, programs write it.
bool goes_on(std::string_view json) {
  std::size_t end = json.find('\n');
  if (end == std::string_view::npos) return false;
  std::string_view line = trimmed(json.substr(0, end));
  return line.ends_with('{') || line.ends_with('[') || line.ends_with(',');
}

/// What makes lines of it; where its first member is a list, that is what holds the rows.
std::string one_a_line(std::string_view json) {
  static constexpr std::string_view kBlanks = " \t\r\n";
  auto skip = [&](std::size_t at) { return std::min(json.find_first_not_of(kBlanks, at), json.size()); };
  std::size_t open = skip(1);
  if (open == json.size() || json[open] != '"') return "jq -c .";
  std::size_t close = std::min(json.find('"', open + 1), json.size() - 1), colon = skip(close + 1);
  std::size_t list = colon < json.size() && json[colon] == ':' ? skip(colon + 1) : json.size();
  std::string name(json.substr(open + 1, close - open - 1));
  bool plain =
      std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; });
  return plain && list < json.size() && json[list] == '[' ? "jq -c '." + name + "[]'" : "jq -c .";
}

}  // namespace

std::string Refusal::text() const {
  std::string where = file;
  if (line != 0) where.append(":").append(std::to_string(line));
  return where + (where.empty() ? "" : ": ") + what + (instead.empty() ? "" : "; " + instead);
}

std::unexpected<Refusal> Input::refuse(std::string what, std::string instead) const {
  return std::unexpected(Refusal{path_, 0, std::move(what), std::move(instead)});
}

std::expected<std::unique_ptr<Input>, Refusal> Input::open(const std::string& path, config::Encoding encoding) {
  std::unique_ptr<Input> out(new Input);
  out->path_ = path;
  out->encoding_ = encoding;
  auto stream = open_stream(path, encoding);
  if (!stream) return out->refuse(stream.error(), "");
  out->stream_ = std::move(*stream);
  if (auto header = out->read_header(); !header) return std::unexpected(header.error());
  return out;
}

/// Until `wanted` bytes are pending from the begin on, or the end.
std::expected<void, Refusal> Input::fill(std::size_t wanted) {
  filled_ -= begin_;
  if (begin_ > 0) std::memmove(pending_.data(), pending_.data() + begin_, filled_);
  begin_ = 0;
  // Room for what a block has behind its last row, and a line end that the file lacks.
  if (pending_.size() < wanted + 1 + Block::kPadding) pending_.resize(wanted + 1 + Block::kPadding);
  while (filled_ < wanted && !ended_) {
    auto got = stream_->read(pending_.data() + filled_, wanted - filled_);
    if (!got) return refuse(got.error(), "fetch the file again: nothing was counted");
    ended_ = *got == 0;
    filled_ += *got;
  }
  return {};
}

std::expected<void, Refusal> Input::read_header() {
  if (auto filled = fill(kBlock); !filled) return filled;
  std::string_view text(pending_.data(), filled_);
  if (text.empty()) return refuse("is empty", "an export has at least a header");
  if (text.starts_with("\xef\xbb\xbf")) {
    begin_ = offset_ = 3;
    text.remove_prefix(3);
  }
  if (text.starts_with("PK\x03\x04")) return refuse("is a workbook or an archive", "save its sheet as CSV in UTF-8");
  if (std::memchr(text.data(), 0, text.size()) != nullptr)
    return refuse("holds zero bytes", "it is no text: export it as CSV in UTF-8");
  std::size_t word = text.find_first_not_of(" \t\r\n");
  std::string_view begin = text.substr(std::min(word, text.size()));
  std::size_t first = begin.starts_with('[') ? begin.find_first_not_of(" \t\r\n", 1) : std::string_view::npos;
  if (first != std::string_view::npos && std::string_view("{[]").contains(begin[first]))
    return refuse("is a JSON array", "write one JSON object a line: jq -c '.[]'");
  if (begin.starts_with('<')) return refuse("is HTML or XML", "it may be the vendor's error page: fetch it again");
  if (begin.starts_with('{')) {
    if (goes_on(begin))
      return refuse("is JSON with several lines a row", "write one JSON object a line: " + one_a_line(begin));
    shape_ = Shape::json_lines;
    return {};
  }
  Header found = find_header(text);
  std::string line(text.substr(found.begin, found.end - found.begin));
  if (line.find('\r') != std::string::npos && text.find('\n') == std::string_view::npos)
    return refuse("has lines that end in CR alone", "save it with line ends of LF or CR LF");
  while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
  delimiter_ = found.delimiter;
  header_ = split_line(line, delimiter_);
  title_lines_ = found.titles;
  first_line_ = 1 + static_cast<std::uint64_t>(std::ranges::count(text.substr(0, found.end), '\n'));
  if (found.end == text.size() && !text.ends_with('\n')) ++first_line_;
  begin_ += found.end;
  offset_ += found.end;
  return {};
}

std::expected<bool, Refusal> Input::next(Block& block) {
  for (std::size_t wanted = kBlock;; wanted *= 2) {
    if (auto filled = fill(wanted); !filled) return std::unexpected(filled.error());
    std::string_view text(pending_.data(), filled_);
    if (text.empty()) return false;
    Contents contents = contents_of(text);
    std::size_t end = last_row_end(text, delimiter_, shape_, contents.quotes);
    if (ended_ && end < text.size()) {
      open_end_ = true;
      end = text.size();
    }
    if (end == 0 && wanted < kRowMax) continue;
    if (end == 0)
      return std::unexpected(Refusal{path_, line_at(path_, offset_, encoding_), "a row of more than 16 MiB begins here",
                                     "is a quote not closed?"});
    if (const void* zero = contents.zeros ? std::memchr(text.data(), 0, end) : nullptr; zero != nullptr) {
      auto at = static_cast<std::uint64_t>(static_cast<const char*>(zero) - text.data());
      return std::unexpected(Refusal{path_, line_at(path_, offset_ + at, encoding_),
                                     "zero bytes stand in the middle of it",
                                     "the download left a hole: fetch it again"});
    }
    bool close = open_end_ && end == text.size();
    block.offset = offset_;
    block.size = end;
    block.ascii = !contents.beyond_ascii;
    std::swap(block.bytes, pending_);  // the rows go out without being copied, only what is left over is
    filled_ -= end;
    if (pending_.size() < filled_) pending_.resize(filled_);
    if (filled_ > 0) std::memcpy(pending_.data(), block.bytes.data() + end, filled_);
    if (close) block.bytes[block.size++] = '\n';  // a last line without its end reads like the others
    offset_ += end;
    return true;
  }
}

std::string names_of_columns(const std::vector<std::string>& columns) {
  constexpr std::size_t kNames = 24, kLetters = 40;
  std::string out;
  for (std::size_t i = 0; i < columns.size() && i < kNames; ++i)
    out += (i == 0 ? "" : ", ") + (columns[i].size() > kLetters ? columns[i].substr(0, kLetters) + "..." : columns[i]);
  return columns.size() > kNames ? out + " and " + std::to_string(columns.size() - kNames) + " more" : out;
}

bool row_ends(std::string_view text, char delimiter, Shape shape) {
  return last_row_end(text, delimiter, shape, text.find('"') != std::string_view::npos) != 0;
}

std::uint64_t line_at(const std::string& path, std::uint64_t offset, config::Encoding encoding) {
  auto stream = open_stream(path, encoding);
  if (!stream) return 0;
  std::uint64_t line = 1;
  std::vector<char> buffer(kBlock);
  while (offset > 0) {
    auto got = (*stream)->read(buffer.data(), std::min<std::uint64_t>(buffer.size(), offset));
    if (!got || *got == 0) break;
    line += static_cast<std::uint64_t>(std::count(buffer.data(), buffer.data() + *got, '\n'));
    offset -= *got;
  }
  return line;
}

}  // namespace handoff::reconcile
