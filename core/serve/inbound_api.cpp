#include "core/serve/inbound_api.hpp"

#include "core/serve/refusals.hpp"

namespace handoff::serve {

void handle_inbound(Hub& hub, net::ServerRequest&& request, net::Responder responder) {
  constexpr std::string_view kPrefix = "/in/";
  if (request.method() != "POST" || !request.path().starts_with(kPrefix))
    return responder.respond(net::error_response(404, "no_such_path", "POST /in/<connector>"));
  engine::Webhook webhook;
  webhook.connector = request.path().substr(kPrefix.size());
  webhook.request.method = request.method();
  webhook.request.path = request.path();
  if (const engine::Connector* connector = hub.setup().connector(webhook.connector))
    webhook.request.url = connector->inbound_url;
  for (const auto& [name, value] : request.headers()) webhook.request.headers.emplace_back(name, value);
  webhook.body = request.body();
  auto shared = std::make_shared<net::Responder>(std::move(responder));
  std::string whose = hub.setup().connector(webhook.connector) ? webhook.connector + ": " : std::string();
  webhook.answer = [shared, whose](int status, const std::string& text) {
    if (status >= 400) return shared->respond(net::error_response(status, kRefusedByConnector, whose + text));
    net::ServerResponse response;
    response.status = status;
    response.body = "{}";
    shared->respond(std::move(response));
  };
  if (!hub.post(std::move(webhook)))
    shared->respond(net::error_response(503, "unavailable", "the queue is full; send it again"));
}

}  // namespace handoff::serve
