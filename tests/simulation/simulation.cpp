#include "tests/simulation/simulation.hpp"

#include "core/model/planted.hpp"
#include "tests/simulation/people.hpp"
#include "tests/simulation/square.hpp"
#include "tests/simulation/square_cards.hpp"

namespace handoff::simulation {

namespace {

constexpr Time kSettle = 96 * kHour;
constexpr Time kTwoPasses = 31 * kMinute;  // over what waits for its customer
constexpr Time kYearAndMore = 400 * kDay;
constexpr int kTriesToMeetASend = 200;
/// What nobody may find in a log or in the store (B6). Each is the password of the hub at a model vendor.
constexpr const char* kCanaries[] = {"canary-app-token",   "canary-secret-key",   "canary-bearer",
                                     "canary-admin-token", "canary-access-token", kNoticeKey};

/// `in_cards`: everybody has an account there, since linking makes none.
std::vector<Person> make_people(Stream dice, bool in_cards) {
  std::vector<Person> out;
  std::int64_t count = dice.between(3, 8);
  for (std::int64_t i = 0; i < count; ++i) {
    Person person;
    person.email = "p" + std::to_string(i) + "@example.com";
    person.phone = "+1555000100" + std::to_string(i);
    bool everywhere = i == 0 || dice.below(4) != 0;
    person.in_cards = everywhere || dice.below(3) != 0;
    person.in_cards = person.in_cards || in_cards;
    person.in_payments = everywhere || dice.below(2) != 0;
    person.in_shop = everywhere || dice.below(2) != 0;
    person.cards_know_phone = dice.below(2) == 0;
    out.push_back(std::move(person));
  }
  return out;
}

class Seed {
 public:
  explicit Seed(const Play& play)
      : play_(play),
        world_(play.seed, play.tell),
        dice_(world_.stream("seed")),
        gift_cards_(world_.stream("platform").below(3) == 0),
        people_(make_people(world_.stream("people"), gift_cards_)),
        disk_(world_, book_),
        mounted_(world_, disk_),
        clock_(world_),
        network_(world_, book_),
        vouchers_(world_, people_),
        square_(world_, people_),
        pool_(world_, people_, "pool"),
        cards_(gift_cards_ ? static_cast<PlatformModel&>(square_) : vouchers_),
        payments_(world_, people_),
        books_(world_),
        shop_(world_, people_),
        pos_(world_, people_),
        checkers_(world_, cards_),
        hub_(world_, network_, clock_, disk_, book_, checkers_),
        registers_(world_, hub_, checkers_, book_, people_),
        staff_(world_, hub_, checkers_, book_, cards_, registers_, people_),
        notifier_(world_, hub_, checkers_, book_),
        restores_(world_.stream("restore")),
        rights_(world_.stream("rights")),
        backups_(world_.stream("cards/backup")),
        with_pos_(world_.stream("pos").below(3) == 0) {
    hub_.retailer().gift_cards = gift_cards_;
    if (gift_cards_)
      network_.add(cards_, {{"Authorization", std::string("Bearer ") + kCanaries[0]}});
    else
      network_.add(cards_, {{"X-App-Id", "id"}, {"X-App-Token", kCanaries[0]}});
    network_.add(payments_, {{"Authorization", std::string("Bearer ") + kCanaries[1]}});
    network_.add(books_, {{"Authorization", std::string("Bearer ") + kCanaries[2]}});
    network_.add(shop_, {{"X-Shopify-Access-Token", kCanaries[3]}});
    if (with_pos_) {
      network_.add(pos_, {{"Authorization", std::string("Bearer ") + kCanaries[4]}});
      hub_.retailer().with_pos = true;
    }
    if (planted(Bug::b30_pool_credited_by_copy)) {
      network_.add(pool_, {{"Authorization", std::string("Bearer ") + kCanaries[0]}});
      checkers_.add_pool(pool_);
    }
    checkers_.add_ledger(payments_);
    network_.watch([this] { checkers_.check_pools(); });
    book_.in_flight = [this] {
      Network::InTheAir air = network_.in_the_air();
      return air.seen + air.unseen > 0 || checkers_.sends_open("");
    };
    checkers_.on_queued([this] { book_.hit(Fault::tiny_room); });
  }

  Result run() {
    bool goes_back = restores_.below(3) == 0;
    keys_alone_ = goes_back && restores_.below(3) == 0 && play_.faults;
    hub_.retailer().keys_alone = keys_alone_;
    chaos_ = dice_.scale(6 * kHour, 14 * kDay);
    if (!gift_cards_ && play_.permutation == 0 && world_.stream("expiry").below(3) == 0) registers_.let_expire();
    registers_.plan(dice_.between(6, 40), chaos_, play_.permutation);
    if (with_pos_)
      pos_.plan(dice_.between(4, 20), chaos_,
                [this](const auto& refund, const auto& type) { notifier_.tell(refund, type); });
    if (with_pos_ && play_.permutation > 0) notifier_.shuffle(play_.permutation, chaos_);
    if (gift_cards_ || planted(Bug::b30_pool_credited_by_copy)) expect_references();
    if (play_.faults) {
      draw_faults();
      if (with_pos_) notifier_.draw_faults();
      staff_.plan(chaos_);
      if (!gift_cards_) staff_.plan_late(chaos_);
      if (!gift_cards_) plan_vendors_backup();
      if (goes_back) plan_restore();
    } else {
      network_.calm();
    }
    for (Person& person : people_) {
      if (!person.in_shop && dice_.below(2) == 0)
        world_.at(dice_.below(chaos_), [this, &person] { shop_.sign_up(person); });
      if (!person.in_payments && dice_.below(2) == 0)
        world_.at(dice_.below(chaos_), [this, &person] { payments_.sign_up(person); });
    }
    hub_.start();
    for (Time day = kDay; day < chaos_ && !failed(); day += kDay) {
      pass(day);
      if (!failed() && hub_.up()) checkers_.verify(kStore);
    }
    pass(chaos_);
    heal();
    settle();
    settled_ = world_.now();
    if (play_.faults) {
      staff_.retry_some(true);
      settle();
    }
    if (dice_.below(25) == 0 && !with_pos_ && !gift_cards_)
      a_year_later();  // or it would ask for what is new forty thousand times
    Result out;
    finish(out);
    return out;
  }

 private:
  bool failed() const { return !checkers_.violations().empty(); }

  void pass(Time until) {
    while (!failed() && world_.step(until)) {
    }
  }

  /// What a gift card shows of a credit, for each generation that it may come to.
  void expect_references() {
    constexpr int kGenerations = 24;
    std::vector<CreditKey> keys;
    for (const Sale& sale : registers_.sales()) keys.push_back(sale.key);
    for (const SquareModel::Refund& refund : pos_.refunds()) keys.push_back(SquareModel::key_of(refund));
    for (const CreditKey& key : keys)
      for (int generation = 0; generation < kGenerations; ++generation)
        for (auto [pool, surface] :
             {std::pair(&square_, "cn_cards:gift_cards"), std::pair(&pool_, "cn_pool:gift_cards")})
          pool->expect(call_key(EffectKey{kTenant, cid_text(key), surface, "issue", generation, 0}, "reference", 0),
                       credit_ref(credit_id(key)));
  }

  void draw_faults() {
    network_.draw_faults(dice_, chaos_, std::min<Time>(chaos_, 72 * kHour));
    disk_.draw_faults(dice_, chaos_);
    if (!network_.peer(0).honest) checkers_.distrust_cards();
    if (!network_.peer(1).honest) {
      book_.armed(Fault::key_forgotten);
      payments_.forget_keys_after(dice_.scale(100, kMinute), book_);
    }
    if (!network_.peer(0).honest && !gift_cards_) {
      Fault how = dice_.below(2) == 0 ? Fault::void_untrue : Fault::void_clears;
      book_.armed(how);
      cards_.void_falsely(how, book_);
    }
    if (!gift_cards_ && rights_.below(3) == 0) {
      book_.armed(Fault::right_taken);
      for (std::int64_t n = rights_.between(1, 4); n > 0; --n) {
        Time from = rights_.below(chaos_), until = std::min(chaos_, from + rights_.scale(10 * kMinute, 2 * kDay));
        vouchers_.take_right(rights_.below(2) == 0, from, until, book_);
      }
    }
    if (rights_.below(4) == 0) {
      book_.armed(Fault::right_taken);
      payments_refuse_ = true;
      Time from = rights_.below(chaos_), until = std::min(chaos_, from + rights_.scale(kHour, 4 * kDay));
      payments_.take_right(from, until, book_);
    }
    if (dice_.below(5) == 0) {
      book_.armed(Fault::long_history);
      payments_.fill_histories(book_);
    }
    Crashes& crashes = hub_.crashes();
    crashes.per_million = dice_.scale(1'000, 100'000);
    crashes.left = dice_.below(4) == 0 ? 0 : dice_.between(3, 50);
    crashes.kept = crashes.left / 3;
    crashes.recoveries_left = dice_.below(3) == 0 ? dice_.between(1, 10) : 0;
    crashes.restart_max = dice_.scale(10, 2 * kMinute);
    if (crashes.left > 0) book_.armed(Fault::crash), book_.armed(Fault::power_loss);
    if (crashes.recoveries_left > 0) book_.armed(Fault::crash_in_recovery);
    if (dice_.below(3) == 0) {
      book_.armed(Fault::pause);
      crashes.pause_per_million = dice_.scale(100, 5'000);
    }
    if (dice_.below(3) == 0) book_.armed(Fault::restart_changed);
    if (dice_.below(2) == 0) {
      book_.armed(Fault::clock_drift);
      std::int64_t boot = dice_.between(-50, 50), wall = dice_.between(-200, 200);
      clock_.drift(wall, boot);
    }
    std::int64_t steps = dice_.below(4) == 0 ? dice_.between(1, 5) : 0;
    if (steps > 0) book_.armed(Fault::clock_step);
    for (; steps > 0; --steps) {
      Time by = dice_.scale(kSecond, 5 * 365 * kDay);
      if (dice_.below(2) != 0) by = -by;
      world_.at(dice_.below(chaos_), [this, by] {
        world_.note("clock", std::to_string(by));
        book_.hit(Fault::clock_step);
        clock_.shift(by);
      });
    }
  }

  /// D09: of a backup between a minute and a day old.
  void plan_restore() {
    elsewhere_ = restores_.below(2) == 0;
    book_.armed(elsewhere_ ? Fault::restored_elsewhere : Fault::restored);
    Time made = restores_.below(chaos_), back = std::min(chaos_ - 1, made + restores_.scale(kMinute, kDay));
    world_.at(made, [this] { back_up(); });
    world_.at(back, [this] { put_back(); });
  }

  /// V20: in the middle of something, where one comes by.
  void plan_vendors_backup() {
    if (backups_.below(4) != 0) return;
    book_.armed(Fault::vendor_restored);
    world_.at(backups_.below(chaos_), [this] { vendor_goes_back(kTriesToMeetASend); });
  }
  void vendor_goes_back(int tries) {
    if (healed_ > 0) return;
    if (tries == 0 || book_.in_flight()) return staff_.put_backup_back(backups_.scale(kMinute, kDay));
    world_.after(backups_.between(kSecond, kMinute), [this, tries] { vendor_goes_back(tries - 1); });
  }

  /// Somebody tries until the disk takes it.
  void back_up() {
    backed_up_at_ = world_.now();
    backed_up_ = hub_.back_up();
    if (!backed_up_ && !restore_is_due_) world_.after(5 * kMinute, [this] { back_up(); });
  }

  void put_back() {
    restore_is_due_ = true;
    if (!backed_up_ || failed()) return;
    bool later = world_.stalled();  // the process stands still in the middle of something: it is not stopped yet
    Fault fault = elsewhere_ ? Fault::restored_elsewhere : Fault::restored;
    bool in_flight = book_.in_flight();
    if (!later) later = !hub_.restore(backed_up_at_, elsewhere_, restores_.scale(kSecond, kHour));
    if (later) return world_.after(restores_.between(kSecond, 5 * kMinute), [this] { put_back(); });
    restored_ = true;
    book_.hit(fault, in_flight || checkers_.lost_sends() > 0);
    registers_.say_again(backed_up_at_, restores_);
  }

  void heal() {
    network_.calm();
    notifier_.calm();
    disk_.calm();
    Crashes& crashes = hub_.crashes();
    crashes.left = crashes.recoveries_left = crashes.pause_per_million = 0;
    healed_ = world_.now();
  }

  void settle() {
    Time limit = world_.now() + kSettle, passed = world_.now() + kTwoPasses;
    do {
      pass(world_.now() + 10 * kSecond);
      if (play_.faults && !failed()) staff_.approve(true);
    } while (!failed() && world_.now() < limit && (!at_rest() || world_.now() < passed));
    if (!failed()) checkers_.verify(kStore);
  }

  /// N1: dedupe has no lifetime.
  void a_year_later() {
    if (failed()) return;
    pass(world_.now() + kYearAndMore);
    registers_.repeat_all();
    settle();
  }

  bool at_rest() {
    if (!registers_.all_answered() || !hub_.up() || network_.flying() > 0) return false;
    journal::Statement look;
    look.prepare(
        checkers_.database(),
        "SELECT (SELECT count(*) FROM credits WHERE active = 1) + (SELECT count(*) FROM effects WHERE open = 1)");
    look.begin();
    return look.row() && look.integer(0) == 0 && all_sold_is_known();
  }

  /// What no notification told of was read from the list by now.
  bool all_sold_is_known() {
    journal::Statement look;
    look.prepare(checkers_.database(), "SELECT count(*) FROM credits WHERE source = 'cn_pos'");
    look.begin();
    return look.row() && look.integer(0) >= pos_.completed();
  }

  bool all_honest() const {
    for (std::size_t i = 0; i < network_.size(); ++i)
      if (!network_.peer(i).honest) return false;
    return true;
  }

  void check_unreadable();
  void check_recovered();
  void look_for_canaries();
  void flip_a_bit();
  void tell(Tally& tally);
  void finish(Result& out);
  std::string story(const Violation& violation);

  Play play_;
  World world_;
  FaultBook book_;
  Stream dice_;
  bool gift_cards_;
  std::vector<Person> people_;
  Disk disk_;
  Mounted mounted_;
  VirtualClock clock_;
  Network network_;
  VoucherifyModel vouchers_;
  SquareCards square_, pool_;
  PlatformModel& cards_;
  StripeModel payments_;
  BusinessCentralModel books_;
  ShopifyModel shop_;
  SquareModel pos_;
  Checkers checkers_;
  Hub hub_;
  Registers registers_;
  People staff_;
  Notifier notifier_;
  Stream restores_, rights_, backups_;
  bool with_pos_;
  bool payments_refuse_ = false, keys_alone_ = false, elsewhere_ = false, backed_up_ = false, restore_is_due_ = false,
       restored_ = false;
  Time backed_up_at_ = 0;
  Time chaos_ = 0, healed_ = 0, settled_ = 0;
};

void Seed::finish(Result& out) {
  Tally& tally = out.tally;
  bool doubled_lines = book_.times(Fault::duplicated) > 0;
  bool flooded = book_.times(Fault::long_history) > 0;
  bool garbled = book_.times(Fault::garbage) + book_.times(Fault::wrong_body) > 0;
  std::vector<Sale> sales = registers_.sales();
  for (Sale& sale : pos_.sales()) sales.push_back(std::move(sale));
  if (!failed()) check_unreadable();
  Ending ending{people_,
                sales,
                cards_,
                payments_,
                books_,
                shop_,
                doubled_lines,
                garbled,
                flooded,
                network_.peer(0).honest,
                network_.peer(1).honest,
                network_.peer(2).honest,
                network_.peer(3).honest,
                payments_refuse_,
                keys_alone_,
                gift_cards_,
                clock_.wall_ms(),
                world_.now()};
  if (!failed() && restored_) check_recovered();
  if (!failed()) final_check(ending, checkers_, tally, out.finals);
  if (!failed()) look_for_canaries();
  out.seed = world_.seed();
  out.hash = world_.trace.hash();
  out.violations = checkers_.violations();
  if (failed() && world_.trace.keeps()) out.story = story(checkers_.violations().front());
  for (const std::string& line : world_.trace.lines()) out.trace += line + "\n";
  hub_.stop();
  if (book_.is_armed(Fault::clock_drift)) book_.hit(Fault::clock_drift, checkers_.sends_max() > 0);  // all the time
  tell(tally);
  if (!failed() && dice_.below(4) == 0) flip_a_bit();
  out.violations = checkers_.violations();
  for (std::size_t i = 1; i < kFaults; ++i) {
    const FaultKind& kind = catalogue()[i];
    std::string name = std::string("fault ") + kind.id + " " + kind.name + " ";
    if (book_.armed_seeds[i]) tally.add(name + "armed", book_.armed_seeds[i]);
    if (book_.fired_times[i]) tally.add(name + "fired", book_.fired_times[i]);
    if (book_.reached_times[i]) tally.add(name + "reached", book_.reached_times[i]);
  }
}

/// N5: what nobody can read is no credit, and a case says so.
void Seed::check_unreadable() {
  for (const SquareModel::Refund& refund : pos_.refunds()) {
    if (refund.status.empty() || refund.readable()) continue;
    journal::Statement look;
    look.prepare(checkers_.database(),
                 "SELECT (SELECT count(*) FROM cases WHERE state = 'open' AND kind = 'quarantined' AND reason LIKE '% "
                 "' || ?1 || "
                 "':%') > 0 AND (SELECT count(*) FROM credits WHERE unique_id = ?1) = 0");
    look.begin().bind(refund.id);
    if (!look.row() || look.integer(0) == 0)
      checkers_.complain("N5", refund.id + " cannot be read, and no case says so");
  }
}

/// J10: sending is normal again in the end.
void Seed::check_recovered() {
  journal::Statement look;
  look.prepare(checkers_.database(), "SELECT count(*) FROM restores WHERE closed_at = 0");
  look.begin();
  if (!look.row() || look.integer(0) != 0) checkers_.complain("J10", "the recovery after the restore never ended");
}

/// B6: neither the logs nor any byte of the store holds a secret, an address or a code.
void Seed::look_for_canaries() {
  std::vector<std::string> secrets(std::begin(kCanaries), std::end(kCanaries));
  for (const Person& person : people_) {
    secrets.push_back(person.email);
    secrets.push_back(person.phone);
  }
  for (const PlatformModel::Voucher& voucher : cards_.vouchers()) secrets.push_back(voucher.code);
  auto look = [&](const std::string& bytes, const std::string& where) {
    for (const std::string& secret : secrets)
      if (bytes.contains(secret)) checkers_.complain("B6", where + " shows '" + secret + "'");
  };
  look(checkers_.log(), "the log");
  for (const char* name : {"handoff.db", "handoff.db-wal"})
    if (auto file = disk_.find(name)) look(file->seen, name);
}

/// D04: one bit turned in the file is found by the verification, or it lay where nothing is stored.
void Seed::flip_a_bit() {
  checkers_.crashed();
  auto dump = [] {
    std::string out;
    journal::Database db;
    db.open(kStore, 1 /* read only */, kObserverVfs);
    for (const char* table : {"journal", "credits", "hops", "effects", "calls", "attempts", "postings", "cases"}) {
      journal::Statement rows;
      rows.prepare(db, ("SELECT * FROM " + std::string(table)).c_str());
      for (rows.begin(); rows.row();)
        for (int i = 0; i < rows.columns(); ++i) out += rows.text(i) + "|";
    }
    return db.failed() ? "unreadable: " + db.error().message : out;
  };
  std::string before = dump();
  book_.armed(Fault::bit_flipped);
  std::uint64_t where = dice_.next();
  if (!disk_.flip_bit(kStore, where)) return;
  bool found = !journal::verify_store(kStore, nullptr, {kObserverVfs, {}}).problems.empty();
  book_.hit(Fault::bit_flipped, found);
  if (!found && dump() != before)
    checkers_.complain("J9", "bit " + std::to_string(where) + " was turned, and nothing noticed");
}

void Seed::tell(Tally& tally) {
  const engine::EngineCounters& engine = hub_.total();
  tally.add("seeds");
  tally.add("events", world_.trace.events());
  tally.add("virtual ms", static_cast<std::uint64_t>(world_.now()));
  tally.add("turns", engine.turns);
  tally.add("submissions", engine.submissions);
  tally.add("repeats", engine.duplicates);
  tally.add("attempts", engine.attempts);
  tally.add("reads", engine.reads);
  tally.add("found in flight", engine.found_in_flight);
  tally.add("syncs", disk_.syncs());
  for (auto outcome : {engine::Outcome::not_sent, engine::Outcome::applied, engine::Outcome::accepted,
                       engine::Outcome::rejected, engine::Outcome::unknown})
    tally.add(std::string("outcome ") + engine::name(outcome), engine.outcomes[static_cast<int>(outcome)]);
  for (int rule : {1, 2, 3, 5}) tally.add("rule " + std::to_string(rule), engine.rules[rule]);
  static constexpr const char* kPoints[] = {"before commit", "in commit",   "before acts", "among acts",
                                            "after acts",    "in recovery", "storage"};
  for (std::size_t i = 0; i < std::size(kPoints); ++i)
    tally.add(std::string("crash ") + kPoints[i], hub_.crashes().hit[i]);
  for (std::size_t k = 1; k < hub_.failpoints().size(); ++k)
    tally.add("failpoint K" + std::to_string(k), hub_.failpoints()[k]);
  for (const auto& [where, times] : checkers_.matrix())
    tally.add("matrix " + where.first + " x " + where.second, times);
  for (const auto& [state, times] : checkers_.saga_states()) tally.add("saga " + state, times);
  tally.add("redemption tries", staff_.tries());
  tally.add("redemptions", staff_.redeemed());
  tally.add("decisions", staff_.decisions());
  tally.add("excess", checkers_.excess());
  tally.add("most sends of a call", static_cast<std::uint64_t>(checkers_.sends_max()));
  Time settled = std::max<Time>(0, settled_ - std::max(healed_, registers_.last_said()));
  tally.add("most ms to settle", static_cast<std::uint64_t>(settled));
  tally.add("settle hours " + std::to_string(settled / kHour));
  tally.add("restored seeds", restored_ ? 1 : 0);
  tally.add("sends that a restore lost", checkers_.lost_sends());
  tally.add("seeds with keys and no look-up", keys_alone_ ? 1 : 0);
  tally.add("dishonest seeds", all_honest() ? 0 : 1);
  if (network_.late_after_not_found() > 0) tally.add("sometimes a late original arrived after a not-found read");
  if (hub_.crashes().most_recoveries_in_a_row >= 3) tally.add("sometimes recovery died three times in a row");
  for (const auto& [what, times] : checkers_.sometimes()) tally.add("sometimes " + what, times);
}

/// The last things that happened, and the whole journal of the credit in question.
std::string Seed::story(const Violation& violation) {
  std::string out;
  const std::vector<std::string>& lines = world_.trace.lines();
  constexpr std::size_t kLast = 60;
  out += "--- the last events\n";
  for (std::size_t i = lines.size() > kLast ? lines.size() - kLast : 0; i < lines.size(); ++i)
    if (!lines[i].contains(" head ")) out += lines[i].substr(0, 400) + "\n";
  bool whole = std::getenv("HANDOFF_TRACE") != nullptr;  // of a credit, what a neighbour did may be half of the story
  if (violation.credit == 0 && !whole) return out;
  out += "--- the journal" + (whole ? "" : " of credit " + std::to_string(violation.credit)) + "\n";
  journal::Statement rows;
  rows.prepare(checkers_.database(),
               "SELECT seq, at, kind, payload FROM journal WHERE payload LIKE '%\"credit\":' || ?1 || ',%' OR "
               "payload LIKE '%\"credit\":' || ?1 || '}%' OR kind = 'epoch.started' OR "
               "json_extract(payload, '$.effect') IN (SELECT no FROM effects WHERE credit = ?1 OR "
               "(credit = 0 AND customer = (SELECT customer FROM credits WHERE no = ?1))) OR ?2 ORDER BY seq");
  for (rows.begin().bind(violation.credit).bind(std::int64_t{whole}); rows.row();)
    out += rows.text(0) + " " + std::to_string(rows.integer(1) - kEpochMs) + " " + rows.text(2) + " " +
           rows.text(3).substr(0, 400) + "\n";
  return out;
}

}  // namespace

Result run_seed(const Play& play) { return Seed(play).run(); }

std::string compare_orders(std::uint64_t seed) {
  Play first, second;
  first.seed = second.seed = seed;
  first.faults = second.faults = false;
  first.permutation = 1;
  second.permutation = 2;
  Result a = run_seed(first), b = run_seed(second);
  for (const Result* result : {&a, &b})
    if (!result->violations.empty()) return result->violations.front().rule + ": " + result->violations.front().what;
  for (const auto& [ref, state] : std::map(a.finals))
    if (b.finals[ref] != state)
      return ref + " ends as " + state + " in one order and as " + b.finals[ref] + " in another";
  return {};
}

}  // namespace handoff::simulation
