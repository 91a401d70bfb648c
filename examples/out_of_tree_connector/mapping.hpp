#pragma once
// Acme's words and ours. Pure: no calls, no clock.

#include <handoff/sdk/call.hpp>

namespace acme_gift {

/// Body of POST /v1/cards. Acme takes amounts as decimal text.
handoff::json::Value card_body(const handoff::IssueInput& in);

/// Nothing if the answer is no card, or its amounts are no money.
std::optional<handoff::Sighting> to_sighting(const handoff::json::Value& card);

/// "422/amount_too_high": the HTTP status, and Acme's own code if the answer has one.
std::string code_of(const handoff::Reply& reply);

}  // namespace acme_gift
