#pragma once
// The hub as a process: configuration in, listeners open, until stopped.

#include <expected>
#include <memory>
#include <string>

namespace handoff::app {

struct DaemonOptions {
  std::string config = "handoff.toml";
  bool json_log = false;
};

/// What is running; addresses as bound.
struct Addresses {
  std::string registers, inbound, admin;
};

class Daemon {
 public:
  /// Everything up to "ready". The error is what lint would print, or a line that says what to do.
  static std::expected<std::unique_ptr<Daemon>, std::string> start(const DaemonOptions& options);
  ~Daemon();
  const Addresses& addresses() const { return addresses_; }

 private:
  Daemon();
  struct Parts;
  std::unique_ptr<Parts> parts_;
  Addresses addresses_;
};

}  // namespace handoff::app
