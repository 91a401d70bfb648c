// handoff map: every handoff with what starts it, how long it takes and what it loses; and the charter.

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/files.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/journal/store.hpp"
#include "core/serve/chain.hpp"
#include "core/serve/lint.hpp"

namespace handoff::cli {

namespace {

using report::Map;
using report::MapHop;

/// The configuration's hops with the figures of the exports, by what each connector is.
Map with_figures(Map chain, const Map& exports, const config::Settings& settings) {
  static constexpr std::pair<config::Role, report::Side> kRoles[] = {
      {config::Role::platform, report::Side::platform},
      {config::Role::payments, report::Side::payments},
      {config::Role::erp, report::Side::erp},
      {config::Role::storefront, report::Side::storefront}};
  auto who = std::ranges::find(exports.hops, true, &MapHop::resolves_identity);
  for (MapHop& hop : chain.hops) {
    if (hop.resolves_identity && who != exports.hops.end()) {
      hop.due = who->due;
      hop.unlinked = who->unlinked;
    }
    const config::Connector* connector = settings.connector(hop.to);
    if (hop.op.empty() || connector == nullptr) continue;
    for (auto [role, side] : kRoles)
      for (const MapHop& seen : exports.hops) {
        if (role != connector->role || seen.to != report::kSideWords[report::at(side)]) continue;
        hop.measured = seen.measured;
        hop.by_log = seen.by_log;
        hop.p50_ms = seen.p50_ms;
        hop.p95_ms = seen.p95_ms;
        hop.p99_ms = seen.p99_ms;
        hop.due = seen.due;
        hop.lost = seen.lost;
        hop.proposed = seen.proposed;
        hop.note = seen.note;
      }
  }
  chain.title += ", with the figures of the exports";
  chain.notes = exports.notes;
  return chain;
}

/// Measured from the store's file, read only, whether or not the hub runs.
void measure_store(const Options& options, Console& console, Map& map) {
  auto hub = Hub::find(options, console);
  auto path = hub ? hub->store_file() : std::expected<std::string, Failure>(std::unexpected(hub.error()));
  std::string error = path ? "" : path.error().text;
  auto store = path ? journal::ReadOnlyStore::open(*path, error) : nullptr;
  if (!store) {
    map.notes.push_back("Not measured: " + error);
    return;
  }
  store->freeze();
  serve::measure(store->read(), map);
  if (std::string problem = store->problem(); !problem.empty()) map.notes.push_back(*path + ": " + problem);
}

std::string spoken(const MapHop& hop, std::int64_t ms) { return hop.measured == 0 ? "" : duration(ms); }

std::string share(const MapHop& hop) {
  if (hop.due == 0 || (hop.resolves_identity && hop.lost == 0)) return "";
  return report::decimal(hop.lost * 100'000 / hop.due, 3) + " %";
}

void print(const Map& map, const Options& options, Console& console) {
  console.out << paint(console, Tone::strong, map.title) << "\n\n";
  Table table({{"ROUTE"},
               {"FROM"},
               {"TO"},
               {"DOES"},
               {"STARTED BY"},
               {"P50", Table::Align::right},
               {"P95", Table::Align::right},
               {"P99", Table::Align::right},
               {"LOST", Table::Align::right},
               {"SLA"},
               {"", Table::Align::left, Table::Narrow::wraps}});
  for (const MapHop& hop : map.hops) {
    std::string mark = hop.resolves_identity ? "identity is resolved here" : "";
    if (hop.resolves_identity && hop.due > 0) mark += ": " + counted(hop.unlinked, "credit") + " open";
    if (!hop.note.empty()) mark += (mark.empty() ? "" : "; ") + hop.note;
    table.add({hop.route, hop.from, hop.to, hop.op, hop.trigger, spoken(hop, hop.p50_ms), spoken(hop, hop.p95_ms),
               spoken(hop, hop.p99_ms), share(hop), hop.sla, mark});
  }
  table.print(console.out, console.width);
  for (const std::string& note : map.notes) console.out << "\n" << wrapped(note, console.width, 0) << "\n";
  if (std::string sla = report::sla_toml(map); !sla.empty())
    console.out << "\n" << paint(console, Tone::strong, "Proposed SLA") << ", twice the p99, rounded up\n\n" << sla;
  if (!options.map.folder.empty())
    console.out << "\nWritten: map.svg, map.mmd, map.json, sla.toml in " << options.map.folder << "\n";
}

std::expected<void, Failure> write_files(const Map& map, const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::filesystem::path to(folder);
  bool good = !error && reconcile::write_together({{to / "map.svg", report::map_svg(map)},
                                                   {to / "map.mmd", report::map_mermaid(map)},
                                                   {to / "map.json", pretty(report::map_json(map))},
                                                   {to / "sla.toml", report::sla_toml(map)}});
  if (!good) return std::unexpected(Failure{folder + ": cannot be written"});
  return {};
}

int print_charter(const Options& options, const config::Settings& settings, Console& console) {
  if (!options.store.empty() && !settings.stores.contains(options.store))
    return fail(options, console, {"the configuration has no [stores." + options.store + "]", kUsage, "usage"});
  std::string text = serve::charter(settings, options.store);
  if (options.map.folder.empty()) {
    console.out << (options.json ? pretty(json::Value(json::Object{{"charter", text}})) : text);
    return kFine;
  }
  std::error_code ignored;
  std::filesystem::create_directories(options.map.folder, ignored);
  std::string name = options.store.empty() ? "charter.md" : "charter-" + options.store + ".md";
  std::filesystem::path path = std::filesystem::path(options.map.folder) / name;
  if (!write_whole(path, text)) return fail(options, console, {path.string() + ": cannot be written"});
  console.out << "Written: " << path.string() << "\n";
  return kFine;
}

}  // namespace

int map(const Options& options, Console& console) {
  const Options::Map& asked = options.map;
  if (!options.store.empty() && !asked.charter)
    return fail(options, console, {"--store belongs to --charter", kUsage, "usage"});
  std::optional<Map> exports;
  if (!asked.from_exports.empty()) {
    auto facts = read_audit(asked.from_exports);
    if (!facts) return fail(options, console, facts.error());
    exports = reconcile::map_of(*facts);
  }
  bool configured = !exports || options.config_given || asked.charter;
  Map out = exports.value_or(Map());
  if (configured) {
    std::error_code ignored;
    if (!std::filesystem::exists(options.config, ignored))
      return fail(
          options, console,
          {options.config + ": no such file or folder; name the configuration with -c FILE, or an audit's folder with "
                            "--from-exports DIR"});
    plugin_host::Catalogue catalogue(serve::plugin_folders(options.config));
    auto settings = config::load(options.config, serve::sheets(catalogue));
    if (!settings) return fail(options, console, settings.error());
    if (asked.charter) return print_charter(options, *settings, console);
    out = serve::chain_of(*settings);
    if (exports)
      out = with_figures(std::move(out), *exports, *settings);
    else
      measure_store(options, console, out);
  }
  if (!asked.folder.empty())
    if (auto written = write_files(out, asked.folder); !written) return fail(options, console, written.error());
  if (options.json)
    console.out << pretty(report::map_json(out));
  else
    print(out, options, console);
  return kFine;
}

}  // namespace handoff::cli
