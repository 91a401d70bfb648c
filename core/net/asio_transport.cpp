#include "core/net/asio_transport.hpp"

#include <utility>
#include <vector>

#include "core/net/connection.hpp"

namespace handoff::net {
namespace {

constexpr std::chrono::milliseconds kSweepEvery{1000};

std::expected<std::shared_ptr<Peer>, std::string> make_peer(const std::string& url, const std::string& ca_file) {
  auto parsed = parse_base_url(url);
  if (!parsed) return std::unexpected(parsed.error());
  auto peer = std::make_shared<Peer>();
  peer->url = std::move(*parsed);
  if (!peer->url.tls) return peer;
  auto tls = client_tls_context(ca_file);
  if (!tls) return std::unexpected(tls.error());
  peer->tls = std::make_unique<TlsContext>(std::move(*tls));
  return peer;
}

}  // namespace

/// Everything that lives on the io thread. Kept alive by what is posted there.
struct AsioTransport::Core : std::enable_shared_from_this<Core> {
  explicit Core(IoLoop& io) : loop(io) {}

  /// The way on which `source` asks, which has no credentials itself.
  std::expected<Connection*, std::string> add_token_connection(const ConnectionSettings& settings,
                                                               const TokenSource* source) {
    if (source == nullptr) return nullptr;
    ConnectionSettings own;
    own.ca_file = settings.ca_file;
    own.base_url = source->base_url().empty() ? settings.base_url : source->base_url();
    auto peer = make_peer(own.base_url, own.ca_file);
    if (!peer) return std::unexpected("token " + peer.error());
    token_connections.push_back(std::make_unique<Connection>(loop, own, std::move(*peer), Credentials{}, nullptr));
    return token_connections.back().get();
  }

  void start(Departure one, std::chrono::steady_clock::time_point since) {
    if (one.out.connection < connections.size())
      return connections[one.out.connection]->start(std::move(one.out), std::move(one.done), since);
    Result result;
    result.error = "no such connection";
    one.done(std::move(result));
  }

  void sweep() {
    if (down) return;
    const auto now = std::chrono::steady_clock::now();
    for (const auto& connection : connections) connection->sweep(now);
    for (const auto& connection : token_connections) connection->sweep(now);
    sweeping = loop.after(kSweepEvery, [this] { sweep(); });
  }

  void shut_down() {
    down = true;
    loop.cancel(sweeping);
    for (const auto& connection : connections) connection->shut_down();
    for (const auto& connection : token_connections) connection->shut_down();
  }

  IoLoop& loop;
  bool down = false;
  TimerId sweeping;
  std::vector<std::unique_ptr<Connection>> connections;
  std::vector<std::unique_ptr<Connection>> token_connections;
};

AsioTransport::AsioTransport(IoLoop& loop) : loop_(loop), core_(std::make_shared<Core>(loop)) {
  loop_.run_and_wait([core = core_] { core->sweep(); });
}

AsioTransport::~AsioTransport() {
  loop_.run_and_wait([this] { core_->shut_down(); });
  // Handlers of closed sockets still point into the connections: let those go after them.
  loop_.post([core = std::move(core_)]() mutable {
    auto& loop = core->loop;
    loop.post([last = std::move(core)] {});
  });
}

std::expected<std::uint32_t, std::string> AsioTransport::add_connection(ConnectionSettings settings) {
  auto made = credentials(settings.auth);
  if (!made) return std::unexpected(made.error());
  if (settings.concurrency_max == 0) return std::unexpected("concurrency_max must be at least 1");
  auto peer = make_peer(settings.base_url, settings.ca_file);
  if (!peer) return std::unexpected(peer.error());
  std::expected<std::uint32_t, std::string> number;
  loop_.run_and_wait([&] {
    const auto token_connection = core_->add_token_connection(settings, made->tokens.get());
    if (!token_connection) {
      number = std::unexpected(token_connection.error());
      return;
    }
    core_->connections.push_back(std::make_unique<Connection>(loop_, std::move(settings), std::move(*peer),
                                                              std::move(*made), *token_connection));
    number = static_cast<std::uint32_t>(core_->connections.size() - 1);
  });
  return number;
}

void AsioTransport::send(std::vector<Departure> all) {
  const auto since = std::chrono::steady_clock::now();
  loop_.post([core = core_, all = std::move(all), since]() mutable {
    for (Departure& one : all) core->start(std::move(one), since);
  });
}

}  // namespace handoff::net
