#pragma once
// What an audit found against what was planted.

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/reconcile/request.hpp"
#include "core/reconcile/time_text.hpp"
#include "core/report/audit.hpp"
#include "examples/exports/month.hpp"

namespace handoff::reconcile {

/// The audit of a month as it was written into `folder`, with its map. Empty maps where that cannot be read.
inline Request request_for(const exports::Month& month, const std::string& folder) {
  Request out;
  auto paths = [&](const std::vector<std::string>& files) {
    std::vector<std::string> all;
    for (const std::string& file : files) all.push_back(folder + "/" + file);
    return all;
  };
  out.files = {paths(month.pos), paths(month.platform), paths(month.payments), paths(month.erp),
               paths(month.storefront)};
  if (auto maps = config::load_export_maps(folder + "/map.toml"))
    for (std::size_t s = 0; s < report::kSides; ++s) out.maps[s] = maps->sides[std::string(report::kSideNames[s])];
  out.as_of_s = parse_time(month.as_of, config::TimeFormat::iso, 0)->utc_s;
  out.sla_s[report::at(report::Side::erp)] = 48 * kHour;
  out.work_folder = folder;
  out.threads = 2;
  return out;
}

struct Score {
  int planted = 0, found = 0, cause_right = 0, false_gaps = 0;
  /// Planted cause and the one that was found; "" planted: a false gap; "" found: not found.
  std::map<std::pair<std::string, std::string>, int> causes;
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
      ++out.causes[{"", cause}];
      say("false: " + text);
      continue;
    }
    ++out.found;
    auto right = std::find(found->second.begin(), found->second.end(), cause);
    if (right != found->second.end()) {
      ++out.cause_right;
      ++out.causes[{cause, cause}];
      found->second.erase(right);
    } else {
      say("cause, planted " + found->second.back() + ": " + text);
      ++out.causes[{found->second.back(), cause}];
      found->second.pop_back();
    }
  }
  for (const auto& [key, causes] : planted)
    for (const std::string& cause : causes) {
      ++out.causes[{cause, ""}];
      say("not found: " + std::get<2>(key) + " " + cause + " " + std::get<0>(key));
    }
  return out;
}

}  // namespace handoff::reconcile
