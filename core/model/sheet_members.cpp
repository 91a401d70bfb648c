#include "core/model/sheet_members.hpp"

#include <algorithm>

#include "core/model/nearest.hpp"

namespace handoff {

namespace {

using Words = std::vector<std::string>;

const Words kTop = {"auth",    "id",     "limits",   "operations", "roles",      "secrets", "settings",
                    "sources", "status", "surfaces", "title",      "vendor_api", "version"};
const Words kLimits = {"concurrency", "requests_per_minute", "source"};
const Words kSecret = {"description", "optional"};
const Words kSurface = {"holds"};
const Words kOperations = {"auth",   "check",   "fetch",  "find_customer", "freeze", "inbound",        "issue",
                           "link",   "list",    "mirror", "notify",        "pull",   "pull_customers", "read",
                           "record", "reverse", "sign",   "unfreeze",      "void"};
const Words kOperation = {"by",      "calls",    "links",   "needs_customer",
                          "relinks", "revision", "surface", "void_terminal_states"};
const Words kCall = {"applied_states",
                     "compare_and_set",
                     "echoes",
                     "errors_cached",
                     "history",
                     "inflight_max_s",
                     "key_conflict",
                     "key_supported",
                     "key_window_s",
                     "lookup_by",
                     "lookup_is_proof",
                     "no_effect_codes",
                     "not_no_effect_codes",
                     "reference_unique",
                     "refused_before_execution_codes",
                     "retry",
                     "reversal_tombstones_late_original",
                     "reversal_window_s",
                     "serialize_by",
                     "sign",
                     "source",
                     "visibility_lag_s"};
/// What takes back a part of a promise that stands beside it.
constexpr std::string_view kException = "not_no_effect_codes";

void judge(const json::Value& object, const std::string& path, const Words& known, std::vector<UnreadMember>& out) {
  for (const auto& [name, value] : object.as_object()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    UnreadMember member;
    member.path = path + name;
    member.meant = nearest(name, known);
    member.takes_back = member.meant == kException;
    out.push_back(std::move(member));
  }
}

}  // namespace

std::string UnreadMember::complaint() const { return path + ": is no member of a sheet, and counts for nothing"; }

std::string UnreadMember::hint() const { return meant.empty() ? "" : "did you mean \"" + meant + "\"?"; }

std::string UnreadMember::text() const { return complaint() + (meant.empty() ? "" : "; " + hint()); }

std::vector<UnreadMember> unread_members(const json::Value& connector) {
  std::vector<UnreadMember> out;
  judge(connector, "", kTop, out);
  judge(connector.at("limits"), "limits.", kLimits, out);
  for (const auto& [name, secret] : connector.at("secrets").as_object())
    judge(secret, "secrets." + name + ".", kSecret, out);
  for (const auto& [name, surface] : connector.at("surfaces").as_object())
    judge(surface, "surfaces." + name + ".", kSurface, out);
  judge(connector.at("operations"), "operations.", kOperations, out);
  for (const auto& [name, operation] : connector.at("operations").as_object()) {
    judge(operation, "operations." + name + ".", kOperation, out);
    for (const auto& [label, call] : operation.at("calls").as_object())
      judge(call, "operations." + name + ".calls." + label + ".", kCall, out);
  }
  return out;
}

bool code_can_match(std::string_view line) {
  if (line.ends_with("/*")) line.remove_suffix(2);
  const std::string_view status = line.substr(0, line.find('/'));
  const bool any_of_a_hundred = status.size() == 3 && status.find_last_not_of("xX") == 0;  // "4xx"
  return line.find('*') == std::string_view::npos && !any_of_a_hundred;
}

}  // namespace handoff
