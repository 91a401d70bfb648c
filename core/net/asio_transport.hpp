#pragma once
// Transport over real sockets.

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "core/net/auth.hpp"
#include "core/net/io_loop.hpp"
#include "core/net/transport.hpp"

namespace handoff::net {

/// One vendor as the operator declared it. Certificates are always verified: there is no switch for it.
struct ConnectionSettings {
  std::string base_url;  // "https://api.example.com/v2": its path stands before every target
  Auth auth;
  std::string ca_file;                 // PEM; empty: the CAs of the system. Also used for the token URL
  std::uint32_t concurrency_max = 16;  // sends under way; more wait in order of arrival (B1)
  std::uint32_t queue_max = 10'000;    // sends waiting; more end not_sent
  std::uint32_t pool_max = 16;         // idle streams kept
  std::uint32_t spare_max = 0;  // of them, streams that never carried a request, opened ahead once a fresh send came
  int idle_ms = 15'000;         // an idle stream is closed after this
};

/// Never resends, follows nothing, sends no early data (P11). One timer per send; a connection has its own queue, pool
/// and token, so that one vendor cannot slow another. `loop` must outlive it.
class AsioTransport final : public Transport {
 public:
  explicit AsioTransport(IoLoop& loop);
  /// Ends what is under way, calling every `done`: not_sent if no write was started, else unknown.
  ~AsioTransport() override;

  /// The number for Outbound::connection; numbers never change. Fails with a text for the operator, without secrets.
  /// [any thread]
  std::expected<std::uint32_t, std::string> add_connection(ConnectionSettings settings);

  /// A request longer in the queue than its total deadline, or past its connect deadline before a stream is there,
  /// ends not_sent. [any thread]
  using Transport::send;
  void send(std::vector<Departure> all) override;

 private:
  struct Core;
  IoLoop& loop_;
  std::shared_ptr<Core> core_;
};

}  // namespace handoff::net
