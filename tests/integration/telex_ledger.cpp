#include "tests/integration/telex_ledger.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>

#include <boost/json.hpp>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>

#include "tests/integration/money_text.hpp"

namespace handoff::crash {

namespace net = Poco::Net;
namespace json = boost::json;

namespace {

constexpr auto kKeyWindow = std::chrono::seconds(30);
constexpr auto kServiceTime = std::chrono::milliseconds(40);  // long enough for a kill to find it under way

struct Chance {
  const char* mode;
  double probability;
};
constexpr Chance kChances[] = {
    {"lost_before", 0.015}, {"lost_after", 0.015}, {"http_500", 0.015}, {"http_500_after", 0.015}};

}  // namespace

struct TelexLedger::Impl {
  explicit Impl(std::uint64_t seed) : dice(seed) {}

  std::string draw() {
    std::scoped_lock lock(mutex);
    ++count["requests"];
    if (healed) return "";
    double at = std::uniform_real_distribution<double>(0, 1)(dice);
    for (const Chance& chance : kChances) {
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
  net::ServerSocket socket{net::SocketAddress("127.0.0.1", 0)};
  std::unique_ptr<net::HTTPServer> server;
};

namespace {

template <class Ledger>
class Handler final : public net::HTTPRequestHandler {
 public:
  explicit Handler(Ledger& ledger) : ledger_(ledger) {}

  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    std::string body, receipt;
    Poco::StreamCopier::copyToString(request.stream(), body);
    std::string fault = ledger_.draw();
    std::this_thread::sleep_for(kServiceTime);
    if (fault == "lost_before") return hang_up(request, response);
    if (fault != "http_500") receipt = ledger_.book(request.get("Idempotency-Key", ""), json::parse(body).as_object());
    if (fault == "lost_after") return hang_up(request, response);
    if (!fault.empty()) response.setStatus(net::HTTPResponse::HTTP_INTERNAL_SERVER_ERROR);
    response.setContentType("application/json");
    if (!fault.empty()) receipt = "{}";
    response.sendBuffer(receipt.data(), receipt.size());
  }

 private:
  static void hang_up(net::HTTPServerRequest& request, net::HTTPServerResponse& response) {
    response.setKeepAlive(false);
    if (auto* impl = dynamic_cast<net::HTTPServerRequestImpl*>(&request)) impl->socket().shutdown();
  }

  Ledger& ledger_;
};

template <class Ledger>
class Factory final : public net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(Ledger& ledger) : ledger_(ledger) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
    return new Handler<Ledger>(ledger_);
  }

 private:
  Ledger& ledger_;
};

}  // namespace

TelexLedger::TelexLedger(std::uint64_t seed) : impl_(std::make_unique<Impl>(seed)) {
  net::HTTPServerParams::Ptr params = new net::HTTPServerParams;
  params->setMaxThreads(16);
  impl_->server = std::make_unique<net::HTTPServer>(new Factory<Impl>(*impl_), impl_->socket, params);
  impl_->server->start();
}

TelexLedger::~TelexLedger() { impl_->server->stopAll(true); }

std::string TelexLedger::url() const { return "http://" + impl_->socket.address().toString(); }

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
