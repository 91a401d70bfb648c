#pragma once
// The scripted network: the production ClientExchange over bytes that are delayed, lost, cut, doubled and delivered
// late, to model vendors. The vendors are honest: nothing takes effect later than `kInflightMax` after it was sent.

#include <array>
#include <memory>

#include "core/net/client_exchange.hpp"
#include "tests/simulation/models.hpp"

namespace handoff::simulation {

inline constexpr Time kInflightMax = 90 * kSecond;
inline constexpr Time kVisibilityLag = 2 * kSecond;

enum class Fault {
  none,
  refused,         // no byte left
  request_lost,    // and nobody knows
  request_cut,     // after n bytes
  reply_lost,      // with the effect
  reply_cut,       // after n bytes, with the effect
  duplicated,      // the request arrives twice
  late,            // the caller is gone when the request arrives
  error_before,    // 5xx without effect
  error_after,     // 5xx with effect
  error_stored,    // Stripe: 5xx without effect, given to the key for ever
  throttled,       // 429 or the like
  garbage,         // 200 with the effect and a body nobody can read
  slow,            // drips
  count
};
const char* name(Fault fault);

/// What the transport knows of one send, whatever the engine makes of it.
struct Truth {
  bool wrote = false, replied = false;
  int status = 0;
};

/// One vendor as the network sees it.
struct Peer {
  Vendor* vendor = nullptr;
  net::Headers auth;
  std::array<std::int64_t, static_cast<std::size_t>(Fault::count)> per_million{};
  struct Outage {
    Time from, until;
    bool black_hole;  // swallows requests instead of refusing them
  };
  std::vector<Outage> outages;
};

class Network {
 public:
  explicit Network(World& world);
  /// Connections are numbered in the order of this call.
  void add(Vendor& vendor, net::Headers auth);
  Peer& peer(std::size_t connection) { return peers_[connection]; }
  std::size_t size() const { return peers_.size(); }
  void calm() { calm_ = true; }
  /// Called after every request that a vendor has worked on.
  void watch(std::function<void()> watcher) { watcher_ = std::move(watcher); }

  std::shared_ptr<Truth> start(const net::Outbound& out, std::function<void(net::Result)> done);
  bool is_write(const net::Outbound& out) const;
  std::size_t flying() const { return flying_; }
  const std::array<std::uint64_t, static_cast<std::size_t>(Fault::count)>& fired() const { return fired_; }

 private:
  struct Flight {
    net::Outbound out;
    net::ClientExchange exchange;
    std::function<void(net::Result)> done;
    std::shared_ptr<Truth> truth;
    Peer* peer;
    Time started;
    Fault fault;
    std::string wire;
    bool over = false;
  };
  using FlightPtr = std::shared_ptr<Flight>;

  Fault draw(const Peer& peer, bool write);
  void write(const FlightPtr& flight);
  void deliver(const FlightPtr& flight);
  HttpReply work(Flight& flight, const VendorRequest& request);
  void answer(const FlightPtr& flight, const HttpReply& reply);
  void drip(const FlightPtr& flight, std::string bytes, std::size_t cut);
  void give_up(const FlightPtr& flight);
  void end(const FlightPtr& flight);
  void arrive_again(Flight& flight);

  World& world_;
  std::vector<Peer> peers_;
  Stream faults_, delays_;
  bool calm_ = false;
  std::size_t flying_ = 0;
  std::function<void()> watcher_;
  std::array<std::uint64_t, static_cast<std::size_t>(Fault::count)> fired_{};
};

}  // namespace handoff::simulation
