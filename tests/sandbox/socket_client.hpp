#pragma once
// Talks to a running sandbox over real sockets.

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <gtest/gtest.h>

#include <istream>

#include "sandbox.hpp"

namespace sandbox::test {

class Client {
 public:
  explicit Client(const std::string& url) : session_(Poco::URI(url).getHost(), Poco::URI(url).getPort()) {
    session_.setKeepAlive(true);
    session_.setTimeout(Poco::Timespan(10, 0));
  }

  struct Reply {
    int status = 0;  // 0 = the connection was closed without an answer
    std::string body;
    std::string retry_after;
    Json json() const { return Json::parse(body).value_or(Json()); }
  };

  Reply send(const std::string& method, const std::string& target, const std::string& body = {},
             const Pairs& headers = {}) try {
    Poco::Net::HTTPRequest request(method, target, Poco::Net::HTTPMessage::HTTP_1_1);
    for (const auto& [name, value] : headers) request.set(name, value);
    request.setContentLength(static_cast<std::streamsize>(body.size()));
    session_.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    Reply reply;
    Poco::StreamCopier::copyToString(session_.receiveResponse(response), reply.body);
    reply.status = response.getStatus();
    reply.retry_after = response.get("Retry-After", "");
    return reply;
  } catch (const Poco::Exception&) {
    session_.reset();
    return {};
  }

 private:
  Poco::Net::HTTPClientSession session_;
};

class RunningSandbox : public ::testing::Test {
 protected:
  static Options options() {
    Options options;
    options.seed = 7;
    options.customers = default_customers();
    return options;
  }

  std::string url(const char* name) { return std::string(sandbox_.urls()[name].text()); }

  Client::Reply voucherify(const std::string& method, const std::string& target, const std::string& body = {}) {
    return vendor_.send(method, target, body, {{"X-App-Id", "sandbox-app"}, {"X-App-Token", "sandbox-token"}});
  }
  Client::Reply create(const std::string& code) {
    return voucherify("POST", "/v1/vouchers/" + code, R"({"type":"GIFT_VOUCHER","gift":{"amount":2500}})");
  }
  bool exists(const std::string& code) { return voucherify("GET", "/v1/vouchers/" + code).status == 200; }
  Json control(const std::string& path, const std::string& body) { return control_.send("POST", path, body).json(); }
  void fault(const std::string& rest) {
    EXPECT_TRUE(control("/faults", R"({"vendor":"voucherify",)" + rest + "}")["ok"].truthy());
  }
  std::int64_t fired(const char* mode) {
    return control_.send("GET", "/stats").json()["voucherify"]["faults"][mode].integer().value_or(0);
  }

  Sandbox sandbox_{options()};
  Client vendor_{url("voucherify")};
  Client control_{url("control")};
};

}  // namespace sandbox::test
