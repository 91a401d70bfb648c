#include "tests/tidy/source.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace handoff::tidy {

namespace {

bool ends_with_any(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return path.ends_with(ending); });
}

bool skipped_folder(const std::string& name) {
  return name == "build" || name == "node_modules" || (name.starts_with('.') && name != ".ci");
}

bool is_text(std::string_view text) { return text.find('\0') == std::string_view::npos; }

/// Where the raw string that begins at `at` (at the R) ends, or npos.
std::size_t raw_end(std::string_view text, std::size_t at) {
  std::size_t open = text.find('(', at);
  if (open == std::string_view::npos) return std::string_view::npos;
  std::string close = ")" + std::string(text.substr(at + 2, open - at - 2)) + "\"";
  std::size_t end = text.find(close, open);
  return end == std::string_view::npos ? end : end + close.size();
}

}  // namespace

Source::Source(std::string its_path, std::string its_text) : path(std::move(its_path)), text(std::move(its_text)) {
  if (cpp()) code = blanked(text);
}

bool Source::cpp() const { return ends_with_any(path, {".h", ".hpp", ".ipp", ".cpp", ".c"}); }

std::string blanked(std::string_view text) {
  std::string out(text);
  auto blank = [&out](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to && i < out.size(); ++i)
      if (out[i] != '\n') out[i] = ' ';
  };
  std::size_t at = 0;
  while ((at = text.find_first_of("/R\"'", at)) < text.size()) {
    std::string_view rest = text.substr(at);
    std::size_t end = at + 1;
    if (rest.starts_with("//")) {
      end = std::min(text.find('\n', at), text.size());
      blank(at, end);
    } else if (rest.starts_with("/*")) {
      std::size_t close = text.find("*/", at + 2);
      end = close == std::string_view::npos ? text.size() : close + 2;
      blank(at, end);
    } else if (rest.starts_with("R\"")) {
      end = std::min(raw_end(text, at), text.size());
      blank(at + 2, end);
    } else if (rest.front() == '"' || (rest.front() == '\'' && (at == 0 || !std::isalnum(text[at - 1])))) {
      while (end < text.size() && text[end] != rest.front() && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
      blank(at + 1, end);
      ++end;
    }
    at = end;
  }
  return out;
}

std::vector<Source> read_tree(const std::filesystem::path& root) {
  std::vector<Source> out;
  std::filesystem::recursive_directory_iterator entry(root), end;
  for (; entry != end; ++entry) {
    if (entry->is_directory()) {
      if (skipped_folder(entry->path().filename().string())) entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file() || entry->path().filename() == ".git") continue;
    std::ifstream file(entry->path(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    // A picture is there to be linked to, and has no text.
    out.emplace_back(entry->path().lexically_relative(root).generic_string(),
                     is_text(text.view()) ? std::move(text).str() : std::string());
  }
  std::ranges::sort(out, {}, &Source::path);
  return out;
}

}  // namespace handoff::tidy
