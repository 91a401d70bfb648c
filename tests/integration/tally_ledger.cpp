#include "tests/integration/tally_ledger.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <boost/json.hpp>
#include <map>

namespace handoff::integration {

namespace net = Poco::Net;
namespace json = boost::json;

struct TallyLedger::Impl {
  std::string next(const std::string& path) {
    std::scoped_lock lock(mutex);
    std::deque<std::string>& modes = scripts[path];
    if (modes.empty()) return "ok";
    std::string mode = modes.front();
    modes.pop_front();
    return mode;
  }

  std::pair<int, json::value> book(const json::object& entry) {
    std::scoped_lock lock(mutex);
    auto text = [&](const char* name) { return std::string(entry.at(name).as_string()); };
    entries.push_back({text("credit"), text("reference"), text("amount"), text("currency"),
                       "Y" + std::to_string(++last_number)});
    json::object out = entry;
    out["number"] = entries.back().number;
    return {201, out};
  }

  std::pair<int, json::value> reverse(const json::object& wanted) {
    std::scoped_lock lock(mutex);
    ++reversals;
    std::string reference(wanted.at("reference").as_string());
    bool any = std::erase_if(entries, [&](const Entry& entry) { return entry.reference == reference; }) > 0;
    return {any ? 200 : 404, json::object{{"reference", reference}}};
  }

  std::pair<int, json::value> list(const std::string& credit) const {
    std::scoped_lock lock(mutex);
    json::array out;
    for (const Entry& entry : entries)
      if (entry.credit == credit)
        out.push_back(json::object{{"reference", entry.reference},
                                   {"amount", entry.amount},
                                   {"currency", entry.currency},
                                   {"number", entry.number}});
    return {200, json::object{{"entries", out}}};
  }

  mutable std::mutex mutex;
  std::map<std::string, std::deque<std::string>> scripts;
  std::vector<Entry> entries;
  int last_number = 0, reversals = 0;
  net::ServerSocket socket{net::SocketAddress("127.0.0.1", 0)};
  std::unique_ptr<net::HTTPServer> server;
};

namespace {

template <class Ledger>
class Handler final : public net::HTTPRequestHandler {
 public:
  explicit Handler(Ledger& ledger) : ledger_(ledger) {}

  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    Poco::URI uri(request.getURI());
    std::string body;
    Poco::StreamCopier::copyToString(request.stream(), body);
    std::string mode = ledger_.next(uri.getPath());
    if (mode == "lost_before") return hang_up(request, response);
    auto [status, answer] = request.getMethod() == "GET"     ? ledger_.list(uri.getQueryParameters().at(0).second)
                            : uri.getPath() == "/reversals" ? ledger_.reverse(json::parse(body).as_object())
                                                            : ledger_.book(json::parse(body).as_object());
    if (mode == "lost_after") return hang_up(request, response);
    std::string text = json::serialize(answer);
    response.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(status));
    response.setContentType("application/json");
    response.sendBuffer(text.data(), text.size());
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

TallyLedger::TallyLedger() : impl_(std::make_unique<Impl>()) {
  impl_->server = std::make_unique<net::HTTPServer>(new Factory<Impl>(*impl_), impl_->socket, new net::HTTPServerParams);
  impl_->server->start();
}

TallyLedger::~TallyLedger() { impl_->server->stopAll(true); }

std::string TallyLedger::url() const { return "http://" + impl_->socket.address().toString(); }

void TallyLedger::script(const std::string& path, std::deque<std::string> modes) {
  std::scoped_lock lock(impl_->mutex);
  impl_->scripts[path] = std::move(modes);
}

std::vector<TallyLedger::Entry> TallyLedger::entries() const {
  std::scoped_lock lock(impl_->mutex);
  return impl_->entries;
}

int TallyLedger::reversals() const {
  std::scoped_lock lock(impl_->mutex);
  return impl_->reversals;
}

}  // namespace handoff::integration
