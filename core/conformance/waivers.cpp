#include "core/conformance/waivers.hpp"

#include <algorithm>

namespace handoff::conformance {

void apply_waivers(const std::vector<Waiver>& waivers, bool complete, Report& report) {
  Result out{"waivers",
             "the waivers themselves",
             "a waiver that nobody needs hides the next mistake",
             "take it out of waivers.json",
             true,
             {}};
  for (const Waiver& waiver : waivers) {
    std::string name = waiver.case_id + (waiver.cassette.empty() ? "" : " of " + waiver.cassette);
    auto result = std::ranges::find(report.results, waiver.case_id, &Result::id);
    if (result == report.results.end()) {
      if (complete) out.findings.push_back({"", "there is no case '" + waiver.case_id + "'", ""});
      continue;
    }
    if (result->money) {
      out.findings.push_back({"", name + " is about money and cannot be waived", ""});
      continue;
    }
    bool used = false;
    for (Finding& finding : result->findings)
      if (waiver.cassette.empty() || waiver.cassette == finding.cassette) {
        finding.waived = waiver.reason;
        used = true;
      }
    if (!used && complete) out.findings.push_back({"", "the waiver of " + name + " covers nothing any more", ""});
  }
  if (!waivers.empty()) report.results.push_back(std::move(out));
}

}  // namespace handoff::conformance
