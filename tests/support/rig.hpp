#pragma once
// The sandbox and the hub as two programs of their own, wired together: what tests and measurements run against.

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/http.hpp"
#include "tests/support/process.hpp"

namespace handoff::support {

/// What signs the storefront's notifications, where it is configured (ConfigText::shop_secrets).
inline constexpr const char* kShopifyKey = "shop-signs-with-this";

/// Credentials the sandbox takes, as the environment the generated configuration reads.
std::map<std::string, std::string> sandbox_secrets();

class SandboxProcess {
 public:
  /// Throws std::runtime_error if it does not come up.
  explicit SandboxProcess(const std::string& program, const std::vector<std::string>& options = {});

  /// "control", "voucherify", "shopify", "square", "stripe", "business_central"
  const std::string& url(const std::string& system) const { return urls_.at(system); }
  /// From now on url(system) leads to `url`: something that listens in between.
  void put_before(const std::string& system, const std::string& url) { urls_.at(system) = url; }
  /// Both throw std::runtime_error unless the answer is 200.
  boost::json::value post(const std::string& path, const std::string& body);
  boost::json::value get(const std::string& path);
  void heal();
  /// Throws std::runtime_error if the sandbox ended: without it nothing below means anything.
  void must_live();
  Process& process() { return *process_; }

 private:
  std::unique_ptr<Process> process_;
  std::map<std::string, std::string> urls_;
};

/// One hop of the generated route.
struct HopText {
  std::string to, op;
  std::string after;  // empty = at once
  std::string more;   // ", paused = true"
};

/// A handoff.toml for the sandbox's five systems; change what a test is about.
struct ConfigText {
  std::vector<std::string> plugin_directories;
  std::string store = "sqlite:handoff.db";
  std::string inbound_port = "0";  // fixed where a vendor must know the webhook's address
  std::string webhook_url;         // what Square signs, where that is not the inbound listener itself
  std::string confirm = R"({ deadline = "1500ms", otherwise = "hold" })";  // empty = none
  std::string assume = R"(inflight_max = "2s", visibility_lag = "1s")";    // empty = what the sheets say
  std::string limits;                                                      // for each connector
  std::string isolation;                                                   // of all; empty = as it comes
  std::map<std::string, std::string> settings;                             // more of a connector's own, by its name
  std::string shop_secrets;                                                // more of them
  std::string platform;                                                    // "observe"; empty = the hub issues
  std::string cards;                                                       // plugin to credentials; empty = Voucherify
  std::string lookup = R"("shop")";                                        // who is asked who the customer is
  std::string look_again;                                                  // for customers; empty = as it comes
  std::string extra;                                                       // appended: connectors, routes
  std::vector<HopText> hops = {{"cards", "issue", "", ""},
                               {"payments", "record", "cards", ""},
                               {"books", "record", "cards", ""},
                               {"shop", "mirror", "cards", ""}};

  std::string text(const SandboxProcess& sandbox) const;
};

class HubProcess {
 public:
  struct Options {
    std::vector<std::string> before;  // put before the program: a tracer
    std::string program;
    std::string folder;  // holds handoff.toml; the store and the log go there too
    std::map<std::string, std::string> environment = sandbox_secrets();
  };

  /// Starts it and waits for the ready line. Throws std::runtime_error with the last words of its log otherwise.
  explicit HubProcess(const Options& options);

  const std::string& registers() const { return registers_; }
  const std::string& inbound() const { return inbound_; }
  const std::string& admin() const { return admin_; }
  /// Authorization for the register and admin APIs, from the file beside the store.
  Headers authorization() const;
  /// GET on the admin API. Throws std::runtime_error unless 200.
  boost::json::value ask(const std::string& path);
  double ready_seconds() const { return ready_seconds_; }
  Process& process() { return *process_; }

 private:
  Options options_;
  std::unique_ptr<Process> process_;
  std::string registers_, inbound_, admin_;
  double ready_seconds_ = 0;
};

void write_file(const std::string& path, const std::string& text);
std::string read_file(const std::string& path);

}  // namespace handoff::support
