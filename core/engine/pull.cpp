// What webhooks missed: sources are asked on a schedule for all that is new (DESIGN D11). The records of a page and its
// cursor are one commit, so a page is taken once or again, never half.

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {
constexpr std::int64_t kFirstLookBack = 86'400'000;
}

void Engine::pull(const Connector& connector) {
  auto position = static_cast<std::int64_t>(&connector - setup_.connectors.data());
  PullInput input;
  input.since = rfc3339(pull_since(now_ - kFirstLookBack));
  json::Parsed cursor = json::parse(read().cursor(connector.id));
  if (cursor) input.cursor = *cursor;
  start_read(connector, "pull", encode(input), false, [this, &connector, position](ReadOutcome outcome) {
    if (outcome.failure == HANDOFF_FAIL_CURSOR_EXPIRED) {
      journal::CursorMoved restart;
      restart.connector = connector.id;
      restart.value = "null";
      note("", "engine", restart);
    }
    if (!outcome.ok) return later(setup_.pull_every_ms, 'p', position);
    journal::CursorMoved moved;
    moved.connector = connector.id;
    moved.value = json::write(outcome.result);
    if (moved.value != read().cursor(connector.id)) note("", "engine", moved);
    std::uint64_t fresh = counters_.submissions - counters_.duplicates;
    submit_records(connector, outcome.emitted);
    fresh = counters_.submissions - counters_.duplicates - fresh;
    source_read(connector, outcome.emitted.size(), fresh, !outcome.more);
    later(outcome.more ? 0 : setup_.pull_every_ms, 'p', position);
  });
}

}  // namespace handoff::engine
