#include "sandbox.hpp"

namespace sandbox {

std::vector<Customer> default_customers() {
  return {{"Ada Lovelace", "ada@example.com", "+12025550101", "L-1001"},
          {"Bob Tables", "bob@example.com", "+12025550102", "L-1002"},
          {"Chloé O'Hara-Łuk", "chloe@example.com", "+4930901820", "L-1003"},
          {"Jo March", "jo@example.com", "+12025550104", "L-1004"}};
}

Sandbox::Sandbox(const Options& options)
    : world_(options.seed, options.webhook_url, options.customers), control_(world_) {
  listen(
      "control", [this](const Request& request) { return Exchange::reply(control_.handle(request)); },
      [] { return true; }, options);
  for (const auto& gate : world_.gates()) {
    listen(
        std::string(gate->vendor().name()), [&gate = *gate](const Request& request) { return gate.process(request); },
        [&gate = *gate] { return gate.accepts_connections(); }, options);
  }
}

Sandbox::~Sandbox() { stop(); }

void Sandbox::listen(std::string name, Server::Process process, Server::Accepts accepts, const Options& options) {
  ListenOptions mine = options.listen;
  mine.port =
      options.port_base == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(options.port_base + servers_.size());
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
