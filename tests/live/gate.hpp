#pragma once
// A way between the hub and a real server, byte for byte, which can be cut where it hurts.

#include <chrono>
#include <memory>
#include <string>

namespace handoff::live {

enum class Way {
  cut_before,  // the request never arrives
  cut_after,   // it arrives and is answered; the answer does not come back
  late,        // it arrives `late_by` after it was sent
  twice        // it arrives twice; the first answer comes back
};

/// Listens from construction on. [any thread]
class Gate {
 public:
  /// `target`: "http://127.0.0.1:3100"
  explicit Gate(const std::string& target);
  ~Gate();

  std::string url() const;
  /// What happens to the next request whose bytes hold `word`; once, then all is well. Several are taken in their
  /// order.
  void next(const std::string& word, Way way, std::chrono::milliseconds late_by = {});
  /// How many of those happened.
  int happened() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace handoff::live
