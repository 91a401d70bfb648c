#include "tests/simulation/checkers.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "core/journal/store.hpp"
#include "core/model/identity.hpp"
#include "tests/simulation/vfs.hpp"

namespace handoff::simulation {

namespace {

constexpr int kSendsMax = 40;  // of one call in a day (L5)
constexpr Time kStripeKeyWindow = kDay;
constexpr int kBreakerFailures = 5, kAtOnce = 8;  // sends that were under way when it opened

std::int64_t number(const json::Value& event, const char* name) { return event.at(name).as_integer().value_or(0); }
std::string text(const json::Value& event, const char* name) { return std::string(event.at(name).as_string()); }

std::string all_bytes(const HttpRequest& request) {
  std::string out = request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.headers) out += name + ": " + value + "\n";
  return out + "\n" + request.body;
}

}  // namespace

/// Prepared once for each time the store is opened.
struct Checkers::Statements {
  explicit Statements(journal::Database& db) {
    sent.prepare(db, "SELECT count(*) FROM journal WHERE seq > ? AND kind = 'attempt.sent'");
    confirmed.prepare(
        db, "SELECT 1 FROM journal WHERE seq > ? AND kind = 'repair.moved' AND payload LIKE '%\"confirmed\"%'");
    reissue.prepare(db,
                    "SELECT 1 FROM effects WHERE open = 1 AND op = 'issue' AND generation > 0 AND state IN "
                    "('in_flight', 'unknown') "
                    "UNION ALL SELECT 1 FROM repairs JOIN effects e USING (credit) WHERE repairs.state = 'reissue' AND "
                    "repairs.open = 1 "
                    "AND e.op = 'issue' AND e.generation > 0 AND e.state = 'verified'");
    credit.prepare(db, "SELECT 1 FROM credits WHERE id = ?");
    rows.prepare(db, "SELECT seq, kind, payload, at, hash FROM journal WHERE seq > ? ORDER BY seq");
    postings.prepare(db, "SELECT no, credit, from_account, to_account, amount FROM postings WHERE no > ? ORDER BY no");
    row.prepare(db, "SELECT hash FROM journal WHERE seq = ?");
    approvals.prepare(db, "SELECT no FROM cases WHERE state = 'open' AND kind = 'approval' ORDER BY no");
  }
  journal::Statement sent, confirmed, reissue, credit, rows, postings, row, approvals;
};

Checkers::Checkers(World& world, PlatformModel& cards) : world_(world), pools_{&cards} {}
Checkers::~Checkers() = default;

void Checkers::complain(const std::string& rule, const std::string& what, std::int64_t credit) {
  violations_.push_back({world_.now(), rule, what, credit, world_.trace.events()});
  world_.note("VIOLATION", rule + ": " + what);
}

void Checkers::open(const std::string& path) {
  db_ = std::make_unique<journal::Database>();
  db_->open(path, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, kObserverVfs);
  db_->run("PRAGMA cache_size=-8192");
  statements_ = std::make_unique<Statements>(*db_);
}

void Checkers::logged(const std::string& line) {
  world_.note("log", line);
  log_.append(line).append("\n");
}

// ---- the wire ----

void Checkers::before_turn() {
  sends_.clear();
  sends_this_turn_ = 0;
  in_turn_ = true;
  turn_began_ = world_.now();
  turn_accepted_ = turn_applied_ = turn_unsent_ = turn_confirmed_ = false;
}

/// P1: as many attempt rows are durable as sends were asked for, this one included.
void Checkers::sending(const net::Outbound& out) {
  journal::Statement& look = statements_->sent.begin().bind(seen_);
  std::int64_t durable = look.row() ? look.integer(0) : 0;
  look.end();
  if (durable < static_cast<std::int64_t>(++sends_this_turn_))
    complain("P1", "a send without a durable attempt row: " + out.request.method + " " + out.request.target);
}

bool Checkers::confirmed_now() {
  journal::Statement& look = statements_->confirmed.begin().bind(seen_);
  bool there = look.row();
  look.end();
  return there;
}

bool Checkers::reissuing() {
  journal::Statement& look = statements_->reissue.begin();
  bool there = look.row();
  look.end();
  return there;
}

std::vector<std::int64_t> Checkers::open_approvals() {
  std::vector<std::int64_t> cases;
  for (journal::Statement& look = statements_->approvals.begin(); look.row();) cases.push_back(look.integer(0));
  return cases;
}

bool Checkers::booked(const std::string& ref) const {
  std::int64_t sum = 0;
  for (const auto& made : payments_->transactions()) sum += made.credit == ref ? made.amount : 0;
  return sum != 0;
}

void Checkers::sent(const net::Outbound& out, std::shared_ptr<Truth> truth) {
  sends_.push_back({out, std::move(truth), world_.now()});
}

/// J1: what was answered 2xx is committed.
void Checkers::acknowledged(const std::string& ref) {
  acknowledged_.try_emplace(ref, world_.now());
  std::string id = credit_id_from_ref(ref).value_or("");
  journal::Statement& look = statements_->credit.begin().bind_blob(id);
  bool there = look.row();
  look.end();
  if (!there) complain("J1", ref + " was acknowledged and is not durable");
}

/// J1, P1: what was acted upon outlives every crash and power failure, and so does what was acknowledged.
void Checkers::check_survival() {
  if (seen_ > 0) {
    journal::Statement& row = statements_->row.begin().bind(seen_);
    bool same = row.row() && row.view(0) == seen_hash_;
    row.end();
    if (!same) complain("J1", "journal row " + std::to_string(seen_) + " was acted upon and is gone");
  }
  for (const auto& [ref, when] : acknowledged_) {
    std::string id = credit_id_from_ref(ref).value_or("");
    journal::Statement& look = statements_->credit.begin().bind_blob(id);
    bool there = look.row();
    look.end();
    if (!there) complain("J1", ref + " was acknowledged and is gone");
  }
}

// ---- the journal ----

void Checkers::after_turn() {
  read_journal();
  in_turn_ = false;
  for (const std::string& ref : std::exchange(unproven_, {})) check_credit(ref);
  for (auto& [connection, line] : lines_) line.failures_at_turn = line.failures;
  check_postings();
  check_suspense();
  check_pools();
}

void Checkers::crashed() {
  statements_.reset();
  db_.reset();
  sends_.clear();
  lines_.clear();
  reads_under_way_ = 0;
}

void Checkers::after_recovery() {
  check_survival();
  recovering_ = true;
  read_journal();
  recovering_ = in_turn_ = false;
  for (const std::string& ref : std::exchange(unproven_, {})) check_credit(ref);
  for (const auto& [number, effect] : effects_)
    for (const auto& [position, call] : effect.calls)
      if (call.flying) complain("J5", place(number, call) + " is still in flight after recovery", effect.credit);
}

void Checkers::read_to_the_end(const std::string& path) {
  open(path);
  read_journal();
  crashed();
}

// ---- a restore ----

void Checkers::backed_up(std::int64_t rows) {
  backup_rows_ = rows;
  kept_.reset();
  since_.clear();
  decided_since_.clear();
  sends_since_.clear();
  if (seen_ == rows) kept_ = static_cast<const FromJournal&>(*this);  // else inside of a turn: when its rows are read
}

std::int64_t Checkers::credit_of(const json::Value& event) const {
  auto effect = effects_.find(number(event, "effect"));
  auto repair = repairs_.find(number(event, "repair"));
  if (std::int64_t credit = number(event, "credit"); credit != 0) return credit;
  if (effect != effects_.end()) return effect->second.credit;
  if (auto known = cases_.find(number(event, "case")); known != cases_.end()) return known->second;
  return repair == repairs_.end() ? 0 : repair->second;
}

void Checkers::note_since(const std::string& kind, const json::Value& event) {
  auto ref = refs_.find(credit_of(event));
  if (ref == refs_.end()) return;
  since_.insert(ref->second);
  if (kind.starts_with("repair.") || kind == "credit.approved") decided_since_.insert(ref->second);
}

void Checkers::restored(Time made) {
  if (!kept_) return complain("J10", "a backup has rows that were never committed");
  if (!decided_since_.empty()) happened("a restore lost a repair");
  lost_.merge(since_);
  undone_.merge(decided_since_);
  for (const auto& truth : sends_since_) lost_sends_ += truth->worked_on;
  since_.clear();
  decided_since_.clear();
  sends_since_.clear();
  std::erase_if(acknowledged_, [&](const auto& entry) { return entry.second >= made; });
  static_cast<FromJournal&>(*this) = *kept_;
  ++life_;
}

// ---- the journal, row by row ----

void Checkers::read_journal() {
  journal::Statement& rows = statements_->rows.begin().bind(seen_);
  while (rows.row()) {
    seen_ = rows.integer(0);
    seen_hash_ = rows.text(4);
    json::Parsed payload = json::parse(rows.view(2));
    if (payload) row(rows.text(1), *payload, rows.integer(3));
    if (payload && kept_) note_since(rows.text(1), *payload);
    if (seen_ == backup_rows_) kept_ = static_cast<const FromJournal&>(*this);
  }
  if (db_->failed()) complain("J3", "the journal cannot be read: " + db_->take_error().message);
}

void Checkers::row(const std::string& kind, const json::Value& event, std::int64_t) {
  if (kind == "case.opened") case_opened(event);
  if (kind == "case.closed")
    if (auto credit = refs_.find(cases_[number(event, "case")]); credit != refs_.end())
      credits_[credit->second].late_open.erase(number(event, "case"));
  if (std::int64_t credit = credit_of(event); credit != 0) named_.insert(credit);
  if (kind == "epoch.started") {
    // Rows before this one are the last incarnation's, though nobody saw them committed.
    ++incarnation_;
    lines_.clear();  // so is what the breakers knew
    for (auto& [number, effect] : effects_)
      for (auto& [position, call] : effect.calls)
        if (call.flying) call.incarnation = 0;  // whatever comes of it, the hub cannot know
  } else if (kind == "credit.accepted") {
    credits_[text(event, "ref")];
    Told& told = told_[text(event, "ref")];
    told.face = std::max(told.face, number(event.at("amount"), "minor"));  // of two versions each may come first (N2)
    refs_[number(event, "credit")] = text(event, "ref");
    turn_accepted_ = true;
    std::string identity;
    for (const char* part : {"source", "scope", "business_date", "transaction", "line"})
      identity += text(event, part) + "|";
    if (!identities_.insert(identity).second)
      complain("N1", "the same sale became a second credit: " + identity, number(event, "credit"));
  } else if (kind == "credit.closed") {
    const std::string& ref = refs_[number(event, "credit")];
    credits_[ref].closed += number(event.at("left"), "minor");
    check_credit(ref);
  } else if (kind == "balance.seen" && number(event.at("ended"), "minor") != 0) {
    const std::string& ref = refs_[number(event, "credit")];
    credits_[ref].closed += number(event.at("ended"), "minor");
    check_credit(ref);
  } else if (kind.starts_with("repair.")) {
    repaired(kind, event);
  } else if (kind == "effect.planned") {
    planned(event);
  } else if (kind == "attempt.sent") {
    attempt(event);
  } else if (kind == "attempt.ended") {
    ended(event);
  } else if (kind == "call.settled") {
    settled(event);
  } else if (kind == "call.doubted") {
    doubted(event);
  } else if (kind == "effect.applied" || kind == "effect.ended") {
    Effect& effect = effects_[number(event, "effect")];
    for (auto& [position, call] : effect.calls)
      if (call.flying || (call.doubt && text(event, "state") != "held"))
        complain("P5", place(number(event, "effect"), call) + ": the effect ended with a send in doubt", effect.credit);
    effect.open = kind == "effect.applied";
    for (auto& [position, call] : effect.calls) call.held_in_doubt = std::exchange(call.doubt, false);
  } else if (kind == "hop.moved") {
    if (queued_ && text(event, "state") == "queued") queued_();
  } else if (kind == "effect.reopened") {
    reopened(number(event, "effect"));
  }
}

void Checkers::case_opened(const json::Value& event) {
  cases_[number(event, "case")] = number(event, "credit");
  auto ref = refs_.find(number(event, "credit"));
  if (text(event, "kind") != "late" || ref == refs_.end()) return;
  Credit& credit = credits_[ref->second];
  credit.late_open.insert(number(event, "case"));
  ++credit.late_cases;
}

void Checkers::reopened(std::int64_t number) {
  Effect& effect = effects_[number];
  effect.open = true;
  for (auto& [position, call] : effect.calls) {
    call.doubt = std::exchange(call.held_in_doubt, false);
    call.arrived = 0;  // a person wants it sent again
  }
  effect.behind = true;  // until it looks or sends, another may go on as it did while this one was held
}

/// M4: value is added once per accepted event.
void Checkers::planned(const json::Value& event) {
  Effect& effect = effects_[number(event, "effect")];
  effect.credit = number(event, "credit");
  effect.customer = number(event, "customer");
  effect.connector = text(event, "connector");
  effect.op = text(event, "op");
  if (effect.op != "issue") return;
  auto ref = refs_.find(effect.credit);
  if (ref == refs_.end()) return complain("M4", "an issue without an accepted credit", effect.credit);
  Credit& credit = credits_[ref->second];
  if (std::int64_t generation = number(event, "generation"); generation > 0) {
    std::int64_t amount = number(event.at("amount"), "minor");
    if (credit.removed < 0)
      complain("G3", "a reissue of " + ref->second + " without a confirmed void", effect.credit);
    else if (credit.removed != amount)
      complain("M5",
               "a reissue of " + std::to_string(amount) + " where " + std::to_string(credit.removed) + " was removed",
               effect.credit);
    credit.removed = -1;
    effect.reissue = true;
    effect.late_cases = credit.late_cases;
    return;
  }
  if (std::exchange(credit.issue_planned, true)) complain("M4", "a second issue of " + ref->second, effect.credit);
}

/// G1, G3, G6: what a confirmed void removed backs one reissue.
void Checkers::repaired(const std::string& kind, const json::Value& event) {
  std::int64_t repair = number(event, "repair");
  if (kind == "repair.opened") {
    std::int64_t credit = number(event, "credit");
    if (!being_repaired_.insert(credit).second) complain("G1", "a second repair begins while one is open", credit);
    repairs_[repair] = credit;
    ++saga_states_["look"];
    return;
  }
  std::string state = text(event, "state");
  ++saga_states_[state];
  turn_confirmed_ = turn_confirmed_ || state == "confirmed";
  if (state == "confirmed") {
    const std::string& ref = refs_[repairs_[repair]];
    credits_[ref].removed = number(event.at("removed"), "minor");
    check_removal(repairs_[repair], ref, credits_[ref].removed);
  }
  if (state == "void") being_voided_.insert(repairs_[repair]);
  bool over = state == "closed" || state == "done" || state == "cancelled";
  if (over) being_voided_.erase(repairs_[repair]), being_repaired_.erase(repairs_[repair]);
  if (state == "closed" || state == "done") credits_[refs_[repairs_[repair]]].removed = -1;
}

/// P12: an open breaker is tried with a read, or with what has to be resolved anyway.
void Checkers::heard(std::uint32_t connection, bool failed, std::int64_t sent_at) {
  Line& line = lines_[connection];
  if (failed && sent_at < line.good_at) return;
  line.failures = failed ? line.failures + 1 : 0;
  if (failed) return;
  line.failures_at_turn = 0;
  line.good_at = world_.now();
}

void Checkers::attempt(const json::Value& event) {
  std::int64_t number_of_effect = number(event, "effect");
  Effect& effect = effects_[number_of_effect];
  effect.behind = false;
  Call& call = effect.calls[number(event, "call")];
  std::int64_t revision = number(event, "revision");
  call.label = text(event, "label");
  std::string where = place(number_of_effect, call);
  if (effect.op == "void" && call.acknowledged) happened("a void was acknowledged, not done, and sent again");
  if (call.flying) complain("P10", where + " is sent while it is in flight", effect.credit);
  if (call.doubt && !call.may_resend)
    complain("P5", where + " is sent again though nobody looked what became of it", effect.credit);
  if (call.doubt && after_window(call)) complain("P6", where + " is sent again after its key's window", effect.credit);
  if (effect.reissue && !call.doubt) {
    const Credit& credit = credits_[refs_[effect.credit]];
    if (credit.late_cases > effect.late_cases && !credit.late_open.empty())
      complain("G9", where + " is sent though value moved on the dead card since it was planned", effect.credit);
  }
  if (revision != call.revision && (!call.may_revise || revision != call.revision + 1))
    complain("P3", where + " has a new revision without a reason", effect.credit);
  check_serial(number_of_effect, effect);
  call.revision = revision;
  call.key = text(event, "key");
  bool twice = effect.op == "issue" || effect.op == "void" || (effect.op == "record" && call.label != "create-journal");
  if (twice && sent_by_the_lost(call) && call.looked_in < life_)
    complain("J10", where + " is sent, and nobody looked whether the hub that was lost had sent it", effect.credit);
  Key& key = keys_[call.key];
  if (key.first == 0) key.first = world_.now();
  call.flying = true;
  call.may_resend = call.may_revise = false;
  call.incarnation = incarnation_;
  call.truth.reset();
  if (sends_.empty()) {  // died before this act
    turn_unsent_ = true;
    return;
  }
  call.truth = sends_.front().truth;
  key.life = life_;
  key.last = call.last_sent = sends_.front().at;  // the row may be read when the next process has started
  if (kept_) sends_since_.push_back(call.truth);
  bool first = number(event, "attempt") == 1 && revision == 0;
  if (first && lines_[sends_.front().out.connection].failures_at_turn >= kBreakerFailures + kAtOnce)
    complain("P12", where + " tries a vendor that fails, with a first write", effect.credit);
  if (call.truth->fault != Fault::none)
    ++matrix_[{effect.connector + " " + effect.op + " " + call.label, kind_of(call.truth->fault).id}];
  std::string bytes = all_bytes(sends_.front().out.request);
  sends_.pop_front();
  auto [known, fresh] = bytes_of_key_.try_emplace(call.key, bytes);
  if (!fresh && known->second != bytes)
    complain("P2", where + " is sent with other bytes under the same key: " + bytes, effect.credit);
}

void Checkers::ended(const json::Value& event) {
  Effect& effect = effects_[number(event, "effect")];
  Call& call = effect.calls[number(event, "call")];
  std::string outcome = text(event, "outcome");
  std::string where = place(number(event, "effect"), call);
  if (!call.flying) complain("J4", where + ": an outcome without a send", effect.credit);
  call.flying = false;
  if (world_.now() - call.day_began >= kDay) {
    call.day_began = world_.now();
    call.arrived = 0;
  }
  if (!call.truth || call.truth->wrote) ++call.arrived;
  sends_max_ = std::max<std::int64_t>(sends_max_, call.arrived);
  if (call.truth && call.truth->writes > 1)
    complain("P11", where + " was written twice by the transport", effect.credit);
  if (outcome == "APPLIED" && call.truth && call.truth->lying)
    complain("P9", where + " is taken as applied on an answer that does not show it", effect.credit);
  if (outcome == "NOT_SENT" && call.truth && call.truth->executed)
    complain("F", where + " was carried out and is taken as not sent", effect.credit);
  turn_applied_ = turn_applied_ || outcome == "APPLIED";
  if (call.arrived > kSendsMax)
    complain("L5", where + " was sent " + std::to_string(call.arrived) + " times in a day", effect.credit);
  bool answered = call.incarnation == incarnation_ && call.truth && call.truth->replied;
  bool silent = call.incarnation == incarnation_ && call.truth && !call.truth->wrote;
  if (call.incarnation != incarnation_ && outcome != "UNKNOWN")
    complain("J5", where + " was in flight in a crash and became " + outcome, effect.credit);
  if (!answered && !silent && outcome != "UNKNOWN")
    complain("F", where + " brought no answer and became " + outcome, effect.credit);
  if (outcome == "UNKNOWN" || outcome == "ACCEPTED") call.doubt = true;
  if (outcome == "APPLIED") call.doubt = false;
  call.acknowledged = outcome == "APPLIED";
  if (outcome == "REJECTED" && !call.doubt) call.may_revise = true;
}

/// P6 and P7, by virtual time: the hub's clocks do not count.
void Checkers::settled(const json::Value& event) {
  Effect& effect = effects_[number(event, "effect")];
  effect.behind = false;
  Call& call = effect.calls[number(event, "call")];
  std::string how = text(event, "how");
  std::string where = place(number(event, "effect"), call);
  if (how != "held") call.looked_in = life_;
  if (sent_by_the_lost(call)) happened("what a lost hub had sent was " + how);
  if (how == "resend") {
    call.may_resend = true;
    if (effect.connector != "cn_payments") complain("F1", where + " is resent to a vendor without keys", effect.credit);
    if (after_window(call)) complain("P6", where + " is resent after its key's window", effect.credit);
  } else if (how == "not_applied") {
    if (effect.connector == "cn_payments" && after_window(call)) happened("a doubt outlived its key's window");
    Time last = std::max(call.last_sent, keys_[call.key].last);
    if (world_.now() - last < kInflightMax + kVisibilityLag)
      complain("P7", where + " is taken as not applied before the quiet period is over", effect.credit);
    // A restore can have changed whose it is: then the look is into the books of another. And a process that stands still
    // in the middle of its sends is read of when these have arrived.
    if (effect.connector == "cn_payments" && !lost_of(refs_[effect.credit]) &&
        payments_->carried_out(call.key, turn_began_))
      complain("P7", where + " is taken as not applied, and the vendor has it", effect.credit);
    call.doubt = false;
    call.may_revise = true;
  } else if (how == "adopted") {
    call.doubt = false;
  }
}

/// J10: it may have been sent by the hub that was lost.
void Checkers::doubted(const json::Value& event) {
  Call& call = effects_[number(event, "effect")].calls[number(event, "call")];
  call.label = text(event, "label");
  call.key = text(event, "key");
  call.revision = number(event, "revision");
  call.doubt = true;
  call.may_resend = call.may_revise = call.acknowledged = false;
}

/// By the first send under that key, whoever made it.
bool Checkers::after_window(const Call& call) const {
  auto key = keys_.find(call.key);
  return key != keys_.end() && world_.now() - key->second.first >= kStripeKeyWindow;
}

bool Checkers::sent_by_the_lost(const Call& call) const {
  auto key = keys_.find(call.key);
  return key != keys_.end() && key->second.last > 0 && key->second.life < life_;
}

/// P10: one customer's bookings at one system do not overlap, nor does one wait in doubt beside another.
void Checkers::check_serial(std::int64_t number, const Effect& effect) {
  if (effect.connector != "cn_payments" && effect.connector != "cn_shop") return;
  for (const auto& [other_number, other] : effects_) {
    bool same = other.connector == effect.connector && other.customer == effect.customer;
    if (other_number == number || !same || !other.open || other.behind) continue;
    for (const auto& [position, call] : other.calls)
      if (call.flying || call.doubt)
        complain("P10",
                 "effect " + std::to_string(number) + " sends beside " + place(other_number, call) +
                     " for the same customer",
                 effect.credit);
  }
}

std::string Checkers::place(std::int64_t effect, const Call& call) const {
  auto found = effects_.find(effect);
  std::string who = found == effects_.end() ? "" : found->second.connector + " " + found->second.op + ", ";
  return who + "effect " + std::to_string(effect) + " '" + call.label + "'";
}

// ---- money ----

/// M3: every row moves one amount between two accounts; none but the source may give what it never had.
void Checkers::check_postings() {
  journal::Statement& rows = statements_->postings.begin().bind(postings_seen_);
  std::set<std::pair<std::int64_t, std::string>> moved;
  while (rows.row()) {
    postings_seen_ = rows.integer(0);
    std::pair from(rows.integer(1), rows.text(2)), to(rows.integer(1), rows.text(3));
    if (rows.integer(4) < 0) complain("M3", "a posting of less than nothing", rows.integer(1));
    accounts_[from] -= rows.integer(4);
    accounts_[to] += rows.integer(4);
    moved.insert(from);
    moved.insert(to);
  }
  for (const auto& account : moved) {
    std::int64_t sum = accounts_[account];
    bool source = account.second == "SOURCE";
    if (source ? sum > 0 : sum < 0)
      complain("M3", "account " + account.second + " is at " + std::to_string(sum), account.first);
  }
}

std::vector<int> Checkers::half_done(bool acts_open) {
  std::vector<int> out;
  if (acts_open && turn_accepted_) out.push_back(2);
  if (acts_open && turn_unsent_) out.push_back(4);
  // Where a link follows the issue, the reissue's row is in the commit of VOID_CONFIRMED: K11 lies between that commit
  // and its send.
  if (acts_open && turn_confirmed_) out.push_back(11);
  if (turn_applied_) out.push_back(8);
  if (!db_) return out;
  journal::Statement look;
  look.prepare(*db_,
               "SELECT sum(state = 'intent' AND NOT EXISTS(SELECT 1 FROM attempts WHERE effect = effects.no)), "
               "sum(op = 'void' AND state = 'applied'), "
               "(SELECT count(*) FROM repairs WHERE state = 'confirmed' AND open = 1), "
               "sum(op = 'issue' AND generation > 0 AND state IN ('in_flight', 'unknown')), "
               "(SELECT count(*) FROM repairs WHERE state = 'reissue' AND open = 1 AND EXISTS(SELECT 1 FROM effects e "
               "WHERE e.credit = repairs.credit AND e.op = 'issue' AND e.generation > 0 AND e.state = 'verified')) "
               "FROM effects WHERE open = 1");
  look.begin();
  if (!look.row()) return out;
  if (look.integer(0) > 0) out.push_back(3);
  if (look.integer(1) > 0) out.push_back(reads_under_way_ > 0 ? 10 : 9);
  for (int column : {2, 3, 4})
    if (look.integer(column) > 0) out.push_back(9 + column);
  look.end();
  journal::Statement states;
  states.prepare(*db_,
                 "SELECT DISTINCT op || ' ' || state FROM effects WHERE open = 1 UNION "
                 "SELECT DISTINCT 'credit ' || state FROM credits WHERE active = 1 UNION "
                 "SELECT DISTINCT 'repair ' || state FROM repairs WHERE open = 1");
  for (states.begin(); states.row();) ++matrix_[{states.text(0), "H01"}];
  return out;
}

void Checkers::verify(const std::string& path) {
  journal::VerifyReport report = journal::verify_store(path, nullptr, {kObserverVfs, {}});
  for (const std::string& problem : report.problems)
    if (!problem.contains("start handoffd on it once")) complain("J3", problem);  // which the next start does
}

}  // namespace handoff::simulation
