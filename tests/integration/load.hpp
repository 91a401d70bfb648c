#pragma once
// Registers under load: each connection sends credit after credit and repeats each until it is acknowledged.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/http.hpp"

namespace handoff::crash {

/// What a register was promised.
struct Acknowledged {
  std::string transaction, ref, email;
  std::int64_t minor = 0;
  bool known_customer = true;
  bool telex = false;  // its route has a hop to the ledger that tells nothing
};

class Load {
 public:
  struct Options {
    int connections = 8;
    int customers = 200;  // load1@example.com ...
    int pause_ms = 60;    // up to this between two credits of one connection
    std::uint64_t seed = 1;
  };

  explicit Load(const Options& options) : options_(options) {}
  ~Load() { finish(); }

  /// Where the hub is now. It may be gone by the time somebody asks there.
  void point_at(const std::string& registers, const support::Headers& authorization);
  void start();
  /// Lets every connection finish the credit it is at.
  void finish();

  std::vector<Acknowledged> acknowledged() const;
  /// Answers that no register should ever get, as sentences.
  std::vector<std::string> complaints() const;
  std::map<std::string, std::int64_t> counts() const;

 private:
  struct Target {
    std::string url;
    support::Headers authorization;
    int generation = 0;
  };

  void run(int connection);
  Acknowledged make(int connection, int number, std::mt19937_64& dice) const;
  std::string repeat_until_acknowledged(const Acknowledged& credit, support::HttpClient& client, Target& target);
  void count(const std::string& what);
  void complain(const std::string& what);

  Options options_;
  mutable std::mutex mutex_;
  Target target_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> threads_;
  std::vector<Acknowledged> acknowledged_;
  std::vector<std::string> complaints_;
  std::map<std::string, std::int64_t> counts_;
};

}  // namespace handoff::crash
