// A person's word on a call in doubt (INVARIANTS F rule 5, docs/adr/0027-a-persons-word.md): no rule is left, somebody looked
// in the vendor's own system, and says whether it happened. What a look can tell counts more than the word; what is said to
// have happened is read back; what is said not to have happened is made again, under the same reference.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {

constexpr const char* kHappened = "happened";
constexpr const char* kNotHappened = "not happened";

CallRow* held_call(Live& live) {
  for (auto& [position, call] : live.calls)
    if (call.state == "held") return &call;
  return nullptr;
}

/// How the case of an effect that was held names it (hop_held, hold_repair).
std::string about(const EffectRow& effect) { return (of_repair(effect) ? effect.op : effect.hop) + ": "; }

/// What is said by the command, or was and waits for another's approval.
journal::CaseWordGiven word_of(const Command& command, const CaseRow& row) {
  if (command.kind == Command::Kind::approve) return row.word;
  journal::CaseWordGiven word;
  word.case_no = row.no;
  word.word = command.happened ? kHappened : kNotHappened;
  word.instrument = command.instrument;
  word.reason = command.text;
  return word;
}

/// The vendor's id of what the call is about, if something said it before.
const std::string& known_instrument(const Live& live) {
  return live.row.instrument.empty() ? live.expected.instrument : live.row.instrument;
}

}  // namespace

/// The held effect that the case is about, with its call in doubt; else why there is none.
std::expected<Live, std::string> Engine::doubted(const CaseRow& row) {
  Effects found;
  for (const EffectRow& effect : read().effects(row.credit)) {
    if (effect.state != "held" || effect.op == "reverse" || effect.op == "mirror") continue;
    bool of_this_kind = row.kind == (of_repair(effect) ? "repair" : "unknown outcome");
    bool in_doubt =
        std::ranges::any_of(read().calls(effect.no), [](const CallRow& call) { return call.state == "held"; });
    if (!of_this_kind || !in_doubt || !row.reason.starts_with(about(effect))) continue;
    found.push_back(effect);
    if (row.reason != about(effect) + effect.reason) continue;
    found = {effect};
    break;
  }
  if (found.empty())
    return std::unexpected("case " + std::to_string(row.no) +
                           " is about no request of which a person could say whether it happened");
  if (found.size() > 1)
    return std::unexpected(
        "several requests of it are in doubt; retry it first: each that stays in doubt gets its own case");
  Live out;
  out.row = found.front();
  if (std::string wrong = restore(out); !wrong.empty()) return std::unexpected(wrong);
  return out;
}

/// P7: the boot clock tells how long ago it was sent; what ran before this process counts from its start.
std::int64_t Engine::may_act_until(const Connector& connector, const CallSheet& sheet, std::int64_t effect) const {
  auto from = held_from_.find(effect);
  return setup_.provable_at(connector, sheet, from == held_from_.end() ? started_ : from->second);
}

/// Why that word cannot be taken as things are; empty: it can.
std::string Engine::unsafe(Live& live, const journal::CaseWordGiven& word) {
  CallRow& call = *held_call(live);
  const CallSheet& sheet = *live.operation->call(call.label);
  std::optional<EffectRow> reversal = reversal_of(live, call);
  if (reversal && reversal->open) return "its reversal is still under way";
  bool happened = word.word == kHappened;
  std::int64_t until = happened ? 0 : may_act_until(*live.connector, sheet, live.row.no);
  // What takes it back may still be travelling, and would take away what is there now.
  if (reversal && reversal->state == "held")
    for (const CallSheet& back : live.connector->operation("reverse")->calls)
      until = std::max(until, may_act_until(*live.connector, back, reversal->no));
  if (until > boot_now_)
    return in_doubt_until(live.row.hop, now_ + until - boot_now_) +
           ": what was sent may still act. Look there after that, and say it then";
  if (!happened) return {};
  bool others_follow = call.label != live.operation->calls.back().label;
  if (word.instrument.empty() && known_instrument(live).empty() && (live.row.op == "issue" || others_follow))
    return "say which it is there: --instrument, with the id by which " + live.connector->name + " knows it";
  if (!word.instrument.empty() && !known_instrument(live).empty() && word.instrument != known_instrument(live))
    return "it is about " + known_instrument(live) + " there, and about no other";
  std::optional<CreditRow> holder = read().credit_by_ref(live.connector->id, "instrument", word.instrument);
  if (!word.instrument.empty() && holder && holder->no != live.row.credit)  // M4
    return word.instrument + " is the instrument of " + holder->ref;
  if (live.row.op == "link" && customer_there(live).empty())
    return live.connector->name +
           "'s own id of the customer is not known here, so nobody could prove the link; retry the case: it looks for both";
  return {};
}

std::string Engine::customer_there(const Live& live) {
  return live.customer.id.empty() ? read().customer_ref(live.row.customer, live.connector->id) : live.customer.id;
}

/// G11, M9: as for a void, and for an issue above a ceiling.
bool Engine::needs_second_person(const CreditRow& credit) {
  const routing::Route* route = setup_.route(credit.route);
  const routing::Ceilings& ceilings = route ? route->ceilings : setup_.ceilings;
  auto above = [&](const routing::Limits& limits) {
    auto limit = limits.find(credit.amount.currency());
    return limit != limits.end() && credit.amount.minor() > limit->second;
  };
  return !credit.approved_by.empty() || above(setup_.approve_repair_above) || above(ceilings.per_credit);
}

std::string Engine::give_word(const Command& command, const CaseRow& row, const CreditRow& credit) {
  if (command.text.empty()) return "say why: what is to be seen there; it is kept";
  if (credit.state == "closed") return credit.ref + " is closed: nothing of it is to be sent any more";
  if (!row.word_by.empty())
    return row.word_by + " has said that it " + (row.word.word == kHappened ? "happened" : "did not happen") +
           ": another person approves that, or refuses it";
  const journal::CaseWordGiven word = word_of(command, row);
  std::expected<Live, std::string> live = doubted(row);
  if (!live) return live.error();
  if (std::string wrong = unsafe(*live, word); !wrong.empty()) return wrong;
  if (command.dry) return {};
  if (needs_second_person(credit))
    note(credit.id, command.actor, word);
  else
    believe(command.actor, row, credit, *live, word);
  return {};
}

std::string Engine::approve_word(const Command& command, const CaseRow& row, const CreditRow& credit) {
  if (row.word_by == command.actor)
    return command.actor + " said it: another person must approve, with a token of their own";
  if (credit.state == "closed") return credit.ref + " is closed: there is nothing to approve any more";
  std::expected<Live, std::string> live = doubted(row);
  if (!live) return live.error();
  if (std::string wrong = unsafe(*live, row.word); !wrong.empty()) return wrong;
  if (!command.dry) believe(command.actor, row, credit, *live, row.word);
  return {};
}

std::string Engine::refuse_word(const Command& command, const CaseRow& row, const CreditRow& credit) {
  if (command.text.empty()) return "say why: a refusal has a reason";
  if (command.dry) return {};
  journal::CaseNoted noted;
  noted.case_no = row.no;
  noted.text = "not taken, the word of " + row.word_by + " that it " +
               (row.word.word == kHappened ? "happened: " : "did not happen: ") + command.text;
  note(credit.id, command.actor, noted);
  journal::CaseWordGiven none;
  none.case_no = row.no;
  note(credit.id, command.actor, none);
  return {};
}

/// The effect goes on as after any other rule.
void Engine::believe(const std::string& actor, const CaseRow& row, const CreditRow& credit, Live& was,
                     const journal::CaseWordGiven& word) {
  CallRow& held = *held_call(was);
  std::optional<EffectRow> reversal = reversal_of(was, held);
  if (reversal && reversal->state == "held") {  // nobody shall repeat it later
    journal::EffectEnded ended;
    ended.effect = reversal->no;
    ended.state = "rejected";
    ended.reason = "what it was to take back was settled by hand";
    note(credit.id, actor, ended);
  }
  std::string evidence =
      "in the word of " + (row.word_by.empty() ? actor : row.word_by + ", approved by " + actor) + ": " + word.reason;
  reopen(actor, credit, was.row);
  let_hop_go_on(actor, credit, was.row);
  for (const CaseRow& open : read().cases_of(credit.no)) {
    if (open.state != "open" || (open.no != row.no && open.kind != "cancel"))
      continue;  // that it could not go on for this, too
    journal::CaseClosed closed;
    closed.case_no = open.no;
    closed.why = "it " + std::string(word.word == kHappened ? "happened" : "did not happen") + ", " + evidence;
    note(credit.id, actor, closed);
  }
  go_on(actor, credit, read().hops(credit.no));
  held_from_.erase(was.row.no);
  Live* live = this->live(was.row.no);
  CallRow* call = live ? open_call(*live) : nullptr;
  if (!call) return;
  const CallSheet& sheet = *live->operation->call(call->label);
  if (word.word == kHappened) {
    live->verify = true;
    return adopt(*live, 5, as_told(*live, sheet, word), evidence, actor);
  }
  bool cancelled = credit.state == "cancelling" || credit.reason.starts_with("cancelling");
  if (cancelled && was.row.ordinal == 0 && was.row.generation == 0) {  // its source wants it no more
    note_settled(*live, *call, "not_applied", 5, evidence, actor);
    return not_wanted(*live, "it did not happen, and its source cancelled the credit", actor);
  }
  if (key_is_spent(sheet, *call) || reversal) revise(*live, *call);
  settled(*live, *call, "not_applied", 5, evidence, actor);
}

/// Unless something else of it is held as well.
void Engine::let_hop_go_on(const std::string& actor, const CreditRow& credit, const EffectRow& effect) {
  if (of_repair(effect)) return;
  for (const EffectRow& other : read().effects(credit.no))
    if (other.hop == effect.hop && other.no != effect.no && other.state == "held" && !of_repair(other)) return;
  for (const HopRow& hop : read().hops(credit.no)) {
    if (hop.id != effect.hop || hop.state != "held") continue;
    journal::HopMoved moved;
    moved.credit = credit.no;
    moved.hop = hop.id;
    moved.state = "running";
    moved.effect = effect.no;
    note(credit.id, actor, moved);
  }
}

/// What a record of it shows if it is as it was asked for; the read-back says whether it is.
Sighting Engine::as_told(const Live& live, const CallSheet& sheet, const journal::CaseWordGiven& word) {
  const std::vector<std::string>& states =
      live.row.op == "void" ? live.operation->void_terminal_states : sheet.applied_states;
  Sighting out;
  out.instrument = word.instrument.empty() ? known_instrument(live) : word.instrument;
  if (live.expected.amount)
    out.amount = live.expected.reversed ? live.expected.amount->negated() : *live.expected.amount;
  out.issued = out.amount;
  out.state = states.empty() ? "active" : states.front();
  out.customer = customer_there(live);
  out.reference = live.expected.reference;
  out.credit = live.expected.credit;
  return out;
}

/// Before somebody's word counts, the system is asked once more, if it can be: what is there is not sent again, and what is
/// not there is no instrument of the credit. True: the command waits for that.
bool Engine::looks_first(const Command& command) {
  std::optional<CaseRow> row = read().case_of(command.number);
  if (!row || row->state != "open" || row->credit == 0 || command.dry) return false;
  const journal::CaseWordGiven word = word_of(command, *row);
  bool says = command.kind == Command::Kind::settle && !command.text.empty();
  bool agrees = command.kind == Command::Kind::approve && !row->word_by.empty();
  if ((!says && !agrees) || (word.word == kHappened && word.instrument.empty())) return false;
  std::expected<Live, std::string> live = doubted(*row);
  if (!live || !unsafe(*live, word).empty()) return false;  // decide() says why
  const OperationSheet* reading = live->connector->operation("read");
  if (!reading) return false;
  const CallSheet& sheet = *live->operation->call(held_call(*live)->label);
  ReadInput input = read_input(*live, "");
  bool happened = word.word == kHappened;
  if (happened) input.instrument = word.instrument;
  bool has_a_rule = !happened && (sheet.lookup_by != LookupBy::none || sheet.history);
  input.by = !has_a_rule                         ? way_to_read(*reading, input)
             : sheet.lookup_by != LookupBy::none ? name(sheet.lookup_by)
                                                 : "history";
  if (input.by.empty()) return false;
  start_read(
      *live->connector, "read", encode(input), true,
      [this, command](ReadOutcome outcome) {
        std::string text = shown_though(command, outcome);
        if (text.empty()) text = decide(command);
        if (command.answer) act([answer = command.answer, text] { answer(text.empty(), text); });
      },
      true);
  return true;
}

/// What the look showed that speaks against the word; empty: nothing. A system that refuses to say is no proof of anything.
std::string Engine::shown_though(const Command& command, const ReadOutcome& outcome) {
  std::optional<CaseRow> row = read().case_of(command.number);
  std::expected<Live, std::string> live = row && row->state == "open" ? doubted(*row) : std::unexpected(std::string());
  if (!live) return {};  // somebody was faster: decide() says so
  const CallSheet& sheet = *live->operation->call(held_call(*live)->label);
  const journal::CaseWordGiven word = word_of(command, *row);
  ReadResult seen;
  if (outcome.unanswered()) return live->connector->name + " does not answer; say it again when it can be asked, too";
  if (!outcome.ok || !decode(outcome.result, seen).empty()) return {};
  if (word.word == kHappened) {
    bool shown = std::ranges::find(seen.sightings, word.instrument, &Sighting::instrument) != seen.sightings.end();
    if (shown || !seen.complete || !sheet.lookup_is_proof) return {};
    return live->connector->name + " shows no " + word.instrument + ": say the id by which it knows it";
  }
  LookUp look = judge_sightings(*live->operation, sheet, seen, live->expected);
  if (look.found == LookUp::Found::matching)
    return live->connector->name + " shows it: " + look.sighting.instrument + ", state " + look.sighting.state +
           ". Retry the case: it goes on with that";
  if (look.found == LookUp::Found::nothing || look.found == LookUp::Found::incomplete) return {};
  return live->connector->name + " shows that " + look.why +
         ". Remove there what is not right, or say that it happened";
}

}  // namespace handoff::engine
