// A retailer's day on the sandbox: five vendors, one hub, and the things that go wrong between them.

#include <Poco/JSON/Array.h>
#include <Poco/Thread.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <map>
#include <set>
#include <vector>

#include "http.hpp"
#include "stage.hpp"

namespace demo {
namespace {

struct Scene {
  std::string what;  // for people
  std::string ref;
  std::string told;  // what the cashier saw
  bool arrives;      // everywhere, by itself; else it waits for a person
};

std::string today() {
  char out[16];
  std::time_t now = std::time(nullptr);
  std::strftime(out, sizeof out, "%Y-%m-%d", std::localtime(&now));
  return out;
}

class Day {
 public:
  explicit Day(Stage& stage) : stage_(stage) {}

  void play() {
    std::cout << "\nThe day\n";
    call("POST", stage_.vendor("control") + "/webhook", R"({"url":")" + stage_.inbound() + R"(/in/registers"})");
    sale("Ada returns a lamp, gives her e-mail", "25.00", R"({"email":"Ada@Example.com"})");
    sale("Bob by phone, with country code", "12.40", R"({"phone":"+1 202 555 0102"})");
    sale("Chloe by loyalty number or e-mail", "99.99", R"({"email":"chloe@example.com"})");
    sale("Ada again, the same afternoon", "5.01", R"({"email":"ada@example.com"})");
    sale("a walk-in who gives nothing", "18.00", "{}", "general", false);
    sale("Bob again, his phone typed without country code", "8.00", R"({"phone":"(202) 555-0102"})");
    sale("a phone with a wrong digit", "7.50", R"({"phone":"(202) 555-0103"})", "general", false);
    sale("a balance type the routes do not know", "3.00", R"({"email":"jo@example.com"})", "promo", false);
    refund("Jo's refund, told by Square's webhook, four times", 4200, 3);

    fault(
        R"({"vendor":"voucherify","match":{"method":"POST","path_prefix":"/v1/vouchers"},"mode":"lost_after","count":1})");
    sale("the platform's answer is lost after it issued", "31.00", R"({"email":"bob@example.com"})");

    settle();  // a request that the outage cuts off would be looked up for its whole quiet period, 25 minutes
    fault(R"({"vendor":"business_central","mode":"outage"})");
    sale("the books are down", "64.20", R"({"email":"chloe@example.com"})");
    if (wait("the shop to show it while the books are down", [this] { return shop_shows(scenes_.back().ref); }))
      std::cout << "  ok  the shop already shows " << scenes_.back().ref << ", the books do not\n";
    call("DELETE", stage_.vendor("control") + "/faults?vendor=business_central");
    std::cout << "  ..  the books are back\n";
  }

  /// Until nothing moves any more: complete, or waiting for a person.
  bool settle() {
    bool bar = isatty(STDOUT_FILENO);
    for (int i = 0; i < 1800; ++i) {
      auto [done, all] = progress();
      if (bar)
        std::cout << "\r  " << done << " of " << all << " credits have arrived or wait for a person " << std::flush;
      if (done == all && all > 0) {
        if (bar) std::cout << "\n";
        return true;
      }
      Poco::Thread::sleep(100);
    }
    return false;
  }

  /// Whether everything came out as the script says: no number is taken from the hub.
  bool report() {
    std::cout << "\nWhat arrived\n"
              << std::left << std::setw(30) << "  credit" << std::right << std::setw(9) << "amount"
              << "  " << std::left << std::setw(12) << "state" << "what happened\n";
    bool as_played = nothing_missed_;
    std::map<std::string, std::string> states;
    for (const auto& credit : list("/v1/credits?limit=100", "credits")) {
      std::string ref = text(credit, "ref"), state = text(credit, "state");
      states[ref] = state;
      std::cout << "  " << std::left << std::setw(28) << ref << std::right << std::setw(9)
                << text(credit, "amount.amount") << "  " << std::left << std::setw(12) << state << story(ref) << "\n";
    }
    std::cout << "\nHeld for a person\n";
    for (const auto& item : list("/v1/cases?state=open&limit=100", "cases")) {
      std::cout << "  case " << text(item, "case") << "  " << text(item, "kind") << ": " << text(item, "reason")
                << "\n";
      if (!text(item, "next").empty()) std::cout << "          " << text(item, "next") << "\n";
    }
    for (const Scene& scene : scenes_) {
      if ((states[scene.ref] == "complete") == scene.arrives) continue;
      as_played = false;
      std::cout << "\n  !!  " << scene.what << ": " << (scene.arrives ? "did not arrive" : "should wait for a person")
                << "\n";
    }
    if (states.size() != scenes_.size())
      std::cout << "\n  !!  " << scenes_.size() << " credits were given, the hub has " << states.size() << "\n";
    return as_played && states.size() == scenes_.size();
  }

  std::size_t to_arrive() const { return static_cast<std::size_t>(std::ranges::count_if(scenes_, &Scene::arrives)); }

 private:
  void say(const Scene& scene) {
    std::cout << "  ->  " << std::left << std::setw(52) << scene.what << scene.told << "\n";
  }

  void sale(const std::string& what, const std::string& amount, const std::string& customer,
            const std::string& type = "general", bool arrives = true) {
    std::string body = R"({"transaction":"T)" + std::to_string(1001 + scenes_.size()) + R"(","business_date":")" +
                       today() + R"(","store":"S12","terminal":"R1","staff":"E7","amount":")" + amount +
                       R"(","currency":"USD","balance_type":")" + type + R"(","customer":)" + customer + "}";
    Reply reply = call("POST", stage_.registers() + "/v1/register/credits", body, stage_.token());
    auto told = reply.json();
    std::string status = text(told, "status");
    if (status != "confirmed") status += ", " + text(told, "reason");
    scenes_.push_back(
        {what, text(told, "id"), status.empty() ? "HTTP " + std::to_string(reply.status) : status, arrives});
    say(scenes_.back());
  }

  void refund(const std::string& what, int minor, int duplicates) {
    call("POST", stage_.vendor("control") + "/square/refund",
         R"({"amount_minor":)" + std::to_string(minor) +
             R"(,"currency":"USD","customer_email":"jo@example.com","webhook":{"duplicates":)" +
             std::to_string(duplicates) + "}}");
    std::string ref;
    wait("the webhook's refund", [&] {
      for (const auto& credit : list("/v1/credits?limit=100", "credits"))
        if (text(credit, "origin") == "registers") ref = text(credit, "ref");
      return !ref.empty();
    });
    scenes_.push_back({what, ref, "one credit", true});
    say(scenes_.back());
  }

  void fault(const std::string& body) { call("POST", stage_.vendor("control") + "/faults", body); }

  template <class Condition>
  bool wait(const std::string& what, Condition condition) {
    for (int i = 0; i < 300; ++i) {
      if (condition()) return true;
      Poco::Thread::sleep(50);
    }
    std::cout << "  !!  still waiting for " << what << "\n";
    return nothing_missed_ = false;
  }

  bool shop_shows(const std::string& ref) {
    return call("GET", stage_.vendor("control") + "/ledger/shopify").body.find(ref) != std::string::npos;
  }

  std::vector<Poco::Dynamic::Var> list(const std::string& path, const std::string& member) {
    auto answer = call("GET", stage_.admin() + path, {}, stage_.token()).json();
    std::vector<Poco::Dynamic::Var> out;
    if (answer.isEmpty() || answer.type() != typeid(Poco::JSON::Object::Ptr)) return out;
    auto rows = answer.extract<Poco::JSON::Object::Ptr>()->getArray(member);
    for (std::size_t i = 0; rows && i < rows->size(); ++i) out.push_back(rows->get(static_cast<unsigned>(i)));
    return out;
  }

  std::pair<int, int> progress() {
    static const std::set<std::string> kStill = {"complete", "unresolved", "held", "closed"};
    int done = 0, all = 0;
    for (const auto& credit : list("/v1/credits?limit=100", "credits")) {
      ++all;
      done += kStill.contains(text(credit, "state"));
    }
    return {done, all};
  }

  std::string story(const std::string& ref) const {
    for (const Scene& scene : scenes_)
      if (scene.ref == ref) return scene.what;
    return {};
  }

  Stage& stage_;
  std::vector<Scene> scenes_;
  bool nothing_missed_ = true;
};

int run(const std::string& bin, const std::string& plugins, const std::string& config) {
  Stage stage(bin, plugins, config);
  std::cout << "Five vendors and the hub run in " << stage.folder().string() << "\n";
  Day day(stage);
  day.play();
  bool settled = day.settle();
  bool as_played = day.report();
  std::cout << "\nThe vendors' own ledgers" << std::endl;
  std::string agree = "'" + bin + "/handoff-sandbox-agree' --control '" + stage.vendor("control") +
                      "' --expect-count " + std::to_string(day.to_arrive());
  int code = std::system(agree.c_str());
  std::cout << "\nLook further:\n  " << bin << "/handoff trace <credit> -c "
            << (stage.folder() / "handoff.toml").string() << "\n";
  if (const char* keep = std::getenv("KEEP"); keep && *keep && std::string_view(keep) != "0") {
    stage.keep();
    std::cout << "Everything keeps running: registers " << stage.registers() << ", operators " << stage.admin() << "\n";
  }
  if (!settled) std::cout << "Not everything came to rest in three minutes.\n";
  return settled && as_played && code == 0 ? 0 : 1;
}

/// Only the stage, for a command of one's own: what it needs is in its environment.
int rehearse(const std::string& bin, const std::string& plugins, const std::string& config, char** words) {
  Stage stage(bin, plugins, config);
  const char* path = std::getenv("PATH");
  setenv("PATH", (std::filesystem::absolute(bin).string() + ":" + (path ? path : "")).c_str(), 1);
  setenv("HUB_REGISTER", stage.registers().c_str(), 1);
  setenv("HUB_ADMIN", stage.admin().c_str(), 1);
  setenv("HUB_FOLDER", stage.folder().c_str(), 1);
  setenv("SANDBOX_CONTROL", stage.vendor("control").c_str(), 1);
  setenv("HANDOFF_TOKEN", stage.token().c_str(), 1);
  std::string line;
  for (; *words; ++words) line += "'" + std::string(*words) + "' ";
  int ended = std::system(line.c_str());
  return WIFEXITED(ended) ? WEXITSTATUS(ended) : 1;
}

}  // namespace
}  // namespace demo

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr
        << "usage: retailer_day BIN_FOLDER PLUGIN_FOLDER handoff.toml.in [COMMAND...]\n"
           "Plays a day, or runs COMMAND on the same stage, with BIN_FOLDER in its PATH and HUB_REGISTER, HUB_ADMIN,\n"
           "HUB_FOLDER, SANDBOX_CONTROL and HANDOFF_TOKEN in its environment.\n";
    return 2;
  }
  try {
    if (argc > 4) return demo::rehearse(argv[1], argv[2], argv[3], argv + 4);
    return demo::run(argv[1], argv[2], argv[3]);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 3;
  }
}
