#include "core/app/cli/files.hpp"

#include <fstream>
#include <iterator>

namespace handoff::cli {

bool write_whole(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::path beside = path;
  beside += ".new";
  {
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out << text << std::flush;
    if (!out) return false;
  }
  std::error_code error;
  std::filesystem::rename(beside, path, error);
  return !error;
}

std::expected<std::string, Failure> read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) return std::unexpected(Failure{path + ": cannot be read"});
  return text;
}

}  // namespace handoff::cli
