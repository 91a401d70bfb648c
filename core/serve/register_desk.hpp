#pragma once
// What the handlers of the register listener share. Private to this folder.

#include "core/serve/register_api.hpp"

namespace handoff::serve {

/// Why a credit is not taken; http 0: it is.
struct Refusal {
  int http = 0;
  std::string reason, problem;
};

/// The wrong door (a credit said there would be issued twice, or never), or another store than the token's.
Refusal refuse(const RegisterDesk& desk, const Caller& caller, const SourceEvent& event, Issued issued);

/// Whether the caller's token speaks for the store of this credit. Of what was cancelled before it came only the place is
/// known.
bool speaks_for(const Caller& caller, const journal::CreditRow& credit);

engine::Submission submission_of(const Caller& caller, SourceEvent event, engine::WaiterPtr waiter);

}  // namespace handoff::serve
