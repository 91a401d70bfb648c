#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

#include "tests/bench/bench.hpp"

namespace handoff::bench {

namespace {
constexpr std::uint64_t kStores = 64;
}

support::ConfigText unlimited() {
  support::ConfigText out;
  out.plugin_directories = {HANDOFF_PLUGINS};
  out.limits = "concurrency = 64, requests_per_minute = 1000000";
  return out;
}

support::ConfigText paused() {
  support::ConfigText out = unlimited();
  out.confirm.clear();
  for (support::HopText& hop : out.hops) hop.more = ", paused = true";
  return out;
}

Bed::Bed(const Options& options) : sandbox_(HANDOFF_SANDBOX, options.sandbox_options), customers_(options.customers) {
  sandbox_.post("/customers", R"({"generate":{"count":)" + std::to_string(customers_) + R"(,"start":1}})");
  support::write_file(folder_.file("handoff.toml"), options.config.text(sandbox_));
  hub_options_.program = HANDOFFD;
  hub_options_.folder = folder();
  for (const auto& [name, value] : options.environment) hub_options_.environment[name] = value;
  hub_ = std::make_unique<support::HubProcess>(hub_options_);
}

void Bed::restart() {
  hub_->process().signal(SIGTERM);
  hub_->process().wait(std::chrono::seconds(30));
  hub_ = std::make_unique<support::HubProcess>(hub_options_);
}

void Bed::restart(const support::ConfigText& config) {
  support::write_file(folder_.file("handoff.toml"), config.text(sandbox_));
  restart();
}

std::string Bed::credit(std::uint64_t n, Names names, int days_ago) const {
  using namespace std::chrono;
  year_month_day day{sys_days{2026y / November / 23d} - days{days_ago}};
  char date[16];
  std::snprintf(date, sizeof date, "%04d-%02u-%02u", int{day.year()}, unsigned{day.month()}, unsigned{day.day()});
  std::string number = std::to_string(n);
  std::string customer = std::to_string(1 + n % static_cast<std::uint64_t>(customers_));
  std::string phone = "+1303" + std::string(7 - customer.size(), '0') + customer;  // as the sandbox makes them
  return R"({"transaction":"T)" + number + R"(","line":"1","business_date":")" + date + R"(","store":"S)" +
         std::to_string(10 + n % kStores) + R"(","terminal":"R2",)" +
         R"("amount":"25.00","currency":"USD","balance_type":"general","customer":{"email":"load)" + customer +
         R"(@example.com")" + (names == Names::two ? R"(,"phone":")" + phone + "\"" : "") + "}}";
}

Target Bed::credits() const {
  const std::string& url = hub_->registers();
  Target out;
  out.port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  out.path = "/v1/register/credits";
  for (const auto& [name, value] : hub_->authorization()) out.headers += name + ": " + value + "\r\n";
  return out;
}

bool Bed::settle(std::chrono::seconds limit) {
  support::StoreView look = store();
  auto until = std::chrono::steady_clock::now() + limit;
  while (look.active() > 0) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return true;
}

}  // namespace handoff::bench
