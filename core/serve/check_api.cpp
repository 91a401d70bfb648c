#include "core/serve/check_api.hpp"

#include <algorithm>
#include <mutex>

#include "core/serve/views.hpp"

namespace handoff::serve {

namespace {

/// What a person does about it, by the class of the failure.
std::string next_of(const engine::ReadOutcome& outcome, const engine::Connector& connector) {
  const std::string table = "[connector." + connector.name + "]";
  switch (outcome.failure) {
    case 0:
      return "see whether " + connector.address + " is what " + table +
             " should reach, and whether this machine reaches it";
    case HANDOFF_FAIL_AUTH:
      return "compare the secrets of " + table + " with what the vendor shows, then restart handoffd, which reads them";
    case HANDOFF_FAIL_RATE_LIMITED:
      return "wait; the vendor takes no more requests just now. If it stays so, lower requests_per_minute in " + table;
    case HANDOFF_FAIL_RETRYABLE:
      return "the system is there and in trouble; see its vendor's status page, and check again";
    case HANDOFF_FAIL_UNREADABLE:
      return "something else than the vendor answers at " + connector.address + "; correct it in " + table;
    default:
      return "correct the settings of " + table + "; its page in docs/reference/connectors says what each means";
  }
}

/// The results of one request, as they come. [any thread]
class Results {
 public:
  Results(net::Responder responder, std::size_t expected) : responder_(std::move(responder)), left_(expected) {}
  /// What never answered was forgotten by a hub that stops or whose disk is full.
  ~Results() {
    if (left_ > 0)
      responder_.respond(net::error_response(503, "unavailable", "the hub could not finish it; check again"));
  }

  void set(json::Object result) {
    std::scoped_lock lock(mutex_);
    results_.emplace_back(std::move(result));
    if (--left_ == 0) respond();
  }

 private:
  void respond() {
    std::ranges::sort(results_, {},
                      [](const json::Value& one) { return std::string(one.at("connector").as_string()); });
    net::ServerResponse response;
    response.body = json::write(json::Value(json::Object{{"connectors", json::Value(std::move(results_))}}));
    responder_.respond(std::move(response));
  }

  std::mutex mutex_;
  net::Responder responder_;
  json::Array results_;
  std::size_t left_;
};

void check(Hub& hub, const engine::Connector& connector, std::shared_ptr<Results> results) {
  json::Object said{{"connector", connector.name}};
  if (!connector.operation("check")) {
    said.set("result", "not_checked").set("problem", "this connector has nothing to ask without changing something");
    return results->set(std::move(said));
  }
  engine::Look look;
  look.connector = connector.name;
  look.check = true;
  look.answer = [results, &connector](const engine::ReadOutcome& outcome) {
    json::Object out{{"connector", connector.name}, {"result", outcome.ok ? "ok" : "failed"}};
    if (!outcome.ok)
      out.set("problem", outcome.detail.empty() ? "no answer" : outcome.detail)
          .set("next", next_of(outcome, connector));
    results->set(std::move(out));
  };
  if (hub.post(std::move(look))) return;
  results->set(
      std::move(said.set("result", "failed").set("problem", "the hub's queue is full").set("next", "check again")));
}

}  // namespace

void begin_check(Hub& hub, std::string_view body, net::Responder responder) {
  json::Parsed parsed = json::parse(body.empty() ? "{}" : body);
  if (!parsed || !parsed->object())
    return responder.respond(net::error_response(400, "invalid", "the body is no JSON object"));
  std::string name(parsed->at("connector").as_string());
  std::vector<const engine::Connector*> asked;
  std::string names;
  for (const engine::Connector& connector : hub.setup().connectors)
    names += (names.empty() ? "" : ", ") + connector.name;
  for (const engine::Connector& connector : hub.setup().connectors)
    if (name.empty() || connector.name == name) asked.push_back(&connector);
  if (asked.empty())
    return responder.respond(net::error_response(
        404, "not_found",
        name.empty() ? "no connector is configured"
                     : "no connector named " + name + " takes part in credits; these do: " + names));
  auto results = std::make_shared<Results>(std::move(responder), asked.size());
  for (const engine::Connector* connector : asked) check(hub, *connector, results);
}

json::Array failing_view(const std::vector<engine::Failing>& failing, std::int64_t now_ms) {
  json::Array out;
  for (const engine::Failing& one : failing) {
    json::Object line{{"connector", one.connector}, {"since", rfc3339(one.since)}, {"age_ms", now_ms - one.since}};
    line.set("failures", one.failures).set("error", one.error).set("address", one.address);
    if (one.next_try > now_ms) line.set("next_try_at", rfc3339(one.next_try));
    out.emplace_back(std::move(line));
  }
  return out;
}

json::Array steps_view(const engine::Setup& setup) {
  json::Array out;
  for (const engine::Connector& connector : setup.connectors) {
    const plugin_host::Instance::Counters& counted = connector.instance->counters();
    auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    std::uint64_t steps = counted.steps;
    json::Object line{{"connector", connector.name}, {"steps", number(steps)}};
    if (steps > 0)
      line.set("mean_us", number(counted.nanoseconds / steps / 1000))
          .set("slowest_us", number(counted.slowest_ns / 1000));
    line.set("misbehaved", number(counted.misbehaved));
    out.emplace_back(std::move(line));
  }
  return out;
}

}  // namespace handoff::serve
