#pragma once
// Everything that can happen to the engine.

#include <functional>
#include <handoff/sdk/operations.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/engine/prepare.hpp"
#include "core/engine/seams.hpp"
#include "core/journal/alert_events.hpp"
#include "core/net/transport.hpp"

namespace handoff::engine {

/// A source says something about a credit. `event` is complete and within limits; identifiers are as they were given.
struct Submission {
  SourceEvent event;
  std::string source;                // "register" or a connector's name
  std::string actor;                 // "token:till-3"
  WaiterPtr waiter;                  // may be null
  std::optional<Prepared> prepared;  // by whoever posts it, to spare the engine's thread; else in its turn
};

/// A webhook, as it came. The connector reads it on the engine's thread; the answer goes through `answer`, after the
/// commit: HTTP status and a short text.
struct Webhook {
  std::string connector;
  InboundInput request;
  std::string body;
  std::function<void(int status, std::string text)> answer;
};

/// The end of one send.
struct Arrived {
  std::uint64_t ticket = 0;
  net::Result result;
};

/// A person's or a program's order, journalled with its actor. Runs inside a batch; `answer` after the commit.
struct Command {
  enum class Kind {
    link_customer,
    close_case,
    add_token,
    revoke_token,
    retry,
    repair,
    cancel,
    approve,
    refuse,
    settle,
    assign,
    note,
    gap,
    gap_gone,
    unauthorised,
    authorised  // of the connector `name`: its vendor refuses what the hub shows, or takes it again
  };
  Kind kind = Kind::close_case;
  std::string actor;
  std::int64_t number = 0;  // of the case
  std::string text;         // reason; token hash; what an audit found, or why it is gone; why a vendor refuses us
  std::string credit;       // public ref, of a repair or a cancellation
  // name: of a token; of an assignment, from whom the case is taken; of a gap that is no credit's, what it is known by
  std::string name, role, store;
  std::int64_t candidate = 0;  // of a link: which of the case's, from 1; 0 = by identifiers
  std::string email, phone, loyalty;
  bool happened = false;   // of a call in doubt, by a person's word
  std::string instrument;  // and the vendor's id of what came of it
  bool dry = false;        // of a case: only whether it would be done
  std::function<void(bool done, std::string text)> answer;
};

/// Why that route cannot be probed; empty: it can.
std::string probe_problem(const Setup& setup, const std::string& route);
/// A probe, as its source submits it.
Submission probe_of(const Setup& setup, const std::string& route, const Money& amount, const std::string& store,
                    std::int64_t now_ms);

/// What an operation that only reads ended with.
struct ReadOutcome {
  bool ok = false;
  bool more = false;  // `result` is the cursor of the next page
  json::Value result;
  std::vector<json::Value> emitted;
  std::uint32_t failure = 0;  // 0: no answer came
  std::string detail;
  std::int64_t retry_after_ms = 0;
  /// The vendor is down, throttles, or refuses us: that says nothing of what was asked for.
  bool unanswered() const {
    return !ok && (failure == 0 || failure == HANDOFF_FAIL_RETRYABLE || failure == HANDOFF_FAIL_RATE_LIMITED ||
                   failure == HANDOFF_FAIL_AUTH);
  }
  /// Asking again will not help, as far as the connector can tell.
  bool hopeless() const { return !ok && !unanswered() && failure != HANDOFF_FAIL_UNREADABLE; }
};

/// A look at a system for an audit, behind everything a register waits for; journals nothing (C1). With `effect` the read
/// that would prove that effect, else a page of the connector's listing; with `check` the connector's own question whether
/// it is let in, at once, whatever waits. `answer` may never come: a full disk forgets it.
struct Look {
  std::string connector;  // the operator's name
  std::int64_t effect = 0;
  bool check = false;
  ListInput list;
  std::function<void(ReadOutcome)> answer;
};

/// What became of messages to people (ADR 0016). The engine only keeps it: `kept` is called after the commit.
struct AlertNote {
  std::vector<std::variant<journal::AlertTold, journal::AlertChannelSeen>> events;
  std::function<void()> kept;
};

using Input = std::variant<Submission, Webhook, Arrived, Command, AlertNote, Look>;

}  // namespace handoff::engine
