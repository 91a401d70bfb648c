#include "core/serve/probe_api.hpp"

#include <algorithm>

#include "core/model/identity.hpp"
#include "core/serve/once_waiter.hpp"
#include "core/serve/query.hpp"
#include "core/serve/views_probe.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kWaitMax = 30;

net::ServerResponse answer_of(int status, const json::Value& body) {
  net::ServerResponse response;
  response.status = status;
  response.body = json::write(body);
  return response;
}

}  // namespace

void begin_probe(OpsDesk& desk, const Caller& caller, std::string_view body, net::Responder responder) {
  json::Parsed parsed = json::parse(body.empty() ? "{}" : body);
  if (!parsed) return responder.respond(net::error_response(400, "invalid", parsed.error.message));
  const engine::Probing& probing = desk.hub.setup().probing;
  std::string route(parsed->at("route").as_string(probing.route));
  if (const auto& routes = desk.hub.setup().routes; route.empty() && routes.size() == 1) route = routes.front().name;
  std::string store(parsed->at("store").as_string(probing.store));
  Money amount = probing.amount;
  if (!parsed->at("amount").is_null()) {
    std::optional<Money> given =
        money_from_decimal(parsed->at("amount").as_string(), parsed->at("currency").as_string());
    if (!given || given->minor() <= 0)
      return responder.respond(
          net::error_response(400, "invalid", "amount: write \"1.00\" and a currency of ISO 4217"));
    amount = *given;
  }
  if (amount.currency().empty())
    return responder.respond(net::error_response(400, "invalid", "amount: say how much, or write it under [probe]"));
  if (std::string problem = engine::probe_problem(desk.hub.setup(), route); !problem.empty())
    return responder.respond(net::error_response(409, "refused", problem));
  auto shared = std::make_shared<net::Responder>(std::move(responder));
  engine::Submission probe = engine::probe_of(desk.hub.setup(), route, amount, store, desk.hub.now());
  probe.actor = "token:" + caller.name;
  probe.waiter = std::make_shared<OnceWaiter>(
      [shared](const engine::Standing& standing) {
        shared->respond(answer_of(202, json::Value(json::Object{{"probe", standing.ref}})));
      },
      [shared](const std::string& why) { shared->respond(net::error_response(503, "unavailable", why)); });
  desk.hub.ask(shared, [&hub = desk.hub, shared, probe = std::move(probe)](journal::Reader& read) -> Hub::Act {
    std::vector<journal::CreditRow> open = read.open_probes();
    if (!open.empty())
      return [shared, ref = open.front().ref] {
        shared->respond(net::error_response(409, "refused", "probe " + ref + " is under way; one runs at a time"));
      };
    return [&hub, shared, probe] {
      if (!hub.post(probe)) shared->respond(net::error_response(503, "unavailable", "the queue is full"));
    };
  });
}

void probe_status(OpsDesk& desk, const Caller& caller, std::string_view ref, std::string_view query,
                  net::Responder responder) {
  std::optional<std::string> id = is_probe_ref(ref) ? credit_id_from_ref(ref) : std::nullopt;
  if (!id) return responder.respond(net::error_response(404, "not_found", "no probe has this id"));
  std::int64_t wait = std::clamp<std::int64_t>(parse_decimal(query_value(query, "wait"), 0).value_or(0), 0, kWaitMax);
  desk.watch->add(std::move(responder), caller.name, std::chrono::seconds(wait),
                  [id = *id](journal::Reader& read, bool last) -> std::optional<net::ServerResponse> {
                    std::optional<journal::CreditRow> probe = read.credit_by_id(id);
                    if (!probe) return net::error_response(404, "not_found", "no probe has this id");
                    json::Value view = probe_view(read, *probe);
                    if (view.at("state").as_string() == "running" && !last) return std::nullopt;
                    return answer_of(200, view);
                  });
}

}  // namespace handoff::serve
