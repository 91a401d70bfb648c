// Cases as lists, and in groups by cause.

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <tuple>

#include "core/model/identity.hpp"
#include "core/serve/views.hpp"
#include "core/serve/views_next.hpp"
#include "core/serve/views_parts.hpp"

namespace handoff::serve {

namespace {

constexpr std::size_t kNamedCases = 5;  // cases that a group names
constexpr std::size_t kShortestId = 16;

bool fits(journal::Reader& read, const journal::CaseRow& row, const CaseFilter& filter) {
  if (!filter.role.empty() && row.role != filter.role) return false;
  if (!filter.assignee.empty() && row.assignee != filter.assignee) return false;
  if (filter.store.empty()) return true;
  std::optional<journal::CreditRow> credit = read.credit(row.credit);
  return credit && credit->store == filter.store;
}

json::Array notes(journal::Reader& read, std::int64_t no) {
  json::Array out;
  for (const journal::CaseNoteRow& note : read.case_notes(no))
    out.emplace_back(json::Object{{"at", rfc3339(note.at)}, {"by", note.actor}, {"text", note.text}});
  return out;
}

/// What differs from one credit to the next: numbers, and ids.
bool particular(std::string_view word) {
  bool digit = std::ranges::any_of(word, [](unsigned char c) { return std::isdigit(c) != 0; });
  bool number = word.find_first_not_of("0123456789.,:-") == std::string_view::npos;
  return digit && (number || word.size() >= kShortestId);
}

struct Group {
  std::string kind, role;
  std::int64_t count = 0, overdue = 0, oldest = 0;
  std::map<std::string, std::int64_t> sums;
  std::set<std::int64_t> credits;
  std::set<std::string> stores;
  std::vector<std::int64_t> named;
};

void add(Group& group, journal::Reader& read, const journal::CaseRow& row, std::int64_t now_ms) {
  group.kind = row.kind;
  group.role = row.role;
  ++group.count;
  if (row.deadline != 0 && row.deadline < now_ms) ++group.overdue;
  if (group.oldest == 0 || row.opened_at < group.oldest) group.oldest = row.opened_at;
  std::optional<journal::CreditRow> credit = read.credit(row.credit);
  if (holds_up(read, row, credit) && group.credits.insert(row.credit).second)
    group.sums[row.amount.currency()] += row.amount.minor();
  if (credit && !credit->store.empty()) group.stores.insert(credit->store);
  if (group.named.size() < kNamedCases) group.named.push_back(row.no);
}

json::Value group_view(const std::string& cause, const Group& group, std::int64_t now_ms) {
  json::Object out;
  out.set("cause", cause).set("kind", group.kind).set("role", group.role).set("count", group.count);
  out.set("overdue", group.overdue).set("oldest_age_ms", now_ms - group.oldest);
  out.set("stores", static_cast<std::int64_t>(group.stores.size()));
  json::Array amounts, named;
  for (const auto& [currency, minor] : group.sums) amounts.push_back(money_view(Money(minor, currency)));
  for (std::int64_t no : group.named) named.emplace_back(no);
  out.set("amounts", std::move(amounts)).set("cases", std::move(named));
  return json::Value(std::move(out));
}

}  // namespace

bool more_urgent(const journal::CaseRow& one, const journal::CaseRow& other) {
  auto rank = [](const journal::CaseRow& row) {
    bool open = row.state == "open", limited = open && row.deadline != 0;
    return std::tuple(!open, open && !limited, limited ? row.deadline : 0, open ? row.no : -row.no);
  };
  return rank(one) < rank(other);
}

bool taken_by_a_repair(journal::Reader& read, std::int64_t credit) {
  std::vector<journal::RepairRow> repairs = read.repairs(credit);
  return !repairs.empty() && repairs.back().open && repairs.back().removed.value_or(0) > 0;
}

bool holds_up(journal::Reader& read, const journal::CaseRow& row, const std::optional<journal::CreditRow>& credit) {
  if (!credit || row.amount.currency().empty() || credit->source == kProbeSource)
    return false;  // a probe is nobody's money
  const std::string& state = credit->state;
  if (state == "held" || state == "unresolved") return true;
  if (state == "repairing" && taken_by_a_repair(read, credit->no)) return true;
  if (state == "complete" || state == "closed" || state == "tombstone") return false;
  return row.kind == "sla" ||
         std::ranges::any_of(read.hops(credit->no), [](const journal::HopRow& hop) { return hop.state == "held"; });
}

std::string cause_of(const journal::CaseRow& row) {
  std::string out = row.kind;
  std::string_view rest = row.reason;
  for (bool first = true; !rest.empty(); first = false) {
    std::size_t end = std::min(rest.find(' '), rest.size());
    out += first ? ": " : " ";
    out += particular(rest.substr(0, end)) ? std::string("#") : std::string(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

json::Array candidates_view(const journal::CaseRow& row) {
  json::Array out;
  std::int64_t number = 0;
  for (const journal::CaseCandidate& one : row.candidates)
    out.emplace_back(json::Object{{"candidate", ++number},
                                  {"connector", one.connector},
                                  {"customer", one.customer},
                                  {"score", one.score},
                                  {"evidence", one.evidence}});
  return out;
}

json::Value case_view(journal::Reader& read, const journal::CaseRow& row, std::int64_t now_ms) {
  json::Object out;
  out.set("case", row.no).set("kind", row.kind).set("reason", row.reason).set("role", row.role).set("state", row.state);
  out.set("opened_at", rfc3339(row.opened_at)).set("age_ms", (row.closed_at ? row.closed_at : now_ms) - row.opened_at);
  if (row.deadline != 0) out.set("deadline", rfc3339(row.deadline));
  if (row.state == "open") out.set("overdue", row.deadline != 0 && row.deadline < now_ms);
  if (!row.amount.currency().empty()) out.set("amount", money_view(row.amount));
  if (row.closed_at != 0) out.set("closed_at", rfc3339(row.closed_at));
  set_text(out, "closed_by", row.closed_by);
  set_text(out, "closed_why", row.closed_why);
  set_text(out, "assignee", row.assignee);
  if (!row.word_by.empty()) {
    json::Object word{{"by", row.word_by}, {"word", row.word.word}, {"reason", row.word.reason}};
    set_text(word, "instrument", row.word.instrument);
    out.set("word", std::move(word));
  }
  out.set("cause", cause_of(row));
  if (json::Array noted = notes(read, row.no); !noted.empty()) out.set("notes", std::move(noted));
  if (json::Array ranked = candidates_view(row); !ranked.empty()) out.set("candidates", std::move(ranked));
  std::optional<journal::CreditRow> credit = read.credit(row.credit);
  if (credit) out.set("credit", credit_view(read, *credit, now_ms));
  if (row.state != "open" || (row.credit != 0 && !credit)) return out;
  const std::string next = credit ? next_step(*credit, row, exits_of(read, row)) : next_step_of_source(row);
  json::Array actions;
  for (std::string& action : actions_of(row, next)) actions.emplace_back(std::move(action));
  out.set("next", next).set("actions", std::move(actions));
  return out;
}

json::Value cases_view(journal::Reader& read, const CaseFilter& filter, std::int64_t limit, std::int64_t now_ms) {
  std::vector<journal::CaseRow> rows = read.cases(filter.state, kLookedAtMax);
  if (filter.narrow()) std::erase_if(rows, [&](const journal::CaseRow& row) { return !fits(read, row, filter); });
  std::ranges::stable_sort(rows, more_urgent);
  auto total = static_cast<std::int64_t>(rows.size());
  json::Value page = view_page("cases", std::move(rows), limit,
                               [&](const journal::CaseRow& row) { return case_view(read, row, now_ms); });
  json::Object out = page.as_object();
  out.set("total", total);
  return out;
}

json::Value causes_view(journal::Reader& read, const CaseFilter& filter, std::int64_t now_ms) {
  std::map<std::string, Group> groups;
  for (const journal::CaseRow& row : read.cases(filter.state, kLookedAtMax))
    if (fits(read, row, filter)) add(groups[cause_of(row)], read, row, now_ms);
  std::vector<std::pair<std::string, Group>> sorted(groups.begin(), groups.end());
  std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
  json::Array list;
  for (const auto& [cause, group] : sorted) list.push_back(group_view(cause, group, now_ms));
  return json::Value(json::Object{{"causes", json::Value(std::move(list))}});
}

}  // namespace handoff::serve
