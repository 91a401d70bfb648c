#include "tests/simulation/simulation.hpp"

#include <stdlib.h>

namespace handoff::simulation {

namespace {

constexpr Time kSettle = 96 * kHour;

/// A folder on a file system in memory where there is one: only processes die here, so nothing needs a disk.
class Folder {
 public:
  Folder() {
    std::filesystem::path root = "/dev/shm";
    if (!std::filesystem::is_directory(root)) root = std::filesystem::temp_directory_path();
    std::string pattern = (root / "handoff-simulation-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::vector<Person> make_people(Stream dice) {
  std::vector<Person> out;
  std::int64_t count = dice.between(3, 8);
  for (std::int64_t i = 0; i < count; ++i) {
    Person person;
    person.email = "p" + std::to_string(i) + "@example.com";
    person.phone = "+1555000100" + std::to_string(i);
    bool everywhere = i == 0 || dice.below(4) != 0;
    person.in_cards = everywhere || dice.below(3) != 0;
    person.in_payments = everywhere || dice.below(2) != 0;
    person.in_shop = everywhere || dice.below(2) != 0;
    person.cards_know_phone = dice.below(2) == 0;
    out.push_back(std::move(person));
  }
  return out;
}

class Seed {
 public:
  Seed(std::uint64_t seed, bool tell)
      : world_(seed, tell),
        dice_(world_.stream("seed")),
        people_(make_people(world_.stream("people"))),
        clock_(world_),
        network_(world_),
        cards_(world_, people_),
        payments_(world_, people_),
        books_(world_),
        shop_(world_, people_),
        checkers_(world_, cards_),
        hub_(world_, network_, clock_, checkers_, folder_.path() / "handoff.db"),
        registers_(world_, hub_, checkers_, people_) {
    network_.add(cards_, {{"X-App-Id", "id"}, {"X-App-Token", "token"}});
    network_.add(payments_, {{"Authorization", "Bearer sk_test"}});
    network_.add(books_, {{"Authorization", "Bearer token"}});
    network_.add(shop_, {{"X-Shopify-Access-Token", "token"}});
    network_.watch([this] { checkers_.check_pools(); });
  }

  Result run() {
    bool long_run = dice_.below(10) == 0;
    chaos_ = long_run ? dice_.between(30 * kHour, 60 * kHour) : dice_.scale(2 * kMinute, 6 * kHour);
    registers_.plan(long_run ? dice_.between(3, 8) : dice_.between(6, 40), chaos_);
    draw_faults(long_run);
    for (std::int64_t looks = dice_.below(12); looks > 0; --looks) world_.at(dice_.below(chaos_), [this] { retry_some(); });
    hub_.start();
    pass(chaos_);
    network_.calm();
    hub_.crashes().left = 0;
    settle();
    retry_some();
    settle();
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

  /// Swarm: a random subset of faults at random strength, so that rare ones are not drowned.
  void draw_faults(bool long_run) {
    for (std::size_t i = 0; i < network_.size(); ++i) {
      Peer& peer = network_.peer(i);
      for (std::size_t fault = 1; fault < peer.per_million.size(); ++fault)
        if (dice_.below(2) == 0) peer.per_million[fault] = dice_.scale(500, 60'000);
      if (dice_.below(2) == 0) peer.vendor->lag(dice_.scale(10, kVisibilityLag - 100));
      Time longest = long_run ? chaos_ : kHour;
      for (std::int64_t outages = dice_.below(3); outages > 0; --outages) {
        Time from = dice_.below(chaos_);
        peer.outages.push_back({from, from + dice_.scale(kSecond, longest), dice_.below(3) == 0});
      }
    }
    Crashes& crashes = hub_.crashes();
    crashes.per_million = dice_.scale(2'000, 100'000);
    crashes.left = dice_.below(4) == 0 ? 0 : dice_.between(3, 50);
    crashes.restart_max = dice_.scale(10, 2 * kMinute);
    for (std::int64_t steps = dice_.below(4) == 0 ? dice_.between(1, 3) : 0; steps > 0; --steps) {
      Time by = dice_.scale(kSecond, 2 * kDay) * (dice_.below(2) == 0 ? 1 : -1);
      world_.at(dice_.below(chaos_), [this, by] {
        world_.note("clock", std::to_string(by));
        clock_.shift(by);
      });
    }
  }

  /// An operator who tries what is held again, now and then before its cause is gone.
  void retry_some() {
    if (!hub_.up()) return;
    journal::Statement look;
    look.prepare(checkers_.database(), "SELECT no FROM cases WHERE state = 'open'");
    for (look.begin(); look.row();) {
      if (dice_.below(3) == 0) continue;
      engine::Command order;
      order.kind = engine::Command::Kind::retry;
      order.actor = "token:operator";
      order.number = look.integer(0);
      hub_.order(std::move(order));
    }
  }

  void settle() {
    Time limit = chaos_ + kSettle;
    do pass(world_.now() + 10 * kSecond);
    while (!failed() && world_.now() < limit && !at_rest());
    if (!failed()) checkers_.verify((folder_.path() / "handoff.db").string());
  }

  bool at_rest() {
    if (!registers_.all_answered() || !hub_.up() || network_.flying() > 0) return false;
    journal::Statement look;
    look.prepare(checkers_.database(),
                 "SELECT (SELECT count(*) FROM credits WHERE active = 1) + (SELECT count(*) FROM effects WHERE open = 1)");
    look.begin();
    return look.row() && look.integer(0) == 0;
  }

  void finish(Result& out) {
    Coverage& coverage = out.coverage;
    if (!failed())
      final_check({people_, registers_.sales(), cards_, payments_, books_, shop_, doubled_lines()}, checkers_, coverage);
    out.seed = world_.seed();
    out.hash = world_.trace.hash();
    hub_.stop();
    coverage.engine = hub_.total();
    coverage.crashes = hub_.crashes().hit;
    coverage.faults = network_.fired();
    coverage.seeds = 1;
    coverage.events = world_.trace.events();
    coverage.restarts_with_flights = hub_.total().found_in_flight;
    coverage.virtual_time = world_.now();
    out.violations = checkers_.violations();
    if (failed() && world_.trace.keeps()) out.story = story(checkers_.violations().front());
  }

  bool doubled_lines() const { return network_.fired()[static_cast<std::size_t>(Fault::duplicated)] > 0; }

  std::string story(const Violation& violation);
  void tell_journal(std::int64_t credit, std::vector<std::pair<Time, std::string>>& out);

  World world_;
  Stream dice_;
  std::vector<Person> people_;
  Folder folder_;
  VirtualClock clock_;
  Network network_;
  VoucherifyModel cards_;
  StripeModel payments_;
  BusinessCentralModel books_;
  ShopifyModel shop_;
  Checkers checkers_;
  Hub hub_;
  Registers registers_;
  Time chaos_ = 0;
};

/// The last things that happened, and the whole journal of the credit in question.
std::string Seed::story(const Violation& violation) {
  std::string out;
  const std::vector<std::string>& lines = world_.trace.lines();
  constexpr std::size_t kLast = 40;
  out += "--- the last events\n";
  for (std::size_t i = lines.size() > kLast ? lines.size() - kLast : 0; i < lines.size(); ++i)
    if (!lines[i].contains(" head ")) out += lines[i].substr(0, 400) + "\n";
  if (violation.credit == 0) return out;
  out += "--- the journal of credit " + std::to_string(violation.credit) + "\n";
  journal::Statement rows;
  rows.prepare(checkers_.database(),
               "SELECT seq, at, kind, payload FROM journal WHERE payload LIKE '%\"credit\":' || ?1 || ',%' OR "
               "payload LIKE '%\"credit\":' || ?1 || '}%' OR kind = 'epoch.started' OR "
               "json_extract(payload, '$.effect') IN (SELECT no FROM effects WHERE credit = ?1 OR "
               "(credit = 0 AND customer = (SELECT customer FROM credits WHERE no = ?1))) ORDER BY seq");
  for (rows.begin().bind(violation.credit); rows.row();)
    out += rows.text(0) + " " + std::to_string(rows.integer(1) - kEpochMs) + " " + rows.text(2) + " " +
           rows.text(3).substr(0, 400) + "\n";
  return out;
}

template <class Map>
void sum(Map& into, const Map& from) {
  for (const auto& [key, value] : from) into[key] += value;
}

}  // namespace

Result run_seed(std::uint64_t seed, bool tell) { return Seed(seed, tell).run(); }

void Coverage::add(const Coverage& other) {
  for (std::size_t i = 0; i < std::size(engine.outcomes); ++i) engine.outcomes[i] += other.engine.outcomes[i];
  for (std::size_t i = 0; i < std::size(engine.rules); ++i) engine.rules[i] += other.engine.rules[i];
  engine.turns += other.engine.turns;
  engine.submissions += other.engine.submissions;
  engine.duplicates += other.engine.duplicates;
  engine.attempts += other.engine.attempts;
  engine.reads += other.engine.reads;
  for (std::size_t i = 0; i < crashes.size(); ++i) crashes[i] += other.crashes[i];
  for (std::size_t i = 0; i < faults.size(); ++i) faults[i] += other.faults[i];
  sum(credits, other.credits);
  sum(held, other.held);
  seeds += other.seeds;
  events += other.events;
  restarts_with_flights += other.restarts_with_flights;
  virtual_time += other.virtual_time;
}

std::string Coverage::text() const {
  auto n = [](std::uint64_t value) { return std::to_string(value); };
  std::string out = "seeds " + n(seeds) + ", events " + n(events) + ", virtual days " +
                    n(static_cast<std::uint64_t>(virtual_time / kDay)) + ", turns " + n(engine.turns) +
                    ", submissions " + n(engine.submissions) + " (" + n(engine.duplicates) + " repeats), attempts " +
                    n(engine.attempts) + ", reads " + n(engine.reads) + "\n  outcomes:";
  for (auto outcome : {engine::Outcome::not_sent, engine::Outcome::applied, engine::Outcome::accepted,
                       engine::Outcome::rejected, engine::Outcome::unknown})
    out += std::string(" ") + engine::name(outcome) + " " + n(engine.outcomes[static_cast<int>(outcome)]);
  out += "\n  rules of F:";
  for (int rule : {1, 2, 3, 5}) out += " " + std::to_string(rule) + ": " + n(engine.rules[rule]);
  static constexpr const char* kPoints[] = {"before commit", "before acts", "among acts", "after acts", "in recovery"};
  out += "\n  crashes:";
  for (std::size_t i = 0; i < crashes.size(); ++i) out += std::string(i ? ", " : " ") + kPoints[i] + " " + n(crashes[i]);
  out += "; attempts found in flight " + n(restarts_with_flights) + "\n  faults:";
  for (std::size_t i = 1; i < faults.size(); ++i)
    out += std::string(" ") + name(static_cast<Fault>(i)) + " " + n(faults[i]);
  out += "\n  credits:";
  for (const auto& [state, count] : credits) out += " " + state + " " + n(count);
  out += "\n  cases of held and unresolved:";
  for (const auto& [kind, count] : held) out += " [" + kind + "] " + n(count);
  return out + "\n";
}

}  // namespace handoff::simulation
