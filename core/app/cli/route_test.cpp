// test: the [[test]] cases of a configuration.

#include <filesystem>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/words.hpp"
#include "core/serve/lint.hpp"
#include "core/serve/routes.hpp"

namespace handoff::cli {

namespace {

json::Value report(const serve::RouteTests& tests) {
  json::Array results, untested;
  for (const serve::RouteTest& one : tests.results) {
    json::Object out;
    json::Array differences;
    for (const std::string& difference : one.differences) differences.emplace_back(difference);
    out.set("name", *one.test->name).set("at", config::text(one.test->name.at));
    out.set("holds", one.differences.empty()).set("differences", std::move(differences));
    results.emplace_back(std::move(out));
  }
  for (const config::Route* route : tests.untested) untested.emplace_back(*route->name);
  json::Object out;
  out.set("hold", tests.hold()).set("tests", std::move(results)).set("untested_routes", std::move(untested));
  return json::Value(std::move(out));
}

void print(const serve::RouteTests& tests, std::size_t routes, Console& console) {
  std::int64_t failed = 0;
  for (const serve::RouteTest& one : tests.results) {
    bool holds = one.differences.empty();
    failed += holds ? 0 : 1;
    console.out << paint(console, holds ? Tone::good : Tone::bad, holds ? "holds  " : "fails  ") << *one.test->name
                << "\n";
    if (!holds) console.out << "       at " << config::text(one.test->name.at) << "\n";
    for (const std::string& difference : one.differences) console.out << "       " << difference << "\n";
  }
  console.out << counted(number_of_all(tests.results), "test") << ", " << failed << " failed; "
              << routes - tests.untested.size() << " of " << counted(static_cast<std::int64_t>(routes), "route")
              << " tested\n";
  for (const config::Route* route : tests.untested)
    console.out << "       no test takes route " << *route->name << ", at " << config::text(route->name.at) << "\n";
}

}  // namespace

int route_test(const Options& options, Console& console) {
  std::string path = options.path.empty() ? options.config : options.path;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return fail(options, console, {path + ": no such file or folder"});
  plugin_host::Catalogue catalogue(serve::plugin_folders(path));
  auto settings = serve::read_configuration(path, catalogue, serve::Secrets::leave);
  if (!settings) return fail(options, console, settings.error());
  serve::RouteTests tests = serve::run_route_tests(*settings);
  if (options.json)
    console.out << pretty(report(tests));
  else
    print(tests, settings->routes.size(), console);
  return tests.hold() ? kFine : kFindings;
}

}  // namespace handoff::cli
