#pragma once
// The whole: the vendors, their gates and ports, and the control port.

#include <memory>
#include <string>
#include <vector>

#include "control.hpp"
#include "server.hpp"

namespace sandbox {

struct Options {
  ListenOptions listen;
  std::uint16_t port_base = 0;  // 0 = the system picks every port
  std::optional<std::uint64_t> seed;
  std::string webhook_url;
  std::vector<Customer> customers;
  std::vector<std::string> vendors;  // that listen, each at the port it has among all; none named = all
};

/// The customers every rehearsal starts with when no seed file is given.
std::vector<Customer> default_customers();

/// Listens from construction until stop(). The constructor throws std::invalid_argument for a vendor there is none of.
class Sandbox {
 public:
  explicit Sandbox(const Options& options);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// {"control": url, "voucherify": url, ...}
  Json urls() const;
  World& world() { return world_; }
  void stop();

 private:
  void listen(std::string name, Server::Process process, Server::Accepts accepts, std::size_t place,
              const Options& options);

  World world_;
  Control control_;
  std::vector<std::pair<std::string, std::unique_ptr<Server>>> servers_;
};

}  // namespace sandbox
