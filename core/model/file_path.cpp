#include "core/model/file_path.hpp"

#include <algorithm>

namespace handoff {

namespace {

constexpr std::size_t kPathBytesMax = 1024;
constexpr std::size_t kSegmentBytesMax = 255;

bool control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

std::string path_problem(std::string_view path, bool folder) {
  if (path.empty()) return folder ? "" : "the path is empty";
  if (path.size() > kPathBytesMax) return "the path is longer than 1024 bytes";
  if (std::ranges::any_of(path, control)) return "the path holds a control character";
  for (std::string_view rest = path;;) {
    std::size_t slash = rest.find('/');
    std::string_view segment = rest.substr(0, slash);
    if (segment.empty()) return "the path begins or ends with '/', or has two of them";
    if (segment.front() == '.') return "a part of the path begins with '.'";
    if (segment.size() > kSegmentBytesMax) return "a part of the path is longer than 255 bytes";
    if (slash == std::string_view::npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace handoff
