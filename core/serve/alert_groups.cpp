#include <algorithm>
#include <unordered_map>

#include "core/model/identity.hpp"
#include "core/serve/alerts.hpp"
#include "core/serve/views.hpp"
#include "core/serve/views_next.hpp"
#include "core/serve/views_parts.hpp"

namespace handoff::serve {

namespace {

constexpr std::size_t kNamedCredits = 5;  // credits that a group names
constexpr const char* kStore = "store";

/// "late: cards.issue" of what is later than it may be there, whatever its limit is.
std::string late_at(const std::string& hop) {
  return "late: " + (hop.empty() ? std::string("who the customer is") : hop);
}

class Groups {
 public:
  explicit Groups(journal::Reader& read) : read_(read) {}

  void add(const journal::CaseRow& row) {
    if (row.credit == 0) return add_of_source(row);
    std::optional<journal::CreditRow> credit = read_.credit(row.credit);
    if (!credit) return;
    std::string hop = hop_of(row.reason);
    bool late = row.kind == "sla", at_counter = row.role == kStore;
    std::string cause = late ? late_at(hop.empty() ? row.reason.substr(0, row.reason.find(':')) : hop) : cause_of(row);
    if (at_counter) cause = "store " + credit->store + ": " + cause;
    AlertGroup& group = of(cause, row.role);
    bool waited_for = at_counter ? row.kind == "identity" : (late || stands(*credit)) && nothing_there(*credit);
    waited_for = waited_for || row.kind == "collision";  // the other one's customer has nothing
    group.urgent = group.urgent || waited_for;
    add(group, *credit, row.no, late ? credit->at : row.opened_at, hop);
  }

  /// Old, under way, and not proven to be on the platform, or not any more.
  void add(const journal::Reader::Unconfirmed& late) {
    std::optional<journal::CreditRow> credit = read_.credit(late.credit);
    if (!credit) return;
    AlertGroup& group = of(late_at(late.hop), "ops");
    group.urgent = true;
    add(group, *credit, 0, late.since, late.hop);
  }

  std::vector<AlertGroup> take() {
    std::ranges::sort(groups_, {}, &AlertGroup::oldest_at);
    return std::move(groups_);
  }

 private:
  static bool stands(const journal::CreditRow& credit) {
    return credit.state == "held" || credit.state == "unresolved" || credit.state == "repairing";
  }

  /// Never proven to be on the platform, or voided there and owed again: its customer waits.
  bool nothing_there(const journal::CreditRow& credit) {
    if (!credit.available) return true;
    return *credit.available == 0 && taken_by_a_repair(read_, credit.no);
  }

  /// What a source brought and nobody can read: it is no credit yet (ADR 0019).
  void add_of_source(const journal::CaseRow& row) {
    AlertGroup& group = of(cause_of(row), row.role);
    group.of_source = true;
    ++group.count;
    if (group.oldest_at == 0) group.oldest_at = row.opened_at;
    group.newest_at = std::max(group.newest_at, row.opened_at);
    if (group.named.size() < kNamedCredits) group.named.push_back({0, row.no});
  }

  AlertGroup& of(const std::string& cause, const std::string& role) {
    auto [known, fresh] = by_cause_.try_emplace(cause, groups_.size());
    if (!fresh) return groups_[known->second];
    groups_.emplace_back();
    groups_.back().cause = cause;
    groups_.back().role = role;
    return groups_.back();
  }

  void add(AlertGroup& group, const journal::CreditRow& credit, std::int64_t case_no, std::int64_t since,
           const std::string& hop) {
    if (!counted_.emplace(by_cause_[group.cause], credit.no).second) return;
    ++group.count;
    if (group.oldest_at == 0 || since < group.oldest_at) {
      group.oldest_at = since;
      group.hop = hop;
    }
    group.newest_at = std::max(group.newest_at, since);
    bool probe = credit.source == kProbeSource;  // nobody's money
    if (!credit.amount.currency().empty() && !probe) group.sums[credit.amount.currency()] += credit.amount.minor();
    if (!credit.store.empty()) group.stores.insert(credit.store);
    if (group.named.size() < kNamedCredits) group.named.push_back({credit.no, case_no});
  }

  journal::Reader& read_;
  std::vector<AlertGroup> groups_;
  std::unordered_map<std::string, std::size_t> by_cause_;
  std::set<std::pair<std::size_t, std::int64_t>> counted_;  // of a group, credit
};

}  // namespace

std::vector<AlertGroup> alert_groups(journal::Reader& read, const AlertRules& rules, std::int64_t now_ms) {
  Groups groups(read);
  std::vector<journal::CaseRow> rows = read.cases("open", kLookedAtMax);
  std::ranges::reverse(rows);
  for (const journal::CaseRow& row : rows) groups.add(row);
  for (const journal::Reader::Unconfirmed& late : read.unconfirmed(now_ms - rules.unconfirmed_ms, kLookedAtMax))
    groups.add(late);
  return groups.take();
}

}  // namespace handoff::serve
