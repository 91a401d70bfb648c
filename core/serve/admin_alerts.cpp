#include "core/serve/admin_alerts.hpp"

namespace handoff::serve {

void test_alert(Courier* courier, std::string_view body, net::Responder responder) {
  json::Parsed wanted = json::parse(body);
  std::string channel = wanted ? std::string(wanted->at("channel").as_string()) : std::string();
  if (channel.empty()) return responder.respond(net::error_response(400, "invalid", "send {\"channel\": \"NAME\"}"));
  if (courier == nullptr)
    return responder.respond(
        net::error_response(404, "not_found", "no channel is configured; write [alerts.channel." + channel + "]"));
  std::vector<std::string> to;
  for (const json::Value& address : wanted->at("to").as_array()) to.emplace_back(address.as_string());
  auto shared = std::make_shared<net::Responder>(std::move(responder));
  courier->test(channel, to, [shared, channel](const std::expected<void, std::string>& sent) {
    if (!sent) return shared->respond(net::error_response(502, "not_taken", channel + ": " + sent.error()));
    net::ServerResponse response;
    response.body = json::write(json::Value(json::Object{{"channel", channel}, {"done", "test"}}));
    shared->respond(std::move(response));
  });
}

}  // namespace handoff::serve
