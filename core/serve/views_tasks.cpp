#include "core/serve/views_tasks.hpp"

#include <algorithm>

#include "core/model/identity.hpp"
#include "core/serve/views.hpp"
#include "core/serve/views_next.hpp"
#include "core/serve/views_parts.hpp"

namespace handoff::serve {

namespace {

constexpr const char* kStoreRole = "store";

/// The rung that is reached, and the next one; null where there is none.
std::pair<const Rung*, const Rung*> rungs(const Ladder& ladder, std::int64_t age_ms) {
  auto next = std::ranges::find_if(ladder, [&](const Rung& rung) { return rung.after_ms > age_ms; });
  return {next == ladder.begin() ? nullptr : &*std::prev(next), next == ladder.end() ? nullptr : &*next};
}

json::Value task_view(journal::Reader& read, const journal::CaseRow& row, const journal::CreditRow& credit,
                      const Ladder& ladder, std::int64_t now_ms) {
  auto [reached, next] = rungs(ladder, now_ms - row.opened_at);
  json::Object out;
  out.set("task", row.no).set("store", credit.store).set("credit", credit.ref);
  set_text(out, "terminal", credit.terminal);
  set_text(out, "staff", credit.staff);
  set_text(out, "transaction", credit.transaction);
  set_text(out, "business_date", credit.business_date);
  if (!row.amount.currency().empty()) out.set("amount", money_view(row.amount));
  out.set("what", store_step(credit, row, exits_of(read, row)))
      .set("opened_at", rfc3339(row.opened_at))
      .set("age_ms", now_ms - row.opened_at);
  if (json::Array ranked = candidates_view(row); !ranked.empty()) out.set("candidates", std::move(ranked));
  if (row.deadline != 0) out.set("until", rfc3339(row.deadline));
  out.set("overdue", row.deadline != 0 && row.deadline < now_ms);
  out.set("asked", reached ? reached->ask : kStoreRole);
  set_text(out, "assignee", row.assignee);
  if (next) out.set("asked_next", next->ask).set("next_at", rfc3339(row.opened_at + next->after_ms));
  return json::Value(std::move(out));
}

}  // namespace

bool is_task(const journal::CaseRow& row) { return row.role == kStoreRole || row.kind == "approval"; }

json::Value tasks_view(journal::Reader& read, const std::string& store, const std::string& asked, const Ladder& ladder,
                       std::int64_t limit, std::int64_t now_ms) {
  std::vector<journal::CaseRow> rows = read.cases("open", kLookedAtMax);
  std::ranges::stable_sort(rows, more_urgent);
  json::Array list;
  std::int64_t total = 0;
  for (const journal::CaseRow& row : rows) {
    if (!is_task(row)) continue;
    std::optional<journal::CreditRow> credit = read.credit(row.credit);
    if (!credit || credit->source == kProbeSource || credit->store.empty() ||
        (!store.empty() && credit->store != store))
      continue;
    json::Value task = task_view(read, row, *credit, ladder, now_ms);
    if (!asked.empty() && task.at("asked").as_string() != asked) continue;
    if (++total <= limit) list.push_back(std::move(task));
  }
  json::Object out;
  out.set("tasks", std::move(list)).set("more", total > limit).set("total", total);
  return json::Value(std::move(out));
}

}  // namespace handoff::serve
