#include "tests/simulation/network.hpp"

namespace handoff::simulation {

const char* name(Fault fault) {
  static constexpr const char* kNames[] = {"none",       "refused",    "request_lost", "request_cut", "reply_lost",
                                           "reply_cut",  "duplicated", "late",         "5xx_before",  "5xx_after",
                                           "5xx_stored", "throttled",  "garbage",      "slow"};
  return kNames[static_cast<std::size_t>(fault)];
}

Network::Network(World& world)
    : world_(world), faults_(world.stream("network/faults")), delays_(world.stream("network/delays")) {
  peers_.reserve(8);  // flights point at them
}

void Network::add(Vendor& vendor, net::Headers auth) {
  Peer peer;
  peer.vendor = &vendor;
  peer.auth = std::move(auth);
  peers_.push_back(std::move(peer));
}

bool Network::is_write(const net::Outbound& out) const {
  VendorRequest request;
  request.method = out.request.method;
  request.body = out.request.body;
  return peers_[out.connection].vendor->writes(request);
}

Fault Network::draw(const Peer& peer, bool write) {
  std::int64_t dice = faults_.below(1'000'000);
  if (calm_) return Fault::none;
  for (const Peer::Outage& outage : peer.outages)
    if (outage.from <= world_.now() && world_.now() < outage.until)
      return outage.black_hole ? Fault::request_lost : Fault::refused;
  for (std::size_t i = 1; i < peer.per_million.size(); ++i) {
    dice -= peer.per_million[i];
    if (dice >= 0) continue;
    auto fault = static_cast<Fault>(i);
    bool for_writes = fault == Fault::duplicated || fault == Fault::late || fault == Fault::error_stored;
    return for_writes && !write ? Fault::reply_lost : fault;
  }
  return Fault::none;
}

std::shared_ptr<Truth> Network::start(const net::Outbound& out, std::function<void(net::Result)> done) {
  Peer& peer = peers_[out.connection];
  net::ExchangeContext context{"model", "", &peer.auth, out.reply_bytes_max};
  auto flight = std::make_shared<Flight>(Flight{out, net::ClientExchange(out.request, context), std::move(done),
                                                std::make_shared<Truth>(), &peer, world_.now(), Fault::none, ""});
  flight->fault = draw(peer, is_write(out));
  ++fired_[static_cast<std::size_t>(flight->fault)];
  ++flying_;
  world_.note("send", peer.vendor->name() + " " + out.request.method + " " + out.request.target + " (" +
                          name(flight->fault) + ") " + out.request.body);
  world_.after(delays_.between(1, 30), [this, flight] { write(flight); });
  return flight->truth;
}

void Network::write(const FlightPtr& flight) {
  net::ClientExchange& exchange = flight->exchange;
  if (flight->fault == Fault::refused) exchange.failed("connect: connection refused");
  if (exchange.done()) return end(flight);
  exchange.wrote_started();
  flight->truth->wrote = true;
  auto [head, body] = exchange.to_write();
  flight->wire.append(head).append(body);
  exchange.wrote(flight->wire.size());
  switch (flight->fault) {
    case Fault::request_lost:
      return give_up(flight);
    case Fault::request_cut:
      flight->wire.resize(static_cast<std::size_t>(faults_.below(static_cast<std::int64_t>(flight->wire.size()))));
      world_.after(delays_.between(1, 60), [this, flight] { deliver(flight); });
      return;
    case Fault::late: {
      Time arrives = delays_.scale(kSecond, kInflightMax - kSecond);
      world_.after(arrives, [this, flight] { deliver(flight); });
      return give_up(flight);
    }
    default:
      world_.after(delays_.between(1, 60), [this, flight] { deliver(flight); });
  }
}

/// The caller hears nothing: a reset soon, or its own deadline.
void Network::give_up(const FlightPtr& flight) {
  bool reset = faults_.below(2) == 0;
  Time limit = flight->out.deadlines.first_byte_ms - (world_.now() - flight->started);
  world_.after(reset ? delays_.between(5, 900) : limit, [this, flight, reset] {
    if (reset) {
      flight->exchange.closed(false, "reset");
    } else {
      flight->exchange.timed_out("first byte");
    }
    end(flight);
  });
}

void Network::deliver(const FlightPtr& flight) {
  std::optional<VendorRequest> request = parse_request(flight->wire);
  if (!request) {
    flight->exchange.closed(false, "reset");
    return end(flight);
  }
  HttpReply reply = work(*flight, *request);
  if (watcher_) watcher_();
  if (flight->fault == Fault::late) return;
  if (flight->fault == Fault::reply_lost) return give_up(flight);
  answer(flight, reply);
}

HttpReply Network::work(Flight& flight, const VendorRequest& request) {
  Vendor& vendor = *flight.peer->vendor;
  switch (flight.fault) {
    case Fault::error_before:
      return Vendor::failed_before();
    case Fault::error_stored:
      return vendor.fail(request, false);
    case Fault::error_after:
      return vendor.fail(request, true);
    case Fault::throttled: {
      static constexpr const char* kWaits[] = {"", "1", "20", "-5", "999999999", "soon"};
      return vendor.throttle(request, kWaits[faults_.below(6)]);
    }
    case Fault::garbage: {
      vendor.handle(request);
      HttpReply out;
      out.status = 200;
      out.body = faults_.below(2) == 0 ? "<html>hello</html>" : "{}";
      return out;
    }
    case Fault::duplicated: {
      HttpReply first = vendor.handle(request);
      arrive_again(flight);
      return first;
    }
    default:
      return vendor.handle(request);
  }
}

/// A journal line has no key: its double comes at once, so that the check before posting can see it.
void Network::arrive_again(Flight& flight) {
  bool at_once = flight.out.request.target.ends_with("/journalLines");
  Time left = kInflightMax - kSecond - (world_.now() - flight.started);
  Time wait = at_once ? 0 : delays_.scale(5, left);
  world_.after(wait, [this, wire = flight.wire, peer = flight.peer] {
    world_.note("again", peer->vendor->name());
    peer->vendor->handle(*parse_request(wire));
    if (watcher_) watcher_();
  });
}

void Network::answer(const FlightPtr& flight, const HttpReply& reply) {
  std::string bytes = write_reply(reply, delays_.below(3) == 0);
  std::size_t cut = bytes.size();
  if (flight->fault == Fault::reply_cut)
    cut = static_cast<std::size_t>(faults_.below(static_cast<std::int64_t>(bytes.size())));
  bytes.resize(cut);
  world_.note("reply", flight->peer->vendor->name() + " " + std::to_string(reply.status) + " " + reply.body);
  flight->truth->status = reply.status;
  drip(flight, std::move(bytes), 0);
}

void Network::drip(const FlightPtr& flight, std::string bytes, std::size_t from) {
  bool slow = flight->fault == Fault::slow;
  Time limit = flight->out.deadlines.total_ms - (world_.now() - flight->started);
  Time wait = slow ? delays_.between(1, 9000) : delays_.between(1, 20);
  if (wait >= limit) {
    world_.after(std::max<Time>(limit, 0), [this, flight] {
      flight->exchange.timed_out("total");
      end(flight);
    });
    return;
  }
  world_.after(wait, [this, flight, bytes = std::move(bytes), from]() mutable {
    std::size_t left = bytes.size() - from;
    std::size_t piece = static_cast<std::size_t>(delays_.below(static_cast<std::int64_t>(left) + 1));
    if (delays_.below(2) == 0) piece = left;
    flight->exchange.received(std::string_view(bytes).substr(from, piece));
    if (!flight->exchange.done() && from + piece == bytes.size()) flight->exchange.closed(false, "reset");
    if (flight->exchange.done()) return end(flight);
    drip(flight, std::move(bytes), from + piece);
  });
}

void Network::end(const FlightPtr& flight) {
  if (std::exchange(flight->over, true)) return;
  --flying_;
  net::Result result = flight->exchange.take_result();
  result.elapsed_us = (world_.now() - flight->started) * 1000;
  flight->truth->replied = result.ended == net::Ended::replied;
  flight->done(std::move(result));
}

}  // namespace handoff::simulation
