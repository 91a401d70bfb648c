#include "core/reconcile/diagnose.hpp"

#include <algorithm>
#include <handoff/sdk/currency.hpp>

#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

using report::Cause;
using report::Hop;

std::string per_cent(std::int64_t part, std::int64_t all) {
  return report::decimal(all <= 0 ? 0 : part * 100'000 / all, 3) + " %";
}
std::string share_of(std::int64_t part, std::int64_t all) {
  return std::to_string(part) + " of " + std::to_string(all) + " credits (" + per_cent(part, all) + ")";
}
bool at_least(std::int64_t part, std::int64_t all, std::int64_t per_mille) { return part * 1000 >= all * per_mille; }

/// Of a share: 1 % and more, one in a thousand, any.
int points_of(std::int64_t part, std::int64_t all, int much, int some, int few) {
  if (part <= 0) return 0;
  return at_least(part, all, 10) ? much : at_least(part, all, 1) ? some : few;
}

/// What a connector's sheet means for the hop that leads to it.
class SheetJudge {
 public:
  SheetJudge(const config::Connector& connector, const std::string& op, bool authority)
      : manifest_(*connector.manifest), sheet_(manifest_.operation(op)), authority_(authority) {}

  void judge(HopVerdict& out) {
    if (sheet_ == nullptr) return;
    for (const CallSheet& call : sheet_->calls)
      if (call.sign == Sign::adding || call.sign == Sign::booking) money_call(call, out);
    if (manifest_.operation("read") == nullptr)
      add(out, 20, "nothing can be read back: an acknowledgement stays a promise");
    if (manifest_.operation("list") == nullptr)
      add(out, 10, "it lists nothing: what is missing there is found by exports alone");
    if (authority_) value(out);
  }
  bool hopeless() const { return hopeless_; }

 private:
  static void add(HopVerdict& out, int points, std::string what) {
    out.reasons.push_back({points, std::move(what), true});
  }

  void money_call(const CallSheet& call, HopVerdict& out) {
    std::string name = "'" + call.label + "' ";
    bool looks = call.lookup_by != LookupBy::none || call.history;
    bool repeats = call.key_supported || call.retry != RetryClass::unsafe;
    if (!looks && !repeats) {
      hopeless_ = true;
      add(out, 40, name + "has neither key nor look-up: a lost answer is settled by a person, each time");
    } else if (!repeats) {
      add(out, 10, name + "takes no key: a lost answer is looked up before anything is sent again");
    } else if (!looks) {
      add(out, 10, name + "cannot be looked up: after its key's window only a person can tell");
    }
    if (call.inflight_max_s == kUnknownLagSeconds)
      add(out, 5, name + "may act late by an unknown time: 15 min are assumed");
    if (call.visibility_lag_s == kUnknownLagSeconds)
      add(out, 5, name + "is seen after an unknown time: 15 min are assumed");
  }

  void value(HopVerdict& out) {
    const OperationSheet *removal = manifest_.operation("void"), *link = manifest_.operation("link");
    bool final = removal != nullptr && !removal->void_terminal_states.empty();
    bool relinks = link != nullptr && link->relinks;
    if (!final && !relinks)
      add(out, 40, "it neither links again nor has a void that is final: a credit in the wrong account stays there");
    else if (!final)
      add(out, 15, "it has no void that is final: nothing can be reissued");
    else if (!relinks)
      add(out, 5, "it links nothing again that is another's already: that takes a void and a reissue");
  }

  const Manifest& manifest_;
  const OperationSheet* sheet_;
  bool authority_, hopeless_ = false;
};

void judge_hop(const Hop& hop, HopVerdict& out) {
  auto add = [&](int points, std::string what) {
    if (points > 0) out.reasons.push_back({points, std::move(what)});
  };
  out.lost = hop.lost;
  out.due = hop.due;
  add(points_of(hop.lost, hop.due, 40, 25, 10), "not arrived: " + share_of(hop.lost, hop.due));
  if (hop.resolves_identity)
    add(points_of(hop.unlinked, hop.due, 30, 20, 5),
        "there, but nobody's or somebody else's: " + share_of(hop.unlinked, hop.due));
  if (hop.p99_s > kDay) add(10, "one in a hundred takes more than a day");
  if (hop.coarse) add(5, "its export tells no time of day: how long it takes cannot be watched");
  if (hop.measured > 0 && at_least(hop.early, hop.measured, 50))
    add(5, "its clock is not the others': one in twenty is there too early");
}

bool same_system(config::Role role, report::Side side) {
  using config::Role;
  switch (role) {
    case Role::platform:
      return side == report::Side::platform;
    case Role::payments:
      return side == report::Side::payments;
    case Role::erp:
      return side == report::Side::erp;
    case Role::storefront:
      return side == report::Side::storefront;
    default:
      return false;
  }
}

class Diagnoser {
 public:
  Diagnoser(const Facts* audit, const config::Settings* settings) : audit_(audit), settings_(settings) {
    out_.from_audit = audit != nullptr;
    out_.from_sheets = settings != nullptr;
  }

  Diagnosis run() {
    if (settings_ != nullptr) configured();
    if (audit_ != nullptr) audited();
    if (settings_ != nullptr) sources();
    for (HopVerdict& hop : out_.hops) conclude(hop);
    if (audit_ != nullptr) whole();
    overall();
    if (audit_ != nullptr) cost();
    if (audit_ != nullptr) closing();
    structural();
    return std::move(out_);
  }

 private:
  void configured() {
    for (const config::Route& route : settings_->routes)
      for (const config::Hop& hop : route.hops) {
        const config::Connector* connector = settings_->connector(*hop.to);
        std::string name = *hop.to + " (" + *hop.op + ")";
        if (connector == nullptr || std::ranges::find(out_.hops, name, &HopVerdict::name) != out_.hops.end()) continue;
        HopVerdict one;
        one.name = name;
        one.authority = *hop.to == *settings_->retailer.authority;
        SheetJudge judge(*connector, *hop.op, one.authority);
        judge.judge(one);
        roles_.push_back(connector->role);
        hopeless_.push_back(judge.hopeless());
        out_.hops.push_back(std::move(one));
      }
  }

  void audited() {
    for (const Hop& hop : audit_->hops) {
      bool found = false;
      for (std::size_t i = 0; i < roles_.size(); ++i) {
        if (!same_system(roles_[i], hop.to)) continue;
        judge_hop(hop, out_.hops[i]);
        found = true;
      }
      if (found) continue;
      HopVerdict one;
      one.name = std::string(report::kSideWords[report::at(hop.from)]) + " -> " +
                 std::string(report::kSideWords[report::at(hop.to)]);
      one.authority = hop.to == report::Side::platform;
      judge_hop(hop, one);
      out_.hops.push_back(std::move(one));
    }
  }

  /// Where credits come from: what is not told at once is polled, what cannot be listed is not missed.
  void sources() {
    for (const config::Route& route : settings_->routes)
      for (const config::Text& from : route.when.from) {
        const config::Connector* connector = settings_->connector(*from);
        std::string name = *from + " (source)";
        if (connector == nullptr || std::ranges::find(out_.hops, name, &HopVerdict::name) != out_.hops.end()) continue;
        HopVerdict one;
        one.name = name;
        bool pushes = connector->manifest->operation("inbound") != nullptr,
             pulls = connector->manifest->operation("pull") != nullptr;
        if (!pushes) one.reasons.push_back({15, "it tells nothing by itself: a credit is seen at the next poll", true});
        if (!pulls)
          one.reasons.push_back({15, "it cannot be asked what was missed: a lost webhook is a lost credit", true});
        out_.hops.push_back(std::move(one));
      }
  }

  void conclude(HopVerdict& hop) {
    std::ranges::stable_sort(hop.reasons, [](const Reason& a, const Reason& b) { return a.points > b.points; });
    for (const Reason& reason : hop.reasons) hop.points += reason.points;
    auto at = static_cast<std::size_t>(&hop - out_.hops.data());
    bool stuck = at < hopeless_.size() && hopeless_[at] && hop.lost > 0;
    hop.verdict = stuck || hop.points >= kRebuildFrom ? Verdict::rebuild
                  : hop.points >= kRepairFrom         ? Verdict::repair
                                                      : Verdict::keep;
  }

  void whole() {
    auto add = [&](int points, std::string what) { out_.overall.push_back({points, std::move(what), false}); };
    if (audit_->trend == "degrading") add(15, "it gets worse: " + audit_->trend_why);
    if (audit_->trend == "new failure mode") add(15, "something new fails: " + audit_->trend_why);
    std::int64_t hand_made = audit_->causes[report::at(Cause::f5)] + audit_->causes[report::at(Cause::downstream_only)];
    if (hand_made > 0) add(10, "made past the registers: " + std::to_string(hand_made));
    if (std::int64_t mapping = audit_->causes[report::at(Cause::f6)]; mapping > 0)
      add(10, "currency, unit or type lost at a mapping: " + std::to_string(mapping));
    if (audit_->unreadable > 0)
      add(5, "rows of the exports that cannot be read: " + std::to_string(audit_->unreadable));
  }

  void overall() {
    std::int64_t rebuild = std::ranges::count(out_.hops, Verdict::rebuild, &HopVerdict::verdict);
    std::int64_t repair = std::ranges::count(out_.hops, Verdict::repair, &HopVerdict::verdict);
    bool authority = std::ranges::any_of(
        out_.hops, [](const HopVerdict& hop) { return hop.authority && hop.verdict == Verdict::rebuild; });
    auto all = static_cast<std::int64_t>(out_.hops.size());
    std::string counts = std::to_string(rebuild) + " of " + std::to_string(all) + " handoffs to rebuild, " +
                         std::to_string(repair) + " to repair";
    if (authority || rebuild * 2 > all) {
      out_.verdict = Verdict::rebuild;
      out_.why = authority ? "the handoff to the system that holds the value cannot be made safe as it is; " + counts
                           : "most handoffs cannot be made safe as they are; " + counts;
    } else if (rebuild + repair > 0 || !out_.overall.empty()) {
      out_.verdict = Verdict::repair;
      out_.why = counts + "; the rest holds";
    } else {
      out_.why = "no handoff loses anything, and each can be made good";
    }
  }

  void cost() {
    out_.with_gap = audit_->with_gap;
    for (const Lost& one : audit_->lost) {
      if (one.gap.items == 0) continue;
      int exponent = currency_exponent(one.currency).value_or(2);
      out_.cost.push_back(report::decimal(one.gap.minor, exponent) + " " + one.currency + " in " +
                          std::to_string(one.gap.items) + (one.gap.items == 1 ? " item" : " items") + ", of " +
                          report::decimal(one.issued.minor, exponent) + " issued");
    }
  }

  void closing() {
    static constexpr std::pair<Cause, const char*> kSteps[] = {
        {Cause::f1,
         "Confirm at the register while the customer stands there: no receipt without an identifier or a decision"},
        {Cause::f2, "Replace the poll or batch by an event; until then give it an SLA and an alert"},
        {Cause::f3, "Match customers by normalised identifiers, and give what does not match to a person at once"},
        {Cause::f4, "Send to the books with a key, retry what was refused, read it back; hold the rest in a case"},
        {Cause::f5, "Close the way around: goodwill goes through handoff credits issue, under a ceiling"},
        {Cause::f6, "Make the mapping of currency, unit and type explicit and total; an unknown one stops the credit"},
        {Cause::duplicate, "Give every issuing call a key made of the transaction"},
        {Cause::amount, "Read every amount back and compare it with what was asked"},
        {Cause::not_voided, "Send voids the way credits go, and read them back everywhere"},
        {Cause::redeemed, "Let one system hold the value; the shop shows what that one says"},
        {Cause::downstream_only, "Find out who issues past the registers, and give them a source of their own"},
        {Cause::unexplained, "Look for them by receipt at the platform; then send every credit through one journal"},
    };
    for (auto [cause, what] : kSteps)
      if (std::int64_t items = audit_->causes[report::at(cause)]; items > 0) out_.steps.push_back({what, items});
    std::ranges::stable_sort(out_.steps, [](const NextStep& a, const NextStep& b) { return a.closes > b.closes; });
  }

  /// What the vendors would have to change, the heaviest first.
  void structural() {
    if (settings_ == nullptr) return;
    std::vector<std::pair<int, std::string>> all;
    for (const HopVerdict& hop : out_.hops)
      for (const Reason& reason : hop.reasons)
        if (reason.vendor && reason.points >= 15) all.emplace_back(reason.points, hop.name + ": " + reason.what);
    std::ranges::stable_sort(all, [](const auto& a, const auto& b) { return a.first > b.first; });
    for (auto& [points, what] : all) out_.steps.push_back({"Ask the vendor about " + what, 0});
  }

  const Facts* audit_;
  const config::Settings* settings_;
  Diagnosis out_;
  std::vector<config::Role> roles_;  // of the configured hops, in their order
  std::vector<bool> hopeless_;
};

json::Array reasons_json(const std::vector<Reason>& reasons) {
  json::Array out;
  for (const Reason& one : reasons) {
    json::Object reason;
    reason.set("points", one.points).set("what", one.what);
    out.emplace_back(std::move(reason));
  }
  return out;
}

}  // namespace

Diagnosis diagnose(const Facts* audit, const config::Settings* settings) { return Diagnoser(audit, settings).run(); }

json::Value diagnosis_json(const Diagnosis& diagnosis) {
  json::Array hops, steps, cost;
  for (const HopVerdict& hop : diagnosis.hops) {
    json::Object one;
    one.set("hop", hop.name)
        .set("verdict", kVerdictNames[static_cast<std::size_t>(hop.verdict)])
        .set("points", hop.points);
    one.set("lost", hop.lost)
        .set("due", hop.due)
        .set("authority", hop.authority)
        .set("reasons", reasons_json(hop.reasons));
    hops.emplace_back(std::move(one));
  }
  for (const NextStep& step : diagnosis.steps) {
    json::Object one;
    one.set("what", step.what).set("closes", step.closes);
    steps.emplace_back(std::move(one));
  }
  for (const std::string& text : diagnosis.cost) cost.emplace_back(text);
  json::Object out;
  out.set("schema", 1)
      .set("verdict", kVerdictNames[static_cast<std::size_t>(diagnosis.verdict)])
      .set("why", diagnosis.why);
  out.set("repair_from", kRepairFrom).set("rebuild_from", kRebuildFrom).set("hops", std::move(hops));
  out.set("overall", reasons_json(diagnosis.overall))
      .set("cost", std::move(cost))
      .set("items_with_gap", diagnosis.with_gap);
  out.set("steps", std::move(steps));
  return json::Value(std::move(out));
}

}  // namespace handoff::reconcile
