#include "core/serve/views_next.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "core/engine/plan.hpp"
#include "core/model/case_kinds.hpp"
#include "core/model/sources.hpp"

namespace handoff::serve {

namespace {

std::string command(const journal::CaseRow& row, const char* word) {
  return std::string("handoff case ") + word + " " + std::to_string(row.no);
}

std::string question(const journal::CreditRow& credit, const journal::CaseRow& row) {
  static const std::map<std::string_view, std::string_view> kAsk = {
      {"no_identifier", "The register named no customer. Ask for the e-mail, phone or loyalty id of "},
      {"damaged",
       "What the register said of the customer is damaged in the store and does not open; see: handoff store verify. Ask again for the e-mail, phone "
       "or loyalty id of "},
      {"unusable_identifier",
       "What the register sent cannot be read as an e-mail, a phone with country code or a loyalty id. Ask again for "},
      {"no_match",
       "No system knows this customer. handoff looks again by itself, and finds them once they have an account. Or correct the spelling: "},
      {"ambiguous", "More than one customer fits. Ask for one more identifier of "},
      {"unconfirmed",
       "Nobody fits beyond doubt. Where only the phone fits, the record does not hold what else was given, and phones change owners: "
       "complete it there. Where a system could not say (then a note of the case names it), handoff looks again by itself. Or ask "
       "for one more identifier of "},
      {"contradiction", "The identifiers belong to different customers. Ask whose it is, "},
  };
  auto ask = kAsk.find(row.reason);
  return (ask == kAsk.end() ? "The customer is not certain (" + row.reason + "). Ask for an identifier of "
                            : std::string(ask->second)) +
         receipt(credit);
}

/// Of any other source a register that sends the transaction makes another credit of it: who tells is part of what it is (N1).
bool of_a_register(const journal::CreditRow& credit) { return credit.source == kRegisterSource; }

/// All that was told stays told (N3), so that saying one of it again leads to the same two: a person's word decides.
bool only_chosen(const journal::CaseRow& row) { return row.reason == "contradiction" && !row.candidates.empty(); }
constexpr const char* kChoose = ", and choose among the candidates; to say an identifier again decides nothing: ";

std::string of_identity(const journal::CreditRow& credit, const journal::CaseRow& row) {
  if (std::string hop = hop_of(row.reason); !hop.empty())
    return row.reason + ". Correct the customer's record in that system, then: " + command(row, "retry");
  if (only_chosen(row)) return question(credit, row) + kChoose + command(row, "link") + " --candidate 1";
  return question(credit, row) +
         (of_a_register(credit)
              ? ". The register sends the same transaction again with it (that never makes a second credit), or you say it: "
              : ". Say it: ") +
         command(row, "link") + " --email ADDRESS" +
         (row.candidates.empty() ? ""
                                 : ". Or choose one of the candidates: " + command(row, "link") + " --candidate 1");
}

std::string of_hop(const journal::CaseRow& row, const std::string& cause_fallback, const std::string& advice) {
  return (row.reason.empty() ? cause_fallback : row.reason) + ". " + advice;
}

constexpr std::string_view kConflictOfGoodwill = "conflict of goodwill";
constexpr std::string_view kOnlyGoesOn = "approval of a repair that has voided";

/// What a case is about where its reason is empty, and what a person does: {retry}, {approve} are whole commands, {close} and
/// {refuse} with a reason, {settle} without its answer, {credit} is its reference, {receipt} how the source knows it, {cancel}
/// how it is taken back there.
struct Advice {
  std::string_view cause, advice;
};

const std::map<std::string_view, Advice> kAdvice = {
    {"mapping",
     {"This credit fits no route",
      "Correct the routes or the mapping, check with `handoff lint`, restart handoffd, then: {retry}"}},
    {"conflict",
     {"The same transaction came again with other money",
      "Compare with the receipt. If the first is right: {close}. If not, cancel {receipt} at its source and issue it under a new "
      "transaction."}},
    {"collision",
     {"Another transaction was refused as this one",
      "Its customer waits. Send it again from its source under another line number (or, if its instrument is another's, with its "
      "own); when it is there: {close}"}},
    {kConflictOfGoodwill,
     {"The same key came again with other money",
      "Ask what was meant. If the first: {close}. If not, take it back: handoff credits cancel {credit} --reason TEXT, and give it "
      "anew under another --key."}},
    {"unknown outcome",
     {"A request may or may not have happened",
      "{retry} looks again and sends nothing before it knows. If no look can tell, look in that system for {credit}, then: "
      "{settle} --happened (of an issue with --instrument ID), or --not-happened, which sends it again, each with --reason TEXT"}},
    {"verification",
     {"The read-back disagrees with what was sent",
      "Compare the record in that system with this trace and correct it there, then: {retry}"}},
    {"vendor refused", {"The system refused", "Nothing was changed there. Remove the cause, then: {retry}"}},
    {"unreadable",
     {"The system's answers cannot be read", "Check that it is up and that base_url points at it, then: {retry}"}},
    {"connector",
     {"The connector broke a rule", "Nothing more is sent for this hop. Give this trace to the connector's author."}},
    {"damaged",
     {"A sealed row of the store is damaged",
      "Nothing more is sent of it. Keep the store's file and restore the last good backup: the hub asks the sources again, and "
      "looks before it sends. Without one see to it by hand at that system, and cancel {receipt} at its source: what is on "
      "the card is taken back, and its cases stay with you."}},
    {"observation",
     {"What the register issued was not found as it said",
      "Compare the receipt with the platform and correct it there, then: {retry}"}},
    {"quarantined",
     {"The store refused what comes next for it",
      "Nothing of it was sent, and what was there is whole. Check with `handoff store verify`, give this trace to handoff's "
      "authors, then: {retry}"}},
    {kStillShown,
     {"It is still shown to the customer of before",
      "They see it and cannot spend it. Remove the cause, then: {retry}. If that customer's account is gone: {close}"}},
    {"balance",
     {"The balance at the platform is not what it should be",
      "Find out who changed it there and correct it. Then: {close}"}},
    {"customer",
     {"The customer's record is not what it was",
      "Find out whose this credit is. If somebody else's now: handoff repair {credit} --email ADDRESS (or --phone, --loyalty) "
      "--reason TEXT; it closes this. If nothing is to be done: {close}"}},
    {"late", {"Value moved on an instrument that had been ended", "Look there for what is on it. Then: {close}"}},
    {"sla",
     {"Later than it may be",
      "handoff goes on by itself. See what it waits for: handoff trace {credit}; the case closes when the credit is "
      "there."}},
    {"gap",
     {"An audit found that a system differs",
      "The next audit that finds it no more closes this. Look at it: handoff trace {credit}. If it is to stay as it is: "
      "{close}"}},
    {"spent", {"It was spent before it was cancelled", "Book the amount as a loss or charge it, then: {close}"}},
    {"ceiling",
     {"A second person must approve",
      "Another person than the one who sent it decides: {approve}. If it was a mistake, cancel {receipt} at its source."}},
    {"goodwill",
     {"A second person must approve",
      "Another person than the one who gave it decides: {approve}. If it was a mistake: {refuse}, which takes it back"}},
    {"approval",
     {"A second person must approve", "Another person than the one who asked decides: {approve}, or {refuse}"}},
    {kOnlyGoesOn,
     {"A second person must approve",
      "Another person than the one who asked decides: {approve}, which gives the customer again all that the void took away. Until "
      "then they have nothing. The void is done, so this is not refused any more. If they are not to have it: {cancel}"}},
    {"repair",
     {"The repair cannot go on by itself",
      "Compare with that system and correct it there, then: {retry}; it looks first and never issues twice"}},
    {"cancel",
     {"The source cancelled this credit",
      "See to it, then: {retry}; it looks first, and ends the credit once nothing is left there."}},
};

std::string filled(std::string_view advice, const journal::CreditRow& credit, const journal::CaseRow& row) {
  const std::map<std::string_view, std::string> words = {
      {"retry", command(row, "retry")},
      {"close", command(row, "close") + " --reason TEXT"},
      {"approve", command(row, "approve")},
      {"refuse", command(row, "refuse") + " --reason TEXT"},
      {"settle", command(row, "settle")},
      {"credit", credit.ref},
      {"receipt", receipt(credit)},
      {"cancel", credit.source == kManualSource ? "handoff credits cancel " + credit.ref + " --reason TEXT"
                                                : "cancel " + receipt(credit) + " at its source."}};
  std::string out;
  for (std::size_t open = advice.find('{'); open != std::string_view::npos; open = advice.find('{')) {
    std::size_t end = advice.find('}', open);
    out += advice.substr(0, open);
    out += words.at(advice.substr(open + 1, end - open - 1));
    advice.remove_prefix(end + 1);
  }
  return out + std::string(advice);
}

}  // namespace

std::string hop_of(const std::string& reason) {
  std::size_t colon = reason.find(": ");
  std::string head = reason.substr(0, colon == std::string::npos ? 0 : colon);
  return head.find('.') == std::string::npos || head.find(' ') != std::string::npos ? std::string() : head;
}

std::string receipt(const journal::CreditRow& credit) {
  std::string out = credit.transaction.empty() ? (credit.unique_id.empty() ? credit.ref : credit.unique_id)
                                               : "transaction " + credit.transaction;
  if (!credit.business_date.empty()) out += " of " + credit.business_date;
  if (!credit.store.empty()) out += " at store " + credit.store;
  if (!credit.terminal.empty()) out += ", register " + credit.terminal;
  return out;
}

/// And not of a repair: nothing was sent, and the source can still take it back.
bool of_a_ceiling(const journal::CaseRow& row) { return row.kind == "approval" && !hop_of(row.reason).empty(); }

std::string store_step(const journal::CreditRow& credit, const journal::CaseRow& row, const RepairExits& exits) {
  if (!of_a_register(credit)) return next_step(credit, row, exits);
  if (row.kind == "identity" && hop_of(row.reason).empty() && !only_chosen(row))
    return question(credit, row) +
           ". At the register send the same transaction again with it; that never makes a second credit.";
  if (of_a_ceiling(row))
    return row.reason + ": " + receipt(credit) +
           ". A supervisor approves it at the register, with a token of their own, or it is cancelled there.";
  return next_step(credit, row, exits);
}

std::string next_step_of_source(const journal::CaseRow& row) {
  if (row.kind == "source" && row.reason.find(": must be authorised again: ") != std::string::npos)
    return row.reason +
           ". What goes there waits, and nothing is lost. The case closes by itself when its vendor takes a token.";
  if (row.kind == "source" && row.reason.find(": credentials refused (") != std::string::npos)
    return row.reason +
           ". What goes there waits, and nothing is lost. Compare its secrets with what the vendor shows, and start the hub again "
           "when they are right. The case closes by itself when it takes them.";
  if (row.kind == "source" && row.reason.starts_with("handoff: the disk"))
    return row.reason +
           ". Registers get 503 and keep what they have; what is in flight goes on. Make room beside the store: `handoff status` says how much. "
           "The case closes by itself when there is.";
  if (row.kind == "source")
    return row.reason +
           ". What it brings does not arrive. Check that its settings are right; the case closes by itself "
           "when it can be read.";
  if (row.kind == "gap")
    return row.reason +
           ". The next audit that finds it no more closes this. If it is to stay as it is: " + command(row, "close") +
           " --reason TEXT";
  return row.reason + ". It is no credit yet. Correct it in that system, or bring the connector up to date, then: " +
         command(row, "retry") + ". If it is none of ours: " + command(row, "close") + " --reason TEXT";
}

std::vector<std::string> actions_of(const journal::CaseRow& row, std::string_view next) {
  constexpr std::string_view kBegin = "handoff case ";
  const std::string number = " " + std::to_string(row.no);
  std::vector<std::string> out;
  auto add = [&out](std::string_view word) {
    if (std::ranges::find(out, word) == out.end()) out.emplace_back(word);
  };
  for (std::size_t at = next.find(kBegin); at != std::string_view::npos; at = next.find(kBegin, at)) {
    at += kBegin.size();
    std::string_view word = next.substr(at, next.find(' ', at) - at);
    if (next.substr(at + word.size()).starts_with(number)) add(word);
  }
  add("assign");
  add("note");
  return out;
}

RepairExits exits_of(journal::Reader& read, const journal::CaseRow& row) {
  RepairExits out{false, false};
  if (row.kind != "repair" && row.kind != "approval") return out;
  std::vector<journal::RepairRow> repairs = read.repairs(row.credit);
  if (repairs.empty() || !repairs.back().open) return out;
  const journal::RepairRow& repair = repairs.back();
  out.refuse = !repair.removed;
  for (const journal::EffectRow& effect : read.effects(row.credit)) {
    if (!engine::of_repair(effect)) continue;
    if (effect.ordinal / 2 == repair.round && effect.state != "rejected") out.refuse = false;
    if (effect.state != "held") continue;
    for (const journal::CallRow& call : read.calls(effect.no)) out.settle = out.settle || call.state == "held";
  }
  return out;
}

std::string next_step(const journal::CreditRow& credit, const journal::CaseRow& row, const RepairExits& exits) {
  if (!row.word_by.empty())
    return row.reason + ". " + row.word_by + " says that it " +
           (row.word.word == "happened" ? "happened" : "did not happen") + ": " + row.word.reason +
           ". Another person decides: " + command(row, "approve") + ", or " + command(row, "refuse") + " --reason TEXT";
  if (row.kind == "identity") return of_identity(credit, row);
  bool goodwill = credit.source == kManualSource;
  std::string_view kind = goodwill && row.kind == "conflict" ? kConflictOfGoodwill : std::string_view(row.kind);
  if (row.kind == "approval" && !exits.refuse) kind = kOnlyGoesOn;
  auto found = kAdvice.find(of_a_ceiling(row) ? (goodwill ? "goodwill" : "ceiling") : kind);
  if (found == kAdvice.end()) return of_hop(row, row.kind, "Decide, then: " + command(row, "close") + " --reason TEXT");
  std::string advice(found->second.advice);
  if (row.kind == "repair" && exits.settle) advice += ". If no look can tell of its request in doubt: {settle}";
  if (row.kind == "repair" && exits.refuse) advice += ". As long as it has sent nothing you may stop it: {refuse}";
  return of_hop(row, std::string(found->second.cause), filled(advice, credit, row));
}

}  // namespace handoff::serve
