#pragma once
// The gate in front of one vendor: rate limit, faults, service time, counters. Still without sockets.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "faults.hpp"
#include "vendor.hpp"

namespace sandbox {

/// A pause that ends early when the sandbox stops.
class Pauser {
 public:
  void pause(std::int64_t ms);
  void stop();

 private:
  std::mutex mutex_;
  std::condition_variable stopped_changed_;
  bool stopped_ = false;
};

/// What goes back over the connection: an answer, or the connection is closed without one.
struct Exchange {
  enum class End { reply, close };
  End end = End::reply;
  Response response;
  static Exchange reply(Response response) { return {End::reply, std::move(response)}; }
  static Exchange closed() { return {End::close, {}}; }
};

/// [any thread]
class Gate {
 public:
  Gate(Vendor& vendor, FaultBook& faults, Pauser& pauser, const Clock& clock);

  Exchange process(const Request& request);
  /// False while an outage is on: the connection is to be closed at once.
  bool accepts_connections() { return !faults_.is_out(vendor_.name()); }

  Vendor& vendor() { return vendor_; }
  void set_latency_ms(std::int64_t ms) { latency_ms_ = ms; }
  void set_requests_per_minute(std::int64_t limit);
  Json stats() const;
  void reset();

 private:
  Exchange process_with(const std::optional<Fault>& fault, const Request& request);
  Response run(const Request& request, std::int64_t stale_ms = 0);
  void delay(std::int64_t ms);
  void run_later(const Request& request, std::int64_t ms);
  /// Takes one request from the bucket; true when there was none left.
  bool over_limit(RateLimit& limit);

  Vendor& vendor_;
  FaultBook& faults_;
  Pauser& pauser_;
  const Clock& clock_;
  std::atomic<std::int64_t> latency_ms_ = 0;
  std::atomic<std::int64_t> requests_ = 0, limited_ = 0, service_us_ = 0, delay_us_ = 0;

  std::mutex limit_mutex_;
  std::int64_t limit_ = 0;
  std::int64_t window_start_ms_ = 0;
  std::int64_t used_ = 0;

  std::mutex late_mutex_;
  std::vector<std::jthread> late_;  // each with a request whose caller has gone
};

}  // namespace sandbox
