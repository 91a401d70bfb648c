#include "core/reconcile/input.hpp"

#include <algorithm>
#include <cstring>

#include "core/reconcile/rows.hpp"

namespace handoff::reconcile {

namespace {

constexpr std::size_t kBlock = 256 << 10;  // stays in the cache between being read and being parsed
constexpr std::size_t kRowMax = 16 << 20;
constexpr std::size_t kSample = 64 * 1024;

/// One past the last row end that stands outside of quotes; 0 if there is none.
std::size_t last_row_end(std::string_view text, char delimiter, Shape shape) {
  if (shape == Shape::json_lines || std::memchr(text.data(), '"', text.size()) == nullptr) {
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

char delimiter_of(std::string_view line) {
  char best = ',';
  std::ptrdiff_t most = 0;
  for (char sign : {',', ';', '\t', '|'}) {
    std::ptrdiff_t count = std::ranges::count(line, sign);
    if (count > most) {
      most = count;
      best = sign;
    }
  }
  return best;
}

}  // namespace

std::string Refusal::text() const {
  return file + (line == 0 ? "" : ":" + std::to_string(line)) + ": " + what + (instead.empty() ? "" : "; " + instead);
}

std::unexpected<Refusal> Input::refuse(std::string what, std::string instead) const {
  return std::unexpected(Refusal{path_, 0, std::move(what), std::move(instead)});
}

std::expected<std::unique_ptr<Input>, Refusal> Input::open(const std::string& path) {
  std::unique_ptr<Input> out(new Input);
  out->path_ = path;
  auto stream = open_stream(path);
  if (!stream) return out->refuse(stream.error(), "");
  out->stream_ = std::move(*stream);
  if (auto header = out->read_header(); !header) return std::unexpected(header.error());
  return out;
}

/// Until `wanted` bytes are pending, or the end.
std::expected<void, Refusal> Input::fill(std::size_t wanted) {
  std::size_t have = pending_.size() - begin_;
  if (begin_ > 0) {
    std::memmove(pending_.data(), pending_.data() + begin_, have);
    begin_ = 0;
  }
  pending_.resize(std::max(wanted, have));
  while (have < wanted && !ended_) {
    auto got = stream_->read(pending_.data() + have, wanted - have);
    if (!got) return refuse(got.error(), "fetch the file again: nothing was counted");
    ended_ = *got == 0;
    have += *got;
  }
  pending_.resize(have);
  return {};
}

std::expected<void, Refusal> Input::read_header() {
  if (auto filled = fill(kBlock); !filled) return filled;
  std::string_view text(pending_.data(), pending_.size());
  if (text.empty()) return refuse("is empty", "an export has at least a header");
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return refuse("is UTF-16", "save it as UTF-8");
  if (text.starts_with("\xef\xbb\xbf")) {
    begin_ = offset_ = 3;
    text.remove_prefix(3);
  }
  if (std::memchr(text.data(), 0, text.size()) != nullptr)
    return refuse("holds zero bytes", "it is no text: export it as CSV in UTF-8");
  if (text.starts_with('[')) return refuse("is a JSON array", "write one JSON object a line: jq -c '.[]'");
  if (text.starts_with('<')) return refuse("is HTML or XML", "it may be the vendor's error page: fetch it again");
  if (text.starts_with('{')) {
    shape_ = Shape::json_lines;
    return {};
  }
  std::size_t end = text.find('\n');
  delimiter_ = delimiter_of(text.substr(0, end));
  end = std::min(end, text.size());
  std::string line(text.substr(0, end));
  if (line.ends_with('\r')) line.pop_back();
  header_ = split_line(line, delimiter_);
  std::size_t whole = std::min(end + 1, text.size());
  begin_ += whole;
  offset_ += whole;
  return {};
}

std::string_view Input::sample() const {
  return {pending_.data() + begin_, std::min(pending_.size() - begin_, kSample)};
}

std::expected<bool, Refusal> Input::next(Block& block) {
  for (std::size_t wanted = kBlock;; wanted *= 2) {
    if (auto filled = fill(wanted); !filled) return std::unexpected(filled.error());
    std::string_view text(pending_.data(), pending_.size());
    if (text.empty()) return false;
    std::size_t end = last_row_end(text, delimiter_, shape_);
    if (ended_ && end < text.size()) {
      open_end_ = true;
      end = text.size();
    }
    if (end == 0 && wanted < kRowMax) continue;
    if (end == 0)
      return std::unexpected(
          Refusal{path_, line_at(path_, offset_), "a row of more than 16 MiB begins here", "is a quote not closed?"});
    if (const void* zero = std::memchr(text.data(), 0, end)) {
      auto at = static_cast<std::uint64_t>(static_cast<const char*>(zero) - text.data());
      return std::unexpected(Refusal{path_, line_at(path_, offset_ + at), "zero bytes stand in the middle of it",
                                     "the download left a hole: fetch it again"});
    }
    bool close = open_end_ && end == text.size();
    block.offset = offset_;
    block.size = end;
    std::swap(block.bytes, pending_);  // the rows go out without being copied, only what is left over is
    pending_.assign(block.bytes.begin() + static_cast<std::ptrdiff_t>(end), block.bytes.end());
    block.bytes.resize(std::max(block.bytes.size(), end + 1 + Block::kPadding));
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

bool row_ends(std::string_view text, char delimiter, Shape shape) { return last_row_end(text, delimiter, shape) != 0; }

std::uint64_t line_at(const std::string& path, std::uint64_t offset) {
  auto stream = open_stream(path);
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
