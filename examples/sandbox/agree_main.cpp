// handoff-sandbox-agree: do the systems tell the same story, to the cent? Reads the ledgers, changes nothing.

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <iostream>
#include <memory>
#include <stdexcept>

#include "ledger_audit.hpp"
#include "listing.hpp"

namespace {

namespace net = Poco::Net;

constexpr std::string_view kUsage =
    "usage: handoff-sandbox-agree --control URL [--currency USD] [--liability-account 2450] [--expect-count N] "
    "[--without payments|shop] [--json]\n"
    "exit: 0 all agree, 1 findings, 2 usage, 3 the ledgers could not be read\n";

struct Arguments {
  std::string control;
  sandbox::audit::Rules rules;
  bool json = false;
};

bool read_arguments(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--json") {
      out.json = true;
      continue;
    }
    if (++i >= argc) return false;
    const std::string value = argv[i];
    if (name == "--control") {
      out.control = value;
    } else if (name == "--currency") {
      out.rules.currency = value;
    } else if (name == "--liability-account") {
      out.rules.liability_account = value;
    } else if (name == "--expect-count") {
      out.rules.expect_count = sandbox::whole_number(value);
      if (!out.rules.expect_count) return false;
    } else if (name == "--without" && (value == "payments" || value == "shop")) {
      (value == "shop" ? out.rules.shop : out.rules.payments) = false;
    } else {
      return false;
    }
  }
  return !out.control.empty();
}

sandbox::Json fetch(const std::string& control, const std::string& vendor) {
  const Poco::URI uri(control);
  std::unique_ptr<net::HTTPClientSession> session;
  if (uri.getScheme() == "https") {
    const net::Context::Ptr context = new net::Context(net::Context::TLS_CLIENT_USE, "", net::Context::VERIFY_NONE);
    session = std::make_unique<net::HTTPSClientSession>(uri.getHost(), uri.getPort(), context);
  } else {
    session = std::make_unique<net::HTTPClientSession>(uri.getHost(), uri.getPort());
  }
  net::HTTPRequest request(net::HTTPRequest::HTTP_GET, "/ledger/" + vendor, net::HTTPMessage::HTTP_1_1);
  session->sendRequest(request);
  net::HTTPResponse response;
  std::string body;
  Poco::StreamCopier::copyToString(session->receiveResponse(response), body);
  auto json = sandbox::Json::parse(body);
  if (response.getStatus() != net::HTTPResponse::HTTP_OK || !json) throw std::runtime_error("no ledger of " + vendor);
  return std::move(*json);
}

}  // namespace

int main(int argc, char** argv) try {
  Arguments arguments;
  if (!read_arguments(argc, argv, arguments)) {
    std::cerr << kUsage;
    return 2;
  }
  const sandbox::audit::Ledgers ledgers{
      fetch(arguments.control, "voucherify"),       fetch(arguments.control, "stripe"),
      fetch(arguments.control, "business_central"), fetch(arguments.control, "shopify"),
      fetch(arguments.control, "vendure"),          fetch(arguments.control, "tryton")};
  const auto report = sandbox::audit::compare(ledgers, arguments.rules);
  std::cout << (arguments.json ? to_json(report).dump() + "\n" : to_table(report, arguments.rules));
  return report.agrees() ? 0 : 1;
} catch (const Poco::Exception& error) {
  std::cerr << "handoff-sandbox-agree: " << error.displayText() << '\n';
  return 3;
} catch (const std::exception& error) {
  std::cerr << "handoff-sandbox-agree: " << error.what() << '\n';
  return 3;
}
