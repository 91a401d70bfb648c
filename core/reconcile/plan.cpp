#include "core/reconcile/plan.hpp"

#include <algorithm>
#include <handoff/sdk/money.hpp>
#include <tuple>

#include "core/crypto/hash.hpp"
#include "core/reconcile/row_reader.hpp"

namespace handoff::reconcile {

namespace {

using report::By;
using report::Cause;
using report::Decision;
using report::Finding;
using report::HubView;
using report::Kind;
using report::kSides;
using report::Plan;
using report::PlanAction;
using report::Remedy;
using report::Side;

std::string action_id(std::string_view findings) {
  return "rp-" + crypto::base32(crypto::bytes(crypto::sha256(findings))).substr(0, 16);
}

/// Which finding of an item says what is done: one that forbids to move value comes before one that moves it.
int rank(Kind kind) {
  static constexpr Kind kOrder[] = {Kind::unreadable,      Kind::mapping,    Kind::amount,
                                    Kind::duplicate,       Kind::not_voided, Kind::redeemed,
                                    Kind::downstream_only, Kind::not_linked, Kind::missing};
  return static_cast<int>(std::ranges::find(kOrder, kind) - std::begin(kOrder));
}

std::string place_of(const report::Row& row) { return row.file + ":" + std::to_string(row.line); }

/// Findings of one credit come from the same rows.
std::string item_of(const Finding& finding) {
  return finding.rows.empty() ? finding.id : place_of(finding.rows.front());
}

/// From such a score on an entry is likely to be the credit that is missing: the amount, the customer and the day, or more.
constexpr int kLikely = 800;
constexpr std::size_t kCandidatesShown = 3;

/// "the books and the storefront"
std::string sides(const report::BySide<bool>& of) {
  std::vector<std::string_view> all;
  for (std::size_t s = 0; s < kSides; ++s)
    if (of[s]) all.push_back(report::kSideWords[s]);
  std::string out;
  for (std::size_t i = 0; i < all.size(); ++i)
    out += (i == 0 ? "" : i + 1 == all.size() ? " and " : ", ") + std::string(all[i]);
  return out;
}

/// Those that differ.
std::string sides(const Finding& finding, bool with_platform = true) {
  report::BySide<bool> wrong = finding.wrong;
  wrong[report::at(Side::platform)] = wrong[report::at(Side::platform)] && with_platform;
  return sides(wrong);
}

/// Cases that a second look does not answer.
bool for_people(std::string_view case_kind) {
  static constexpr std::string_view kKinds[] = {"conflict", "collision", "balance", "late", "spent", "connector"};
  return std::ranges::find(kKinds, case_kind) != std::end(kKinds);
}

class Planner {
 public:
  /// `answer`: none if the hub was not asked. `alike`: hand-made entries that the hub would take for one. `claimed`: the credit
  /// that this entry is likely to be, which is missing there; or "".
  Planner(const PlanRequest& request, const Finding& lead, std::optional<HubAnswer> answer, int alike,
          std::string claimed)
      : request_(request), lead_(lead), alike_(std::max(alike, lead.alike)), claimed_(std::move(claimed)) {
    if (!answer) return;
    if (*answer)
      out_.hub = std::move(**answer);
    else
      unseen(std::move(answer->error()));
  }

  PlanAction run(std::vector<const Finding*> all) {
    describe(all);
    if (lead_.cause == Cause::unreadable && lead_.kind != Kind::unreadable)
      nobody("whether it is so cannot be told: rows cannot be read", {"Correct the export, then run the audit again."});
    else
      by_kind();
    candidates();
    auto spent = std::ranges::find(all, Kind::redeemed, &Finding::kind);
    if (spent != all.end() && lead_.kind != Kind::redeemed && out_.by == By::person)
      out_.steps.insert(out_.steps.begin(),
                        "Block " + which() + " at " + sides(**spent) +
                            " until both sides show the same redemptions: it could be spent twice.");
    approval();
    return std::move(out_);
  }

 private:
  void by_kind() {
    switch (lead_.kind) {
      case Kind::unreadable:
        nobody("a row of it cannot be read", {"Correct the export, then run the audit again."});
        break;
      case Kind::mapping:
        wrong_entry("the mapping of currency, unit or balance type loses it", true);
        break;
      case Kind::amount:
        wrong_entry("the amounts differ", false);
        break;
      case Kind::duplicate:
        twice();
        break;
      case Kind::not_voided:
        cancelled();
        break;
      case Kind::redeemed:
        person(Remedy::block, "it could be spent twice",
               {"Block " + which() + " at " + sides(lead_) + ".", "Book the missing redemption there.",
                "Lift the block when both sides show the same."});
        break;
      case Kind::downstream_only:
        by_hand();
        break;
      case Kind::not_linked:
      case Kind::missing:
        lost();
        break;
    }
  }

  std::string which() const {
    std::string reference = lead_.reference.empty() ? "the credit" : lead_.reference;
    return lead_.instrument.empty() ? reference : reference + " (" + lead_.instrument + ")";
  }
  std::string money(std::int64_t minor) const { return Money(minor, lead_.currency).text(); }
  bool wrong(Side side) const { return lead_.wrong[report::at(side)]; }
  bool at_platform() const { return lead_.present[report::at(Side::platform)]; }
  void unseen(Unseen why) {
    not_hub_ = std::move(why.why);
    alike_at_hub_ = why.alike;
  }

  void describe(const std::vector<const Finding*>& all) {
    std::string ids;
    for (const Finding* one : all) {
      out_.findings.push_back(one->id);
      out_.stake = std::max(out_.stake, one->difference);
      for (const std::string& text : one->evidence)
        if (std::ranges::find(out_.evidence, text) == out_.evidence.end()) out_.evidence.push_back(text);
    }
    std::ranges::sort(out_.findings);
    for (const std::string& id : out_.findings) ids += id + "|";
    out_.id = action_id(ids);
    out_.kind = lead_.kind;
    out_.cause = lead_.cause;
    out_.reference = lead_.reference;
    out_.instrument = lead_.instrument;
    out_.currency = lead_.currency;
    out_.balance_type = lead_.balance_type;
    out_.amount = lead_.amount;
    out_.issued_at = lead_.issued_at;
    out_.store = lead_.store;
    out_.terminal = lead_.terminal;
    out_.staff = lead_.staff;
    out_.author = lead_.author;
    out_.customer = lead_.customer;
  }

  std::string key() const { return adoption_key(lead_.reference, lead_.id); }

  void set(By by, Remedy remedy, Decision decision, std::string why, std::vector<std::string> steps) {
    out_.by = by;
    out_.remedy = remedy;
    out_.decision = decision;
    out_.why = std::move(why);
    out_.steps = std::move(steps);
  }
  void hub(Remedy remedy, std::string why, std::vector<std::string> steps) {
    set(By::hub, remedy, Decision::act, std::move(why), std::move(steps));
  }
  /// Says, too, why the hub cannot, where it was asked.
  void person(Remedy remedy, std::string why, std::vector<std::string> steps) {
    set(By::person, remedy, Decision::hand, not_hub_.empty() ? why : why + "; not by the hub: " + not_hub_,
        std::move(steps));
  }
  void nobody(std::string why, std::vector<std::string> steps) {
    set(By::nobody, Remedy::none, Decision::none, std::move(why), std::move(steps));
  }

  std::vector<std::string> anew(const std::string& as) const {
    return {"Void " + which() + " at the platform.",
            "Read it back: it must be shown as void. A balance of zero is not enough, it may have been spent.",
            "Issue again exactly what the void took away" + as + ", not the face value."};
  }

  void wrong_entry(const std::string& cause, bool mapping) {
    std::vector<std::string> steps;
    if (mapping) steps.emplace_back("Correct the mapping first, or the next credit is lost the same way.");
    if (wrong(Side::platform)) {
      if (lead_.shows[report::at(Side::platform)] != lead_.amount)
        steps.push_back("Compare the receipt: it says " + money(lead_.amount) + ", the platform " +
                        money(lead_.shows[report::at(Side::platform)]) + ".");
      std::string as = mapping && !lead_.balance_type.empty() ? ", as '" + lead_.balance_type + "'" : "";
      if (mapping) {
        for (std::string& step : anew(as)) steps.push_back(std::move(step));
        return person(Remedy::reissue, cause + " at the platform, which holds the value", std::move(steps));
      }
      steps.emplace_back("Adjust the balance at the platform by the difference, under the receipt's reference.");
      return person(Remedy::correct, cause + " at the platform, which holds the value", std::move(steps));
    }
    steps.push_back("Correct the entry at " + sides(lead_) + " to " + money(lead_.amount) +
                    "; the platform is right and stays as it is.");
    person(Remedy::correct, cause + " at " + sides(lead_), std::move(steps));
  }

  void twice() {
    if (!wrong(Side::platform))
      return person(Remedy::correct, "there twice at " + sides(lead_),
                    {"Take the second entry back at " + sides(lead_) + "; the platform is right and stays as it is."});
    person(Remedy::take_back, "issued twice: both can be spent",
           {"Find out which of the entries of " + which() + " the customer has.",
            "Freeze the other, read its balance, void it.",
            "Read it back: it must be shown as void. Issue nothing again."});
  }

  void cancelled() {
    bool hub_has_it =
        out_.hub && out_.hub->state == "held" && out_.hub->case_no != 0 && !for_people(out_.hub->case_kind);
    if (hub_has_it)
      return hub(Remedy::resume, "the hub holds the cancellation", {"The hub goes on with the cancellation it holds."});
    person(Remedy::take_back, "cancelled at one place, alive at " + sides(lead_),
           {wrong(Side::platform) ? "Void " + which() + " at the platform, and read it back: it must be shown as void."
                                  : "The platform is right and stays as it is.",
            "Take it back at " + sides(lead_, false) + ".", "If some of it was spent, settle that with the customer."});
  }

  std::string author() const { return lead_.author.empty() ? "who typed it" : lead_.author; }

  /// Adopted before, or issued at the hub in another way: once more would be a second credit. Of the latter the entry is the
  /// chain's own, and it is the registers' export that lacks it.
  void at_the_hub() {
    const HubView& seen = *out_.hub;
    std::string known = seen.credit + ", " + seen.amount + ", " + seen.state,
                trace = "See: handoff trace " + seen.credit;
    if (!seen.adopted)
      return nobody(
          "the hub has it (" + known + "), and the registers' export does not",
          {trace,
           "Was it issued by hand, or is a part of the registers' export missing? Nothing is taken back or issued."});
    bool same = seen.amount == money(left());
    person(Remedy::correct,
           same ? "the hub adopted it before (" + known + "): issued again it would be a second one"
                : "the hub adopted it before, for another amount (" + known + ")",
           {same ? trace + ". Nothing is issued."
                 : trace + ", and ask " + author() + " which amount is right. Nothing is issued.",
            "Where the hand-made entry still stands in the books they take it back (ask " + author() +
                "): the chain has booked the credit itself."});
  }

  /// Of a hand-made entry what nobody has spent: more is not issued again.
  std::int64_t left() const { return lead_.amount - std::max<std::int64_t>(lead_.redeemed, 0); }
  std::string issue_by_key() const {
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
    bool plain = !lead_.reference.empty() && lead_.reference.find_first_not_of(kPlain) == std::string::npos;
    return "take the entry in the books back, then handoff credits issue --key " + key() +
           (plain ? " --adopts " + lead_.reference : "") +
           (left() == lead_.amount ? "" : " with what is left, " + money(left())) + ": the chain books it itself.";
  }

  /// Where a person made the card themselves, one that is issued is a second one.
  bool may_be_at_platform() {
    if (!request_.compared[report::at(Side::platform)]) {
      person(Remedy::adopt,
             "the platform was not compared: it may be there already, and issued it would be a second one",
             {"Look for " + which() +
                  " at the platform by reference, amount and time; or run the audit again with the platform's export.",
              "There: nothing is issued; book it where it is missing, or void it and read it back.",
              "Not there: ask " + author() + " what it was for. Right: " + issue_by_key() +
                  " Wrong: take the entry in the books back."});
      return true;
    }
    if (lead_.candidates.empty()) return false;
    const std::string other = named(lead_.candidates.front());
    person(Remedy::correct,
           "it may be " + other + " of the platform: there it can be spent, and issued it would be a second one",
           {"The same: nothing is issued; correct the reference at one of them.",
            "Another: ask " + author() + " what it was for. Right: " + issue_by_key() +
                " Wrong: take the entry in the books back."});
    return true;
  }

  /// The hub has a credit of that number, and what the entry says is not enough to tell it from it.
  bool may_be_at_the_hub() {
    if (!alike_at_hub_) return false;
    person(Remedy::correct, "the hub has a credit of such a number: issued it could be a second one",
           {"Compare it with the hub's: handoff trace " + lead_.reference,
            "The same: take the entry in the books back; nothing is issued.",
            "Another: ask " + author() + " what it was for. Right: " + issue_by_key()});
    return true;
  }

  void by_hand() {
    if (out_.hub) return at_the_hub();
    if (lead_.cause == Cause::unexplained)
      return person(Remedy::correct,
                    lead_.evidence.empty() ? "of which credit it is cannot be told" : lead_.evidence.front(),
                    {"Find out of which credit it is; correct the export or the map, and run the audit again.",
                     "Nothing is issued or taken back before."});
    auto limit = request_.adopt_up_to.find(lead_.currency);
    bool allowed = limit != request_.adopt_up_to.end() && lead_.amount <= limit->second;
    if (at_platform())
      return person(Remedy::adopt, "it is at the platform without an issue at a register: it can be spent already",
                    {"Ask " + author() + " what it was for.",
                     "Right: book it where it is missing, under its reference. Wrong: void it and read it back."});
    if (left() <= 0)
      return person(Remedy::correct, "it was spent in full: nothing is left to adopt",
                    {"Ask " + author() + " what it was for, and who let it be spent. Nothing is issued."});
    out_.amount = out_.stake = left();
    if (may_be_at_platform() || may_be_at_the_hub()) return;
    if (!allowed)
      return person(Remedy::adopt,
                    limit == request_.adopt_up_to.end() ? "no policy says that hand-made credits are adopted"
                                                        : "it is above the policy's " + money(limit->second),
                    {"Ask " + author() + " what it was for.", "Right: " + issue_by_key(),
                     "Wrong: take the entry in the books back."});
    if (!claimed_.empty())
      return person(
          Remedy::correct,
          "it is likely to be " + claimed_ + ", which is missing there: adopted it would be a second credit",
          {"Compare it with " + claimed_ + " by receipt, amount and time.",
           "The same: correct its reference, and nothing is issued.",
           "Another: ask " + author() + " what it was for, and run the audit again when the first is settled."});
    if (alike_ > 1)
      return person(
          Remedy::adopt,
          std::to_string(alike_) +
              " entries say the same, or have no number of their own that tells them apart: the hub could take one for another",
          {"Ask " + author() + " what each of them was for.",
           "Right: take that entry in the books back, then handoff credits issue: the chain books it itself.",
           "Wrong: take it in the books back."});
    std::vector<std::string> steps = {
        "The books take the hand-made entry back (ask " + author() + ").",
        "The credit is issued through the whole chain" +
            (left() == lead_.amount ? "" : ", with what is left of it: " + money(left())) +
            ". The chain books it itself.",
        "Only then is the decision 'do': before, the books would have it twice."};
    if (!request_.hub || lead_.store.empty()) {
      not_hub_ = request_.hub ? "no store is known in whose name it could be issued" : "";
      return person(Remedy::adopt, "the policy adopts up to " + money(limit->second), std::move(steps));
    }
    hub(Remedy::adopt, "the policy adopts up to " + money(limit->second) + "; the hub says: " + not_hub_,
        std::move(steps));
    ask();
  }

  /// Only a person knows whose it is.
  void ask() {
    out_.needs_customer = true;
    out_.decision = Decision::ask;
  }

  static std::string named(const report::Candidate& one) {
    return one.reference.empty() ? "a row without a reference" : one.reference;
  }

  /// An entry under another reference that may be it.
  void candidates() {
    for (std::size_t i = 0; i < std::min(lead_.candidates.size(), kCandidatesShown); ++i) {
      const report::Candidate& one = lead_.candidates[i];
      std::string text = "may be " + named(one) + " of " + std::string(report::kSideWords[report::at(one.side)]) +
                         " (" + place_of(one.row) + "), " + std::to_string(one.score) + " of 1000: " + one.why;
      out_.evidence.push_back(text);
      if (i == 0 && out_.by == By::person)
        out_.steps.insert(out_.steps.begin(),
                          "Look first: it " + text + ". If it is, correct that entry's reference, and send nothing.");
    }
  }

  /// Missing somewhere, or there without its customer.
  void lost() {
    bool unlinked = lead_.cause == Cause::f1 || lead_.cause == Cause::f3;
    if (out_.hub) return known(unlinked);
    if (!at_platform()) return not_at_platform();
    if (unlinked) {
      std::vector<std::string> steps = {
          lead_.cause == Cause::f1 ? "Find the receipt of " + which() + " and ask the customer who they are."
                                   : "Correct the customer's e-mail or phone.",
          "Link " + which() + " to the customer at the platform.", "Where the platform cannot link it again:"};
      for (std::string& step : anew(", to the customer")) steps.push_back(std::move(step));
      return person(Remedy::relink, lead_.evidence.empty() ? "it is linked to nobody" : lead_.evidence.back(),
                    std::move(steps));
    }
    person(Remedy::send_again, "the platform has it, not " + sides(lead_),
           {lead_.cause == Cause::f2 ? "Start the poll or batch to " + sides(lead_) + " again."
                                     : "Post " + which() + " again at " + sides(lead_) + ", under the same reference.",
            "Look there: once, not twice."});
  }

  /// What some other system has came from somewhere. Only a hub takes the same transaction as the same credit.
  void not_at_platform() {
    report::BySide<bool> have = lead_.present;
    have[report::at(Side::pos)] = false;
    std::string others = sides(have), lack = sides(lead_),
                at = wrong(Side::platform) ? "the platform" : "the platform, which was not compared,";
    std::string why =
        others.empty() && wrong(Side::platform) ? "no system after the register has it" : "not at " + lack;
    if (!others.empty()) why += ", and at " + others;
    std::string not_there =
        request_.hub
            ? "Not there: the register sends the same transaction again, to the hub, which makes one credit of it however "
              "often it comes."
            : "Not there: it is issued again; nothing here keeps that from being a second one, so look once more first.";
    person(
        Remedy::send_again, why,
        {"Look for " + which() + " at " + at + " by receipt, amount and time: it may be there under another reference" +
             (others.empty() ? "" : ", and " + others + " got it from there") +
             ". Then that is corrected and nothing is issued.",
         not_there});
  }

  void known(bool unlinked) {
    const HubView& seen = *out_.hub;
    const std::string& state = seen.state;
    if (state == "repairing" || state == "cancelling" || state == "closed" || state == "tombstone")
      return nobody("the hub has it as " + state, {"See: handoff trace " + seen.credit});
    if (state == "unresolved" || (state == "accepted" && seen.case_no != 0)) {
      hub(Remedy::identify, "the hub does not know whose it is",
          {"Find the receipt and ask the customer; write the e-mail, phone or loyalty id into the CSV.",
           "The hub finds the customer and goes on by itself."});
      return ask();
    }
    if (seen.case_kind == "approval")
      return nobody("it waits for a second person: handoff case approve " + std::to_string(seen.case_no),
                    {"See: handoff trace " + seen.credit});
    if (for_people(seen.case_kind)) {
      not_hub_ = "its case " + std::to_string(seen.case_no) + " (" + seen.case_kind + ") asks a question";
      return person(Remedy::resume, "the hub holds it", {"Read the case: handoff cases.", "Do what it says there."});
    }
    if (seen.case_no != 0)
      return hub(Remedy::resume, "the hub holds it: " + seen.case_kind,
                 {"The hub looks again and sends only what was refused; it never issues twice."});
    if (state != "complete" && state != "available")
      return nobody("the hub is on it: " + state, {"Nothing yet: look at the next audit."});
    if (unlinked)
      return hub(
          Remedy::relink, "the platform shows it, but not as its customer's",
          {"The hub reads it at the platform.", "It links it to the customer whom it knows, or whom the CSV names.",
           "Where that is impossible and [repair] policy allows: freeze, void, the void read back, and exactly "
           "what was removed issued again."});
    bool only_shop = wrong(Side::storefront) && !wrong(Side::erp) && !wrong(Side::payments);
    if (only_shop && at_platform())
      return hub(Remedy::show_again, "the hub had shown it, the shop's export has not",
                 {"The hub reads it at the platform.", "It shows the customer's balance in the shop anew."});
    not_hub_ = "it has proof that it was there (handoff trace " + seen.credit + ")";
    person(Remedy::send_again, "the export of " + sides(lead_) + " does not have it",
           {"Look for it at " + sides(lead_) + ": was it taken out, or does the export leave it out?"});
  }

  /// G11. The hub asks a second person by itself before a void; here nothing large runs unseen.
  void approval() {
    auto limit = request_.approve_above.find(lead_.currency);
    bool above = limit != request_.approve_above.end() && out_.stake > limit->second;
    if (out_.by == By::nobody) return;
    if (out_.remedy == Remedy::adopt)
      out_.approval = "nobody issued it at a register";
    else if (above)
      out_.approval = "above " + money(limit->second);
    if (!out_.approval.empty() && out_.by == By::hub) out_.decision = Decision::ask;
  }

  const PlanRequest& request_;
  const Finding& lead_;
  int alike_;
  std::string claimed_, not_hub_;
  bool alike_at_hub_ = false;
  PlanAction out_;
};

struct ItemOf {
  std::vector<const Finding*> findings;
  const Finding* lead = nullptr;
  std::optional<HubAnswer> hub;

  bool by_hand() const { return lead->kind == Kind::downstream_only; }
};

void ask_hub(const PlanRequest& request, ItemOf& item) {
  if (!request.hub || item.lead->kind == Kind::unreadable) return;
  item.hub = request.hub(*item.lead);
}

/// Two items cannot be one credit: which of them it is, only a person can tell. A hand-made one and what the hub made of it
/// can.
void part_shared_credits(std::map<std::string, ItemOf>& items) {
  std::map<std::string, int> times;
  for (const auto& [key, item] : items)
    if (item.hub && *item.hub && !item.by_hand()) ++times[(*item.hub)->credit];
  for (auto& [key, item] : items) {
    if (!item.hub || !*item.hub || item.by_hand() || times[(*item.hub)->credit] == 1) continue;
    item.hub = std::unexpected("several items of this audit would be the hub's " + (*item.hub)->credit);
  }
}

/// Entries that are likely to be a credit that is missing at their side, by their row.
std::map<std::string, std::string> likely_of_others(const std::map<std::string, ItemOf>& items) {
  std::map<std::string, std::string> out;
  for (const auto& [key, item] : items)
    for (const report::Candidate& one : item.lead->candidates)
      if (!item.by_hand() && one.score >= kLikely)
        out.emplace(place_of(one.row),
                    item.lead->reference.empty() ? "a credit without a reference" : item.lead->reference);
  return out;
}

}  // namespace

std::string adoption_key(std::string_view reference, std::string_view finding) {
  bool is_code = reference.starts_with("\xe2\x80\xa6");  // only its end is known
  std::string bare = is_code ? std::string() : bare_reference(std::string(reference));
  std::string what = "adopts|" + (bare.empty() ? std::string(finding) : bare);
  return "entry-" + crypto::base32(crypto::bytes(crypto::sha256(what))).substr(0, 20);
}

Plan make_plan(const PlanRequest& request) {
  std::map<std::string, ItemOf> items;
  Plan out;
  out.as_of = request.as_of;
  out.asked_hub = static_cast<bool>(request.hub);
  for (const auto& [currency, minor] : request.approve_above) out.limits.push_back(Money(minor, currency).text());
  for (const Finding& finding : request.findings)
    if (finding.cause == Cause::in_flight)
      ++out.in_flight;
    else
      items[item_of(finding)].findings.push_back(&finding);
  for (auto& [key, item] : items) {
    item.lead = *std::ranges::min_element(
        item.findings, {}, [](const Finding* one) { return std::tuple(rank(one->kind), std::string_view(one->id)); });
    ask_hub(request, item);
  }
  part_shared_credits(items);
  std::map<std::string, int> adoptions;
  for (const auto& [key, item] : items)
    if (item.by_hand()) ++adoptions[adoption_key(item.lead->reference, item.lead->id)];
  std::map<std::string, std::string> claims = likely_of_others(items);
  for (auto& [key, item] : items) {
    int alike = item.by_hand() ? adoptions[adoption_key(item.lead->reference, item.lead->id)] : 1;
    std::string claimed;
    for (const report::Row& row : item.lead->rows)
      if (auto claim = claims.find(place_of(row)); claim != claims.end() && item.by_hand()) claimed = claim->second;
    out.actions.push_back(
        Planner(request, *item.lead, std::move(item.hub), alike, std::move(claimed)).run(item.findings));
  }
  std::ranges::sort(out.actions, {}, [](const PlanAction& one) {
    bool asks = one.decision == Decision::ask;  // what waits for somebody comes first
    return std::tuple(!asks, report::index_of(one.by), -report::size_of(one.stake, one.currency),
                      std::string_view(one.id));
  });
  out.id = plan_id(json::write(report::plan_json(out)));
  return out;
}

}  // namespace handoff::reconcile
