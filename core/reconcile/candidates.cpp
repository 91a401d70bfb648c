#include "core/reconcile/candidates.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace handoff::reconcile {

namespace {

using report::Candidate;
using report::Finding;
using report::Kind;
using report::kSides;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kFar = 3 * kDay;
constexpr int kLeast = 550;  // the amount and one thing more

using Like = std::tuple<std::size_t, std::string, std::int64_t>;  // side, currency, amount

void score(const Finding& missing, const Finding& entry, Candidate& out) {
  out.score = 400;
  out.why = "the same amount";
  auto also = [&out](int points, const char* why) {
    out.score += points;
    out.why += std::string(", ") + why;
  };
  if (!missing.customer.empty() && missing.customer == entry.customer) also(250, "the same customer as far as shown");
  if (!missing.store.empty() && missing.store == entry.store) also(150, "the same store");
  if (missing.issued_s == 0 || entry.issued_s == 0) return;
  std::int64_t apart = entry.issued_s - missing.issued_s;
  apart = apart < 0 ? -apart : apart;
  if (apart <= 3600)
    also(200, "within the hour");
  else if (apart <= kDay)
    also(150, "within the day");
  else if (apart > kFar)
    out.score -= 300;
}

}  // namespace

void add_candidates(report::Audit& audit) {
  std::map<Like, std::vector<const Finding*>> entries;
  for (const Finding& finding : audit.findings) {
    if (finding.kind != Kind::downstream_only) continue;
    for (std::size_t s = 1; s < kSides; ++s)
      if (finding.wrong[s]) entries[{s, finding.currency, finding.shows[s]}].push_back(&finding);
  }
  for (Finding& finding : audit.findings) {
    if (finding.kind != Kind::missing) continue;
    for (std::size_t s = 1; s < kSides; ++s) {
      if (!audit.given[s] || finding.present[s]) continue;
      auto like = entries.find({s, finding.currency, finding.amount});
      if (like == entries.end() || like->second.size() > 1000) continue;  // an amount like any other
      for (const Finding* entry : like->second) {
        Candidate candidate{static_cast<report::Side>(s), entry->reference, {}, 0, ""};
        for (const report::Row& row : entry->rows)
          if (report::at(row.side) == s) candidate.row = row;
        score(finding, *entry, candidate);
        if (candidate.score >= kLeast) finding.candidates.push_back(std::move(candidate));
      }
    }
    std::ranges::sort(finding.candidates, {}, [](const Candidate& one) {
      return std::tuple(-one.score, std::string_view(one.reference), one.row.line);
    });
    if (finding.candidates.size() > kCandidatesMax) finding.candidates.resize(kCandidatesMax);
  }
}

}  // namespace handoff::reconcile
