#include "server.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>
#include <sys/socket.h>

#include <istream>

#include "ids.hpp"

namespace sandbox {
namespace {

namespace net = Poco::Net;

constexpr std::size_t kBodyBytesMax = 64U << 20U;
constexpr int kThreadsMax = 640;  // one per open connection
constexpr int kThreadStackBytes = 256 * 1024;
constexpr int kBacklog = 512;

// False when the body is larger than the sandbox takes.
bool read_body(net::HTTPServerRequest& from, std::string& body) {
  std::istream& stream = from.stream();
  if (from.hasContentLength()) {
    const auto length = from.getContentLength64();
    if (length < 0 || static_cast<std::size_t>(length) > kBodyBytesMax) return false;
    body.resize(static_cast<std::size_t>(length));
    stream.read(body.data(), static_cast<std::streamsize>(length));
    body.resize(static_cast<std::size_t>(stream.gcount()));
    return true;
  }
  if (!from.getChunkedTransferEncoding()) return true;  // neither: the body is empty (RFC 9112, 6.3)
  char part[8192];
  while (stream.read(part, sizeof part) || stream.gcount() > 0) {
    body.append(part, static_cast<std::size_t>(stream.gcount()));
    if (body.size() > kBodyBytesMax) return false;
  }
  return true;
}

Pairs read_headers(const net::HTTPServerRequest& from) {
  Pairs headers;
  headers.reserve(from.size());
  for (const auto& [name, value] : from) headers.emplace_back(lower(name), value);
  return headers;
}

void send(const Response& response, net::HTTPServerResponse& to) {
  to.setStatusAndReason(static_cast<net::HTTPResponse::HTTPStatus>(response.status));
  if (!response.content_type.empty()) to.setContentType(response.content_type);
  for (const auto& [name, value] : response.headers) to.add(name, value);
  to.sendBuffer(response.body.data(), response.body.size());
}

void hang_up(net::HTTPServerRequest& request, net::HTTPServerResponse& response) {
  response.setKeepAlive(false);
  if (auto* impl = dynamic_cast<net::HTTPServerRequestImpl*>(&request)) impl->socket().shutdown();
}

class Handler : public net::HTTPRequestHandler {
 public:
  explicit Handler(const Server::Process& process) : process_(process) {}

  void handleRequest(net::HTTPServerRequest& from, net::HTTPServerResponse& to) override try {
    std::string body;
    if (!read_body(from, body)) {
      to.setKeepAlive(false);
      return send(Response{413, "too large", "text/plain", {}}, to);
    }
    Request request = make_request(from.getMethod(), from.getURI(), std::move(body), read_headers(from));
    if (from.secure()) request.scheme = "https";
    const Exchange exchange = process_(request);
    if (exchange.end == Exchange::End::close) return hang_up(from, to);
    send(exchange.response, to);
  } catch (const Poco::Exception&) {
    to.setKeepAlive(false);  // the caller went away while we read or wrote
  }

 private:
  const Server::Process& process_;
};

class HandlerFactory : public net::HTTPRequestHandlerFactory {
 public:
  explicit HandlerFactory(Server::Process process) : process_(std::move(process)) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
    return new Handler(process_);
  }

 private:
  Server::Process process_;
};

class OutageFilter : public net::TCPServerConnectionFilter {
 public:
  explicit OutageFilter(Server::Accepts accepts) : accepts_(std::move(accepts)) {}
  bool accept(const net::StreamSocket&) override { return accepts_(); }

 private:
  Server::Accepts accepts_;
};

net::ServerSocket open_socket(const ListenOptions& options) {
  const net::SocketAddress address(options.address, options.port);
  if (options.tls_cert.empty()) {
    net::ServerSocket socket;
    socket.bind(address, true, false);  // not shared: a second sandbox on the same ports must not start
    socket.listen(kBacklog);
    return socket;
  }
  const net::Context::Ptr context =
      new net::Context(net::Context::TLS_SERVER_USE, options.tls_key, options.tls_cert, "", net::Context::VERIFY_NONE);
  net::SecureServerSocket socket(context);
  socket.bind(address, true, false);
  socket.listen(kBacklog);
  return socket;
}

net::HTTPServerParams::Ptr make_params() {
  net::HTTPServerParams::Ptr params = new net::HTTPServerParams;
  params->setKeepAlive(true);
  params->setMaxKeepAliveRequests(0);  // no limit
  params->setKeepAliveTimeout(Poco::Timespan(120, 0));
  params->setTimeout(Poco::Timespan(300, 0));
  params->setThreadIdleTime(Poco::Timespan(0, 100'000));  // stop() waits for idle threads
  params->setMaxThreads(kThreadsMax);
  params->setMaxQueued(kThreadsMax);
  return params;
}

}  // namespace

struct Server::Impl {
  Impl(const ListenOptions& options, Process process, Accepts accepts)
      : pool(2, kThreadsMax, 60, kThreadStackBytes),
        socket(open_socket(options)),
        server(new HandlerFactory(std::move(process)), pool, socket, make_params()),
        scheme(options.tls_cert.empty() ? "http://" : "https://") {
    server.setConnectionFilter(new OutageFilter(std::move(accepts)));
    server.start();
  }

  // The acceptor looks for the end only every 250 ms; a closed listening socket tells it at once.
  void wake_acceptor() { ::shutdown(socket.impl()->sockfd(), SHUT_RDWR); }

  Poco::ThreadPool pool;
  net::ServerSocket socket;
  net::HTTPServer server;
  std::string scheme;
};

Server::Server(const ListenOptions& options, Process process, Accepts accepts)
    : impl_(std::make_unique<Impl>(options, std::move(process), std::move(accepts))) {}

Server::~Server() { stop(); }

std::string Server::url() const { return impl_->scheme + impl_->socket.address().toString(); }

void Server::stop() {
  if (!impl_) return;
  impl_->wake_acceptor();
  impl_->server.stopAll(true);
  impl_->pool.joinAll();
  impl_.reset();
}

}  // namespace sandbox
