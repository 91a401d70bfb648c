// Objects of a list, or one after another. Their extent is found by their braces, so that one which is no JSON inside
// does not take the others with it.

#include <algorithm>

#include "rows.hpp"

namespace handoff::file {

namespace {

/// Bytes of the object at the beginning, or 0 if it is not closed in the text.
std::size_t object_bytes(std::string_view text) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      in_text = c != '"';
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return i + 1;
    }
  }
  return 0;
}

class Scanner {
 public:
  explicit Scanner(const Piece& piece) : piece_(piece), rest_(piece.bytes) {
    out_.line = piece.line;
    out_.tail = piece.tail;
    out_.open = piece.open;
  }

  Page scan() {
    if (out_.tail) skip_line();
    while (!rest_.empty() && out_.records.size() < kPageRecords)
      if (!next()) break;
    if (piece_.last && rest_.empty() && out_.open) out_.cut = "the list is not closed: the file was cut";
    return std::move(out_);
  }

 private:
  /// False: what begins here is for the next page.
  bool next() {
    char c = rest_.front();
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',') {
      use(1);
    } else if (c == '[' && !out_.open) {
      out_.open = true;
      use(1);
    } else if (c == ']' && out_.open) {
      out_.open = false;
      use(1);
    } else if (c == '{') {
      return object();
    } else if (out_.used == 0 && piece_.line == 1 && rest_.starts_with("\xEF\xBB\xBF")) {
      use(3);
    } else {
      bad("this is no object");
      skip_line();
    }
    return true;
  }

  bool object() {
    std::size_t bytes = object_bytes(rest_);
    if (bytes == 0 && !piece_.last && out_.used > 0) return false;
    if (bytes == 0) {
      bad(piece_.last ? "the file ends in the middle of this object" : "the object is longer than 64 KiB");
      skip_line();
      return true;
    }
    json::Parsed parsed = json::parse(rest_.substr(0, bytes));
    if (parsed) {
      out_.records.emplace_back(out_.line, out_.used);
      out_.records.back().values = *parsed;
    } else {
      bad("this is no JSON");
    }
    use(bytes);
    return true;
  }

  void bad(const char* why) {
    out_.records.emplace_back(out_.line, out_.used);
    out_.records.back().problem = why;
  }
  void skip_line() {
    std::size_t end = rest_.find('\n');
    out_.tail = end == std::string_view::npos && !piece_.last;
    use(end == std::string_view::npos ? rest_.size() : end + 1);
  }
  void use(std::size_t bytes) {
    std::string_view gone = rest_.substr(0, bytes);
    out_.line += std::count(gone.begin(), gone.end(), '\n');
    out_.used += bytes;
    rest_.remove_prefix(bytes);
  }

  const Piece& piece_;
  std::string_view rest_;
  Page out_;
};

}  // namespace

Page json_page(const Piece& piece) { return Scanner(piece).scan(); }

}  // namespace handoff::file
