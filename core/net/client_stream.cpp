#include "core/net/client_stream.hpp"

#include <fcntl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <utility>

#include "core/net/halt.hpp"
#include "core/net/http_text.hpp"

namespace handoff::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds kNamesLive{60};

}  // namespace

ClientStream::ClientStream(asio::io_context& context, std::shared_ptr<Peer> peer)
    : peer_(std::move(peer)), resolver_(context), socket_(context) {}

void ClientStream::open(Opened opened) {
  opened_ = std::move(opened);
  resolve();
}

void ClientStream::resolve() {
  const auto& url = peer_->url;
  error_code ec;
  const auto address = asio::ip::make_address(url.host, ec);
  if (!ec) {
    const auto port = static_cast<asio::ip::port_type>(std::stoul(url.port));
    peer_->endpoints.assign(1, tcp::endpoint(address, port));
    return connect();
  }
  if (std::chrono::steady_clock::now() < peer_->endpoints_until) return connect();
  resolver_.async_resolve(url.host, url.port, [self = shared_from_this()](const error_code& failed, const auto& found) {
    if (self->closed_) return;
    if (failed) return self->open_failed(self->describe("resolve", failed));
    auto& peer = *self->peer_;
    peer.endpoints.assign(found.begin(), found.end());
    peer.endpoints_until = std::chrono::steady_clock::now() + kNamesLive;
    self->connect();
  });
}

void ClientStream::connect() {
  asio::async_connect(socket_, peer_->endpoints, [self = shared_from_this()](const error_code& ec, const auto&) {
    if (self->closed_) return;
    if (ec) {
      self->peer_->endpoints_until = {};
      return self->open_failed(self->describe("connect", ec));
    }
    error_code ignored;
    self->socket_.set_option(tcp::no_delay(true), ignored);
    ::fcntl(self->socket_.native_handle(), F_SETFD, FD_CLOEXEC);
    if (self->peer_->tls) return self->handshake();
    self->ready();
  });
}

/// Name to ask for (SNI) and name to insist on.
bool ClientStream::prepare_tls() {
  SSL* ssl = tls_->native_handle();
  error_code ec;
  asio::ip::make_address(peer_->url.host, ec);
  const char* host = peer_->url.host.c_str();
  if (!ec) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
}

void ClientStream::handshake() {
  tls_ = std::make_unique<asio::ssl::stream<tcp::socket&>>(socket_, *peer_->tls);
  if (!prepare_tls()) return open_failed("tls: the host name cannot be verified (" + peer_->url.host + ")");
  tls_->async_handshake(asio::ssl::stream_base::client, [self = shared_from_this()](const error_code& ec) {
    if (self->closed_) return;
    if (!ec) return self->ready();
    const auto verdict = SSL_get_verify_result(self->tls_->native_handle());
    if (verdict == X509_V_OK) return self->open_failed(self->describe("tls", ec));
    self->open_failed(std::string("tls: ") + X509_verify_cert_error_string(verdict) + " (" +
                      self->peer_->url.host_header + ")");
  });
}

void ClientStream::ready() {
  read();
  std::exchange(opened_, nullptr)({});
}

void ClientStream::open_failed(std::string error) {
  auto opened = std::exchange(opened_, nullptr);
  close();
  opened(std::unexpected(std::move(error)));
}

std::string ClientStream::describe(std::string_view what, const error_code& ec) const {
  auto text = ec.message();
  if (!text.empty()) text[0] = ascii_lower(text[0]);
  return std::string(what) + ": " + text + " (" + peer_->url.host + ":" + peer_->url.port + ")";
}

void ClientStream::read() {
  auto handler = [self = shared_from_this()](const error_code& ec, std::size_t bytes) { self->on_read(ec, bytes); };
  if (tls_) return tls_->async_read_some(asio::buffer(in_), std::move(handler));
  socket_.async_read_some(asio::buffer(in_), std::move(handler));
}

void ClientStream::on_read(const error_code& ec, std::size_t bytes) {
  if (closed_) return;
  if (bytes > 0 && owner_ != nullptr) owner_->on_bytes(*this, {in_.data(), bytes});
  if (closed_) return;
  if (!ec) return read();
  // With TLS, eof means that the peer said goodbye; a bare FIN is stream_truncated.
  const bool clean = ec == asio::error::eof;
  const auto why = describe("read", ec);
  close();
  if (owner_ != nullptr) owner_->on_closed(*this, clean, why);
}

void ClientStream::write(std::array<std::string_view, 2> pieces, std::move_only_function<void(std::size_t)> written) {
  if (is_halted()) return;
  // A failed write is not reported as such: the read side says how the stream ended, and an answer that came before
  // the cut still counts.
  auto handler = [self = shared_from_this(), done = std::move(written)](const error_code&, std::size_t bytes) mutable {
    done(bytes);
  };
  const auto buffer = [](std::string_view piece) { return asio::const_buffer(piece.data(), piece.size()); };
  if (!tls_) return asio::async_write(socket_, std::array{buffer(pieces[0]), buffer(pieces[1])}, std::move(handler));
  tls_out_.assign(pieces[0]).append(pieces[1]);
  asio::async_write(*tls_, asio::buffer(tls_out_), std::move(handler));
}

bool ClientStream::is_quiet() {
  if (closed_) return false;
  char byte = 0;
  const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void ClientStream::close() {
  if (std::exchange(closed_, true)) return;
  opened_ = nullptr;  // it may hold whoever holds this stream
  resolver_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace handoff::net
