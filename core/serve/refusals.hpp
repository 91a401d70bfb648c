#pragma once
// What the listeners turned away (4xx) since the hub's start. Of a till with a wrong token, or a vendor whose signing key is
// not ours, there is no other trace: nothing of it is accepted, so nothing is in the journal.

#include <cstdint>
#include <functional>
#include <handoff/sdk/json.hpp>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "core/net/server_message.hpp"

namespace handoff::serve {

/// The code of an answer whose message names the connector and says why, in the hub's own words.
inline constexpr const char* kRefusedByConnector = "refused";

class Refusals {
 public:
  using Log = std::function<void(const std::string&)>;
  explicit Refusals(Log log) : log_(std::move(log)) {}

  /// `listener`: "register", "inbound" or "admin". Counts what somebody has to put right: no question about a credit that
  /// is not there, no conflict and no collision (a case says that), and of operators only who may not. Into the log when it
  /// is new, then once in ten minutes at most. Times in Unix ms. [any thread]
  void note(const std::string& listener, const std::string& peer, const net::ServerResponse& answer,
            std::int64_t now_ms);

  /// [{listener, status, code, why, times, last_at, last_ms, from}], `why` where there is one; nothing that a sender wrote
  /// but its address. [any thread]
  json::Array view(std::int64_t now_ms) const;

 private:
  struct Count {
    std::uint64_t times = 0;
    std::int64_t last_ms = 0, said_ms = 0;
    std::string from;
  };
  using Kind = std::tuple<std::string, int, std::string, std::string>;  // listener, status, code, why

  Log log_;
  mutable std::mutex mutex_;
  std::map<Kind, Count> kinds_;
};

}  // namespace handoff::serve
