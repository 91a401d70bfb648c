#pragma once
// What every vendor system of the sandbox is to the machinery around it: a function from request to response over
// state under one mutex, and the truth about that state as a ledger.

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "clock.hpp"
#include "http_message.hpp"
#include "ids.hpp"

namespace sandbox {

struct Customer {
  std::string name, email, phone, loyalty_id;
  std::string first_name() const { return name.substr(0, name.find(' ')); }
  std::string last_name() const { return name.find(' ') == std::string::npos ? "" : name.substr(name.find(' ') + 1); }
};

/// Ids of a seeded customer follow from the customer, so that they are the same in the next rehearsal.
inline IdMaker ids_for(const Customer& customer) {
  return IdMaker(std::stoull(sha256_hex(customer.email + customer.loyalty_id).substr(0, 15), nullptr, 16));
}

struct RateLimit {
  std::int64_t limit = 0;  // requests per minute; 0 = off
  std::int64_t remaining = 0;
  std::int64_t retry_after_s = 0;
};

/// All functions [any thread].
class Vendor {
 public:
  virtual ~Vendor() = default;
  virtual std::string_view name() const = 0;

  /// Answers a request. With `stale_ms` > 0 a read answers from the state of that long ago.
  virtual Response handle(const Request& request, std::int64_t stale_ms = 0) = 0;
  virtual bool is_read(const Request& request) const = 0;

  /// The vendor's own words for refusals made by the machinery.
  virtual Response too_many_requests(const RateLimit& limit) const = 0;
  virtual Response server_error() const = 0;
  /// Rate-limit headers of a vendor that shows them on every answer.
  virtual void show_limit(const RateLimit&, Response&) const {}

  /// A request begins (before injected latency) and ends. A vendor that refuses concurrent use answers here.
  virtual std::optional<Response> enter(const Request&) { return std::nullopt; }
  virtual void leave(const Request&) {}
  /// The effect of `request` stands, but the caller was told `answer`.
  virtual void remember_answer(const Request&, const Response&) {}

  virtual void add_customers(std::span<const Customer> customers) = 0;
  virtual Json ledger() const = 0;
  virtual void reset() = 0;
  /// Where ids other than those of seeded customers start.
  virtual void seed_ids(std::uint64_t seed) = 0;
  /// Takes the vendor's own settings. An error text names the setting that is not known or not valid.
  virtual std::optional<std::string> configure(const Json& settings) = 0;
  /// While `lag_ms` > 0, enough old states are kept to answer reads that stale.
  virtual void keep_history(std::int64_t lag_ms) = 0;
};

/// A vendor whose whole memory is one copyable `State`.
/// Invariants: 1. every access to state_ holds mutex_. 2. an entry of history_ is the state just before a write, taken
/// at most every lag/8, so a stale answer is never older than asked for and at most lag/8 fresher.
template <class State>
class StatefulVendor : public Vendor {
 public:
  explicit StatefulVendor(const Clock& clock) : clock_(clock) {}

  Response handle(const Request& request, std::int64_t stale_ms = 0) final {
    const std::lock_guard lock(mutex_);
    if (!is_read(request)) {
      note_history();
      return serve(state_, request);
    }
    if (stale_ms > 0) {
      if (State* old = state_as_of(clock_.now_ms() - stale_ms)) return serve(*old, request);
    }
    return serve(state_, request);
  }

  Json ledger() const final {
    const std::lock_guard lock(mutex_);
    return ledger_of(state_);
  }

  void reset() final {
    const std::lock_guard lock(mutex_);
    State fresh;
    if constexpr (requires { fresh.ids; }) fresh.ids = state_.ids;  // no id is ever given twice
    state_ = std::move(fresh);
    history_.clear();
  }

  void seed_ids(std::uint64_t seed) final {
    const std::lock_guard lock(mutex_);
    if constexpr (requires { state_.ids; }) state_.ids = IdMaker(seed);
  }

  void add_customers(std::span<const Customer> customers) final {
    const std::lock_guard lock(mutex_);
    for (const Customer& customer : customers) add_customer(state_, customer);
  }

  void keep_history(std::int64_t lag_ms) final {
    const std::lock_guard lock(mutex_);
    lag_ms_ = lag_ms;
    if (lag_ms_ == 0) history_.clear();
  }

 protected:
  virtual Response serve(State& state, const Request& request) = 0;
  virtual Json ledger_of(const State& state) const = 0;
  virtual void add_customer(State& state, const Customer& customer) = 0;

  template <class Function>
  auto with_state(Function function) {
    const std::lock_guard lock(mutex_);
    return function(state_);
  }
  /// For changes that do not come through handle(): keeps the state before them, as a write would.
  template <class Function>
  auto change_state(Function function) {
    const std::lock_guard lock(mutex_);
    note_history();
    return function(state_);
  }

  const Clock& clock_;

 private:
  struct Past {
    std::int64_t at_ms;
    std::shared_ptr<State> state;
  };

  void note_history() {
    if (lag_ms_ == 0) return;
    const std::int64_t now = clock_.now_ms();
    if (!history_.empty() && now - history_.back().at_ms < lag_ms_ / 8) return;
    history_.push_back({now, std::make_shared<State>(state_)});
    while (history_.size() > 2 && history_[1].at_ms <= now - lag_ms_) history_.pop_front();
  }

  State* state_as_of(std::int64_t at_ms) {
    for (Past& past : history_)
      if (past.at_ms > at_ms) return past.state.get();
    return nullptr;
  }

  mutable std::mutex mutex_;
  State state_;
  std::deque<Past> history_;
  std::int64_t lag_ms_ = 0;
};

}  // namespace sandbox
