#include "tests/integration/telex_ledger.hpp"

#include <boost/json.hpp>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>

#include "tests/integration/money_text.hpp"
#include "tests/integration/small_server.hpp"

namespace handoff::crash {

namespace json = boost::json;

namespace {

constexpr auto kKeyWindow = std::chrono::seconds(30);
constexpr auto kServiceTime = std::chrono::milliseconds(40);  // long enough for a kill to find it under way

struct Fault {
  const char* mode;
  double probability;
};
constexpr Fault kFaults[] = {
    {"lost_before", 0.015}, {"lost_after", 0.015}, {"http_500", 0.015}, {"http_500_after", 0.015}};

}  // namespace

struct TelexLedger::Impl {
  explicit Impl(std::uint64_t seed) : dice(seed) {}

  std::string draw() {
    std::scoped_lock lock(mutex);
    ++count["requests"];
    if (healed) return "";
    double at = std::uniform_real_distribution<double>(0, 1)(dice);
    for (const Fault& chance : kFaults) {
      if (at < chance.probability) {
        ++count[chance.mode];
        return chance.mode;
      }
      at -= chance.probability;
    }
    return "";
  }

  std::string book(const std::string& key, const json::object& entry) {
    std::scoped_lock lock(mutex);
    auto now = std::chrono::steady_clock::now();
    auto [known, fresh] = keys.try_emplace(key);
    if (!fresh && now - known->second.at < kKeyWindow) return known->second.receipt;
    const std::string credit(entry.at("credit").as_string());
    entries[credit].push_back(minor_units(std::string(entry.at("amount").as_string())));
    json::object receipt = entry;
    receipt["number"] = "T" + std::to_string(++last_number);
    known->second = {now, json::serialize(receipt)};
    return known->second.receipt;
  }

  support::SmallReply answer(const support::SmallRequest& request) {
    std::string fault = draw();
    std::this_thread::sleep_for(kServiceTime);
    if (fault == "lost_before") return {0, "", true};
    std::string receipt;
    if (fault != "http_500") receipt = book(request.key, json::parse(request.body).as_object());
    if (fault == "lost_after") return {0, "", true};
    return fault.empty() ? support::SmallReply{200, receipt, false} : support::SmallReply{500, "{}", false};
  }

  struct Remembered {
    std::chrono::steady_clock::time_point at;
    std::string receipt;
  };

  mutable std::mutex mutex;
  std::mt19937_64 dice;
  bool healed = false;
  std::int64_t last_number = 0;
  std::map<std::string, Remembered> keys;
  std::map<std::string, std::vector<std::int64_t>> entries;
  std::map<std::string, std::int64_t> count;
  support::SmallServer server{[this](const support::SmallRequest& request) { return answer(request); }};
};

TelexLedger::TelexLedger(std::uint64_t seed) : impl_(std::make_unique<Impl>(seed)) {}

TelexLedger::~TelexLedger() = default;

std::string TelexLedger::url() const { return impl_->server.url(); }

void TelexLedger::heal() {
  std::scoped_lock lock(impl_->mutex);
  impl_->healed = true;
}

std::map<std::string, std::vector<std::int64_t>> TelexLedger::entries() const {
  std::scoped_lock lock(impl_->mutex);
  return impl_->entries;
}

std::map<std::string, std::int64_t> TelexLedger::counts() const {
  std::scoped_lock lock(impl_->mutex);
  return impl_->count;
}

}  // namespace handoff::crash
