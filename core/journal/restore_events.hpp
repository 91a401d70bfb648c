#pragma once
// Rows about a store that went back in time (INVARIANTS J10, docs/adr/0010-backup-and-restore.md). See events.hpp.

#include <handoff/sdk/codec.hpp>
#include <string>

namespace handoff::journal {

/// From this row's epoch on the journal may miss what was done after `point` (Unix ms). Cursors are gone: sources are
/// asked again. `last_credit` and `last_effect`: the newest of the older journal. `how`: "restore", "older copy".
struct StoreRestored {
  static constexpr const char* kKind = "store.restored";
  static constexpr int kVersion = 1;
  std::int64_t point = 0;
  std::int64_t last_credit = 0;
  std::int64_t last_effect = 0;
  std::string how;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("point", self.point);
    visit("last_credit", self.last_credit);
    visit("last_effect", self.last_effect);
    visit("how", self.how);
  }
};

/// The call may have been sent by the journal that was lost: UNKNOWN until it is looked up. `since`: it was not sent
/// before that (Unix ms), as far as this journal knows.
struct CallDoubted {
  static constexpr const char* kKind = "call.doubted";
  static constexpr int kVersion = 1;
  std::int64_t effect = 0;
  std::int64_t call = 0;
  std::string label;
  std::int64_t revision = 0;
  std::string key;
  std::int64_t since = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("effect", self.effect);
    visit("call", self.call);
    visit("label", self.label);
    visit("revision", self.revision);
    visit("key", self.key);
    visit("since", self.since);
  }
};

/// A page of a source that was asked again. `fresh` of its `records` were unknown; `done`: it was the last page.
struct SourceRead {
  static constexpr const char* kKind = "recovery.source_read";
  static constexpr int kVersion = 1;
  std::int64_t restored = 0;  // epoch of the StoreRestored
  std::string connector;
  std::int64_t records = 0;
  std::int64_t fresh = 0;
  bool done = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("restored", self.restored);
    visit("connector", self.connector);
    visit("records", self.records);
    visit("fresh", self.fresh);
    visit("done", self.done);
  }
};

/// Sources were read to their end and what was open is settled: sending is normal again.
struct RecoveryClosed {
  static constexpr const char* kKind = "recovery.closed";
  static constexpr int kVersion = 1;
  std::int64_t restored = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("restored", self.restored);
  }
};

}  // namespace handoff::journal
