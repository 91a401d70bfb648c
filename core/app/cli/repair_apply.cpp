// handoff repair --apply FILE: that plan and nothing else, through the running hub. It keeps no notes: what was ordered
// stands in the hub's journal under the plan's and the action's id (docs/adr/0015-repair-plan.md), so that a run that
// was killed is simply started again.

#include <algorithm>
#include <handoff/sdk/money.hpp>
#include <map>
#include <ostream>

#include "core/app/cli/bar.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/cli/files.hpp"
#include "core/app/cli/repair_hub.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/reconcile/plan.hpp"

namespace handoff::cli {

namespace {

using reconcile::Written;
using report::Decision;
using report::Plan;
using report::PlanAction;
using report::Remedy;

enum class Fate { done, under_way, ordered, waits, held, changed, refused, left };
constexpr std::string_view kFates[] = {"done", "under way", "ordered", "waits", "held", "changed", "refused", "left"};

struct Result {
  const PlanAction* action = nullptr;
  Fate fate = Fate::left;
  std::string why;
};

using Step = std::expected<Result, Failure>;

class Run {
 public:
  Run(const Plan& plan, const std::map<std::string, Written>& written, const Hub& hub, bool dry)
      : plan_(plan), written_(written), hub_(hub), dry_(dry) {}

  /// One action. A failure stops the run; what was ordered before goes on by itself.
  Step run(const PlanAction& action) {
    auto said = written_.find(action.id);
    Decision decision = said == written_.end() ? action.decision : said->second.decision;
    who_ = said == written_.end() ? Written{} : said->second;
    action_ = &action;
    if (decision != Decision::act || action.by != report::By::hub) return left(decision);
    if (action.remedy == Remedy::adopt) return adopt();
    auto trace = traced(hub_, action.hub->credit);
    if (!trace && trace.error().code == "not_found") return result(Fate::changed, "the hub does not know it any more");
    if (!trace) return no(trace.error());
    if (const json::Value& ours = our_repair(*trace); ours.is_object()) return how_far(*trace, ours);
    bool of_case = action.remedy == Remedy::identify || action.remedy == Remedy::resume;
    if (of_case && text_of(case_in(*trace, action.hub->case_no).at("state")) == "closed") return after_case(*trace);
    if (std::string difference = changes(*action.hub, hub_view(*trace)); !difference.empty())
      return result(Fate::changed, difference);
    return of_case ? decide_case() : open_repair();
  }

 private:
  Step result(Fate fate, std::string why) const { return Result{action_, fate, std::move(why)}; }

  Step left(Decision decision) const {
    if (decision == Decision::ask)
      return result(Fate::left,
                    action_->needs_customer ? "say whose it is, then do" : "waits for a word: " + action_->approval);
    if (decision == Decision::skip) return result(Fate::left, "skipped");
    return result(Fate::left, decision == Decision::none ? action_->why : "by hand");
  }

  std::string mark() const { return plan_.id + "/" + action_->id; }

  json::Object person() const {
    json::Object out;
    out.set("email", who_.email).set("phone", who_.phone).set("loyalty", who_.loyalty);
    return out;
  }

  const json::Value& our_repair(const json::Value& trace) const {
    static const json::Value kNone;
    for (const json::Value& one : trace.at("repairs").as_array())
      if (one.at("reason").as_string().starts_with(mark())) return one;
    return kNone;
  }

  Step how_far(const json::Value& trace, const json::Value& repair) const {
    std::string state = text_of(repair.at("state")), why = text_of(repair.at("why"));
    if (state == "done" || state == "closed") return result(Fate::done, why);
    if (state == "cancelled") return result(Fate::refused, why);
    return standing(trace, "step " + state);
  }

  Step after_case(const json::Value& trace) const {
    std::string state = text_of(trace.at("credit").at("state"));
    if (state == "complete" || state == "closed") return result(Fate::done, "it is " + state);
    return standing(trace, "it is " + state);
  }

  /// What has not come to its end: an open case says what it waits for.
  Step standing(const json::Value& trace, const std::string& otherwise) const {
    report::HubView now = hub_view(trace);
    if (now.case_no == 0) return result(Fate::under_way, otherwise);
    std::string number = std::to_string(now.case_no);
    if (now.case_kind == "approval")
      return result(Fate::waits, "a second person agrees: handoff case approve " + number);
    return result(Fate::held, "case " + number + ", " + now.case_kind + ": " +
                                  text_of(case_in(trace, now.case_no).at("reason")) + "; see: handoff cases");
  }

  /// What the hub says no to is one action's; what says that nobody answers, or that nobody may ask, ends the run.
  Step no(const Failure& why) const {
    return why.of_item ? result(Fate::refused, why.text) : Step(std::unexpected(why));
  }

  Step order(const std::string& target, json::Object body, const std::string& told) const {
    if (dry_) return result(Fate::ordered, "would be ordered");
    json::Value request(std::move(body));
    auto answer = hub_.ask("POST", target, &request);
    if (!answer) return no(answer.error());
    if (!*answer) return std::unexpected(Failure{"no hub answers at " + hub_.admin_url() + "; start handoffd first"});
    std::string id = text_of((*answer)->at("id"));
    return result(Fate::ordered, id.empty() ? told : id + ", " + text_of((*answer)->at("status")));
  }

  Step open_repair() const {
    json::Object body = person();
    std::string cause(report::kCauseWords[report::at(action_->cause)]);
    body.set("reason", mark() + ": " + cause);
    return order("/v1/credits/" + action_->hub->credit + "/repair", std::move(body),
                 "see: handoff trace " + action_->hub->credit);
  }

  Step decide_case() const {
    bool link = action_->remedy == Remedy::identify;
    if (link && who_.email.empty() && who_.phone.empty() && who_.loyalty.empty())
      return result(Fate::left, "nobody said whose it is");
    std::string target = "/v1/cases/" + std::to_string(action_->hub->case_no) + (link ? "/link" : "/retry");
    return order(target, link ? person() : json::Object(), "see: handoff trace " + action_->hub->credit);
  }

  /// The key is the entry's, not the plan's: one that was adopted is not adopted again by a later plan.
  Step adopt() const {
    std::string key = reconcile::adoption_key(action_->reference, action_->findings.front());
    auto trace = traced(hub_, key);
    if (trace) return adopted(*trace);
    if (trace.error().code != "not_found") return no(trace.error());
    if (std::optional<Step> known = known_otherwise()) return *known;
    json::Object body;
    body.set("key", key).set("store", action_->store).set("reason", "adopts " + action_->reference + ": " + mark());
    if (!action_->reference.empty()) body.set("adopts", action_->reference);
    body.set("amount", Money(action_->amount, action_->currency).decimal()).set("currency", action_->currency);
    if (!action_->balance_type.empty()) body.set("balance_type", action_->balance_type);
    body.set("customer", person());
    return order("/v1/credits", std::move(body), "");
  }

  /// What the plan asked, too: a register that was offline may have sent the credit since. None: it is nowhere.
  std::optional<Step> known_otherwise() const {
    report::Finding entry;
    entry.reference = action_->reference, entry.store = action_->store, entry.terminal = action_->terminal;
    entry.issued_at = action_->issued_at, entry.amount = action_->amount, entry.currency = action_->currency;
    if (!has_reference(entry)) return std::nullopt;
    auto trace = traced(hub_, entry);
    if (!trace && trace.error().code == "not_found") return std::nullopt;
    const std::string twice = ": adopted it could be a second credit";
    if (trace) {
      report::HubView now = hub_view(*trace);
      return result(Fate::changed,
                    "the hub has " + entry.reference + " by now, as " + now.credit + ", " + now.amount + twice);
    }
    if (is_near(trace.error())) return result(Fate::changed, trace.error().text + twice);
    return no(trace.error());
  }

  Step adopted(const json::Value& trace) const {
    report::HubView now = hub_view(trace);
    std::string which = now.credit + ", " + now.amount;
    std::string type = text_of(trace.at("credit").at("balance_type")),
                wanted = action_->balance_type.empty() ? "general" : action_->balance_type;
    if (now.amount != Money(action_->amount, action_->currency).text() || type != wanted)
      return result(Fate::changed, "the hub has the entry already, as " + which + ", '" + type + "'; the plan says " +
                                       Money(action_->amount, action_->currency).text() + ", '" + wanted + "'");
    if (now.state == "complete" || now.state == "closed") return result(Fate::done, which + " is " + now.state);
    return standing(trace, which + " is " + now.state);
  }

  const Plan& plan_;
  const std::map<std::string, Written>& written_;
  const Hub& hub_;
  bool dry_;
  const PlanAction* action_ = nullptr;
  Written who_;
};

json::Value json_of(const Plan& plan, const std::vector<Result>& results, const std::string& stopped) {
  json::Array list;
  for (const Result& one : results) {
    json::Object out;
    out.set("id", one.action->id).set("fate", kFates[static_cast<std::size_t>(one.fate)]).set("why", one.why);
    list.emplace_back(std::move(out));
  }
  json::Object out;
  out.set("plan", plan.id).set("results", std::move(list)).set("stopped", stopped);
  return json::Value(std::move(out));
}

void print(const std::vector<Result>& results, bool dry, Console& console) {
  std::map<Fate, std::int64_t> counts;
  for (const Result& one : results) ++counts[one.fate];
  std::string told;
  for (const auto& [fate, items] : counts)
    told += (told.empty() ? "" : ", ") + grouped(items) + " " + std::string(kFates[static_cast<std::size_t>(fate)]);
  console.out << paint(console, Tone::strong, told.empty() ? "nothing to do" : told) << "\n";
  Table table({{"RESULT"},
               {"ACTION"},
               {"WHAT"},
               {"CREDIT"},
               {"AT STAKE", Table::Align::right},
               {"WHY", Table::Align::left, Table::Narrow::wraps}});
  for (const Result& one : results) {
    if (one.fate == Fate::left && one.action->by != report::By::hub) continue;
    table.add({std::string(kFates[static_cast<std::size_t>(one.fate)]), one.action->id,
               std::string(report::kRemedyNames[report::index_of(one.action->remedy)]),
               one.action->hub ? one.action->hub->credit : one.action->reference,
               Money(one.action->stake, one.action->currency).text(), one.why});
  }
  if (!table.empty()) {
    console.out << "\n";
    table.print(console.out, console.width);
  }
  if (dry)
    console.out << "\nNothing was ordered.\n";
  else if (counts.contains(Fate::ordered) || counts.contains(Fate::under_way))
    console.out
        << "\nThe hub goes on by itself. The same command again says how far it is, and orders nothing twice.\n";
  if (counts.contains(Fate::changed))
    console.out << "\nWhat has changed is left alone: run the audit again and make a new plan.\n";
}

bool all_done(const std::vector<Result>& results) {
  return std::ranges::all_of(results, [](const Result& one) { return one.fate == Fate::done; });
}

}  // namespace

int repair_apply(const Options& options, Console& console) {
  const Options::Repair& asked = options.repair;
  auto text = read_whole(asked.apply);
  if (!text)
    return fail(options, console, {text.error().text + "; make one with: handoff repair --plan FILE --from DIR"});
  auto plan = reconcile::read_plan(*text);
  if (!plan) return fail(options, console, {asked.apply + " " + plan.error()});
  std::map<std::string, Written> written;
  if (!asked.decisions.empty()) {
    auto read = reconcile::read_decisions(asked.decisions, *plan);
    if (!read) return fail(options, console, {read.error() + "\nNothing was ordered."});
    written = std::move(*read);
  }
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  std::vector<Result> results;
  std::optional<Failure> stopped;
  {
    CountBar bar(console, "action");
    Run run(*plan, written, *hub, asked.dry_run);
    for (const PlanAction& action : plan->actions) {
      Step step = run.run(action);
      if (!step) {
        stopped = step.error();
        break;
      }
      results.push_back(std::move(*step));
      bar.show(number_of_all(results), number_of_all(plan->actions));
    }
  }
  if (options.json)
    console.out << pretty(json_of(*plan, results, stopped ? stopped->text : ""));
  else
    print(results, asked.dry_run, console);
  if (!stopped) return all_done(results) ? kFine : kFindings;
  console.err << "handoff: stopped after " << counted(number_of_all(results), "action") << ": " << stopped->text
              << "\nRun it again: nothing is ordered twice.\n";
  return stopped->exit;
}

}  // namespace handoff::cli
