#pragma once
// What the handlers of the register listener share. Private to this folder.

#include <functional>

#include "core/serve/register_api.hpp"

namespace handoff::serve {

/// Why a credit is not taken; http 0: it is.
struct Refusal {
  int http = 0;
  std::string reason, problem;
};

/// 503 of what was not given to the engine: nothing of this request is stored.
Refusal not_taken(const std::string& why);
/// 503 of what was given to it: it may be stored all the same, perhaps after this answer.
Refusal in_doubt(const std::string& why);

/// What speaks against a new credit, whoever gives it: its store is none of `stores` (none: any), or nobody could spend it.
Refusal refuse_given(const std::vector<std::string>& stores, const Caller& caller, const SourceEvent& event,
                     std::int64_t now_ms);

/// Whether this may be said, by this caller and at this door. What is known already is: today's date and today's configuration
/// refuse only what is new, and whoever asks again gets the current answer (N1); but that the register issued what the hub
/// has issued is never taken. Calls `then` at once or soon. [io thread]
using Admitted = std::function<void(const Refusal&)>;
void admit(RegisterDesk& desk, const Caller& caller, const SourceEvent& event, Issued issued, Admitted then);

/// Whether the caller's token speaks for the store of this credit. Of what was cancelled before it came only the place is
/// known.
bool speaks_for(const Caller& caller, const journal::CreditRow& credit);

engine::Submission submission_of(const Caller& caller, SourceEvent event, engine::WaiterPtr waiter);

}  // namespace handoff::serve
