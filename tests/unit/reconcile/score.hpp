#pragma once
// What an audit found against what was planted.

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/report/audit.hpp"
#include "examples/exports/month.hpp"

namespace handoff::reconcile {

struct Score {
  int planted = 0, found = 0, cause_right = 0, false_gaps = 0;
  std::vector<std::string> wrong;  // the first ones, in words
};

inline Score score(const report::Audit& audit, const exports::Month& month) {
  using Key = std::tuple<std::string, std::int64_t, std::string>;  // reference, issued, kind
  std::map<Key, std::vector<std::string>> planted;                 // -> causes
  Score out;
  for (const exports::Planted& one : month.truth) {
    planted[{one.reference, one.issued_s, one.kind}].push_back(one.cause);
    ++out.planted;
  }
  auto say = [&](const std::string& text) {
    if (out.wrong.size() < 20) out.wrong.push_back(text);
  };
  for (const report::Finding& finding : audit.findings) {
    if (finding.cause == report::Cause::in_flight) continue;
    std::string kind(report::kKindNames[report::at(finding.kind)]),
        cause(report::kCauseNames[report::at(finding.cause)]);
    bool issued = finding.kind != report::Kind::downstream_only;
    auto found = planted.find({finding.reference, issued ? finding.issued_s : 0, kind});
    std::string text = kind + " " + cause + " " + finding.reference + " " + finding.issued_at;
    for (const std::string& evidence : finding.evidence) text += "; " + evidence;
    if (found == planted.end() || found->second.empty()) {
      ++out.false_gaps;
      say("false: " + text);
      continue;
    }
    ++out.found;
    auto right = std::find(found->second.begin(), found->second.end(), cause);
    if (right != found->second.end()) {
      ++out.cause_right;
      found->second.erase(right);
    } else {
      say("cause, planted " + found->second.back() + ": " + text);
      found->second.pop_back();
    }
  }
  for (const auto& [key, causes] : planted)
    for (const std::string& cause : causes)
      say("not found: " + std::get<2>(key) + " " + cause + " " + std::get<0>(key));
  return out;
}

}  // namespace handoff::reconcile
