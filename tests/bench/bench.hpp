#pragma once
// What every measurement needs: a sandbox, a hub in a fresh folder, requests.

#include <memory>
#include <string>

#include "tests/bench/figures.hpp"
#include "tests/bench/generator.hpp"
#include "tests/support/rig.hpp"
#include "tests/support/store_view.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::bench {

struct Size {
  int rounds = 5;  // of each server, alternating
  int round_ms = 3000;
  int journeys = 1500;  // credits through all systems
  int confirm_seconds = 15;
  long stored = 1'000'000;  // credits, and journal rows, of the large store
  int customers = 500;
  long audit_rows = 2'000'000;  // of each of three exports
};

/// One hub over one sandbox, both new.
class Bed {
 public:
  struct Options {
    support::ConfigText config;
    std::vector<std::string> sandbox_options;
    std::map<std::string, std::string> environment;  // of the hub, added
    int customers = 500;
  };

  explicit Bed(const Options& options);

  void restart();
  /// With another configuration.
  void restart(const support::ConfigText& config);

  /// By how many identifiers the register names the customer. By two the hub knows whom it met before; by one it asks.
  enum class Names { one, two };
  /// The n-th credit of this bed, distinct, in one of 64 stores; a customer that the sandbox knows.
  std::string credit(std::uint64_t n, Names names = Names::two, int days_ago = 0) const;
  Target credits() const;
  /// Waits until nothing is under way; false if that takes too long.
  bool settle(std::chrono::seconds limit);
  support::StoreView store() const { return support::StoreView(folder_.file("handoff.db")); }

  support::SandboxProcess& sandbox() { return sandbox_; }
  support::HubProcess& hub() { return *hub_; }
  std::string folder() const { return folder_.path().string(); }

 private:
  support::TempDir folder_;
  support::SandboxProcess sandbox_;
  support::HubProcess::Options hub_options_;
  std::unique_ptr<support::HubProcess> hub_;
  int customers_;
};

/// A configuration without the vendors' own limits: the sandbox keeps none either.
support::ConfigText unlimited();
support::ConfigText paused();

void measure_footprint(const Size& size, Figures& figures);
void measure_intake(const Size& size, Figures& figures);
void measure_journey(const Size& size, Figures& figures);
void measure_confirm(const Size& size, Figures& figures);
/// What a step of a connector costs, in the hub's process and in one of its own.
void measure_steps(Figures& figures);
void measure_audit(const Size& size, Figures& figures);
/// How much memory an audit of so many rows a file takes. Not among the others: of 50 million it takes minutes and 30 GB of disk.
void measure_audit_size(const Size& size, Figures& figures);

}  // namespace handoff::bench
