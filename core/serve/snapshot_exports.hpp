#pragma once
// A snapshot as exports: a CSV file a side, and the map of their columns. What `handoff audit` reads.

#include <map>
#include <string>
#include <vector>

#include "core/config/export_map.hpp"
#include "core/serve/snapshot_credits.hpp"

namespace handoff::serve {

struct Exports {
  report::BySide<std::vector<std::string>> files;
  report::BySide<config::ExportMap> maps;
  std::vector<std::string> notes;              // what was not compared, and why
  std::vector<std::string> left_out;           // connectors that could not be compared this time
  std::map<std::string, std::int64_t> unread;  // by connector: credits about which nothing could be read
};

/// Writes them into `folder`; nothing if it cannot.
std::optional<Exports> write_exports(const Credits& credits, const std::vector<Viewed>& systems,
                                     const std::map<std::string, Listed>& listings, const Looks& looks,
                                     const std::string& folder);

/// The map that read_maps reads back to `maps`.
std::string map_text(const Exports& exports);

}  // namespace handoff::serve
