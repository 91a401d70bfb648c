// What webhooks missed: sources are asked on a schedule for all that is new (DESIGN D11). The records of a page and its
// cursor are one commit, so a page is taken once or again, never half.

#include "core/engine/engine.hpp"
#include "core/model/planted.hpp"

namespace handoff::engine {

namespace {

constexpr std::int64_t kFirstLookBack = 86'400'000;
constexpr std::int64_t kReadNotedEvery = 600'000;

std::string read_mark(const Connector& connector) { return "read/" + connector.id; }

}  // namespace

/// Where to begin without a cursor: none was ever there, it ran out, or a restore took it away. Not after what was read to its
/// end: a source that could not be asked for days is asked for those days.
std::int64_t Engine::begin_without_cursor(const Connector& connector) {
  std::int64_t since = now_ - kFirstLookBack;
  if (auto again = read_again_from_.find(connector.id); again != read_again_from_.end())
    since = std::min(since, again->second - kFirstLookBack);
  if (std::optional<std::int64_t> read_at = parse_decimal(read().meta(read_mark(connector)), 0))
    since = std::min(since, *read_at - kHour);
  return pull_since(since);
}

/// Roughly: what it says is at most ten minutes too early, and rides on a row of its own only then.
void Engine::note_read_to_its_end(const Connector& connector) {
  std::optional<std::int64_t> before = parse_decimal(read().meta(read_mark(connector)), 0);
  if (!before || now_ < *before || now_ - *before >= kReadNotedEvery)
    s_.store.set_meta(read_mark(connector), std::to_string(now_));
}

void Engine::pull(const Connector& connector) {
  auto position = static_cast<std::int64_t>(&connector - setup_.connectors.data());
  PullInput input;
  input.since = rfc3339(begin_without_cursor(connector));
  std::string from = read().cursor(connector.id);
  json::Parsed cursor = json::parse(from);
  if (cursor) input.cursor = *cursor;
  start_read(connector, "pull", encode(input), false, [this, &connector, position, from](ReadOutcome outcome) {
    if (read().cursor(connector.id) != from) return later(0, 'p', position);  // somebody asks for more of the past
    if (outcome.failure == HANDOFF_FAIL_CURSOR_EXPIRED) {
      journal::CursorMoved restart;
      restart.connector = connector.id;
      restart.value = "null";
      note("", "engine", restart);
    }
    source_answers(connector.name, outcome);
    for (const json::Value& record : outcome.emitted)
      if (planted(Bug::b24_poison_blocks_the_queue) && !record.at("object").is_null()) outcome.ok = false;
    if (!outcome.ok) return later(setup_.pull_every_ms, 'p', position);
    journal::CursorMoved moved;
    moved.connector = connector.id;
    moved.value = json::write(outcome.result);
    if (moved.value != from) note("", "engine", moved);
    std::uint64_t fresh = counters_.submissions - counters_.duplicates;
    submit_records(connector, outcome.emitted);
    fresh = counters_.submissions - counters_.duplicates - fresh;
    source_read(connector, outcome.emitted.size(), fresh, !outcome.more);
    if (!outcome.more) read_again_from_.erase(connector.id);
    if (!outcome.more) note_read_to_its_end(connector);
    later(outcome.more ? 0 : setup_.pull_every_ms, 'p', position);
  });
}

}  // namespace handoff::engine
