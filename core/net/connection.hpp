#pragma once
// One vendor's queue, pool and token inside AsioTransport. For the sources of this folder only: includes Asio.

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "core/net/asio_transport.hpp"
#include "core/net/client_exchange.hpp"
#include "core/net/client_stream.hpp"
#include "core/net/io_loop_impl.hpp"

namespace handoff::net {

class Connection;

/// One send from its arrival to its end. Lives as long as something is pending for it. [io thread]
struct Send final : ClientStream::Owner, std::enable_shared_from_this<Send> {
  using Time = std::chrono::steady_clock::time_point;
  enum class Phase { queued, token, signature, connecting, talking, ended };

  Send(Connection& connection, Outbound what, std::function<void(Result)> then, Time since);
  void on_bytes(ClientStream&, std::string_view bytes) override;
  void on_closed(ClientStream&, bool clean, const std::string& why) override;

  Connection* owner;
  Outbound out;
  std::function<void(Result)> done;
  Time started;
  Phase phase = Phase::queued;
  bool counted = false;  // holds one of the connection's places
  boost::asio::steady_timer timer;
  Headers auth;  // of this attempt
  std::optional<ClientExchange> exchange;
  std::shared_ptr<ClientStream> stream;
  std::uint64_t token_generation = 0;
};

/// [io thread] Must outlive its sends' handlers: the transport ends them all first.
class Connection final : public ClientStream::Owner {
 public:
  using Time = Send::Time;
  /// `token_connection`: on which `credentials.tokens` asks; else null.
  Connection(IoLoop& loop, ConnectionSettings settings, std::shared_ptr<Peer> peer, Credentials credentials,
             Connection* token_connection);

  void start(Outbound out, std::function<void(Result)> done, Time since);
  void sweep(Time now);
  void shut_down();
  IoLoop& loop() { return loop_; }

  // From Send.
  void answered(Send& send, std::string_view bytes);
  void lost(Send& send, bool clean, const std::string& why);

 private:
  using SendPtr = std::shared_ptr<Send>;
  using StreamPtr = std::shared_ptr<ClientStream>;

  void on_bytes(ClientStream& stream, std::string_view bytes) override;
  void on_closed(ClientStream& stream, bool clean, const std::string& why) override;

  void begin(const SendPtr& send);
  void await_token(const SendPtr& send);
  void fetch_token();
  void end_token(Fetched fetched);
  void sign(const SendPtr& send);
  void take_stream(const SendPtr& send);
  StreamPtr from_pool(bool used);
  void connect(const SendPtr& send);
  void talk(const SendPtr& send);
  void arm(Send& send, Send::Phase phase);
  void on_deadline(Send& send);
  void fail(Send& send, std::string_view error);
  void end(Send& send);
  void pump();
  void keep(StreamPtr stream);
  void drop(ClientStream& stream);
  void open_spares();

  IoLoop& loop_;
  ConnectionSettings settings_;
  std::shared_ptr<Peer> peer_;
  Credentials credentials_;
  TokenCache tokens_;
  Connection* token_connection_;
  // What is fetched or signed elsewhere may be ready after this connection is gone.
  std::shared_ptr<Connection*> life_ = std::make_shared<Connection*>(this);

  std::uint32_t under_way_ = 0;
  bool down_ = false;
  bool pumping_ = false;
  std::deque<SendPtr> queue_;
  std::vector<SendPtr> awaiting_token_;
  std::unordered_set<SendPtr> sends_;  // all that have not ended
  std::vector<StreamPtr> idle_;        // the longest idle first
  std::vector<StreamPtr> opening_;     // spares on their way
};

}  // namespace handoff::net
