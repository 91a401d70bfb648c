#pragma once
// What an audit is asked to do.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/config/export_map.hpp"
#include "core/report/audit.hpp"

namespace handoff::reconcile {

struct Progress {
  std::uint64_t done = 0, all = 0;  // bytes of the files
  std::uint64_t rows = 0;           // read, or compared
  bool comparing = false;           // everything is read; `done` of `all` partitions
};

struct Request {
  report::BySide<std::vector<std::string>> files;
  report::BySide<config::ExportMap> maps;  // of the sides that have files
  std::vector<std::string> logs;           // of the integration between them, read with `log_map`
  config::LogMap log_map;
  std::optional<std::int64_t> as_of_s;  // UTC; the newest record of all files unless given
  std::int64_t window_s = 30 * 86'400;
  report::BySide<std::optional<std::int64_t>> rows;  // that the files of a side hold together, where somebody knows
  report::BySide<std::int64_t> sla_s = {86'400, 86'400, 86'400, 86'400, 86'400};
  std::size_t memory_bytes = 256u << 20;
  std::string work_folder = ".";  // takes what does not fit into memory
  unsigned threads = 1;
  bool complete = false;                     // what its files lack is not there: listings that say so (INVARIANTS C2)
  std::map<std::string, std::string> known;  // open findings of the history: id -> reference (open_findings)
  std::function<void(const Progress&)>
      progress;  // at most some times a second's worth of rows; from any thread, one at a time
};

}  // namespace handoff::reconcile
