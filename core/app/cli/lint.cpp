#include "core/serve/lint.hpp"

#include <filesystem>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

std::string praise(const std::string& path, const config::Settings& settings) {
  return path + ": fine: " + counted(number_of_all(settings.connectors), "connector") + ", " +
         counted(number_of_all(settings.routes), "route") + ", " + counted(number_of_all(settings.tests), "test") +
         "\n";
}

}  // namespace

int lint(const Options& options, Console& console) {
  std::string path = options.path.empty() ? options.config : options.path;
  plugin_host::Catalogue catalogue(serve::plugin_folders(path));
  auto settings = serve::read_configuration(
      path, catalogue, options.no_secrets ? serve::Secrets::leave : serve::Secrets::resolve, console.now_ms());
  std::error_code ignored;
  if (!settings && !std::filesystem::exists(path, ignored)) return fail(options, console, settings.error());
  const config::Diagnostics& found = settings ? settings->warnings : settings.error();
  if (options.json) {
    json::Object out;
    out.set("path", path).set("fine", settings.has_value()).set("diagnostics", config::to_json(found));
    if (settings) {
      out.set("connectors", number_of_all(settings->connectors)).set("routes", number_of_all(settings->routes));
      out.set("tests", number_of_all(settings->tests));
    }
    console.out << pretty(json::Value(std::move(out)));
  } else {
    console.out << config::render(found);
    if (settings) console.out << praise(path, *settings);
  }
  return settings ? kFine : kFindings;
}

}  // namespace handoff::cli
