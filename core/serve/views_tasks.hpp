#pragma once
// What stores are asked to do: their open cases, as tasks (ADR 0016). Read, never stored: a task goes with its case.

#include <cstdint>
#include <handoff/sdk/json.hpp>
#include <string>
#include <vector>

#include "core/journal/reader.hpp"

namespace handoff::serve {

/// Who is asked for a task once it is that old.
struct Rung {
  std::int64_t after_ms = 0;
  std::string ask;
};
using Ladder = std::vector<Rung>;  // the earliest first

/// Whether stores are asked for this case.
bool is_task(const journal::CaseRow& row);

/// {"tasks":[{"task","store","terminal","staff","credit","what","candidates","amount","until","overdue","asked","asked_next",
/// "next_at"}], "more"}, the oldest first. Before the first rung the store itself is asked. `store`, `asked` empty: all.
json::Value tasks_view(journal::Reader& read, const std::string& store, const std::string& asked, const Ladder& ladder,
                       std::int64_t limit, std::int64_t now_ms);

}  // namespace handoff::serve
