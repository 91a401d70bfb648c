#pragma once
// Sends that are waited for.

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "core/net/asio_transport.hpp"

namespace handoff::net::test {

inline Outbound post_to(std::uint32_t connection, bool fresh = false) {
  Outbound out;
  out.connection = connection;
  out.fresh = fresh;
  out.request = {"POST", "/v1/cards", {{"Content-Type", "application/json"}}, R"({"amount":"25.00"})"};
  return out;
}

inline std::future<Result> start(Transport& transport, Outbound out) {
  auto promise = std::make_shared<std::promise<Result>>();
  auto future = promise->get_future();
  transport.send(std::move(out), [promise](Result result) { promise->set_value(std::move(result)); });
  return future;
}

inline Result send(Transport& transport, Outbound out) { return start(transport, std::move(out)).get(); }

inline std::uint32_t connect_to(AsioTransport& transport, const std::string& url, const std::string& ca_file = {}) {
  ConnectionSettings settings;
  settings.base_url = url;
  settings.ca_file = ca_file;
  return transport.add_connection(std::move(settings)).value();
}

}  // namespace handoff::net::test
