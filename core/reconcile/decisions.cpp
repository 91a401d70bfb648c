// The CSV beside a plan, as it comes back from a spreadsheet.

#include <algorithm>
#include <handoff/sdk/currency.hpp>
#include <handoff/sdk/money.hpp>
#include <map>

#include "core/reconcile/plan.hpp"
#include "core/reconcile/sheet.hpp"

namespace handoff::reconcile {

namespace {

using report::By;
using report::Decision;
using report::PlanAction;

constexpr std::string_view kColumns[] = {"id", "decision", "email", "phone", "loyalty", "stake"};

/// The error is what is wrong with the row.
std::expected<Written, std::string> written(const SheetRow& row, const PlanAction& of) {
  auto amount = parse_decimal(row["stake"], currency_exponent(of.currency).value_or(2));
  if (amount != of.stake)  // a spreadsheet drops zeros at the end, and nothing else
    return std::unexpected("the stake of " + of.id + " is " + Money(of.stake, of.currency).text() +
                           " in the plan, not " + row["stake"] + ": amounts are the audit's");
  auto word = std::ranges::find(report::kDecisionNames, row["decision"]);
  if (word == report::kDecisionNames.end())
    return std::unexpected("'" + row["decision"] + "' is no decision; write do, ask, skip or hand");
  Written out{static_cast<Decision>(word - report::kDecisionNames.begin()), row["email"], row["phone"], row["loyalty"]};
  if (out.decision == Decision::act && of.by != By::hub)
    return std::unexpected(of.id + " cannot be 'do': " + of.why + "; write hand or skip");
  bool named = !out.email.empty() || !out.phone.empty() || !out.loyalty.empty();
  if (out.decision == Decision::act && of.needs_customer && !named)
    return std::unexpected(of.id + " needs the customer: fill in email, phone or loyalty");
  return out;
}

}  // namespace

std::expected<std::map<std::string, Written>, std::string> read_decisions(const std::string& path,
                                                                          const report::Plan& plan) {
  auto sheet = read_sheet(path, kColumns);
  if (!sheet) return std::unexpected(sheet.error());
  std::map<std::string, const PlanAction*> actions;
  for (const PlanAction& one : plan.actions) actions[one.id] = &one;
  std::map<std::string, Written> out;
  for (const SheetRow& row : *sheet) {
    std::string id = row["id"];
    auto refuse = [&](const std::string& what) {
      return std::unexpected(path + ":" + std::to_string(row.line) + ": " + what);
    };
    auto action = actions.find(id);
    if (action == actions.end()) return refuse("'" + id + "' is no action of this plan");
    if (out.contains(id)) return refuse(id + " stands there twice");
    auto said = written(row, *action->second);
    if (!said) return refuse(said.error());
    out[id] = std::move(*said);
  }
  return out;
}

}  // namespace handoff::reconcile
