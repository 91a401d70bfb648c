#include "tests/integration/small_server.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <Poco/ThreadPool.h>
#include <Poco/URI.h>

namespace handoff::support {

namespace net = Poco::Net;

namespace {

using Answering = std::function<SmallReply(const SmallRequest&)>;

class Handler final : public net::HTTPRequestHandler {
 public:
  explicit Handler(const Answering& answer) : answer_(answer) {}

  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    Poco::URI uri(request.getURI());
    SmallRequest asked{request.getMethod(), uri.getPath(), "", "", request.get("Idempotency-Key", "")};
    for (const auto& [name, value] : request) asked.headers[Poco::toLower(name)] = value;
    if (auto parameters = uri.getQueryParameters(); !parameters.empty()) asked.query = parameters.front().second;
    Poco::StreamCopier::copyToString(request.stream(), asked.body);
    SmallReply reply = answer_(asked);
    if (reply.hangs_up) {
      response.setKeepAlive(false);
      auto* impl = dynamic_cast<net::HTTPServerRequestImpl*>(&request);
      if (impl && !reply.torn.empty()) impl->socket().sendBytes(reply.torn.data(), static_cast<int>(reply.torn.size()));
      if (impl) impl->socket().shutdown();
      return;
    }
    response.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(reply.status));
    response.setContentType("application/json");
    response.sendBuffer(reply.body.data(), reply.body.size());
  }

 private:
  const Answering& answer_;
};

class Factory final : public net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(const Answering& answer) : answer_(answer) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override { return new Handler(answer_); }

 private:
  const Answering& answer_;
};

net::HTTPServerParams::Ptr sixteen_threads() {
  net::HTTPServerParams::Ptr params = new net::HTTPServerParams;
  params->setMaxThreads(16);
  return params;
}

}  // namespace

struct SmallServer::Impl {
  explicit Impl(Answering function)
      : answer(std::move(function)), server(new Factory(answer), threads, socket, sixteen_threads()) {}
  Answering answer;
  Poco::ThreadPool threads;  // of its own: those of the process's pool still run while Poco's statics end
  net::ServerSocket socket{net::SocketAddress("127.0.0.1", 0)};
  net::HTTPServer server;
};

SmallServer::SmallServer(Answering answer) : impl_(std::make_unique<Impl>(std::move(answer))) { impl_->server.start(); }

SmallServer::~SmallServer() { impl_->server.stopAll(true); }

std::string SmallServer::url() const { return "http://" + impl_->socket.address().toString(); }

}  // namespace handoff::support
