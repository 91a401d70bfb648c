#pragma once
// What kinds of cases end when the credit goes on (a retry, a repair, a cancellation), and which only when somebody has
// looked (INVARIANTS C7, L2): what happened to money does not become right by sending something again.

#include <algorithm>
#include <array>
#include <string_view>

namespace handoff {

/// Why a hop, or the whole credit, stands still.
inline constexpr std::array<std::string_view, 13> kStandstills = {
    "identity",    "mapping",  "vendor refused", "unknown outcome", "verification", "unreadable", "connector",
    "observation", "approval", "repair",         "cancel",          "quarantined",  "damaged"};

/// A mirror still shows the credit to a customer it was taken from.
inline constexpr const char* kStillShown = "still shown";

inline bool is_standstill(std::string_view kind) { return std::ranges::find(kStandstills, kind) != kStandstills.end(); }

inline bool is_identity(std::string_view kind) { return kind == "identity"; }

/// What nobody need ask any more of a credit that its source took back. What happened to money in some system, or may have,
/// still is a question.
inline bool ends_with_the_credit(std::string_view kind) {
  bool money = kind == "observation" || kind == "unknown outcome" || kind == "verification";
  return kind == "sla" || (is_standstill(kind) && !money);
}

}  // namespace handoff
