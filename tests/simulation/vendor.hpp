#pragma once
// Model vendors: small, in process, in the shapes of the vendors' own documents. Each holds the truth of what it did;
// the checkers look there, and never at what the hub believes.

#include <handoff/sdk/json.hpp>
#include <handoff/sdk/money.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/model/http.hpp"
#include "tests/simulation/catalogue.hpp"
#include "tests/simulation/world.hpp"

namespace handoff::simulation {

/// A person, and in which systems they have an account.
struct Person {
  std::string email, phone;
  bool in_cards = false, in_payments = false, in_shop = false;
  bool cards_know_phone = true;
};

struct VendorRequest {
  std::string method, path;  // path decoded
  std::map<std::string, std::string> query, headers;
  std::string body;
  json::Value json() const;
  std::map<std::string, std::string> form() const;
};

/// Reads what came over the wire. Nothing if it is not a whole request.
std::optional<VendorRequest> parse_request(const std::string& wire);
std::string write_reply(const HttpReply& reply, bool chunked);
std::map<std::string, std::string> parse_form(std::string_view text);

HttpReply reply(int status, const json::Value& body);
json::Object object(std::initializer_list<std::pair<const char*, json::Value>> members);

/// A value with the past it takes to answer a read that lags behind.
template <class T>
class Lagging {
 public:
  void set(Time now, T value) { past_.emplace_back(now, std::move(value)); }
  const T& at(Time when) const {
    static const T kNothing{};
    const T* seen = &kNothing;
    for (const auto& [since, value] : past_)
      if (since <= when) seen = &value;
    return *seen;
  }
  const T& now() const { return past_.back().second; }
  Time since() const { return past_.back().first; }
  void each(const auto& look) const {
    for (const auto& [since, value] : past_) look(value);
  }

 private:
  std::vector<std::pair<Time, T>> past_;
};

class Vendor {
 public:
  Vendor(World& world, std::string name) : world_(world), name_(std::move(name)), lags_(world.stream(name_ + "/lag")) {}
  virtual ~Vendor() = default;
  const std::string& name() const { return name_; }

  virtual HttpReply handle(const VendorRequest& request) = 0;
  /// An error of the vendor's own, with or without the effect.
  virtual HttpReply fail(const VendorRequest& request, bool with_effect);
  /// An error of something in front of the vendor.
  static HttpReply failed_before();
  /// Refused before execution.
  virtual HttpReply throttle(const VendorRequest& request, const std::string& retry_after) = 0;
  /// A limit that struck after the request was carried out.
  virtual HttpReply throttle_executed(const VendorRequest& request, const std::string& retry_after) {
    return throttle(request, retry_after);
  }
  /// What a fault comes to here: few keep an error under its key (V12), or carry out what they refuse for haste (V07).
  virtual Fault as_here(Fault fault) const {
    if (fault == Fault::error_stored) return Fault::error_before;
    return fault == Fault::throttled_after ? Fault::throttled : fault;
  }
  /// Whether the request asks for more than a read.
  virtual bool writes(const VendorRequest& request) const { return request.method != "GET"; }

  /// Reads may be that much behind (0 = none); what the hub is told of the vendor allows for it.
  void lag(Time most, std::function<void()> behind) {
    lag_ = most;
    behind_ = std::move(behind);
  }
  /// The vendor's own clock is off by that much (V17).
  void misset_clock(Time by) { clock_error_ = by; }
  Time clock_error() const { return clock_error_; }
  HttpReply dated(HttpReply reply) const;
  std::uint64_t effects() const { return effects_; }

 protected:
  /// What a read shows is of that time.
  Time seen_at();
  /// That instant, as the vendor's clock shows it.
  std::int64_t unix_at(Time at) const { return kEpochMs + clock_error_ + at; }
  void effect(const std::string& detail);

  World& world_;

 private:
  std::string name_;
  Stream lags_;
  Time lag_ = 0, clock_error_ = 0, last_effect_ = 0;
  std::function<void()> behind_;
  std::uint64_t effects_ = 0;
};

}  // namespace handoff::simulation
