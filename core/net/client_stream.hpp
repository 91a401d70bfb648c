#pragma once
// One connection to a vendor: TCP or TLS over TCP. For the sources of this folder only: includes Asio.

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/base_url.hpp"
#include "core/net/tls_context.hpp"

namespace handoff::net {

/// Where a connection leads, shared by its streams.
struct Peer {
  BaseUrl url;
  std::unique_ptr<TlsContext> tls;  // null for plain HTTP
  // Addresses last resolved; used until then, so that a slow name server of one vendor is met once a minute.
  std::vector<boost::asio::ip::tcp::endpoint> endpoints;
  std::chrono::steady_clock::time_point endpoints_until{};
};

/// Reads all the time, in use or idle, so that an end or stray bytes are seen at once, and hands what it reads to
/// whoever is attached. [io thread]
class ClientStream : public std::enable_shared_from_this<ClientStream> {
 public:
  class Owner {
   public:
    virtual void on_bytes(ClientStream& stream, std::string_view bytes) = 0;
    virtual void on_closed(ClientStream& stream, bool clean, const std::string& why) = 0;

   protected:
    ~Owner() = default;
  };
  using Opened = std::move_only_function<void(std::expected<void, std::string>)>;

  ClientStream(boost::asio::io_context& context, std::shared_ptr<Peer> peer);

  /// Resolves, connects, shakes hands. `opened` is called once, later, unless close() comes first.
  void open(Opened opened);
  /// Not null, and must outlive its attachment; null detaches.
  void attach(Owner* owner) { owner_ = owner; }
  /// Writes both pieces in one gather write. They and `owner` live until `written` was called.
  void write(std::array<std::string_view, 2> pieces, std::move_only_function<void(std::size_t)> written);
  void close();

  /// False if the peer has ended it or sent something unasked that was not read yet. One system call.
  bool is_quiet();

  bool used = false;                                   // has carried a request
  std::chrono::steady_clock::time_point idle_since{};  // meaningful in the pool

 private:
  void resolve();
  void connect();
  void handshake();
  bool prepare_tls();
  void ready();
  void read();
  void on_read(const boost::system::error_code& ec, std::size_t bytes);
  void open_failed(std::string error);
  std::string describe(std::string_view what, const boost::system::error_code& ec) const;

  std::shared_ptr<Peer> peer_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
  Owner* owner_ = nullptr;
  Opened opened_;
  bool closed_ = false;
  std::string tls_out_;  // head and body joined, so that they make one record
  std::array<char, 16 * 1024> in_;
};

}  // namespace handoff::net
