#pragma once
// The handoffs between systems as plain values: what starts each, how long it takes, how many it loses. Printed as a
// drawing (SVG), a diagram's text (Mermaid), JSON, and as the SLA lines of a configuration.

#include <cstdint>
#include <handoff/sdk/json.hpp>
#include <string>
#include <vector>

namespace handoff::report {

inline constexpr const char* kNotTold = "not told";  // a trigger that exports do not show

struct MapHop {
  std::string route;               // empty: of an audit, which knows systems and no routes
  std::string from, to;            // "the platform", or a connector's name
  std::string op;                  // "record"; empty: not known
  std::string id;                  // of the configuration's hop
  std::vector<std::string> after;  // of the configuration's hop
  std::string trigger;             // "event: webhook", "poll", "batch or file", kNotTold
  std::int64_t measured = 0;
  std::int64_t by_log = 0;  // of them, with a time out of the logs where an export has none
  std::int64_t p50_ms = 0, p95_ms = 0, p99_ms = 0;
  std::int64_t due = 0, lost = 0;  // of those that should be there, those that are not
  bool resolves_identity = false;
  std::int64_t unlinked = 0;
  std::string sla, proposed;  // "5m"; empty: none written, too few measured
  std::string note;
};

struct Map {
  std::string title;  // "acme, measured over 812 credits"
  std::vector<MapHop> hops;
  std::vector<std::string> notes;
};

/// "p50 45 s, p99 90 s, 0.035 % lost"; "not measured".
std::string figures(const MapHop& hop);
json::Value map_json(const Map& map);
std::string map_svg(const Map& map);
std::string map_mermaid(const Map& map);
/// Lines for the hops of the configuration, each with its measure behind it.
std::string sla_toml(const Map& map);

}  // namespace handoff::report
