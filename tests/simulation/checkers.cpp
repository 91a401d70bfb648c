#include "tests/simulation/checkers.hpp"

#include <sqlite3.h>

#include "core/journal/store.hpp"

namespace handoff::simulation {

namespace {

constexpr int kSendsMax = 40;
constexpr Time kStripeKeyWindow = kDay;

std::int64_t number(const json::Value& event, const char* name) { return event.at(name).as_integer().value_or(0); }
std::string text(const json::Value& event, const char* name) { return std::string(event.at(name).as_string()); }

std::string all_bytes(const HttpRequest& request) {
  std::string out = request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.headers) out += name + ": " + value + "\n";
  return out + "\n" + request.body;
}

}  // namespace

void Checkers::complain(const std::string& rule, const std::string& what, std::int64_t credit) {
  violations_.push_back({world_.now(), rule, what, credit});
  world_.note("VIOLATION", rule + ": " + what);
}

void Checkers::open(const std::string& path) {
  ++incarnation_;
  if (db_) return;
  db_ = std::make_unique<journal::Database>();
  db_->open(path, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
}

// ---- the wire ----

void Checkers::before_turn() {
  sends_.clear();
  sends_this_turn_ = 0;
}

/// P1: as many attempt rows are durable as sends were asked for, this one included.
void Checkers::sending(const net::Outbound& out) {
  journal::Statement look;
  look.prepare(*db_, "SELECT count(*) FROM journal WHERE seq > ? AND kind = 'attempt.sent'");
  look.begin().bind(seen_);
  std::int64_t durable = look.row() ? look.integer(0) : 0;
  if (durable < static_cast<std::int64_t>(++sends_this_turn_))
    complain("P1", "a send without a durable attempt row: " + out.request.method + " " + out.request.target);
}

void Checkers::sent(const net::Outbound& out, std::shared_ptr<Truth> truth) {
  sends_.push_back({out, std::move(truth)});
}

/// J1: what was answered 2xx is committed.
void Checkers::acknowledged(const std::string& ref) {
  journal::Statement look;
  look.prepare(*db_, "SELECT 1 FROM journal WHERE instr(payload, ?) > 0 LIMIT 1");
  look.begin().bind(ref);
  if (!look.row()) complain("J1", ref + " was acknowledged and is not durable");
}

// ---- the journal ----

void Checkers::after_turn() {
  read_journal();
  check_postings();
  check_pools();
}

void Checkers::crashed() {
  sends_.clear();
  for (auto& [number, effect] : effects_)
    for (auto& [position, call] : effect.calls)
      if (call.flying) call.incarnation = 0;  // whatever comes of it, the hub cannot know
}

void Checkers::after_recovery() {
  recovering_ = true;
  read_journal();
  recovering_ = false;
  for (const auto& [number, effect] : effects_)
    for (const auto& [position, call] : effect.calls)
      if (call.flying) complain("J5", place(number, call) + " is still in flight after recovery", effect.credit);
}

void Checkers::read_journal() {
  journal::Statement rows;
  rows.prepare(*db_, "SELECT seq, kind, payload, at FROM journal WHERE seq > ? ORDER BY seq");
  rows.begin().bind(seen_);
  while (rows.row()) {
    seen_ = rows.integer(0);
    json::Parsed payload = json::parse(rows.view(2));
    if (payload) row(rows.text(1), *payload, rows.integer(3));
  }
  if (db_->failed()) complain("J3", "the journal cannot be read: " + db_->take_error().message);
}

void Checkers::row(const std::string& kind, const json::Value& event, std::int64_t) {
  if (kind == "credit.accepted") {
    credits_[text(event, "ref")].face = number(event.at("amount"), "minor");
    refs_[number(event, "credit")] = text(event, "ref");
  } else if (kind == "credit.closed") {
    credits_[refs_[number(event, "credit")]].closed += number(event.at("left"), "minor");
  } else if (kind == "effect.planned") {
    planned(event);
  } else if (kind == "attempt.sent") {
    attempt(event);
  } else if (kind == "attempt.ended") {
    ended(event);
  } else if (kind == "call.settled") {
    settled(event);
  } else if (kind == "effect.applied" || kind == "effect.ended") {
    Effect& effect = effects_[number(event, "effect")];
    for (auto& [position, call] : effect.calls)
      if (call.flying || (call.doubt && text(event, "state") != "held"))
        complain("P5", place(number(event, "effect"), call) + ": the effect ended with a send in doubt",
                 effect.credit);
    effect.open = kind == "effect.applied";
    for (auto& [position, call] : effect.calls) call.held_in_doubt = std::exchange(call.doubt, false);
  } else if (kind == "effect.reopened") {
    Effect& effect = effects_[number(event, "effect")];
    effect.open = true;
    for (auto& [position, call] : effect.calls) call.doubt = std::exchange(call.held_in_doubt, false);
  }
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
  if (std::exchange(credits_[ref->second].issue_planned, true))
    complain("M4", "a second issue of " + ref->second, effect.credit);
}

void Checkers::attempt(const json::Value& event) {
  std::int64_t number_of_effect = number(event, "effect");
  Effect& effect = effects_[number_of_effect];
  Call& call = effect.calls[number(event, "call")];
  std::int64_t revision = number(event, "revision");
  call.label = text(event, "label");
  std::string where = place(number_of_effect, call);
  if (call.flying) complain("P10", where + " is sent while it is in flight", effect.credit);
  if (call.doubt && !call.may_resend)
    complain("P5", where + " is sent again though nobody looked what became of it", effect.credit);
  if (call.doubt && world_.now() - call.first_sent >= kStripeKeyWindow)
    complain("P6", where + " is sent again after its key's window", effect.credit);
  if (revision != call.revision && (!call.may_revise || revision != call.revision + 1))
    complain("P3", where + " has a new revision without a reason", effect.credit);
  check_serial(number_of_effect, effect);
  if (call.first_sent == 0 || revision != call.revision) call.first_sent = world_.now();
  call.revision = revision;
  call.key = text(event, "key");
  call.flying = true;
  call.may_resend = call.may_revise = false;
  call.last_sent = world_.now();
  call.incarnation = incarnation_;
  call.truth.reset();
  if (sends_.empty()) return;  // died before this act
  call.truth = sends_.front().truth;
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
  if (!call.truth || call.truth->wrote) ++call.arrived;
  if (call.arrived > kSendsMax) complain("L5", where + " was sent " + std::to_string(call.arrived) + " times", effect.credit);
  bool answered = call.incarnation == incarnation_ && call.truth && call.truth->replied;
  bool silent = call.incarnation == incarnation_ && call.truth && !call.truth->wrote;
  if (call.incarnation != incarnation_ && outcome != "UNKNOWN")
    complain("J5", where + " was in flight in a crash and became " + outcome, effect.credit);
  if (!answered && !silent && outcome != "UNKNOWN")
    complain("F", where + " brought no answer and became " + outcome, effect.credit);
  if (outcome == "UNKNOWN" || outcome == "ACCEPTED") call.doubt = true;
  if (outcome == "APPLIED") call.doubt = false;
  if (outcome == "REJECTED" && !call.doubt) call.may_revise = true;
}

/// P6 and P7, by virtual time: the hub's clocks do not count.
void Checkers::settled(const json::Value& event) {
  Effect& effect = effects_[number(event, "effect")];
  Call& call = effect.calls[number(event, "call")];
  std::string how = text(event, "how");
  std::string where = place(number(event, "effect"), call);
  if (how == "resend") {
    call.may_resend = true;
    if (effect.connector != "cn_payments") complain("F1", where + " is resent to a vendor without keys", effect.credit);
    if (world_.now() - call.first_sent >= kStripeKeyWindow)
      complain("P6", where + " is resent after its key's window", effect.credit);
  } else if (how == "not_applied") {
    if (world_.now() - call.last_sent < kInflightMax + kVisibilityLag)
      complain("P7", where + " is taken as not applied before the quiet period is over", effect.credit);
    call.doubt = false;
    call.may_revise = true;
  } else if (how == "adopted") {
    call.doubt = false;
  }
}

/// P10: one customer's bookings at one system do not overlap, nor does one wait in doubt beside another.
void Checkers::check_serial(std::int64_t number, const Effect& effect) {
  if (effect.connector != "cn_payments" && effect.connector != "cn_shop") return;
  for (const auto& [other_number, other] : effects_) {
    bool same = other.connector == effect.connector && other.customer == effect.customer;
    if (other_number == number || !same || !other.open) continue;
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
  journal::Statement sums;
  sums.prepare(*db_,
               "SELECT credit, account, sum(delta) FROM ("
               "SELECT credit, from_account AS account, -amount AS delta FROM postings UNION ALL "
               "SELECT credit, to_account, amount FROM postings) GROUP BY credit, account "
               "HAVING (account <> 'SOURCE' AND sum(delta) < 0) OR (account = 'SOURCE' AND sum(delta) > 0)");
  for (sums.begin(); sums.row();)
    complain("M3", "account " + sums.text(1) + " is at " + std::to_string(sums.integer(2)), sums.integer(0));
}

/// M1: what could be redeemed at this instant, and what was closed, is never more than what was given.
void Checkers::check_pools() {
  std::map<std::string, std::int64_t> spendable;
  for (const VoucherifyModel::Voucher& voucher : cards_.vouchers())
    if (voucher.active.now()) spendable[voucher.credit] += voucher.amount;
  for (const auto& [ref, amount] : spendable) {
    auto credit = credits_.find(ref);
    if (credit == credits_.end()) {
      complain("M4", "a voucher of " + ref + ", which was never accepted");
    } else if (amount + credit->second.closed > credit->second.face) {
      complain("M1", ref + ": " + std::to_string(amount) + " can be redeemed and " +
                         std::to_string(credit->second.closed) + " is closed, of " +
                         std::to_string(credit->second.face));
    }
  }
}

void Checkers::verify(const std::string& path) {
  journal::VerifyReport report = journal::verify_store(path, nullptr);
  for (const std::string& problem : report.problems) complain("J3", problem);
}

}  // namespace handoff::simulation
