#pragma once
// The words that a connector.json may be made of. What else is in it says nothing to this hub: it may be a slip, or come
// from a newer SDK, so it is said and passed over (ADR 0025).

#include <handoff/sdk/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace handoff {

/// A member that this hub does not read.
struct UnreadMember {
  std::string path;         // "operations.issue.calls.create-card.no_effect_code"
  std::string meant;        // the member that it resembles, or ""
  bool takes_back = false;  // it resembles an exception: passed over, the hub would believe too much; refused

  /// "operations.issue.surfce: is no member of a sheet, and counts for nothing"
  std::string complaint() const;
  /// "did you mean "surface"?", or "".
  std::string hint() const;
  /// Both.
  std::string text() const;
};

/// In the order of the text. The settings' own schema and the members of "auth" are judged elsewhere.
std::vector<UnreadMember> unread_members(const json::Value& connector);

/// Whether a line of a list of codes can cover any code: "400/x" and "400/*" can, "4*" cannot.
bool code_can_match(std::string_view line);

}  // namespace handoff
