#include "tests/support/http.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <stdexcept>

namespace handoff::support {

namespace net = Poco::Net;

namespace {

/// Certificates of tests are their own authority: not checked here.
std::unique_ptr<net::HTTPClientSession> session_to(const Poco::URI& uri) {
  if (uri.getScheme() != "https") return std::make_unique<net::HTTPClientSession>(uri.getHost(), uri.getPort());
  net::Context::Ptr context = new net::Context(net::Context::TLS_CLIENT_USE, "", net::Context::VERIFY_NONE);
  return std::make_unique<net::HTTPSClientSession>(uri.getHost(), uri.getPort(), context);
}

HttpClient::Witness& witness() {
  static HttpClient::Witness one;
  return one;
}

/// False if another process has the name. The socket is left open: it is the reservation.
bool reserve(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, sizeof address.sun_path - 1);  // a first byte of zero: the abstract namespace
  int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0) return true;
  ::close(socket);
  return false;
}

}  // namespace

void HttpClient::watched_by(Witness by) { witness() = std::move(by); }

struct HttpClient::Impl {
  std::unique_ptr<net::HTTPClientSession> session;
};

HttpClient::HttpClient(const std::string& url, std::chrono::milliseconds limit)
    : impl_(std::make_unique<Impl>(session_to(Poco::URI(url)))) {
  impl_->session->setTimeout(Poco::Timespan(limit.count() * 1000));
  impl_->session->setKeepAlive(true);
  impl_->session->setKeepAliveTimeout(Poco::Timespan(3600, 0));
}

HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Answer HttpClient::send(const std::string& method, const std::string& path, const std::string& body,
                        const Headers& headers) {
  Answer out;
  try {
    net::HTTPRequest request(method, path, net::HTTPMessage::HTTP_1_1);
    for (const auto& [name, value] : headers) request.set(name, value);
    if (!body.empty() || method == "POST") {
      if (!request.has("Content-Type")) request.setContentType("application/json");
      request.setContentLength(static_cast<std::streamsize>(body.size()));
    }
    impl_->session->sendRequest(request) << body << std::flush;
    net::HTTPResponse response;
    std::istream& reply = impl_->session->receiveResponse(response);
    Poco::StreamCopier::copyToString(reply, out.body);
    out.status = response.getStatus();
  } catch (const Poco::Exception& failure) {
    out.error = failure.displayText();
    impl_->session->reset();
  }
  if (witness()) witness()(method, path, body, out);
  return out;
}

/// Below the ports that the kernel gives to whoever asks for any (ip_local_port_range): a call of another test would be
/// given one of those between here and the listener. A name in the abstract namespace keeps it from other tests until
/// this process ends.
std::string free_port() {
  constexpr int kFirst = 10000, kPorts = 20000;
  static int next = static_cast<int>(::getpid() * 37L % kPorts);
  for (int tries = 0; tries < kPorts; ++tries) {
    const std::string port = std::to_string(kFirst + next++ % kPorts);
    try {
      net::ServerSocket nobody_listens(net::SocketAddress("127.0.0.1:" + port));
    } catch (const Poco::Exception&) {
      continue;
    }
    if (reserve("handoff-test-port-" + port)) return port;
  }
  throw std::runtime_error("no port is free");
}

Answer send_raw(const std::string& url, const std::string& bytes, std::chrono::milliseconds limit) {
  Answer out;
  try {
    Poco::URI uri(url);
    net::StreamSocket socket(net::SocketAddress(uri.getHost(), uri.getPort()));
    socket.setReceiveTimeout(Poco::Timespan(limit.count() * 1000));
    socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
    char part[4096];
    for (int got = socket.receiveBytes(part, sizeof part); got > 0; got = socket.receiveBytes(part, sizeof part))
      out.body.append(part, static_cast<std::size_t>(got));
  } catch (const Poco::Exception& failure) {
    out.error = failure.displayText();
  }
  if (out.body.starts_with("HTTP/1.1 ")) out.status = std::atoi(out.body.c_str() + 9);
  return out;
}

}  // namespace handoff::support
