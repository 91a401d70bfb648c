#include <handoff/sdk/time.hpp>
#include <set>

#include "tests/simulation/simulation.hpp"

namespace handoff::simulation {

namespace {

struct CreditRow {
  std::int64_t no = 0, face = 0;
  std::string state, reason;
  bool active = false;
};

constexpr Time kLookedAtWithin = 8 * kDay;  // engine/balance.cpp: a week at most

struct CaseRow {
  std::string kind, reason;
};

/// Compares what the hub believes at rest with what the vendors hold.
class Audit {
 public:
  Audit(const Ending& ending, Checkers& checkers, Tally& tally, std::map<std::string, std::string>& finals)
      : e_(ending), checkers_(checkers), tally_(tally), finals_(finals) {}

  void check(const Sale& sale) {
    CreditRow credit;
    if (!find(sale, credit)) return checkers_.complain("J1", sale.ref + " was answered and is not there");
    tally_.add("credits " + credit.state);
    // Of two versions the first one that came stands (N2): then the order decides, and rightly.
    no_ = credit.no;
    // Who comes first, the register or the operator, is who is believed (N2)
    bool too_late = sale.amended && sale.spoken_for;
    finals_[sale.ref] = sale.contradicted || too_late ? "contradicted" : fold(sale, credit);
    lost_ = checkers_.lost_of(sale.ref);
    undone_ = lost_ && (sale.linked || checkers_.lost_decision(sale.ref));
    owner_ = sale.person ? sale.person : sale.linked;
    if (std::optional<std::size_t> moved = repaired_for(credit.no)) owner_ = moved;
    if (!sale.contradicted && credit.face != sale.event.amount.minor() && credit.state != "closed")
      wrong("M6", sale, "is of " + std::to_string(credit.face) + " and was sold for " + sale.event.amount.text());
    std::vector<CaseRow> cases = open_cases(credit.no);
    if (credit.active) wrong("L1", sale, "is still under way: " + credit.state);
    if (held(sale).rolled_back) return;  // what the platform forgot, an audit finds
    if (credit.state == "complete") {
      check_complete(sale, credit);
    } else if (credit.state == "closed") {
      check_closed(sale, credit);
    } else if (credit.state == "held" || credit.state == "unresolved") {
      check_parked(sale, credit, cases);
    } else {
      wrong("L1", sale, "came to rest as " + credit.state);
    }
    bool ended = sale.cancelled || sale.expires;
    if (credit.state == "complete" && sale.cancelled) wrong("M2", sale, "was cancelled and is complete");
    if (credit.state == "closed" && !ended) wrong("M2", sale, "is closed and was not cancelled");
    check_balance(sale, credit);
    check_spent(sale, credit);
  }

 private:
  void wrong(const char* rule, const Sale& sale, const std::string& what) {
    checkers_.complain(rule, sale.ref + " (" + sale.event.transaction + ") " + what, no_);
  }

  bool find(const Sale& sale, CreditRow& out) {
    journal::Statement look;
    look.prepare(checkers_.database(), "SELECT no, amount, state, reason, active FROM credits WHERE id = ?");
    const std::string id = credit_id(sale.key);
    look.begin().bind_blob(id);
    if (!look.row()) return false;
    out = {look.integer(0), look.integer(1), look.text(2), look.text(3), look.integer(4) != 0};
    return true;
  }

  std::vector<CaseRow> open_cases(std::int64_t credit) {
    std::vector<CaseRow> out;
    journal::Statement look;
    look.prepare(checkers_.database(), "SELECT kind, reason FROM cases WHERE credit = ? AND state = 'open'");
    for (look.begin().bind(credit); look.row();) out.push_back({look.text(0), look.text(1)});
    return out;
  }

  /// All that must be the same in every order (N3): what the hub holds of it, and what the vendors do.
  std::string fold(const Sale& sale, const CreditRow& credit) {
    std::string out = credit.state + " of " + std::to_string(credit.face);
    constexpr const char* kRows[] = {
        ("SELECT ' ' || iif(instr(account, ':'), substr(account, 1, instr(account, ':')), account) || ' ' || sum(moved) FROM "
         "(SELECT to_account AS account, amount AS moved FROM postings WHERE credit = ?1 UNION ALL "
         "SELECT from_account, -amount FROM postings WHERE credit = ?1) GROUP BY account HAVING sum(moved) <> 0 ORDER BY 1"),
        ("SELECT ' ' || hop || ' ' || state FROM hops WHERE credit = ?1 AND "
         "(SELECT state FROM credits WHERE no = ?1) <> 'closed' ORDER BY 1"),  // what was cancelled in time went nowhere
        "SELECT ' case ' || kind FROM cases WHERE credit = ?1 AND state = 'open' ORDER BY 1"};
    for (const char* rows : kRows) {
      journal::Statement look;
      look.prepare(checkers_.database(), rows);
      for (look.begin().bind(credit.no); look.row();) out += look.text(0) + ";";
    }
    Held held = this->held(sale);
    out += (held.active > 0 ? " holder " + held.holder : "") + " spendable " + std::to_string(held.spendable) +
           " posted " + std::to_string(held.posted);
    for (const Person& person : e_.people) {
      const auto* payer = e_.payments.by_email(person.email);
      if (payer && held.booked_by_customer[payer->id] != 0)
        out += " booked for " + person.email + " " + std::to_string(held.booked_by_customer[payer->id]);
      out += e_.shop.shown(person.email, sale.ref) ? " shown to " + person.email : "";
    }
    return out;
  }

  std::int64_t count(const std::string& sql, std::int64_t credit) {
    journal::Statement look;
    look.prepare(checkers_.database(), sql.c_str());
    look.begin().bind(credit);
    return look.row() ? look.integer(0) : 0;
  }

  /// Whose the last repair that a person asked for, and that came to its end, made it: its reason says so.
  std::optional<std::size_t> repaired_for(std::int64_t credit) {
    journal::Statement look;
    look.prepare(checkers_.database(),
                 "SELECT reason FROM repairs WHERE credit = ? AND state = 'done' AND asked_by <> 'engine' "
                 "ORDER BY round DESC LIMIT 1");
    look.begin().bind(credit);
    if (!look.row()) return std::nullopt;
    std::string reason = look.text(0);
    return std::stoull(reason.substr(reason.rfind(' ') + 1));
  }

  // ---- what the vendors hold of a credit ----

  struct Held {
    bool by_others = false;  // somebody had a hand in it
    int vouchers = 0, active = 0, bookings = 0, postings = 0;
    std::int64_t spendable = 0, redeemed = 0, booked = 0, posted = 0;
    std::int64_t spent_late = 0, came_back = 0;  // on cards that were dead
    bool untold = false;
    bool rolled_back = false;         // its vendor forgot something of it
    std::set<std::int64_t> balances;  // all that a read could ever find
    bool just_over = false;           // expired in the last days
    std::string holder;
    std::map<std::string, std::int64_t> booked_by_customer;
  };

  Held held(const Sale& sale) const {
    Held out;
    for (const auto& voucher : e_.cards.vouchers()) {
      if (voucher.credit != sale.ref) continue;
      ++out.vouchers;
      out.by_others = out.by_others || voucher.by_others;
      out.active += voucher.usable();
      out.spendable += voucher.spendable();
      out.redeemed += voucher.redeemed.now();
      out.spent_late += voucher.spent_late;
      out.came_back += voucher.came_back;
      out.untold = out.untold || voucher.untold;
      out.rolled_back = out.rolled_back || voucher.rolled_back;
      out.just_over = out.just_over || (voucher.over.now() && e_.now - voucher.over.since() < kLookedAtWithin);
      voucher.redeemed.each([&](std::int64_t redeemed) { out.balances.insert(voucher.amount - redeemed); });
      const auto* holder = e_.cards.customer(voucher.holder.now());
      if (holder && (voucher.usable() || out.active == 0)) out.holder = holder->email;
    }
    for (const auto& row : e_.payments.transactions()) {
      if (row.credit != sale.ref) continue;
      ++out.bookings;
      out.booked -= row.amount;
      out.booked_by_customer[row.customer] -= row.amount;
    }
    for (const auto& entry : e_.books.entries()) {
      if (!entry.description.contains(sale.ref) || entry.account != "2450") continue;
      ++out.postings;
      out.posted += entry.credit.minor() - entry.debit.minor();
    }
    return out;
  }

  void check_complete(const Sale& sale, const CreditRow& credit) {
    Held held = this->held(sale);
    if (!owner_) return wrong("T5", sale, "is complete, and nobody knows whose it is");
    const std::string& email = e_.people[*owner_].email;
    // Spent by its code before the key could link it, and then ended by a repair.
    const std::int64_t moved_dead = held.spent_late - held.came_back;
    bool never_linked = held.holder.empty() && held.active == 0 && held.redeemed == credit.face + moved_dead;
    if (e_.cards_honest && held.holder != email && !undone_ && !never_linked)
      wrong("T4", sale, "is linked to " + held.holder + " and belongs to " + email);
    if (undone_) return;
    // The hub's clock is behind; or ahead, so that it looked too early and does so seldom by now; or all of it was spent, and
    // nobody told that some came back before it ended.
    bool behind = to_unix_ms(sale.event.expires_at).value_or(0) > e_.wall_ms;
    bool unseen = sale.expires && (behind || held.just_over || held.balances.contains(0));
    std::int64_t there = held.spendable + held.redeemed;
    bool all_there = there >= credit.face - held.came_back && there <= credit.face + held.spent_late;
    if (e_.cards_honest && !held.by_others && !unseen && (held.active > 1 || !all_there))
      wrong("M2", sale, std::to_string(held.vouchers) + " vouchers hold " + std::to_string(held.spendable));
    constexpr const char* kLate = "SELECT count(*) FROM cases WHERE credit = ? AND kind = 'late'";
    bool silent = there != credit.face && held.spent_late + held.came_back > 0 && !held.untold;
    if (e_.cards_honest && !held.by_others && !unseen && !lost_ && silent && count(kLate, credit.no) == 0)
      wrong("G10", sale, "is " + std::to_string(there) + " there since value moved on a dead card, and no case tells");
    if (e_.payments_honest && (held.booked != credit.face || held.bookings % 2 != 1))
      wrong("M2", sale, std::to_string(held.bookings) + " bookings of " + std::to_string(held.booked) + " at payments");
    if (e_.books_honest && (held.postings != 1 || held.posted != credit.face))
      wrong("M2", sale,
            std::to_string(held.postings) + " postings of " + std::to_string(held.posted) + " in the books");
    const auto* payer = e_.payments.by_email(email);
    if (e_.payments_honest && (!payer || held.booked_by_customer[payer->id] != credit.face))
      wrong("T4", sale, "is booked for the wrong customer");
    if (!e_.shop_honest) return;
    constexpr const char* kStillShown =
        "SELECT count(*) FROM cases WHERE credit = ? AND kind = 'still shown' AND state = 'open'";
    for (std::size_t other = 0; other < e_.people.size(); ++other)
      if (other != *owner_ && e_.shop.shown(e_.people[other].email, sale.ref) && count(kStillShown, credit.no) == 0)
        wrong("T4", sale, "is shown to " + e_.people[other].email + " too");
    if (e_.cards_honest && !held.by_others && !shows_rightly(e_.shop.shown(email, sale.ref), held))
      wrong("M2", sale, "is shown as " + e_.shop.shown(email, sale.ref).value_or("nothing") + " by the shop");
  }

  /// A balance that was there when it was read: the shop is told again only when something else happens.
  static bool shows_rightly(const std::optional<std::string>& shown, const Held& held) {
    std::optional<Money> amount = shown ? money_from_decimal(*shown, kCurrency) : Money(0, kCurrency);
    return amount && held.balances.contains(amount->minor());
  }

  /// What was cancelled is taken back everywhere. What expired was given, and the books of whoever sold it say what
  /// becomes of the rest.
  void check_closed(const Sale& sale, const CreditRow& credit) {
    Held held = this->held(sale);
    std::int64_t stays = credit.reason == "expired" ? credit.face : 0;
    if (e_.cards_honest && held.active != 0) wrong("M1", sale, "is closed, and a voucher can be redeemed");
    if (undone_) return;
    if (e_.payments_honest && held.booked != stays)
      wrong("M2", sale, "is closed, and " + std::to_string(held.booked) + " are booked at payments");
    if (e_.books_honest && held.posted != stays)
      wrong("M2", sale, "is closed, and " + std::to_string(held.posted) + " are in the books");
    for (const Person& person : e_.people)
      if (e_.shop_honest && e_.shop.shown(person.email, sale.ref))
        wrong("M2", sale, "is closed, and the shop shows it");
  }

  void check_parked(const Sale& sale, const CreditRow& credit, const std::vector<CaseRow>& cases) {
    bool reason = false;
    cases_ = cases.size();
    person_first_ = std::ranges::any_of(cases, [](const CaseRow& open) {
      return open.kind == "repair" || (open.kind == "cancel" && open.reason.starts_with("the hub that was lost"));
    });
    for (const CaseRow& open : cases) {
      reason = reason || open.kind != "conflict";
      if (honest(open) && !held(sale).by_others && !stated(sale, open))
        wrong("L3", sale, "is " + credit.state + " for no stated reason: " + open.kind + ", " + open.reason);
      tally_.add("held " + open.kind);
    }
    if (!reason) wrong("L1", sale, "is " + credit.state + " without an open case");
    if (credit.state == "unresolved" && findable(sale)) wrong("L3", sale, "is unresolved, and its customer is known");
    Held held = this->held(sale);
    bool twice = (e_.cards_honest && held.active > 1) || (e_.books_honest && held.postings > 2);
    if (twice) wrong("M2", sale, "is there more than once");
    if (credit.state == "unresolved" && !lost_ && held.vouchers + held.bookings + held.postings > 0)
      wrong("M4", sale, "is unresolved, and something was sent");
    check_hops(sale, credit, held);
  }

  /// Whether the vendor that a case is about kept to its sheet; all of them, where it names none.
  bool honest(const CaseRow& open) const {
    const std::pair<const char*, bool> vendors[] = {{"cards.", e_.cards_honest},
                                                    {"payments.", e_.payments_honest},
                                                    {"books.", e_.books_honest},
                                                    {"shop.", e_.shop_honest}};
    bool all = true;
    for (const auto& [hop, honest] : vendors) {
      if (open.reason.starts_with(hop)) return honest;
      all = all && honest;
    }
    return all;
  }

  /// Whether a place that is asked for customers knows this one.
  bool findable(const Sale& sale) const {
    if (sale.contradicted && sale.event.email != e_.people[sale.person.value_or(0)].email) return false;
    if (!sale.person) return false;
    const Person& person = e_.people[*sale.person];
    bool by_email = sale.event.phone.empty() || !sale.event.email.empty();  // the vouchers' list knows no phones
    return person.in_shop || (person.in_cards && (by_email || (e_.gift_cards && person.cards_know_phone)));
  }

  /// Reasons that lie in the world and not in the hub.
  bool stated(const Sale& sale, const CaseRow& open) const {
    if (open.kind == "conflict") return sale.contradicted;
    if (open.kind == "customer") return sale.amended;
    bool not_there = open.kind == "unknown outcome" || open.kind == "vendor refused" || open.kind == "verification";
    if (sale.expires && not_there && open.reason.starts_with("cards.")) return true;  // it was over before it was there
    if (lost_ && open.kind == "unknown outcome") return true;  // what cannot be looked up after a restore
    if (lost_ && open.kind == "verification" && open.reason.contains("; the hub that was lost")) return true;
    if (lost_ && open.reason.ends_with("/idempotency_error")) return true;  // its key went out with other content
    if (open.kind == "cancel" && open.reason.starts_with("the hub that was lost")) return true;
    if (e_.keys_alone && open.kind == "unknown outcome" && open.reason.starts_with("payments.record")) return true;
    if (open.reason.ends_with(": 302") || open.reason.ends_with(": 307")) return true;  // the vendor sent us elsewhere
    if (open.kind == "identity" && !open.reason.contains(":")) return !findable(sale);
    if (!owner_) return false;
    const Person& person = e_.people[*owner_];
    if (open.kind == "identity" && person_first_) return true;  // of the customer before, or not needed
    if (open.kind == "identity" && open.reason.starts_with("payments.record")) return !person.in_payments;
    if (open.kind == "identity") return open.reason.starts_with("shop.mirror") && !person.in_shop;
    if (open.kind == "repair" || open.kind == "spent" || open.kind == "balance" || open.kind == "late") return true;
    if (open.kind == "cancel") return sale.cancelled && cases_ > 1;  // besides what it follows from
    // Its cancellation or its repair comes first, and nobody came since.
    if (open.kind == "vendor refused" && (sale.cancelled || person_first_) && cases_ > 1) return true;
    if (open.kind == "vendor refused" && e_.payments_refuse && open.reason.starts_with("payments.record")) return true;
    if (open.kind == "unreadable" && e_.garbled) return true;  // again and again; no person came since
    if (open.kind == "unknown outcome" && open.reason.starts_with("payments.record") && e_.flooded) return true;
    if (open.kind == "unreadable" || open.kind == "unknown outcome")
      return open.reason.starts_with("books.record") && e_.doubled_lines;
    return false;
  }

  /// Of a held credit the hops that are done must be true, and what was rejected must not exist.
  void check_hops(const Sale& sale, const CreditRow& credit, const Held& held) {
    constexpr const char* kVerified =
        "SELECT count(*) FROM effects WHERE credit = ? AND state = 'verified' AND connector = ";
    std::int64_t issued = count(std::string(kVerified) + "'cn_cards' AND op = 'issue'", credit.no);
    std::int64_t booked = count(std::string(kVerified) + "'cn_payments'", credit.no);
    std::int64_t posted = count(std::string(kVerified) + "'cn_books'", credit.no);
    bool other_vouchers = lost_ || sale.expires ? issued > held.vouchers : issued != held.vouchers;
    bool other_bookings = lost_ ? booked > held.bookings : booked != held.bookings && !in_doubt(credit);
    if (e_.cards_honest && !held.by_others && other_vouchers)
      wrong("M2", sale, "has another number of vouchers than it believes");
    if (e_.payments_honest && other_bookings) wrong("M2", sale, "has another number of bookings than it believes");
    if (e_.books_honest && posted > held.postings) wrong("M2", sale, "has fewer postings than it believes");
  }

  /// A booking that may or may not be there, since the customer's history is too long to be read.
  bool in_doubt(const CreditRow& credit) {
    if (!e_.flooded && !e_.keys_alone) return false;
    constexpr const char* kHeld =
        "SELECT count(*) FROM effects JOIN calls ON effect = effects.no WHERE credit = ? AND connector = 'cn_payments' "
        "AND calls.state = 'held'";
    return count(kHeld, credit.no) > 0;
  }

  /// G5: a void that took nothing away is one of a card that was spent, whoever lies.
  void check_spent(const Sale& sale, const CreditRow& credit) {
    constexpr const char* kTookNothing =
        "SELECT count(*) FROM repairs WHERE credit = ? AND state = 'closed' AND removed = 0";
    Held held = this->held(sale);
    if (!sale.expires && count(kTookNothing, credit.no) > 0 && held.redeemed + held.came_back < credit.face)
      wrong("G5", sale, "was voided as if it had been spent, and it was not");
  }

  /// M2: at rest nothing is in suspense, but for credits that a case names.
  void check_balance(const Sale& sale, const CreditRow& credit) {
    constexpr const char* kSuspense =
        "SELECT coalesce(sum(iif(to_account = 'SUSPENSE', amount, 0) - iif(from_account = 'SUSPENSE', amount, 0)), 0) "
        "FROM postings WHERE credit = ?";
    bool parked = credit.state == "held" || credit.state == "unresolved";
    if (!parked && count(kSuspense, credit.no) != 0) wrong("M2", sale, "came to rest with value in suspense");
  }

  const Ending& e_;
  Checkers& checkers_;
  Tally& tally_;
  std::map<std::string, std::string>& finals_;
  std::optional<std::size_t> owner_;
  std::int64_t no_ = 0;
  std::size_t cases_ = 0;
  bool person_first_ = false;  // who has to end a repair of it, or to look for what the lost hub did
  /// A restore forgot something of it: what the vendors have is more than the hub believes, and a case or an audit says so
  /// (docs/guides/backup.md). `undone_`: a person's decision, which no source tells again; only an audit finds that.
  bool lost_ = false, undone_ = false;
};

}  // namespace

void final_check(const Ending& ending, Checkers& checkers, Tally& tally, std::map<std::string, std::string>& finals) {
  Audit audit(ending, checkers, tally, finals);
  for (const Sale& sale : ending.sales) audit.check(sale);
}

}  // namespace handoff::simulation
