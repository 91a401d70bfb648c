#pragma once
// How a page of `list` ends. The number of records emitted so far goes along in the cursor, as `count`, and is said at the end:
// the host must have as many.

#include <cstdint>
#include <handoff/sdk/operations.hpp>
#include <utility>

namespace handoff {

/// Records that the runs before this one emitted.
inline std::int64_t counted(const ListInput& in) { return in.cursor.at("count").as_integer().value_or(0); }

/// More follows, from `cursor` on. `count`: of the records emitted in all runs, this one's too.
inline ListResult next_page(json::Object cursor, std::int64_t count) {
  cursor.set("count", count);
  return ListResult(json::Value(std::move(cursor)));
}

/// The last page. `complete`: nothing made in [since, until) can have been left out.
inline ListResult list_end(const ListInput& in, std::int64_t count, bool complete = true) {
  ListResult out;
  out.complete = complete;
  out.cutoff = in.until;
  out.count = count;
  return out;
}

}  // namespace handoff
