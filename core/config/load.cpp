#include "core/config/load.hpp"

#include "core/config/checks.hpp"
#include "core/config/document.hpp"
#include "core/config/readers.hpp"

namespace handoff::config {

namespace {

void read_all(Section& root, const Catalogue& catalogue, Settings& out) {
  read_basics(root, out);
  read_messages(root, out);
  read_stores(root, out);
  read_tasks(root, out);
  read_audit(root, out);
  read_probe(root, out);
  read_alerts(root, out);
  read_connectors(root, catalogue, out);
  read_rates(root, out);
  read_routes(root, out);
  read_tests(root, out);
  root.finish();
}

void check_all(const Node& tree, Settings& settings, Report& report) {
  if (tree.member("retailer") == nullptr)
    report.error(tree.at, "[retailer] is missing", "write [retailer] with name, default_region and authority");
  check_listen(settings, report);
  check_connectors(settings, report);
  check_hops(settings, report);
  check_routes(settings, report);
  check_ceilings(settings, report);
  check_probe(settings, report);
  check_tests(settings, report);
  check_alerts(settings, report);
}

}  // namespace

Loaded load_all(const std::filesystem::path& path, const Catalogue& catalogue) {
  Loaded out;
  std::expected<std::vector<std::filesystem::path>, Diagnostic> files = files_of(path);
  if (!files) {
    out.whole = false;
    out.complaints.push_back(files.error());
    return out;
  }
  Report report;
  std::vector<Node> documents;
  for (const std::filesystem::path& file : *files) {
    std::expected<Node, Diagnostic> document = read_document(file);
    if (document)
      documents.push_back(std::move(*document));
    else
      report.all().push_back(std::move(document.error()));
  }
  out.whole = report.all().empty();
  Node tree = merge(std::move(documents), path, report.all());
  Section root(&tree, tree.at, "the configuration", report);
  read_all(root, catalogue, out.settings);
  if (out.whole) check_all(tree, out.settings, report);
  out.complaints = std::move(report.all());
  sort(out.complaints);
  return out;
}

std::expected<Settings, Diagnostics> load(const std::filesystem::path& path, const Catalogue& catalogue) {
  Loaded all = load_all(path, catalogue);
  if (has_error(all.complaints)) return std::unexpected(std::move(all.complaints));
  all.settings.warnings = std::move(all.complaints);
  return std::move(all.settings);
}

std::vector<std::filesystem::path> plugin_directories(const std::filesystem::path& path,
                                                      const std::vector<std::filesystem::path>& shipped) {
  std::vector<std::filesystem::path> out;
  if (std::expected<std::vector<std::filesystem::path>, Diagnostic> files = files_of(path)) {
    for (const std::filesystem::path& file : *files) {
      std::expected<Node, Diagnostic> document = read_document(file);
      const Member* plugins = document ? document->member("plugins") : nullptr;
      const Member* directories = plugins == nullptr ? nullptr : plugins->value.member("directories");
      if (directories == nullptr) continue;
      for (const Node& one : directories->value.elements)
        if (one.kind == Node::Kind::string) out.emplace_back(joined_path(one.at, one.text));
    }
  }
  if (!out.empty()) return out;
  std::error_code ignored;
  bool folder = std::filesystem::is_directory(path, ignored);
  out.push_back(((folder ? path : path.parent_path()) / "plugins").lexically_normal());
  out.insert(out.end(), shipped.begin(), shipped.end());
  return out;
}

}  // namespace handoff::config
