#include "tests/simulation/hub.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <stdexcept>

#include "core/journal/backup.hpp"
#include "core/model/planted.hpp"

namespace handoff::simulation {

namespace {

constexpr Time kNever = std::numeric_limits<Time>::max();
constexpr std::int64_t kVerifyEvery = 10;  // crashes
constexpr int kTurnsAtOnce = 10'000;

const plugin_host::Instance* instance(const char* plugin, const json::Value& settings,
                                      const std::filesystem::path& folder = HANDOFF_PLUGINS) {
  std::filesystem::path file = folder / (std::string("libhandoff-") + plugin + ".so");
  auto loaded = plugin_host::Plugin::load(file);
  if (!loaded) throw std::runtime_error(loaded.error());
  auto made = plugin_host::Instance::create(**loaded, settings);
  if (!made) throw std::runtime_error(std::string(plugin) + ": " + json::write(made.error()));
  return made->release();  // shared by all seeds of the process
}

engine::Connector connector(const char* name, const char* role, const plugin_host::Instance* instance,
                            std::uint32_t connection) {
  engine::Connector out;
  out.name = name;
  out.id = std::string("cn_") + name;
  out.role = role;
  out.instance = instance;
  out.connection = connection;
  out.concurrency = instance->manifest().concurrency;
  out.requests_per_minute = instance->manifest().requests_per_minute;
  out.inflight_max_ms = kInflightMax;
  out.visibility_lag_ms = kVisibilityLag;
  return out;
}

routing::Hop hop(const char* to, const char* op) {
  routing::Hop out;
  out.id = std::string(to) + "." + op;
  out.connector = to;
  out.op = op;
  if (out.id != "cards.issue") out.after = {"cards.issue"};
  return out;
}

const plugin_host::Instance* platform(bool gift_cards, bool variant) {
  static const auto* first = instance("voucherify", object({{"currency", kCurrency}}));
  static const auto* second = instance("voucherify", object({{"currency", kCurrency}, {"category", "Store credit"}}));
  static const auto* here = instance("square", object({{"gift_card_location", "L1"}}));
  static const auto* there = instance("square", object({{"gift_card_location", "L2"}}));
  if (gift_cards) return variant ? there : here;
  return variant ? second : first;
}

}  // namespace

engine::Setup make_setup(const Retailer& retailer, bool variant) {
  static const auto* processor = instance("stripe", json::Object());
  static const auto* without_look_up = instance("stripe_keys_alone", json::Object(), HANDOFF_TEST_PLUGINS);
  const auto* payments = retailer.keys_alone ? without_look_up : processor;
  static const auto* books = instance("business_central", object({{"tenant", "t1"},
                                                                  {"environment", "production"},
                                                                  {"company_id", BusinessCentralModel::kCompany},
                                                                  {"account", "2450"},
                                                                  {"balancing_account", "6110"},
                                                                  {"currency", kCurrency}}));
  static const auto* shop = instance("shopify", object({{"base_url", "https://model.example"}}));
  engine::Setup out;
  out.tenant = kTenant;
  out.connectors = {connector("cards", "platform", platform(retailer.gift_cards, variant), 0),
                    connector("payments", "payments", payments, 1), connector("books", "erp", books, 2),
                    connector("shop", "storefront", shop, 3)};
  if (retailer.with_pos) {
    static const auto* pos = instance("square", object({{"notification_url", kNoticeUrl}}));
    out.connectors.push_back(connector("pos", "pos", pos, 4));
    out.connectors.back().hmac_secrets["webhook_key"] = {kNoticeKey};
  }
  if (retailer.with_pos || retailer.gift_cards) out.pull_every_ms = 15 * kMinute;
  if (planted(Bug::b30_pool_credited_by_copy))
    out.connectors.push_back(connector("pool", "storefront", platform(true, variant), retailer.with_pos ? 5 : 4));
  out.identity_lookup = {"cards", "shop"};
  routing::Route route;
  route.name = "register-credit";
  route.confirm = routing::Confirm();
  route.hops = {hop("cards", "issue"), hop("payments", "record"), hop("books", "record"), hop("shop", "mirror")};
  if (planted(Bug::b30_pool_credited_by_copy)) route.hops.push_back(hop("pool", "issue"));
  out.routes = {route};
  return out;
}

/// Each incarnation of the hub has its own: answers to a dead process go nowhere.
class Hub::Transport : public net::Transport {
 public:
  explicit Transport(Hub& hub) : hub_(hub) {}
  ~Transport() override { *alive_ = false; }
  void send(std::vector<net::Departure> all) override {
    for (net::Departure& one : all) send(std::move(one.out), std::move(one.done));
  }

 private:
  void send(net::Outbound out, std::function<void(net::Result)> done) {
    hub_.acting();
    bool write = hub_.network_.is_write(out);
    if (write) hub_.checkers_.sending(out);
    if (!write) hub_.checkers_.reading(true);
    auto ended = [this, alive = alive_, write, connection = out.connection,
                  done = std::move(done)](net::Result result) {
      if (!*alive) return;
      if (!write) hub_.checkers_.reading(false);
      hub_.checkers_.heard(connection, result.ended != net::Ended::replied || result.reply.status >= 500,
                           hub_.world_.now() - result.elapsed_us / 1000);
      done(std::move(result));
    };
    auto truth = hub_.network_.start(out, std::move(ended));
    if (write) hub_.checkers_.sent(out, std::move(truth));
  }

  Hub& hub_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

Hub::Hub(World& world, Network& network, VirtualClock& clock, Disk& disk, FaultBook& book, Checkers& checkers)
    : world_(world),
      network_(network),
      clock_(clock),
      disk_(disk),
      book_(book),
      checkers_(checkers),
      crash_dice_(world.stream("hub/crashes")),
      aim_(world.stream("hub/aim")),
      engine_dice_(world.stream("hub/engine")),
      vault_dice_(world.stream("hub/vault")),
      vault_(std::string(32, 'k'),
             [this](std::uint8_t* out, std::size_t size) {
               for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(vault_dice_.next());
             }),
      at_work_max_(static_cast<std::size_t>(world.stream("hub/room").scale(1, 64))),
      checkpoint_pages_(world.stream("hub/checkpoint").scale(8, 4000)),
      planned_(kNever) {
  if (at_work_max_ < 8) book_.armed(Fault::tiny_room);
  disk_.on_wait([this](Time wait) { stand_still(wait); });
}

Hub::~Hub() = default;

void Hub::start() {
  if (exchanging_) return world_.after(kSecond, [this] { start(); });  // a restore holds the store's lock
  ++incarnation_;
  planned_ = kNever;
  bool changed = book_.is_armed(Fault::restart_changed) && crash_dice_.below(2) == 0;
  if (changed) {
    book_.hit(Fault::restart_changed);
    at_work_max_ = static_cast<std::size_t>(crash_dice_.scale(1, 64));
  }
  bool fails = crashes_.recoveries_left > 0 && crash_dice_.below(3) != 0;
  if (fails && crash_dice_.below(2) == 0) disk_.stop_after(crash_dice_.scale(1, 60));
  journal::StoreOptions options;
  options.path = kStore;
  options.vfs = kHubVfs;
  options.exclusive = false;
  options.checkpoint_pages = checkpoint_pages_;
  auto store = journal::Store::open(options);
  if (!store) return refused_to_start("the store does not open: " + store.error());
  store_ = std::move(*store);
  transport_ = std::make_unique<Transport>(*this);
  engine::Services services{*store_,
                            vault_,
                            clock_,
                            engine_dice_,
                            *transport_,
                            [this](engine::Input input) { post(std::move(input)); },
                            [this](const std::string& line) { checkers_.logged(line); },
                            [this] { return !disk_.full(); }};
  engine::Setup setup = make_setup(retailer_, changed);
  setup.at_work_max = at_work_max_;
  setup.reissue = true;
  setup.approve_repair_above = {{kCurrency, 15'000}};
  engine_ = std::make_unique<engine::Engine>(std::move(setup), std::move(services));
  if (auto recovered = engine_->recover("simulated"); !recovered)
    return refused_to_start("recovery failed: " + recovered.error());
  if (disk_.stopped()) return die(CrashPoint::in_recovery);
  disk_.disarm();
  disk_.failed();
  checkers_.open(kStore);
  checkers_.after_recovery();
  world_.note("started", std::to_string(incarnation_));
  if (fails) return die(CrashPoint::in_recovery);
  crashes_.recoveries_in_a_row = 0;
  plan(world_.now());
}

/// Only with a reason that lies in the machine; then it is tried again.
void Hub::refused_to_start(const std::string& why) {
  if (disk_.stopped()) return die(CrashPoint::in_recovery);
  world_.note("refused", why);
  if (!disk_.failed() && disk_.writable()) return checkers_.complain("L6", why);
  die(CrashPoint::storage);
}

void Hub::post(engine::Input input) {
  queue_.push_back(std::move(input));
  plan(world_.now() + engine_dice_.below(3));  // what comes close together is one batch
}

void Hub::plan(Time when) {
  if (when >= planned_) return;
  planned_ = when;
  world_.at(when, [this, incarnation = incarnation_, when] {
    if (incarnation != incarnation_ || !engine_ || planned_ != when) return;
    if (world_.stalled())
      planned_ = kNever;  // the end of the turn plans anew
    else
      turn();
  });
}

/// The process stands still, inside a sync or between commit and send; the world goes on.
void Hub::stand_still(Time wait) {
  world_.note("still", std::to_string(wait));
  world_.stall(wait);
}

void Hub::arm() {
  armed_.reset();
  acts_left_ = 0;
  disk_.disarm();
  pausing_ = crashes_.pause_per_million > 0 && crash_dice_.chance(crashes_.pause_per_million);
  bool voiding = checkers_.voiding();
  std::int64_t chance = crashes_.per_million * (voiding ? 16 : checkers_.repairing() ? 8 : 1);
  bool random = crashes_.left > (voiding ? 0 : crashes_.kept) && crash_dice_.chance(chance);
  if (!random && !reissuing()) return;
  armed_ = static_cast<CrashPoint>(crash_dice_.below(5));
  if (armed_ == CrashPoint::among_acts) acts_left_ = crash_dice_.between(1, 3);
  if (armed_ == CrashPoint::in_commit) disk_.stop_after(crash_dice_.scale(1, 40));
}

/// While a reissue flies, and between its proof and the end of the repair (K12, K13).
bool Hub::reissuing() {
  return crashes_.left > 0 && checkers_.voiding() && aim_.below(8) == 0 && checkers_.reissuing();
}

void Hub::acting() {
  if (std::exchange(pausing_, false)) {
    book_.hit(Fault::pause);
    stand_still(crash_dice_.scale(kSecond, 12 * kHour));
  }
  if (std::exchange(first_act_, false)) aim();
  if (armed_ != CrashPoint::before_acts && armed_ != CrashPoint::among_acts) return;
  if (acts_left_-- <= 0) throw Crash();
}

/// Between the commit and what it allows (K2, K11), where chance alone comes too seldom.
void Hub::aim() {
  if (armed_ || crashes_.left <= 0) return;
  bool hit = submitted_ && aim_.below(40) == 0;
  if (!hit && checkers_.voiding()) hit = checkers_.confirmed_now() && aim_.below(4) != 0;
  if (hit) armed_ = CrashPoint::before_acts;
}

void Hub::turn() {
  planned_ = kNever;
  std::vector<engine::Input> inputs = std::exchange(queue_, {});
  arm();
  if (armed_ == CrashPoint::before_commit) {
    queue_ = std::move(inputs);
    return die(*armed_);
  }
  world_.note("turn", std::to_string(inputs.size()));
  turns_at_once_ = world_.now() == last_turn_ ? turns_at_once_ + 1 : 0;
  last_turn_ = world_.now();
  if (turns_at_once_ > kTurnsAtOnce) return checkers_.complain("L2", "turn follows turn and no time passes");
  checkers_.before_turn();
  first_act_ = true;
  submitted_ = std::ranges::any_of(
      inputs, [](const engine::Input& input) { return std::holds_alternative<engine::Submission>(input); });
  engine::Turn turned;
  try {
    turned = engine_->turn(std::move(inputs));
  } catch (const Crash&) {
    checkers_.after_turn();
    return die(*armed_);
  }
  if (disk_.stopped()) return die(CrashPoint::in_commit);
  if (turned.fatal && disk_.failed()) return die(CrashPoint::storage);
  if (turned.fatal) return checkers_.complain("J6", "the engine stopped: " + turned.error);
  disk_.failed();
  checkers_.after_turn();
  world_.note("head", store_->head().hash);
  if (armed_ && armed_ != CrashPoint::in_commit) return die(CrashPoint::after_acts);
  std::int64_t due = engine_->next_due();
  if (!queue_.empty()) plan(world_.now());
  if (due != std::numeric_limits<std::int64_t>::max())
    plan(std::max(world_.now(), world_.now() + due - clock_.boot_ms()));
}

void Hub::count() {
  const engine::EngineCounters& own = engine_->counters();
  total_.turns += own.turns;
  total_.submissions += own.submissions;
  total_.duplicates += own.duplicates;
  total_.attempts += own.attempts;
  total_.reads += own.reads;
  total_.found_in_flight += own.found_in_flight;
  for (std::size_t i = 0; i < std::size(own.outcomes); ++i) total_.outcomes[i] += own.outcomes[i];
  for (std::size_t i = 0; i < std::size(own.rules); ++i) total_.rules[i] += own.rules[i];
}

void Hub::stop() {
  if (engine_) count();
  engine_.reset();
}

void Hub::die(CrashPoint point) {
  ++crashes_.hit[static_cast<std::size_t>(point)];
  world_.note("crash", std::to_string(static_cast<int>(point)));
  look_around(point);
  bool in_recovery = point == CrashPoint::in_recovery;
  if (in_recovery)
    --crashes_.recoveries_left;
  else if (point != CrashPoint::storage)
    --crashes_.left;
  if (in_recovery)
    crashes_.most_recoveries_in_a_row = std::max(crashes_.most_recoveries_in_a_row, ++crashes_.recoveries_in_a_row);
  book_.hit(in_recovery ? Fault::crash_in_recovery : Fault::crash);
  bool power = point != CrashPoint::storage && crash_dice_.below(2) == 0;
  if (point == CrashPoint::storage) power = crash_dice_.below(4) == 0;
  go_down(power);
  if (++crash_count_ % kVerifyEvery == 0) checkers_.verify(kStore);
  Time wait = point == CrashPoint::storage ? crash_dice_.between(kMinute, 5 * kMinute)
                                           : crash_dice_.between(1, crashes_.restart_max);
  world_.after(wait, [this] { start(); });
}

/// The process is gone, and all that it knew. What it sent goes on its way.
void Hub::go_down(bool power) {
  if (engine_) count();
  disk_.stop_now();
  engine_.reset();
  transport_.reset();
  store_.reset();
  queue_.clear();
  checkers_.crashed();
  disk_.end(power ? Disk::End::power_failed : Disk::End::process_died);
  if (power) clock_.reboot();
}

bool Hub::back_up() {
  disk_.remove(kBackup);
  auto made = journal::copy_store(kStore, kBackup, nullptr, kObserverVfs);
  world_.note("backup", made ? std::to_string(made->rows) : made.error());
  if (!made || made->rows == 0) return false;
  journal::VerifyReport verified = journal::verify_store(kBackup, nullptr, {kObserverVfs, {}});
  if (!verified.problems.empty()) checkers_.complain("J9", "a backup is not whole: " + verified.problems.front());
  checkers_.backed_up(made->rows);
  return true;
}

bool Hub::restore(Time made, bool elsewhere, Time wait) {
  bool ran = up();
  if (ran) go_down(false);
  exchanging_ = true;  // the process that restores may stand still in the middle, and the world goes on
  bool done = exchange(elsewhere);
  exchanging_ = false;
  if (done) checkers_.restored(made);
  if (done && elsewhere) clock_.reboot();
  if (ran) world_.after(wait, [this] { start(); });
  return done;
}

/// The marked copy of the backup takes the store's place.
bool Hub::exchange(bool elsewhere) {
  const std::string fresh = std::string(kStore) + ".restoring", log = std::string(kStore) + "-wal";
  checkers_.read_to_the_end(kStore);
  std::int64_t epoch = 0;
  {
    journal::Database lost;
    journal::Statement newest;
    lost.open(kStore, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, kObserverVfs);
    newest.prepare(lost, "SELECT coalesce(max(epoch), 0) FROM journal");
    newest.begin();
    if (!elsewhere && newest.row()) epoch = newest.integer(0);
  }
  for (const char* part : {"", "-wal", "-journal"}) disk_.remove(fresh + part);
  if (disk_.copy(kBackup, fresh) != Io::fine) return false;
  auto marked = journal::mark_restored(fresh, epoch, clock_.wall_ms(), kObserverVfs);
  world_.note("restore",
              marked ? std::to_string(marked->rows) + " in epoch " + std::to_string(marked->epoch) : marked.error());
  if (!marked) return false;
  disk_.remove(log);
  disk_.rename(fresh, kStore);
  return true;
}

/// What the crash finds half done (INVARIANTS G, crash points).
void Hub::look_around(CrashPoint point) {
  auto hit = [this](int k) { ++failpoints_[static_cast<std::size_t>(k)]; };
  Network::InTheAir air = network_.in_the_air();
  bool event = false, answer = false;
  for (const engine::Input& input : queue_) {
    event = event || std::holds_alternative<engine::Submission>(input);
    answer = answer || std::holds_alternative<engine::Arrived>(input);
  }
  if (event) hit(1);
  if (air.unseen > 0) hit(5);
  if (air.seen > 0) hit(6);
  if (answer) hit(7);
  if (point == CrashPoint::in_recovery) hit(14);
  if (store_ == nullptr && checkers_.nothing_stored()) hit(15);
  if (disk_.stopped_at() == kStore) hit(16);
  if (point == CrashPoint::in_recovery) return;
  for (int k : checkers_.half_done(point == CrashPoint::before_acts || point == CrashPoint::among_acts)) hit(k);
}

}  // namespace handoff::simulation
