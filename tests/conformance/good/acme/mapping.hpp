#pragma once
// Acme's words and ours. Pure: no calls, no clock.

#include <handoff/sdk/call.hpp>

namespace acme {

namespace json = handoff::json;

/// "422/amount_too_high": the HTTP status, and Acme's own code if the answer has one.
std::string code_of(const handoff::Reply& reply);

/// The two parts of "acme-signature: t=1795442400,v1=5f...": seconds and hex. Nothing if it is no such text.
struct Signature {
  std::string seconds, mac;
  std::int64_t at_ms = 0;
};
std::optional<Signature> to_signature(std::string_view header);

/// Throws Failure(unreadable) if the body is no notification of Acme's.
handoff::Hint to_hint(std::string_view body);

/// All of an event but its amount. Throws Failure(unreadable) if it lacks what makes it an event.
handoff::SourceEvent to_event(const json::Value& event);

}  // namespace acme
