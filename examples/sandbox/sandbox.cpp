#include "sandbox.hpp"

#include <algorithm>
#include <stdexcept>

namespace sandbox {

namespace {

void check_names(const std::vector<std::string>& wanted, const World& world) {
  for (const std::string& name : wanted) {
    std::string known;
    bool found = false;
    for (const auto& gate : world.gates()) {
      known += (known.empty() ? "" : ", ") + std::string(gate->vendor().name());
      found = found || gate->vendor().name() == name;
    }
    if (!found) throw std::invalid_argument("there is no vendor '" + name + "'; there are " + known);
  }
}

}  // namespace

std::vector<Customer> default_customers() {
  return {{"Ada Lovelace", "ada@example.com", "+12025550101", "L-1001"},
          {"Bob Tables", "bob@example.com", "+12025550102", "L-1002"},
          {"Chloé O'Hara-Łuk", "chloe@example.com", "+4930901820", "L-1003"},
          {"Jo March", "jo@example.com", "+12025550104", "L-1004"}};
}

Sandbox::Sandbox(const Options& options)
    : world_(options.seed, options.webhook_url, options.customers), control_(world_) {
  check_names(options.vendors, world_);
  listen(
      "control", [this](const Request& request) { return Exchange::reply(control_.handle(request)); },
      [] { return true; }, 0, options);
  std::size_t place = 0;
  for (const auto& gate : world_.gates()) {
    ++place;
    const std::string name(gate->vendor().name());
    if (!options.vendors.empty() && std::ranges::find(options.vendors, name) == options.vendors.end()) continue;
    listen(
        name, [&gate = *gate](const Request& request) { return gate.process(request); },
        [&gate = *gate] { return gate.accepts_connections(); }, place, options);
  }
}

Sandbox::~Sandbox() { stop(); }

void Sandbox::listen(std::string name, Server::Process process, Server::Accepts accepts, std::size_t place,
                     const Options& options) {
  ListenOptions mine = options.listen;
  mine.port = options.port_base == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(options.port_base + place);
  servers_.emplace_back(std::move(name), std::make_unique<Server>(mine, std::move(process), std::move(accepts)));
}

Json Sandbox::urls() const {
  Json urls = Json::object();
  for (const auto& [name, server] : servers_) urls.set(name, server->url());
  return urls;
}

void Sandbox::stop() {
  world_.stop();
  for (auto& [name, server] : servers_) server->stop();
}

}  // namespace sandbox
