#include "core/app/cli/files.hpp"

#include "core/model/read_file.hpp"

namespace handoff::cli {

std::expected<std::string, Failure> read_whole(const std::string& path) {
  std::expected<std::string, Unread> text = read_file(path);
  if (!text) return std::unexpected(Failure{text.error().text()});
  return std::move(*text);
}

std::expected<reconcile::Facts, Failure> read_audit(const std::string& folder) {
  if (std::string why = reconcile::mixed(folder); !why.empty()) return std::unexpected(Failure{why});
  std::string path = (std::filesystem::path(folder) / "summary.json").string();
  auto text = read_whole(path);
  if (!text) return std::unexpected(Failure{text.error().text + "; make it with: handoff audit ... -o " + folder});
  auto facts = reconcile::read_facts(*text);
  if (!facts) return std::unexpected(Failure{path + ": " + facts.error()});
  return std::move(*facts);
}

}  // namespace handoff::cli
