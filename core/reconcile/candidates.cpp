#include "core/reconcile/candidates.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

using report::Candidate;
using report::Finding;
using report::Kind;
using report::kSides;

constexpr std::int64_t kFar = 3 * kDay;
constexpr int kLeast = 550;  // the amount and one thing more
/// Of two entries that no register issued: what people type has neither a register's clock nor its store.
constexpr int kLeastByHand = 400;
/// An amount like any other; a customer like any other, of whom all pairs would be tried.
constexpr std::size_t kAlikeMax = 1000, kOfCustomerMax = 64, kByHandMax = 64;

using Like = std::tuple<std::size_t, std::string, std::int64_t>;         // side, currency, amount
using OfCustomer = std::tuple<std::size_t, std::string, std::uint64_t>;  // side, currency, customer

std::int64_t apart_s(const Finding& a, const Finding& b) {
  return a.issued_s > b.issued_s ? a.issued_s - b.issued_s : b.issued_s - a.issued_s;
}

void score(const Finding& missing, const Finding& entry, Candidate& out) {
  auto also = [&out](int points, const char* why) {
    out.score += points;
    out.why += std::string(", ") + why;
  };
  if (missing.customer_key != 0 && missing.customer_key == entry.customer_key) also(250, "the same customer");
  if (!missing.store.empty() && missing.store == entry.store) also(150, "the same store");
  if (missing.issued_s == 0 || entry.issued_s == 0) return;
  std::int64_t apart = apart_s(missing, entry);
  if (apart <= 3600)
    also(200, "within the hour");
  else if (apart <= kDay)
    also(150, "within the day");
  else if (apart > kFar)
    out.score -= 300;
}

std::string called(const Finding& one) {
  if (!one.reference.empty()) return one.reference;
  return one.rows.empty() ? "a row without reference"
                          : one.rows.front().file + ":" + std::to_string(one.rows.front().line);
}

class Pairs {
 public:
  explicit Pairs(report::Audit& audit) : audit_(audit) {}

  void run() {
    collect();
    for (Finding& finding : audit_.findings) {
      if (finding.kind == Kind::downstream_only) by_hand(finding);
      if (finding.kind == Kind::missing)
        for (std::size_t s = 1; s < kSides; ++s)
          if (audit_.given[s] && !finding.present[s]) at_side(finding, s);
      std::ranges::sort(finding.candidates, {}, [](const Candidate& one) {
        return std::tuple(-one.score, std::string_view(one.reference), one.row.line);
      });
      if (finding.candidates.size() > kCandidatesMax) finding.candidates.resize(kCandidatesMax);
    }
    notes();
  }

 private:
  void collect() {
    for (const Finding& finding : audit_.findings)
      for (std::size_t s = 1; s < kSides; ++s) {
        OfCustomer customer(s, finding.currency, finding.customer_key);
        if (finding.kind == Kind::missing && finding.wrong[s] && finding.customer_key != 0)
          missing_[customer].push_back(&finding);
        if (finding.kind != Kind::downstream_only || !finding.wrong[s]) continue;
        entries_[{s, finding.currency, finding.shows[s]}].push_back(&finding);
        if (finding.customer_key != 0) of_customer_[customer].push_back(&finding);
        ++(finding.item.starts_with('|') ? without_reference_ : with_reference_)[s];
      }
  }

  /// What somebody made at the platform and typed into the books under another number is one credit. Where very many have its
  /// amount the first stands for all.
  void by_hand(Finding& finding) {
    constexpr std::size_t kPlatform = report::at(report::Side::platform);
    for (std::size_t s = 1; s < kSides; ++s) {
      bool across = finding.present[kPlatform] ? s != kPlatform : s == kPlatform;
      auto like = entries_.find({s, finding.currency, finding.amount});
      if (!across || finding.present[s] || like == entries_.end()) continue;
      std::size_t all = like->second.size();
      if (all > kByHandMax) {
        const Finding& first = *like->second.front();
        finding.candidates.push_back(
            candidate(first, s, kLeastByHand, "the amount of " + std::to_string(all) + " entries there"));
        continue;
      }
      for (const Finding* entry : like->second)
        propose(finding, *entry, s, kLeastByHand, "the same amount", kLeastByHand);
    }
  }

  void at_side(Finding& finding, std::size_t s) {
    if (auto like = entries_.find({s, finding.currency, finding.amount}); like != entries_.end()) {
      if (like->second.size() > kAlikeMax)
        ++passed_over_;
      else
        for (const Finding* entry : like->second) propose(finding, *entry, s, 400, "the same amount");
    }
    OfCustomer customer(s, finding.currency, finding.customer_key);
    if (finding.customer_key == 0) return;
    if (auto entries = of_customer_.find(customer); entries != of_customer_.end())
      split_or_merged(finding, entries->second, s);
  }

  /// One credit in two entries of its customer, or two credits of a customer in one entry.
  void split_or_merged(Finding& finding, const std::vector<const Finding*>& entries, std::size_t s) {
    const std::vector<const Finding*>& others = missing_[{s, finding.currency, finding.customer_key}];
    if (entries.size() > kOfCustomerMax || others.size() > kOfCustomerMax) {
      ++passed_over_;
      return;
    }
    for (const Finding* entry : entries) {
      auto rest = [&](std::int64_t amount) { return report::Sum{finding.amount} - amount; };
      for (const Finding* second : entries)
        if (second != entry && second->shows[s] == rest(entry->shows[s]) && near(finding, *second) &&
            near(finding, *entry))
          propose(finding, *entry, s, 350, "with " + called(*second) + " the same amount");
      for (const Finding* other : others)
        if (other->item != finding.item && entry->shows[s] - report::Sum{other->amount} == finding.amount &&
            near(finding, *entry) && near(*other, *entry))
          propose(finding, *entry, s, 350, "the amount of it and of " + called(*other));
    }
  }

  static bool near(const Finding& a, const Finding& b) {
    return a.issued_s == 0 || b.issued_s == 0 || apart_s(a, b) <= kFar;
  }

  static void propose(Finding& finding, const Finding& entry, std::size_t s, int points, std::string why,
                      int least = kLeast) {
    Candidate one = candidate(entry, s, points, std::move(why));
    score(finding, entry, one);
    if (one.score >= least) finding.candidates.push_back(std::move(one));
  }
  static Candidate candidate(const Finding& entry, std::size_t s, int points, std::string why) {
    Candidate out{static_cast<report::Side>(s), entry.reference, {}, points, std::move(why)};
    for (const report::Row& row : entry.rows)
      if (report::at(row.side) == s) out.row = row;
    return out;
  }

  void notes() {
    if (passed_over_ > 0)
      audit_.notes.push_back("Candidates were not looked for " + std::to_string(passed_over_) + " times: more than " +
                             std::to_string(kAlikeMax) + " entries have the amount, or more than " +
                             std::to_string(kOfCustomerMax) + " are of the customer.");
    for (std::size_t s = 1; s < kSides; ++s) {
      report::Sum matched = 0;
      for (const report::Numbers& one : audit_.numbers) matched += one.have[s].items;
      if (without_reference_[s] == 0 || with_reference_[s] != 0 || matched != 0) continue;
      auto named = std::ranges::count_if(audit_.findings, [s](const Finding& finding) {
        return finding.kind == Kind::missing &&
               std::ranges::any_of(finding.candidates, [s](const Candidate& one) { return report::at(one.side) == s; });
      });
      audit_.warnings.push_back(
          std::string(report::kSideWords[s]) + ": none of the " + std::to_string(without_reference_[s]) +
          " entries has a reference, so none is matched and every credit counts as not there; " +
          std::to_string(named) + " credits have entries that may be theirs: see their candidates");
    }
  }

  report::Audit& audit_;
  std::map<Like, std::vector<const Finding*>> entries_;
  std::map<OfCustomer, std::vector<const Finding*>> of_customer_, missing_;
  report::BySide<std::int64_t> without_reference_{}, with_reference_{};
  std::int64_t passed_over_ = 0;
};

}  // namespace

void add_candidates(report::Audit& audit) { Pairs(audit).run(); }

}  // namespace handoff::reconcile
