#include "core/report/plan.hpp"

#include <handoff/sdk/money.hpp>
#include <map>

#include "core/report/csv.hpp"
#include "core/report/json.hpp"

namespace handoff::report {

namespace {

using json::Array;
using json::Object;
using json::Value;

std::string joined(const std::vector<std::string>& list, const char* between) {
  std::string out;
  for (const std::string& one : list) out += (out.empty() ? "" : between) + one;
  return out;
}

Value tally(const Tally& one, const std::string& currency) {
  Object out;
  out.set("items", one.items).set("amount", decimal(one.minor, exponent_of(currency)));
  return out;
}

Value totals_json(const Plan& plan) {
  Array out;
  for (const PlanTotal& total : totals(plan)) {
    Object one;
    one.set("currency", total.currency);
    for (std::size_t by = 0; by < kByNames.size(); ++by) one.set(kByNames[by], tally(total.by[by], total.currency));
    one.set("asks", tally(total.asks, total.currency));
    out.emplace_back(std::move(one));
  }
  return out;
}

Value hub_json(const HubView& hub) {
  Object out;
  out.set("credit", hub.credit).set("state", hub.state).set("available", hub.available).set("customer", hub.customer);
  out.set("repairs", hub.repairs).set("case", hub.case_no).set("case_kind", hub.case_kind);
  out.set("amount", hub.amount);
  return out;
}

Value action_json(const PlanAction& one) {
  int exponent = exponent_of(one.currency);
  Object out;
  out.set("id", one.id).set("remedy", kRemedyNames[index_of(one.remedy)]).set("by", kByNames[index_of(one.by)]);
  out.set("decision", kDecisionNames[index_of(one.decision)]).set("findings", texts(one.findings));
  out.set("kind", kKindNames[at(one.kind)]).set("cause", kCauseNames[at(one.cause)]);
  out.set("reference", one.reference).set("instrument", one.instrument).set("currency", one.currency);
  out.set("balance_type", one.balance_type).set("amount", write_decimal(one.amount, exponent));
  out.set("stake", write_decimal(one.stake, exponent)).set("issued_at", one.issued_at).set("store", one.store);
  out.set("terminal", one.terminal).set("staff", one.staff).set("author", one.author).set("customer", one.customer);
  out.set("why", one.why).set("approval", one.approval).set("needs_customer", one.needs_customer);
  out.set("steps", texts(one.steps)).set("evidence", texts(one.evidence));
  if (one.hub) out.set("hub", hub_json(*one.hub));
  return out;
}

Object head_json(const Plan& plan) {
  Object out;
  out.set("schema", kPlanSchemaVersion);
  if (!plan.id.empty()) out.set("plan", plan.id);
  out.set("as_of", plan.as_of).set("asked_hub", plan.asked_hub).set("limits", texts(plan.limits));
  out.set("totals", totals_json(plan)).set("in_flight", plan.in_flight);
  return out;
}

}  // namespace

std::vector<PlanTotal> totals(const Plan& plan) {
  std::map<std::string, PlanTotal> all;
  for (const PlanAction& one : plan.actions) {
    PlanTotal& total = all[one.currency];
    total.currency = one.currency;
    total.by[index_of(one.by)].add(one.stake);
    if (one.decision == Decision::ask) total.asks.add(one.stake);
  }
  std::vector<PlanTotal> out;
  for (auto& [currency, total] : all) out.push_back(std::move(total));
  return out;
}

Value plan_json(const Plan& plan) {
  Object out = head_json(plan);
  Array actions;
  for (const PlanAction& one : plan.actions) actions.push_back(action_json(one));
  out.set("actions", std::move(actions));
  return out;
}

std::string plan_text(const Plan& plan) {
  std::string out = json::write(Value(head_json(plan)));
  out.pop_back();
  out += ",\"actions\":[";
  for (std::size_t i = 0; i < plan.actions.size(); ++i) {
    out += i == 0 ? "\n" : ",\n";
    json::write_to(out, action_json(plan.actions[i]));
  }
  return out + "\n]}\n";
}

std::string plan_csv(const Plan& plan) {
  std::string out =
      "id,decision,email,phone,loyalty,by,remedy,stake,currency,amount,reference,store,terminal,staff,issued_at,"
      "customer,author,cause,why,approval,steps,evidence,hub_credit,hub_state,findings\n";
  for (const PlanAction& one : plan.actions) {
    int exponent = exponent_of(one.currency);
    out += csv_line({one.id,
                     std::string(kDecisionNames[index_of(one.decision)]),
                     "",
                     "",
                     "",
                     std::string(kByNames[index_of(one.by)]),
                     std::string(kRemedyNames[index_of(one.remedy)]),
                     write_decimal(one.stake, exponent),
                     one.currency,
                     write_decimal(one.amount, exponent),
                     one.reference,
                     one.store,
                     one.terminal,
                     one.staff,
                     one.issued_at,
                     one.customer,
                     one.author,
                     std::string(kCauseNames[at(one.cause)]),
                     one.why,
                     one.approval,
                     joined(one.steps, "; "),
                     joined(one.evidence, "; "),
                     one.hub ? one.hub->credit : "",
                     one.hub ? one.hub->state : "",
                     joined(one.findings, " ")});
  }
  return out;
}

}  // namespace handoff::report
