// One system's customer list, copied (docs/adr/0022-customer-index.md): it ranks who may be meant, notices when somebody
// who is waited for is there, and tells who was merged or deleted. It links nobody.

#include <algorithm>

#include "core/engine/engine.hpp"
#include "core/identity/record.hpp"

namespace handoff::engine {

namespace {

constexpr std::int64_t kLoadedAtOnce = 200;
constexpr std::int64_t kCasesAtOnce = 64;
constexpr std::int64_t kListsLag = 3'600'000;  // so long a list may show who is gone

identity::Record opened(const crypto::Vault& vault, const std::string& key, const std::string& data) {
  identity::Record out;
  json::Parsed parsed = json::parse(vault.open_sealed(key, "directory", data).value_or("{}"));
  if (parsed) decode(*parsed, out);
  return out;
}

}  // namespace

const Connector* Engine::customers_from() const { return setup_.connector(setup_.customers.from); }

/// After a start what is kept comes into memory a little each turn, and then the list is read on.
void Engine::load_customers() {
  const Connector* connector = customers_from();
  if (!connector) return;
  std::vector<journal::Reader::Listed> rows = read().directory(connector->id, listed_after_, kLoadedAtOnce);
  for (const journal::Reader::Listed& row : rows) {
    listed_after_ = row.id;
    if (has_room_for_customers()) people_.replace(opened(s_.vault, row.key, row.data).person(row.id));
  }
  later(rows.empty() ? 1000 : 0, rows.empty() ? 'k' : 'x', 0);
}

bool Engine::has_room_for_customers() const {
  return people_.size() < static_cast<std::size_t>(setup_.customers.at_most);
}

void Engine::pull_customers() {
  const Connector* connector = customers_from();
  if (!connector) return;
  // Other rules read the records in another way: then the list is read from its beginning.
  std::string place = connector->id + " customers, rule " + std::to_string(identity::kRuleVersion);
  std::string from = read().cursor(place);
  PullInput input;
  if (json::Parsed cursor = json::parse(from)) input.cursor = *cursor;
  start_read(*connector, "pull_customers", encode(input), false, [this, connector, place, from](ReadOutcome outcome) {
    source_answers(connector->name + " customers", outcome);
    if (outcome.failure == HANDOFF_FAIL_CURSOR_EXPIRED) move_cursor(place, "null");
    if (!outcome.ok) return later(setup_.customers.every_ms, 'k', 0);
    std::erase_if(gone_lately_, [this](const auto& gone) { return now_ - gone.second > kListsLag; });
    for (const json::Value& record : outcome.emitted)
      customers_changed_ = take_customer(*connector, record) || customers_changed_;
    if (std::string next = json::write(outcome.result); next != from) move_cursor(place, next);
    if (!outcome.more) note_customers(*connector);
    if (!outcome.more && std::exchange(customers_changed_, false)) look_for_waiting();
    later(outcome.more ? 0 : setup_.customers.every_ms, 'k', 0);
  });
}

void Engine::move_cursor(const std::string& place, const std::string& value) {
  journal::CursorMoved moved;
  moved.connector = place;
  moved.value = value;
  note("", "engine", moved);
}

/// How old the copy is, for people. Not journalled: it says nothing of money.
void Engine::note_customers(const Connector& connector) {
  json::Object state;
  state.set("connector", connector.name).set("at", now_).set("customers", static_cast<std::int64_t>(people_.size()));
  state.set("full", !has_room_for_customers());
  s_.store.set_meta("customers", json::write(json::Value(std::move(state))));
}

/// A record of the list, or one that a notification led to. True if it says something new.
bool Engine::take_customer(const Connector& connector, const json::Value& record) {
  if (connector.name != setup_.customers.from)
    return false;  // a notification about customers whom nobody keeps a list of
  CustomerChange change;
  std::string wrong = decode(record, change);
  if (wrong.empty() && change.record.id.empty()) wrong = "record.id: write a string";
  if (!wrong.empty()) {
    park_record(connector, record, wrong);
    return false;
  }
  const std::string& id = change.record.id;
  std::optional<identity::Record> kept = kept_customer(connector, id);
  const identity::Record before = kept.value_or(identity::Record());
  if (!change.gone && gone_lately_.contains(id)) return false;
  if (change.gone) {
    gone_lately_[id] = now_;
    people_.remove(id);
    s_.store.drop_listed(connector.id, id);
    if (!change.into.empty()) take_over(connector, before.person(id), change.into);
    for (std::int64_t customer : read().customers_by_ref(connector.id, id))
      change.into.empty() ? customer_gone(connector, customer, id, " deleted this customer")
                          : customer_merged(connector, customer, id, change.into);
    return true;
  }
  identity::Record now = before;
  now.set(change.record, setup_.identity_rules);
  bool keeps = kept ? now != before : has_room_for_customers();
  if (keeps) keep_customer(connector, id, now);
  return keeps;
}

std::optional<identity::Record> Engine::kept_customer(const Connector& connector, const std::string& id) {
  auto [key, data] = read().listed(connector.id, id);
  return data.empty() ? std::nullopt : std::optional(opened(s_.vault, key, data));
}

/// Each record under a key of its own, which goes with it.
void Engine::keep_customer(const Connector& connector, const std::string& id, const identity::Record& record) {
  std::string key = s_.vault.new_data_key();
  s_.store.put_listed(connector.id, id, key, s_.vault.seal(key, "directory", json::write(encode(record))));
  people_.replace(record.person(id));
}

void Engine::take_over(const Connector& connector, const identity::Person& merged, const std::string& into) {
  std::optional<identity::Record> kept = kept_customer(connector, into);
  if (!kept) return;  // for want of room
  kept->take_over(merged);
  keep_customer(connector, into, *kept);
}

// ---- what that means for those who had credits ----

/// Nothing is taken from anybody (M8): the hub forgets what led to them, and people decide about what they hold.
void Engine::customer_gone(const Connector& connector, std::int64_t customer, const std::string& id,
                           const std::string& why) {
  journal::CustomerGone gone;
  gone.customer = customer;
  gone.surface = connector.id;
  gone.id = id;
  note("", "engine", gone);
  for (const CreditRow& credit : read().credits_of(customer))
    if (credit.state != "closed") say(credit, "customer", connector.name + why);
}

/// The hub's customer is known there by another name now. Where that is another of the hub's customers, what they hold would
/// have to change hands in every system: that is a repair, and a person asks for it.
void Engine::customer_merged(const Connector& connector, std::int64_t customer, const std::string& id,
                             const std::string& into) {
  if (!read().customers_by_ref(connector.id, into).empty())
    return customer_gone(connector, customer, id, " merged this customer into another, who has credits too");
  journal::CustomerRefAdded named;
  named.customer = customer;
  named.surface = connector.id;
  named.id = into;
  note("", "engine", named);
  for (const CreditRow& credit : read().credits_of(customer)) show_anew(credit);
}

/// Mirrors are written again, for whoever the customer is now; one that was held for want of the former, too.
void Engine::show_anew(const CreditRow& credit) {
  bool on_its_way = credit.state == "available" || credit.state == "complete" ||
                    (credit.state == "held" && credit.reason == "a hop is held");
  if (!on_its_way) return;  // it is still to be mirrored, or never again
  std::vector<HopRow> hops = read().hops(credit.no);
  for (const HopRow& hop : hops) {
    if (hop.op != "mirror" || hop.state == "waiting" || hop.state == "queued") continue;
    leave(credit.no, hop.id);
    journal::HopMoved again;
    again.credit = credit.no;
    again.hop = hop.id;
    again.state = "waiting";
    again.effect = hop.effect;
    again.version = hop.version;
    note(credit.id, "engine", again);
    for (const CaseRow& open : read().cases_of(credit.no)) {
      if (open.state != "open" || !open.reason.starts_with(hop.id + ":")) continue;
      journal::CaseClosed closed;
      closed.case_no = open.no;
      closed.why = "the customer was merged into another";
      note(credit.id, "engine", closed);
    }
  }
  move(credit, credit.state == "held" ? state_before(credit, hops) : "available", "", true);
  touch(credit.no);
}

// ---- who is waited for ----

/// From the first case on, also where a pass is under way.
void Engine::look_for_waiting() {
  if (!waiting_looked_for_) later(0, 'j', 0);
  waiting_looked_for_ = true;
  waiting_after_ = 0;
}

/// Goes over the open identity cases; where the list has exactly one now, the systems are asked.
void Engine::look_for_waiting_now() {
  std::vector<CaseRow> cases = read().open_cases("identity", waiting_after_, kCasesAtOnce);
  waiting_looked_for_ = !cases.empty();
  waiting_after_ = cases.empty() ? 0 : cases.back().no;
  for (const CaseRow& one : cases) {
    std::optional<CreditRow> credit = read().credit(one.credit);
    if (!credit) continue;
    std::vector<identity::Identifiers> sought;
    if (credit->customer == 0)
      sought = told(credit->no);
    else
      sought.push_back(identifiers(-credit->customer));
    if (std::ranges::any_of(sought, [this](const identity::Identifiers& ids) {
          return ids.any() && identity::judge(ids, people_.sharing(ids)).links;
        }))
      look_again(one);
  }
  if (waiting_looked_for_) later(0, 'j', 0);
}

/// What the system's answer ranked, and what only a copy of its list can know: who is a typing error away. Best first.
std::vector<journal::CaseCandidate> Engine::with_listed(std::vector<journal::CaseCandidate> ranked,
                                                        const identity::Identifiers& sought) {
  const Connector* connector = customers_from();
  if (!connector) return ranked;
  identity::Match listed;
  listed.ranked = people_.find(sought).ranked;
  for (journal::CaseCandidate& one : candidates_of(*connector, listed, sought))
    if (std::ranges::none_of(ranked, [&](const journal::CaseCandidate& known) {
          return known.connector == one.connector && known.customer == one.customer;
        }))
      ranked.push_back(std::move(one));
  std::ranges::stable_sort(ranked, std::greater<>(), &journal::CaseCandidate::score);
  if (ranked.size() > kCandidatesKept) ranked.resize(kCandidatesKept);
  return ranked;
}

}  // namespace handoff::engine
