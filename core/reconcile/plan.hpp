#pragma once
// From the findings of an audit to what is done about each: pure, but for the one question to the hub.

#include <expected>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/report/plan.hpp"

namespace handoff::reconcile {

/// Why the hub has no credit for a finding. `alike`: it knows such a number and cannot say that it is another credit's.
struct Unseen {
  Unseen(std::string why_, bool alike_ = false) : why(std::move(why_)), alike(alike_) {}
  Unseen(const char* why_) : why(why_) {}
  std::string why;
  bool alike = false;
};

/// What the hub says about the credit of a finding. Of a hand-made entry: the credit that it was adopted as, or that the hub
/// has under its reference.
using HubAnswer = std::expected<report::HubView, Unseen>;

struct PlanRequest {
  std::string as_of;
  std::vector<report::Finding> findings;
  report::BySide<bool> compared = {};                         // the systems that the audit was given
  std::map<std::string, std::int64_t> approve_above = {};     // by currency, minor units
  std::map<std::string, std::int64_t> adopt_up_to = {};       // hand-made ones; none: a person decides on each
  std::function<HubAnswer(const report::Finding&)> hub = {};  // none: no hub was named
};

/// One action an item: what waits for a word first, then the hub's, the largest stake first; its id is the digest of all
/// of it.
report::Plan make_plan(const PlanRequest& request);

struct ReadFindings {
  std::string as_of;
  std::vector<report::Finding> findings;
  report::BySide<bool> compared{};  // none, where a file of before says nothing of it
};
/// findings.json of an audit; the error says what is wrong with it.
std::expected<ReadFindings, std::string> read_findings(std::string_view text);

/// The key under which a hand-made entry is issued, by the hub or by people: it makes one entry one credit at the hub for ever.
/// It is made of the entry's reference however a map reads it, else of the finding's id, which holds the entry's own number.
std::string adoption_key(std::string_view reference, std::string_view finding);

/// "pl-" and 16 characters of the digest of a plan's JSON without its id.
std::string plan_id(std::string_view content);

/// What `--plan` wrote. Refused if it is not what it was: an edited plan is another plan.
std::expected<report::Plan, std::string> read_plan(std::string_view text);

/// What a person wrote into the CSV beside a plan.
struct Written {
  report::Decision decision = report::Decision::ask;
  std::string email, phone, loyalty;
};
/// By action. Refused with file and line: an action that is not in the plan, a word that is no decision, another amount
/// than the plan's, "do" for what only people can do.
std::expected<std::map<std::string, Written>, std::string> read_decisions(const std::string& path,
                                                                          const report::Plan& plan);

}  // namespace handoff::reconcile
