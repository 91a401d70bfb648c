#pragma once
// What the engine has under way, in memory only: all of it can be made again from the tables. [engine's thread]

#include <algorithm>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/engine/input.hpp"
#include "core/engine/judge.hpp"
#include "core/engine/rows.hpp"
#include "core/engine/setup.hpp"
#include "core/identity/match.hpp"
#include "core/model/identity.hpp"

namespace handoff::engine {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 3'600'000;

enum class Phase { idle, waiting_for_slot, calling, looking_up, verifying };

/// An open effect in memory. Everything here can be made again from the tables.
struct Live {
  EffectRow row;
  const Connector* connector = nullptr;
  const OperationSheet* operation = nullptr;
  EffectKey key;
  std::string data_key;  // of journal::sealed_for()
  plugin_host::Arguments arguments;
  Expected expected;
  CustomerInfo customer;
  bool verify = true;
  bool nobody_there = false;  // of a mirror: the system has no such customer any more
  std::vector<plugin_host::Asked> asked;
  std::vector<plugin_host::Answer> answers;
  std::size_t stored_answers = 0;
  std::map<std::int64_t, CallRow> calls;
  Phase phase = Phase::idle;
  std::uint64_t ticket = 0;
  std::string lock;  // serialize_by lock held
  int tries = 0;
  int sends_since_look = 0;
  int refusals = 0;             // answers that were errors, since it was planned, reopened or taken up by this process
  std::int64_t not_before = 0;  // boot ms: a limit that kept it out before this start
  std::int64_t settle_at = 0;   // boot ms of the next resend under rule 1; 0 = none planned
  std::int64_t not_found_at = 0;                   // boot ms of the first NOT_FOUND that counts (P7); 0 = none
  std::int64_t quiet_from = 0;                     // boot ms: of the last send, or of the restart after it
  std::pair<std::int64_t, std::int64_t> reversed;  // a reversal of it, and when it was seen at its end (boot ms)
  int verify_tries = 0;
  std::int64_t wakes_at = 0;  // boot ms: the end of a SLEEP that is asked for; 0 = none
  std::string damage;         // a sealed row of it that does not open
  std::int64_t over_at = 0;   // boot ms of the first read that showed a removal as done; 0 = none
  std::int64_t told_at =
      0;  // of a removal: when a movement had been told of before that read; what is told since may lie behind it
};

/// L5: after so many sends of it so much more between each and the next; ms. A revision stands for those of its key.
inline std::int64_t sends_apart(const CallRow& call, std::int64_t at_most = kHour) {
  constexpr std::int64_t kAtOwnPace = 8, kOfARevision = 3, kMore = 4 * kMinute;
  return std::clamp<std::int64_t>((call.sends + kOfARevision * call.revision - kAtOwnPace) * kMore, 0, at_most);
}
/// The same where a limit keeps it out, which may last for days or be used up by others: forty a day at most.
inline std::int64_t limit_apart(const CallRow& call) { return sends_apart(call, 2 * kHour) / 4 * 3; }

using Then = std::function<void(ReadOutcome)>;

/// The repair that is under way for a credit, and what it works on.
struct Repair {
  RepairRow row;
  CreditRow owner;  // the credit as its owner-to-be's
  HopRow hop;       // the one that issued it or looked for it
  const Connector* connector = nullptr;
  Effects effects;  // of the credit
  std::int64_t ordinal() const { return 2 * row.round; }
  const EffectRow* effect(std::string_view op, std::int64_t generation, std::int64_t ordinal) const;
};

/// Whom one system's answer links, while others are asked for what its record does not hold.
struct Found {
  const Connector* by;
  identity::Match match;
  identity::Identifiers sought;
  identity::Identifiers newest;             // of all that was told when the look began
  std::vector<identity::Identifiers> rest;  // what else was told by then: it may lead to somebody else
  identity::Person person;                  // the record, and what the others' records of the same person hold
  std::string evidence = {};                // of the others
  std::size_t asked = 0, rest_asked = 0;    // so many of the systems were looked at, and for the first of `rest`
};

/// Who is told how a credit stands.
struct Waiting {
  WaiterPtr waiter;
  bool duplicate = false;  // it was known already
};

/// What was issued on one day, by store and currency; the store "" is all of them (M9).
struct Issued {
  std::int64_t day = -1;  // since the epoch, in the retailer's time; -1 = not read yet
  std::map<std::pair<std::string, std::string>, std::int64_t> sums;
};

/// unreachable: ask again; unreadable: that was done, and each answer is one that nobody can use.
enum class NoCustomer { ambiguous, unreachable, unreadable, damaged };
using Customer = std::expected<CustomerInfo, NoCustomer>;
/// Whether that system can look anybody up by it. Where it cannot, that it finds nobody says nothing.
bool can_look_by(const Connector& connector, const FindCustomerInput& way);

/// An operation that only reads, under way.
struct ReadRun {
  std::uint64_t no = 0;
  const Connector* connector = nullptr;
  std::string op;
  bool urgent = false, at_once = false;  // a person waits: past the pause of a line
  plugin_host::Arguments arguments;
  std::vector<plugin_host::Asked> asked;
  std::vector<plugin_host::Answer> answers;
  std::size_t sent = 0;                                // of `asked`
  std::map<std::size_t, plugin_host::Answer> arrived;  // of several that were asked for at once, by place
  Then then;
};

struct Line {  // one connector's traffic
  int in_flight = 0;
  std::uint64_t sent = 0;                             // of everything, since the start
  std::int64_t paused_until = 0;                      // boot ms
  std::int64_t next_send_us = 0;                      // pacing; boot clock
  std::int64_t wake_at = 0;                           // of the timer that is set
  int failures = 0;                                   // in a row; five open the breaker
  std::int64_t good_at = 0;                           // boot ms: the last time that it did not fail
  bool open = false;                                  // breaker
  bool probing = false;                               // by `check`, while it is open
  bool check_asks_nobody = false;                     // it ended without a send, and can close no breaker
  std::int64_t failing_since = 0;                     // Unix ms; 0: it answers
  std::string error;                                  // of the last failure
  bool heard = false, refused = false, told = false;  // something ended, or refused us, this turn; people were told
  bool may_have_case = true;                          // of refused credentials, perhaps from before this start
  struct Count {
    std::int64_t now = 0, before = 0;  // in this stretch of the budget's time, and in the one before
    std::int64_t within(std::int64_t of_before, std::int64_t stretch) const {
      return now + before * of_before / stretch;
    }
  };
  Count first_sends, resends;
  std::int64_t budget_from = 0;                       // boot ms
  std::deque<std::function<void()>> urgent, waiting;  // for a slot: a register waits for the former (B3)
  std::int64_t ready_at() const { return std::max(paused_until, next_send_us / 1000); }
};

/// What waits in the tables for room in memory, oldest first.
struct Queue {
  bool any = false;        // something waits, as far as is known
  bool met = false;        // this pass over what waits gave a place to somebody, or had none left
  std::int64_t after = 0;  // the pass has come to this credit
  int at_work = 0;
};

struct Due {
  std::int64_t at;
  std::uint64_t order;
  char
      kind;  // 'b' old bodies, 'c' credit, 'd' a read's SLEEP is over (no: of the read), 'e' effect, 'h' hints (no: one of them, 0 = new ones), 'i' 'j' cases that wait for a customer, 'k' 'x' the customer list, 'l' line and 'p' pull (no: position of the connector), 'o' what expires, 'q' probes, 'r' recovery, 'w' lateness
  std::int64_t no;
  bool operator>(const Due& other) const { return at != other.at ? at > other.at : order > other.order; }
};

struct Pending {  // what a ticket is for
  bool is_read = false;
  bool writes = false;  // a send that the journal calls IN_FLIGHT
  std::int64_t effect = 0;
  std::uint64_t read = 0;
  std::size_t place = 0;  // of a read: which of its calls
  const Connector* connector = nullptr;
};

}  // namespace handoff::engine
