// What webhooks missed: sources are asked on a schedule for all that is new (DESIGN D11). The records of a page and its
// cursor are one commit, so a page is taken once or again, never half.

#include "core/engine/engine.hpp"
#include "core/model/planted.hpp"

namespace handoff::engine {

namespace {

constexpr std::int64_t kFirstLookBack = kDayMs;
constexpr std::int64_t kReadNotedEvery = 600'000;
// And not at once: a vendor may forget each page before the next is asked for.
constexpr std::int64_t kBeginAgain = 5000;

std::string read_mark(const Connector& connector) { return "read/" + connector.id; }

}  // namespace

/// Where to begin without a cursor: none was there yet, or it ran out. Not after what was read to its end: a source that could
/// not be asked for days is asked for those days.
std::int64_t Engine::begin_without_cursor(const Connector& connector) {
  std::int64_t since = now_ - kFirstLookBack;
  if (auto again = read_again_from_.find(connector.id); again != read_again_from_.end())
    since = std::min(since, again->second - kFirstLookBack);
  if (std::optional<std::int64_t> read_at = parse_decimal(read().meta(read_mark(connector)), 0))
    since = std::min(since, *read_at - kHour);
  return pull_since(since);
}

/// At most ten minutes too early: not each look at a source without news shall cost a sync.
void Engine::note_read_to_its_end(const Connector& connector) {
  std::optional<std::int64_t> before = parse_decimal(read().meta(read_mark(connector)), 0);
  if (!before || now_ < *before || now_ - *before >= kReadNotedEvery)
    s_.store.set_meta(read_mark(connector), std::to_string(now_));
}

/// False if there was none: then its source only says so, and is asked again no sooner than it always is.
bool Engine::cursor_ran_out(const Connector& connector, const std::string& from) {
  constexpr const char* kNone = "null";
  if (from.empty() || from == kNone) return false;
  move_cursor(connector.id, kNone);
  return true;
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
    if (outcome.failure == HANDOFF_FAIL_CURSOR_EXPIRED && cursor_ran_out(connector, from))
      return later(kBeginAgain, 'p', position);
    source_answers(connector.name, outcome);
    for (const json::Value& record : outcome.emitted)
      if (planted(Bug::b24_poison_blocks_the_queue) && !record.at("object").is_null()) outcome.ok = false;
    if (!outcome.ok) return later(setup_.pull_every_ms, 'p', position);
    if (std::string next = json::write(outcome.result); next != from) move_cursor(connector.id, next);
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
