#include "tests/simulation/network.hpp"

namespace handoff::simulation {

namespace {
constexpr auto kFirstOfRequests = static_cast<std::size_t>(Fault::refused);
constexpr auto kLastOfRequests = static_cast<std::size_t>(Fault::drifted);
constexpr std::size_t kPoured = 16'384;
}  // namespace

Network::Network(World& world, FaultBook& book)
    : world_(world),
      book_(book),
      faults_(world.stream("network/faults")),
      delays_(world.stream("network/delays")),
      others_(world.stream("network/others")) {
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
  request.path = out.request.target;
  request.body = out.request.body;
  return peers_[out.connection].vendor->writes(request);
}

/// Swarm: a random subset of faults at random strength, so that rare ones are not drowned.
void Network::draw_faults(Stream& dice, Time chaos, Time longest_outage) {
  auto liar = dice.below(4) == 0 ? static_cast<std::size_t>(dice.below(static_cast<std::int64_t>(peers_.size()))) : 99;
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    Peer& peer = peers_[i];
    peer.honest = i != liar;
    for (std::size_t fault = kFirstOfRequests; fault <= kLastOfRequests; ++fault) {
      const FaultKind& kind = catalogue()[fault];
      bool drawn = dice.below(5) < 2;
      std::int64_t strength = dice.scale(kind.low, kind.high);
      if (!drawn || (kind.lie && peer.honest)) continue;
      peer.per_million[fault] = strength;
      book_.armed(kind.fault);
    }
    if (dice.below(2) == 0) {
      book_.armed(Fault::stale_reads);
      peer.vendor->lag(dice.scale(10, kVisibilityLag - 100), [this] { book_.hit(Fault::stale_reads); });
    }
    Stream skews = world_.stream(peer.vendor->name() + "/clock");
    if (skews.below(3) == 0) {
      book_.armed(Fault::skewed_date);
      peer.vendor->misset_clock(skews.between(-kDay, kDay));
    }
    for (std::int64_t outages = dice.below(3); outages > 0; --outages) {
      Time from = dice.below(chaos);
      auto kind = static_cast<Peer::Outage::Kind>(dice.below(3));
      bool days = longest_outage > kDay && dice.below(4) == 0;  // what keys do not outlive
      peer.outages.push_back(
          {from, from + (days ? dice.between(kDay, longest_outage) : dice.scale(kSecond, longest_outage)), kind});
      book_.armed(kind == Peer::Outage::Kind::brownout ? Fault::brownout : Fault::outage);
    }
    for (std::int64_t crowds = others_.below(6) - 2; crowds > 0; --crowds) {
      book_.armed(Fault::quota_shared);
      Time from = others_.below(chaos);
      peer.crowded.emplace_back(from, from + others_.scale(kMinute, 12 * kHour));
    }
  }
}

Fault Network::draw(const Peer& peer, bool write) {
  std::int64_t dice = faults_.below(1'000'000);
  if (calm_) return Fault::none;
  for (const Peer::Outage& outage : peer.outages) {
    if (world_.now() < outage.from || world_.now() >= outage.until) continue;
    bool brownout = outage.kind == Peer::Outage::Kind::brownout;
    if (brownout && dice % 10 == 0) break;
    book_.hit(brownout ? Fault::brownout : Fault::outage, write);
    if (brownout) return dice % 2 == 0 ? Fault::error_before : Fault::request_lost;
    return outage.kind == Peer::Outage::Kind::black_hole ? Fault::request_lost : Fault::refused;
  }
  for (const auto& [from, until] : peer.crowded)  // one in twenty comes through
    if (world_.now() >= from && world_.now() < until && others_.below(20) != 0) {
      book_.hit(Fault::quota_shared, write);
      return Fault::throttled;
    }
  for (std::size_t i = kFirstOfRequests; i <= kLastOfRequests; ++i) {
    dice -= peer.per_million[i];
    if (dice >= 0) continue;
    const FaultKind& kind = catalogue()[i];
    if (kind.writes_only && !write) return Fault::none;
    const Fault fault = peer.vendor->as_here(kind.fault);
    book_.hit(fault, write);
    return fault;
  }
  return Fault::none;
}

std::shared_ptr<Truth> Network::start(const net::Outbound& out, std::function<void(net::Result)> done) {
  Peer& peer = peers_[out.connection];
  net::ExchangeContext context{"model", "", &peer.auth, out.reply_bytes_max};
  auto flight = std::make_shared<Flight>(Flight{out, net::ClientExchange(out.request, context), std::move(done),
                                                std::make_shared<Truth>(), &peer, world_.now(), Fault::none, ""});
  flight->fault = flight->truth->fault = draw(peer, is_write(out));
  ++flying_;
  std::erase_if(writes_, [](const std::weak_ptr<Truth>& truth) {
    std::shared_ptr<Truth> known = truth.lock();
    return !known || known->over;
  });
  if (is_write(out)) writes_.push_back(flight->truth);
  world_.note("send", peer.vendor->name() + " " + out.request.method + " " + out.request.target + " (" +
                          kind_of(flight->fault).name + ") " + out.request.body);
  world_.after(delays_.between(1, 30), [this, flight] { write(flight); });
  return flight->truth;
}

Network::InTheAir Network::in_the_air() const {
  InTheAir out;
  for (const std::weak_ptr<Truth>& write : writes_)
    if (std::shared_ptr<Truth> truth = write.lock(); truth && truth->wrote && !truth->over)
      ++(truth->worked_on ? out.seen : out.unseen);
  return out;
}

void Network::write(const FlightPtr& flight) {
  net::ClientExchange& exchange = flight->exchange;
  if (flight->fault == Fault::refused) exchange.failed("connect: connection refused");
  if (exchange.done()) return end(flight);
  exchange.wrote_started();
  flight->truth->wrote = true;
  ++flight->truth->writes;
  auto [head, body] = exchange.to_write();
  flight->wire = std::string(head).append(body);
  exchange.wrote(flight->wire.size());
  switch (flight->fault) {
    case Fault::request_lost:
      return give_up(flight);
    case Fault::request_cut:
      flight->wire.resize(static_cast<std::size_t>(faults_.below(static_cast<std::int64_t>(flight->wire.size()))));
      world_.after(delays_.between(1, 60), [this, flight] { deliver(flight); });
      return;
    case Fault::late:
      arrive(*flight->peer, flight->wire, delays_.scale(kSecond, kInflightMax - kSecond));
      return give_up(flight);
    case Fault::much_later:
      arrive(*flight->peer, flight->wire, delays_.scale(kInflightMax + kSecond, 48 * kHour));
      return give_up(flight);
    default:
      world_.after(delays_.between(1, 60), [this, flight] { deliver(flight); });
  }
}

/// A request that nobody waits for any more.
void Network::arrive(Peer& peer, std::string wire, Time when) {
  world_.after(when, [this, wire = std::move(wire), &peer, sent = world_.now()] {
    world_.note("arrives", peer.vendor->name());
    std::optional<VendorRequest> request = parse_request(wire);
    auto looked = request ? peer.not_found.find(request->path) : peer.not_found.end();
    late_after_not_found_ += looked != peer.not_found.end() && looked->second > sent;
    if (request) peer.vendor->handle(*request);
    if (watcher_) watcher_();
  });
}

/// The caller hears nothing: a reset soon, or its own deadline.
void Network::give_up(const FlightPtr& flight) {
  bool reset = faults_.below(2) == 0;
  Time limit = flight->out.deadlines.first_byte_ms - (world_.now() - flight->started);
  world_.after(std::max<Time>(reset ? delays_.between(5, 900) : limit, 0), [this, flight, reset] {
    if (reset) return lose_connection(flight);
    flight->exchange.timed_out("first byte");
    end(flight);
  });
}

/// The exchange decides what that means; one that wants to write again would send twice (P11), and may try.
void Network::lose_connection(const FlightPtr& flight) {
  flight->exchange.closed(false, "reset");
  if (flight->exchange.done()) return end(flight);
  flight->fault = Fault::none;
  write(flight);
}

void Network::deliver(const FlightPtr& flight) {
  std::optional<VendorRequest> request = parse_request(flight->wire);
  if (!request) return lose_connection(flight);
  flight->truth->worked_on = true;
  HttpReply reply = work(*flight, *request);
  if (request->method == "GET" && reply.status == 404) flight->peer->not_found[request->path] = world_.now();
  if (watcher_) watcher_();
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
    case Fault::throttled:
    case Fault::throttled_after: {
      static constexpr const char* kWaits[] = {
          "", "1", "20", "-5", "999999999", "soon", "Fri, 31 Dec 1999 23:59:59 GMT"};
      const char* wait = kWaits[faults_.below(7)];
      if (flight.fault == Fault::throttled) return vendor.throttle(request, wait);
      flight.truth->executed = vendor.writes(request);
      return vendor.throttle_executed(request, wait);
    }
    case Fault::queued:
    case Fault::queued_and_dropped:
      return queue(flight, request);
    case Fault::redirected: {
      HttpReply out;
      out.status = faults_.below(2) == 0 ? 302 : 307;
      out.headers.emplace_back("Location", "https://elsewhere.example/");
      return out;
    }
    case Fault::garbage:
    case Fault::wrong_body:
    case Fault::wrong_amount:
    case Fault::unauthorized_after:
    case Fault::drifted:
      return distorted(flight, request);
    case Fault::duplicated:
    case Fault::duplicated_later: {
      HttpReply first = vendor.handle(request);
      arrive_again(flight);
      return first;
    }
    default:
      return vendor.handle(request);
  }
}

/// 202: it will happen within the time that the vendor declares, or never.
HttpReply Network::queue(Flight& flight, const VendorRequest& request) {
  Vendor& vendor = *flight.peer->vendor;
  if (!vendor.writes(request)) return vendor.handle(request);
  Time left = kInflightMax - kSecond - (world_.now() - flight.started);
  if (flight.fault == Fault::queued) arrive(*flight.peer, flight.wire, delays_.scale(5, std::max<Time>(left, 10)));
  bool keyless = flight.out.request.target.ends_with("/journalLines");
  if (flight.fault == Fault::queued && !keyless && others_.below(4) == 0) arrive_again(flight);
  flight.truth->lying = true;
  HttpReply out;
  out.status = 202;
  out.body = "{}";
  return out;
}

namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// "amount":1200 -> "amount":"1200"
void quote_amounts(std::string& text) {
  constexpr std::string_view kName = "\"amount\":";
  for (std::size_t at = text.find(kName); at != std::string::npos; at = text.find(kName, at + 1)) {
    std::size_t from = at + kName.size(), to = from;
    while (to < text.size() && (text[to] == '-' || text[to] == '.' || (text[to] >= '0' && text[to] <= '9'))) ++to;
    if (to == from) continue;
    text.insert(to, "\"");
    text.insert(from, "\"");
  }
}

}  // namespace

/// The effect, and an answer that does not tell it rightly.
HttpReply Network::distorted(Flight& flight, const VendorRequest& request) {
  HttpReply out = flight.peer->vendor->handle(request);
  switch (flight.fault) {
    case Fault::garbage: {
      static constexpr const char* kBodies[] = {"<html>hello</html>", "{}", "", "{\"id\":\"x\",\"amo"};
      flight.truth->lying = true;
      out.status = 200;
      out.body = kBodies[faults_.below(4)];
      return out;
    }
    case Fault::wrong_body:
    case Fault::wrong_amount: {
      bool amount = flight.fault == Fault::wrong_amount;
      std::string before = out.body;
      if (amount) {
        replace_all(out.body, "\"amount\":", "\"amount\":9");
        replace_all(out.body, "\"amount\":9-", "\"amount\":-9");
      } else {
        for (const char* name :
             {"\"code\":\"", "\"customer\":\"", "\"code\":\"J", "\"gift_card_id\":\"", "\"customer_ids\":[\""})
          replace_all(out.body, name, std::string(name) + "X");
      }
      bool matters = !amount || request.body.contains("amount");  // a link says nothing of one
      flight.truth->lying = matters && before != out.body && out.status < 300;
      return out;
    }
    case Fault::unauthorized_after:
      out.status = 401;
      out.body = "{}";
      return out;
    default:
      if (faults_.below(2) == 0 && out.body.starts_with("{\""))
        out.body.insert(1, "\"new_thing\":{\"a\":[1]},");
      else
        quote_amounts(out.body);
      return out;
  }
}

/// A journal line has no key: its double comes at once, so that the check before posting can see it.
void Network::arrive_again(Flight& flight) {
  bool at_once = flight.out.request.target.ends_with("/journalLines");
  Time left = kInflightMax - kSecond - (world_.now() - flight.started);
  Time wait = at_once ? 0 : delays_.scale(5, left);
  if (flight.fault == Fault::duplicated_later) wait = delays_.scale(kInflightMax, 48 * kHour);
  arrive(*flight.peer, flight.wire, wait);
}

void Network::answer(const FlightPtr& flight, const HttpReply& reply) {
  const Vendor& vendor = *flight->peer->vendor;
  if (vendor.clock_error() != 0) book_.hit(Fault::skewed_date);
  std::string bytes = write_reply(vendor.dated(reply), delays_.below(3) == 0);
  std::size_t cut = bytes.size();
  if (flight->fault == Fault::reply_cut)
    cut = static_cast<std::size_t>(faults_.below(static_cast<std::int64_t>(bytes.size())));
  bytes.resize(cut);
  world_.note("reply", flight->peer->vendor->name() + " " + std::to_string(reply.status) + " " + reply.body);
  flight->truth->status = reply.status;
  if (flight->fault == Fault::endless) {
    flight->exchange.received("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
    return pour(flight);
  }
  drip(flight, std::move(bytes), 0);
}

/// A body that never ends: until the reader has had enough.
void Network::pour(const FlightPtr& flight) {
  if (world_.now() - flight->started >= flight->out.deadlines.total_ms) flight->exchange.timed_out("total");
  if (!flight->exchange.done()) flight->exchange.received(std::string(kPoured, ' '));
  if (flight->exchange.done()) return end(flight);
  world_.after(delays_.between(1, 2000), [this, flight] { pour(flight); });
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
    if (!flight->exchange.done() && from + piece == bytes.size()) return lose_connection(flight);
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
  flight->truth->over = true;
  flight->done(std::move(result));
}

}  // namespace handoff::simulation
