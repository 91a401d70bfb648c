#pragma once
// How a probe went (docs/adr/0020-probe.md), from the effects it left in the journal.

#include <handoff/sdk/json.hpp>

#include "core/journal/reader.hpp"

namespace handoff::serve {

/// {"probe","route","store","amount","state","reason","hops":[{"hop","system","there_ms","there","gone_ms","gone"}]}. `state`:
/// running, done (everywhere, and gone everywhere), failed (gone, but it did not get everywhere), stuck (a case says what is
/// left of it). Times are milliseconds until a read of that system proved it: since it was accepted, and since it was taken back.
json::Value probe_view(journal::Reader& read, const journal::CreditRow& probe);

}  // namespace handoff::serve
