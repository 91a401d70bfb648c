// RFC 4180, with the delimiter as a setting. A line that is cut, has another number of fields or a quote that is never
// closed is a problem of that line alone.

#include <algorithm>

#include "rows.hpp"

namespace handoff::file {

namespace {

/// One record at the beginning of the text.
struct Cut {
  Cut() = default;
  bool whole = false;      // it ends with a line's end
  bool in_quotes = false;  // not whole: because a quote is open
  std::size_t bytes = 0;   // with its line's end
  std::vector<std::string> fields;
  std::string problem;
};

std::size_t line_end(std::string_view text, std::size_t from) { return std::min(text.find('\n', from), text.size()); }

class Cutter {
 public:
  Cutter(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  Cut cut() {
    while (true) {
      bool quoted = at_ < text_.size() && text_[at_] == '"';
      bool ended = quoted ? quoted_field() : plain_field();
      if (!ended) return std::move(out_);
      if (at_ < text_.size() && text_[at_] == delimiter_) {
        ++at_;
        continue;
      }
      out_.whole = at_ < text_.size();
      out_.bytes = std::min(at_ + 1, text_.size());
      return std::move(out_);
    }
  }

 private:
  /// False: a quote is open to the end of the text.
  bool quoted_field() {
    std::string field;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '"') {
        field += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        field += text_[++at_];
      } else {
        ++at_;
        out_.fields.push_back(std::move(field));
        std::size_t next = std::min(text_.find_first_of(std::string{delimiter_, '\n'}, at_), text_.size());
        std::string_view between = text_.substr(at_, next - at_);
        if (!between.empty() && between != "\r") {
          out_.problem = "a quote stands in the middle of a field";
          next = line_end(text_, at_);
        }
        at_ = next;
        return true;
      }
    }
    out_.in_quotes = true;
    out_.bytes = text_.size();
    return false;
  }

  bool plain_field() {
    std::size_t end = std::min(text_.find_first_of(std::string{delimiter_, '\n'}, at_), text_.size());
    std::string_view field = text_.substr(at_, end - at_);
    if (field.ends_with('\r') && (end == text_.size() || text_[end] == '\n')) field.remove_suffix(1);
    out_.fields.emplace_back(field);
    at_ = end;
    return true;
  }

  std::string_view text_;
  char delimiter_;
  std::size_t at_ = 0;
  Cut out_;
};

std::int64_t lines_in(std::string_view text) { return std::count(text.begin(), text.end(), '\n'); }

Record record_of(Cut cut, const std::vector<std::string>& header, Record out) {
  out.problem = std::move(cut.problem);
  if (out.problem.empty() && cut.fields.size() != header.size())
    out.problem =
        std::to_string(cut.fields.size()) + " fields, where the first line has " + std::to_string(header.size());
  json::Object values;
  for (std::size_t i = 0; i < cut.fields.size() && out.problem.empty(); ++i) {
    if (!is_utf8(cut.fields[i])) out.problem = header[i] + " is no UTF-8";
    values.set(header[i], std::move(cut.fields[i]));
  }
  out.values = json::Value(std::move(values));
  return out;
}

/// What is wrong with a record that has no end here, and how many of its bytes are given up.
std::string unfinished(const Cut& cut, std::string_view text, bool last, std::size_t& bytes) {
  std::size_t end = line_end(text, 0);
  bytes = std::min(end + 1, text.size());
  if (cut.in_quotes && end < text.size()) return "a quote is not closed";
  return last ? "the file ends in the middle of this line" : "the line is longer than 64 KiB";
}

}  // namespace

bool is_utf8(const std::string& text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return true;
  return text.find(kReplacement) != std::string::npos ||
         json::write(json::Value(text)).find(kReplacement) == std::string::npos;
}

std::vector<std::string> csv_header(std::string_view bytes, char delimiter, std::size_t& used) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  std::size_t mark = bytes.starts_with(kMark) ? kMark.size() : 0;
  Cut cut = Cutter(bytes.substr(mark), delimiter).cut();
  used = mark + cut.bytes;
  return cut.whole && cut.problem.empty() ? std::move(cut.fields) : std::vector<std::string>();
}

Page csv_page(const Piece& piece, char delimiter, const std::vector<std::string>& header) {
  Page out;
  std::string_view rest = piece.bytes;
  out.line = piece.line;
  out.tail = piece.tail;
  auto use = [&](std::size_t bytes) {
    out.line += lines_in(rest.substr(0, bytes));
    out.used += bytes;
    rest.remove_prefix(bytes);
  };
  if (out.tail) {
    std::size_t end = line_end(rest, 0);
    out.tail = end == rest.size();
    use(std::min(end + 1, rest.size()));
  }
  while (!rest.empty() && out.records.size() < kPageRecords) {
    if (rest.starts_with('\n') || rest.starts_with("\r\n")) {
      use(rest.front() == '\n' ? 1 : 2);
      continue;
    }
    Cut cut = Cutter(rest, delimiter).cut();
    std::size_t bytes = cut.bytes;
    if (cut.whole) {
      out.records.push_back(record_of(std::move(cut), header, Record(out.line, out.used)));
    } else if (!piece.last && out.used > 0) {
      return out;  // the next page begins with it
    } else {
      Record bad(out.line, out.used);
      bad.problem = unfinished(cut, rest, piece.last, bytes);
      out.tail = !piece.last && bytes == rest.size() && !rest.ends_with('\n');
      out.records.push_back(std::move(bad));
    }
    use(bytes);
  }
  return out;
}

}  // namespace handoff::file
