#pragma once
// A load generator on one thread: many kept-open connections, one request at a time on each. The same for every server
// that is compared.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace handoff::bench {

struct Target {
  std::uint16_t port = 0;
  std::string path;
  std::string headers;  // whole lines, each with CR LF
};

struct Sample {
  double seconds = 0;
  std::uint64_t answers = 0;
  std::map<int, std::uint64_t> by_status;
  std::uint64_t marked = 0;        // answers that hold the plan's mark
  std::vector<double> latency_ms;  // from the moment it was due to the last byte of the answer
  double rate() const { return seconds > 0 ? static_cast<double>(answers) / seconds : 0; }
};

struct Plan {
  int connections = 64;
  std::uint64_t requests = 0;  // stop after so many; 0 = when the time is over
  std::chrono::milliseconds time{0};
  std::string mark;
  double per_second = 0;  // 0 = as fast as the answers come; else due at fixed times, on whichever connection is free
};

/// `body(n)` makes the n-th request's body, counted from 0. Throws std::runtime_error if a connection breaks.
Sample generate(const Target& target, const Plan& plan, const std::function<std::string(std::uint64_t)>& body);

/// The value below which that share of the samples lies.
double quantile(std::vector<double> values, double share);

}  // namespace handoff::bench
