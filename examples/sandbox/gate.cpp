#include "gate.hpp"

#include <algorithm>
#include <chrono>

namespace sandbox {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::int64_t us_since(SteadyClock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - start).count();
}

constexpr std::int64_t kForeverMs = 24LL * 3600 * 1000;

Response cut_in_half(const Response& whole) {
  Response cut = whole;
  cut.status = 200;
  cut.body = whole.body.empty() ? "{\"" : whole.body.substr(0, whole.body.size() / 2);
  return cut;
}

}  // namespace

void Pauser::pause(std::int64_t ms) {
  std::unique_lock lock(mutex_);
  stopped_changed_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopped_; });
}

void Pauser::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  stopped_changed_.notify_all();
}

Gate::Gate(Vendor& vendor, FaultBook& faults, Pauser& pauser, const Clock& clock)
    : vendor_(vendor), faults_(faults), pauser_(pauser), clock_(clock) {}

Exchange Gate::process(const Request& request) {
  ++requests_;
  if (faults_.is_out(vendor_.name())) return Exchange::closed();
  RateLimit limit;
  if (over_limit(limit)) {
    ++limited_;
    return Exchange::reply(vendor_.too_many_requests(limit));
  }
  if (auto refusal = vendor_.enter(request)) return Exchange::reply(std::move(*refusal));
  Exchange exchange = process_with(faults_.draw(vendor_.name(), request, vendor_.is_read(request)), request);
  vendor_.leave(request);
  if (limit.limit > 0) vendor_.show_limit(limit, exchange.response);
  return exchange;
}

Exchange Gate::process_with(const std::optional<Fault>& fault, const Request& request) {
  delay(latency_ms_);
  if (!fault) return Exchange::reply(run(request));
  switch (fault->mode) {
    case FaultMode::latency:
      delay(fault->delay_ms);
      return Exchange::reply(run(request));
    case FaultMode::stale_reads:
      return Exchange::reply(run(request, fault->delay_ms));
    case FaultMode::http_429:
      return Exchange::reply(vendor_.too_many_requests({0, 0, fault->retry_after_s}));
    case FaultMode::http_500:
      delay(fault->delay_ms);
      return Exchange::reply(vendor_.server_error());
    case FaultMode::http_500_after: {
      run(request);
      delay(fault->delay_ms);
      Response error = vendor_.server_error();
      vendor_.remember_answer(request, error);
      return Exchange::reply(std::move(error));
    }
    case FaultMode::garbage:
      return Exchange::reply(cut_in_half(run(request)));
    case FaultMode::lost_after:
      run(request);
      delay(fault->delay_ms);
      return Exchange::closed();
    case FaultMode::late:
      run_later(request, fault->delay_ms);
      return Exchange::closed();
    case FaultMode::black_hole:
      delay(fault->delay_ms > 0 ? fault->delay_ms : kForeverMs);
      return Exchange::closed();
    case FaultMode::lost_before:
    case FaultMode::outage:
      delay(fault->delay_ms);
      return Exchange::closed();
  }
  return Exchange::closed();
}

Response Gate::run(const Request& request, std::int64_t stale_ms) {
  const auto start = SteadyClock::now();
  Response response = vendor_.handle(request, stale_ms);
  service_us_ += us_since(start);
  return response;
}

void Gate::delay(std::int64_t ms) {
  if (ms <= 0) return;
  const auto start = SteadyClock::now();
  pauser_.pause(ms);
  delay_us_ += us_since(start);
}

// As a request that was on its way for so long: it may meet another one when it arrives.
void Gate::run_later(const Request& request, std::int64_t ms) {
  const std::lock_guard lock(late_mutex_);
  late_.emplace_back([this, request, ms] {
    delay(ms);
    if (vendor_.enter(request)) return;
    run(request);
    vendor_.leave(request);
  });
}

bool Gate::over_limit(RateLimit& limit) {
  const std::lock_guard lock(limit_mutex_);
  if (limit_ == 0) return false;
  constexpr std::int64_t kWindowMs = 60'000;
  const std::int64_t now = clock_.now_ms();
  if (now - window_start_ms_ >= kWindowMs) {
    window_start_ms_ = now;
    used_ = 0;
  }
  const bool over = used_ >= limit_;
  if (!over) ++used_;
  limit = {limit_, limit_ - used_, std::max<std::int64_t>(1, (window_start_ms_ + kWindowMs - now + 999) / 1000)};
  return over;
}

void Gate::set_requests_per_minute(std::int64_t limit) {
  const std::lock_guard lock(limit_mutex_);
  limit_ = limit;
  used_ = 0;
  window_start_ms_ = clock_.now_ms();
}

Json Gate::stats() const {
  Json fired = Json::object();
  for (const auto& [mode, count] : faults_.fired(vendor_.name())) fired.set(mode, count);
  return Json::object({{"requests", requests_.load()},
                       {"rate_limited", limited_.load()},
                       {"service_us", service_us_.load()},
                       {"delay_us", delay_us_.load()},
                       {"faults", std::move(fired)}});
}

void Gate::reset() {
  requests_ = limited_ = service_us_ = delay_us_ = 0;
  latency_ms_ = 0;
  set_requests_per_minute(0);
  vendor_.reset();
}

}  // namespace sandbox
