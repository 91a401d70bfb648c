#pragma once
// A whole engine over a store of its own, a clock that only the test moves, and two vendors that answer as the test says.

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>

#include "core/engine/engine.hpp"
#include "core/journal/store.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::engine {

struct FakeClock : Clock {
  std::int64_t wall_ms() override { return 1'764'000'000'000 + boot; }
  std::int64_t boot_ms() override { return boot; }
  std::int64_t boot = 1'000'000;
};

struct Dice : Random {
  std::uint64_t next() override { return last = last * 6364136223846793005u + 1442695040888963407u; }
  std::uint64_t last = 7;
};

inline const plugin_host::Instance* instance(const std::string& file, const json::Value& settings) {
  auto loaded = plugin_host::Plugin::load(file);
  if (!loaded) throw std::runtime_error(loaded.error());
  auto made = plugin_host::Instance::create(**loaded, settings);
  if (!made) throw std::runtime_error(json::write(made.error()));
  return made->release();  // of the process, like the plugin
}

class EngineBed : public ::testing::Test, public net::Transport {
 protected:
  /// `books`: the connector of the second hop.
  explicit EngineBed(const std::string& books = "tally")
      : vault(std::string(32, 'k'), [](std::uint8_t* out, std::size_t size) { std::fill_n(out, size, 5); }) {
    static const auto* cards =
        instance(HANDOFF_PLUGINS "/libhandoff-voucherify.so", json::Value(json::Object{{"currency", "USD"}}));
    static std::map<std::string, std::unique_ptr<const plugin_host::Instance>> others;
    std::unique_ptr<const plugin_host::Instance>& other = others[books];
    if (!other) other.reset(instance(HANDOFF_TEST_PLUGINS "/libhandoff-" + books + ".so", json::Value(json::Object())));
    setup.tenant = "t1";
    setup.connectors = {connector("cards", "platform", cards, 0), connector("tally", "erp", other.get(), 1)};
    routing::Route route;
    route.name = "all";
    route.hops = {hop("cards", "issue"), hop("tally", "record")};
    setup.routes = {route};
    setup.identity_lookup = {"cards"};
    start();
  }

  static Connector connector(const char* name, const char* role, const plugin_host::Instance* instance,
                             std::uint32_t connection) {
    Connector out;
    out.name = name;
    out.id = std::string("cn_") + name;
    out.role = role;
    out.instance = instance;
    out.connection = connection;
    out.inflight_max_ms = kQuiet;
    out.visibility_lag_ms = 1000;
    return out;
  }
  static routing::Hop hop(const std::string& to, const char* op) {
    routing::Hop out;
    out.id = to + "." + op;
    out.connector = to;
    out.op = op;
    if (to != "cards") out.after = {"cards.issue"};
    return out;
  }

  void start() {
    engine.reset();
    store.reset();
    journal::StoreOptions options;
    options.path = dir.file("handoff.db");
    auto opened = journal::Store::open(options);
    if (!opened) throw std::runtime_error(opened.error());
    store = std::move(*opened);
    Services services{*store,
                      vault,
                      clock,
                      dice,
                      *this,
                      [this](Input input) { inputs.push_back(std::move(input)); },
                      [this](const std::string& line) { log += line + "\n"; },
                      [this] { return has_room; }};
    engine = std::make_unique<Engine>(setup, std::move(services));
    if (auto recovered = engine->recover("test"); !recovered) throw std::runtime_error(recovered.error());
  }

  // ---- the world ----

  void send(std::vector<net::Departure> all) override {
    for (net::Departure& one : all) arrivals.emplace_back(std::move(one.done), answer(one.out));
  }
  static net::Result replied(int status, json::Object body) {
    net::Result out;
    out.ended = net::Ended::replied;
    out.reply.status = status;
    out.reply.body = json::write(json::Value(std::move(body)));
    return out;
  }
  static net::Result lost() {
    net::Result out;
    out.ended = net::Ended::unknown;
    out.error = "no answer";
    return out;
  }
  net::Result answer(const net::Outbound& out) {
    json::Parsed body = json::parse(out.request.body.empty() ? "{}" : out.request.body);
    return out.connection == 0 ? at_cards(out.request, *body) : at_tally(out.request, *body);
  }
  static net::Result unknown_voucher() {
    return replied(404, json::Object{{"code", 404}, {"key", "not_found"}, {"message", "no"}});
  }
  virtual net::Result at_cards(const HttpRequest& request, const json::Value& body) {
    if (request.target.starts_with("/v1/publications")) {
      std::string code(body.at("voucher").as_string());
      if (!vouchers.contains(code)) return unknown_voucher();
      vouchers[code].holder = "cust_1";
      json::Object voucher{{"code", code}}, customer{{"id", "cust_1"}};
      return replied(200, json::Object{{"result", "SUCCESS"},
                                       {"voucher", std::move(voucher)},
                                       {"customer", std::move(customer)},
                                       {"customer_id", "cust_1"}});
    }
    if (request.target.starts_with("/v1/customers")) {
      json::Array list;
      bool bob = request.target.contains("bob%40example.com");
      list.emplace_back(json::Object{{"id", bob ? "cust_2" : "cust_1"},
                                     {"object", "customer"},
                                     {"email", bob ? "bob@example.com" : "ada@example.com"}});
      return replied(200, json::Object{{"customers", json::Value(std::move(list))}});
    }
    if (request.target.starts_with("/v1/vouchers?"))  // nobody changes anything there
      return replied(200, json::Object{{"object", "list"}, {"vouchers", json::Array()}, {"total", 0}});
    std::string code = request.target.substr(13, request.target.find('/', 13) - 13);
    if (request.target.ends_with("/disable")) {
      vouchers[code].active = false;
      refuses_looks = loses_voids;
      if (loses_voids) return lost();
    }
    if (request.method == "POST") posts.push_back(code);
    if (request.method == "POST" && posts.size() == 1 && !first_arrives) return lost();
    if (request.method == "POST") vouchers.emplace(code, Voucher{"v_" + std::to_string(vouchers.size() + 1)});
    if (request.method == "POST" && posts.size() == 1) return lost();
    if (request.method == "GET" && refuses_looks)
      return replied(400, json::Object{{"code", 400}, {"key", "not_today"}, {"message", "no"}});
    if (!vouchers.contains(code)) return unknown_voucher();
    const Voucher& voucher = vouchers.at(code);
    json::Object gift{{"amount", shown_minor}, {"balance", shown_minor}};
    return replied(200, json::Object{{"id", voucher.id},
                                     {"code", code},
                                     {"active", voucher.active},
                                     {"gift", std::move(gift)},
                                     {"holder_id", voucher.holder},
                                     {"metadata", json::Value(json::Object())}});
  }
  virtual net::Result at_tally(const HttpRequest& request, const json::Value& body) {
    if (request.target.starts_with("/reversals"))
      return loses_reversals ? lost() : replied(200, json::Object{{"reference", body.at("reference").as_string()}});
    if (request.method == "GET") {
      json::Array list;
      for (const json::Value& entry : entries) list.push_back(entry);
      return replied(200, json::Object{{"entries", json::Value(std::move(list))}});
    }
    keys.emplace_back(body.at("reference").as_string());
    json::Object entry = body.as_object();
    entry.set("number", "Y" + std::to_string(keys.size()));
    entries.emplace_back(entry);
    return keys.size() == 1 && loses_booking ? lost() : replied(201, std::move(entry));
  }

  void run(std::int64_t ms) {
    for (std::int64_t until = clock.boot + ms;;) {
      for (auto& [done, result] : std::exchange(arrivals, {})) done(std::move(result));
      Turn turned = engine->turn(std::exchange(inputs, {}));
      ASSERT_FALSE(turned.fatal) << turned.error;
      if (!arrivals.empty() || !inputs.empty()) continue;
      if (engine->next_due() > until) return void(clock.boot = until);
      clock.boot = std::max(clock.boot, engine->next_due());
    }
  }

  // ---- people ----

  void submit(const char* kind = "credit.issued", const char* email = "ada@example.com",
              const char* transaction = "T1") {
    Submission given;
    given.event.kind = kind;
    given.event.store = "S1";
    given.event.transaction = transaction;
    given.event.business_date = "2025-11-24";
    given.event.amount = Money(2500, "USD");
    given.event.balance_type = "general";
    given.event.email = email;
    given.event.expires_at = expires_at;
    given.source = "register";
    given.actor = "register";
    inputs.emplace_back(std::move(given));
  }
  /// Empty if it was done, else why not.
  std::string order(Command::Kind kind, const std::string& actor, bool happened = false,
                    const std::string& instrument = "") {
    Command command;
    command.kind = kind;
    command.actor = actor;
    command.number = doubt();
    command.text = "looked";
    command.happened = happened;
    command.instrument = instrument;
    std::string said = "no answer";
    command.answer = [&said](bool, const std::string& text) { said = text; };
    inputs.emplace_back(std::move(command));
    run(10);
    return said;
  }
  std::string deny(const std::string& actor = "ann") { return order(Command::Kind::settle, actor, false); }
  std::string affirm(const std::string& instrument = "", const std::string& actor = "ann") {
    return order(Command::Kind::settle, actor, true, instrument);
  }
  std::int64_t doubt() {
    if (case_no == 0)
      for (const journal::CaseRow& row : store->read().cases("open", 10))
        if (row.kind == "unknown outcome" || row.kind == "repair") case_no = row.no;
    return case_no;
  }
  /// For whoever reads a failure.
  std::string story() {
    std::string out = log;
    for (const journal::EffectRow& effect : store->read().effects(1))
      out += effect.op + " " + effect.state + " " + effect.reason + "\n";
    for (const journal::CaseRow& row : store->read().cases("", 10))
      out += row.kind + " " + row.state + " " + row.reason + "\n";
    return out + state();
  }
  std::string state() { return store->read().credit(1)->state; }
  journal::CallRow call(std::string_view op) {
    for (const journal::EffectRow& effect : store->read().effects(1))
      if (effect.op == op) return store->read().calls(effect.no).at(0);
    return {};
  }
  /// One that is taken back in vain, so that its fate is open.
  void lose_a_booking() {
    refuses_looks = false;
    loses_booking = true;
    posts.push_back("answered at once");
    submit();
    run(2 * kQuiet);
  }
  bool whole() {
    engine.reset();
    store.reset();
    journal::VerifyReport report = journal::verify_store(dir.file("handoff.db"), nullptr);
    return report.problems.empty();
  }

  static constexpr std::int64_t kQuiet = 3'600'000;
  support::TempDir dir;
  FakeClock clock;
  Dice dice;
  crypto::Vault vault;
  engine::Setup setup;
  std::unique_ptr<journal::Store> store;
  std::unique_ptr<Engine> engine;
  std::vector<Input> inputs;
  std::string expires_at;  // of what is submitted
  std::vector<std::pair<std::function<void(net::Result)>, net::Result>> arrivals;
  struct Voucher {
    std::string id;
    bool active = true;
    std::string holder = {};
  };
  std::map<std::string, Voucher> vouchers;
  bool refuses_looks = true, loses_voids = true, first_arrives = false, loses_booking = false, loses_reversals = false;
  bool has_room = true;  // on the disk
  std::int64_t shown_minor = 2500;
  std::vector<std::string> posts, keys;
  std::vector<json::Value> entries;
  std::int64_t case_no = 0;
  std::string log;
};

}  // namespace handoff::engine
