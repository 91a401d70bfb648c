#pragma once
// The scripted network: the production ClientExchange over bytes that are delayed, lost, cut, doubled and delivered
// late, to model vendors. Honest vendors keep to their sheets: nothing takes effect later than `kInflightMax` after it
// was sent. A lying one breaks its own.

#include <array>
#include <memory>

#include "core/net/client_exchange.hpp"
#include "tests/simulation/catalogue.hpp"
#include "tests/simulation/models.hpp"

namespace handoff::simulation {

inline constexpr Time kInflightMax = 90 * kSecond;
inline constexpr Time kVisibilityLag = 2 * kSecond;

/// What the transport knows of one send, whatever the engine makes of it.
struct Truth {
  bool wrote = false, replied = false, over = false;
  int status = 0;
  int writes = 0;  // of the whole request
  Fault fault = Fault::none;
  bool worked_on = false;  // the vendor has seen it
  bool executed = false;   // though refused with a code that the vendor does not list as "before execution"
  bool lying = false;      // the answer was no honest one: nobody may take it for a success (P9)
};

/// One vendor as the network sees it.
struct Peer {
  Vendor* vendor = nullptr;
  net::Headers auth;
  std::array<std::int64_t, kFaults> per_million{};
  bool honest = true;  // keeps to its sheet
  struct Outage {
    Time from, until;
    enum class Kind { refuses, black_hole, brownout } kind;
  };
  std::vector<Outage> outages;
  std::vector<std::pair<Time, Time>> crowded;  // from, until: others use up the limit that is shared with them
  std::map<std::string, Time> not_found;       // when a read of that path last showed nothing
};

class Network {
 public:
  Network(World& world, FaultBook& book);
  /// Connections are numbered in the order of this call.
  void add(Vendor& vendor, net::Headers auth);
  Peer& peer(std::size_t connection) { return peers_[connection]; }
  const Peer& peer(std::size_t connection) const { return peers_[connection]; }
  std::size_t size() const { return peers_.size(); }
  void calm() { calm_ = true; }
  /// Called after every request that a vendor has worked on.
  void watch(std::function<void()> watcher) { watcher_ = std::move(watcher); }

  std::shared_ptr<Truth> start(const net::Outbound& out, std::function<void(net::Result)> done);
  bool is_write(const net::Outbound& out) const;
  /// Requests that nobody waited for any more, and that arrived after a read had shown nothing.
  std::uint64_t late_after_not_found() const { return late_after_not_found_; }
  std::size_t flying() const { return flying_; }
  /// Requests in the air that a vendor has not seen yet, and those it has.
  struct InTheAir {
    std::size_t unseen = 0, seen = 0;
  };
  InTheAir in_the_air() const;
  /// Arms a random subset of the catalogue for each vendor.
  void draw_faults(Stream& dice, Time chaos, Time longest_outage);

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
    std::size_t sent = 0;  // of `wire`
    bool over = false;
  };
  using FlightPtr = std::shared_ptr<Flight>;

  Fault draw(const Peer& peer, bool write);
  void write(const FlightPtr& flight);
  void deliver(const FlightPtr& flight);
  void lose_connection(const FlightPtr& flight);
  HttpReply work(Flight& flight, const VendorRequest& request);
  HttpReply distorted(Flight& flight, const VendorRequest& request);
  HttpReply queue(Flight& flight, const VendorRequest& request);
  void answer(const FlightPtr& flight, const HttpReply& reply);
  void drip(const FlightPtr& flight, std::string bytes, std::size_t cut);
  void pour(const FlightPtr& flight);
  void give_up(const FlightPtr& flight);
  void end(const FlightPtr& flight);
  void arrive_again(Flight& flight);
  void arrive(Peer& peer, std::string wire, Time when);

  World& world_;
  FaultBook& book_;
  std::vector<Peer> peers_;
  Stream faults_, delays_, others_;
  bool calm_ = false;
  std::size_t flying_ = 0;
  std::uint64_t late_after_not_found_ = 0;
  std::vector<std::weak_ptr<Truth>> writes_;  // of late
  std::function<void()> watcher_;
};

}  // namespace handoff::simulation
