#include "core/app/cli/files.hpp"

#include <fstream>
#include <iterator>

namespace handoff::cli {

std::expected<std::string, Failure> read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) return std::unexpected(Failure{path + ": cannot be read"});
  return text;
}

std::expected<reconcile::Facts, Failure> read_audit(const std::string& folder) {
  std::string path = (std::filesystem::path(folder) / "summary.json").string();
  auto text = read_whole(path);
  if (!text) return std::unexpected(Failure{path + ": cannot be read; make it with: handoff audit ... -o " + folder});
  auto facts = reconcile::read_facts(*text);
  if (!facts) return std::unexpected(Failure{path + ": " + facts.error()});
  return std::move(*facts);
}

}  // namespace handoff::cli
