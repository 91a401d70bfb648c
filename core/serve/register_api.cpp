#include "core/serve/register_api.hpp"

#include <mutex>

#include "core/model/identity.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kDeadlineMs = 5'000;  // routes without `confirm`: until then it must at least be durable

const char* instruction(const engine::Standing& standing) {
  if (standing.status == "confirmed") return "The credit is in the customer's account.";
  if (standing.status == "rejected")
    return standing.reason == "cancelled" ? "This credit was cancelled." : "Do not hand out this credit.";
  if (standing.decision == "reenter_identifier")
    return "Ask for e-mail, phone with country code or loyalty number and send the same transaction again.";
  if (standing.decision == "manual_link") return "Give the customer the receipt; the store links the credit today.";
  if (standing.decision == "supervisor") return "Call a supervisor before the customer leaves.";
  return "Accepted; it will arrive. Give the customer the receipt.";
}

net::ServerResponse answer(int status, const engine::Standing& standing) {
  net::ServerResponse response;
  response.status = status;
  response.body = json::write(standing_json(standing));
  return response;
}

net::ServerResponse unavailable(const std::string& why) {
  net::ServerResponse response =
      net::error_response(503, "unavailable", "nothing was stored (" + why + "); send the same request again");
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

/// A register that waits. The first of: the last word, the deadline, a failure; the others come too late.
class RegisterWaiter final : public engine::Waiter {
 public:
  RegisterWaiter(net::Responder responder, bool fresh_is_201)
      : responder_(std::move(responder)), created_(fresh_is_201) {}

  void durable(const engine::Standing& standing) override {
    std::scoped_lock lock(mutex_);
    standing_ = standing;
    durable_ = true;
  }
  void settled(const engine::Standing& standing) override {
    std::scoped_lock lock(mutex_);
    respond(answer(status_of(standing), standing));
  }
  void unavailable(const std::string& why) override {
    std::scoped_lock lock(mutex_);
    respond(durable_ ? answer(status_of(standing_), standing_) : serve::unavailable(why));
  }
  /// [io thread]
  void deadline() {
    std::scoped_lock lock(mutex_);
    respond(durable_ ? answer(status_of(standing_), standing_) : serve::unavailable("not in time"));
  }

 private:
  int status_of(const engine::Standing& standing) const {
    if (standing.http >= 400) return standing.http;
    return created_ && !standing.duplicate ? 201 : 200;
  }
  void respond(net::ServerResponse response) {
    if (answered_) return;
    answered_ = true;
    responder_.respond(std::move(response));
  }

  std::mutex mutex_;
  net::Responder responder_;
  engine::Standing standing_;
  bool durable_ = false, answered_ = false, created_ = false;
};

std::int64_t deadline_of(const engine::Setup& setup, const SourceEvent& event) {
  const routing::Route* route = routing::choose(setup.routes, {event.kind, "register", event.balance_type}).route;
  return route && route->confirm ? route->confirm->deadline_ms : kDeadlineMs;
}

/// A credit said to the wrong door would be issued twice, or never: empty if the door is the right one.
std::string wrong_door(const engine::Setup& setup, const SourceEvent& event, Issued issued) {
  const routing::Route* route = routing::choose(setup.routes, {event.kind, "register", event.balance_type}).route;
  if (!route || route->observe == (issued == Issued::by_register)) return {};
  return route->observe ? "the register issues credits of this kind by itself (route " + route->name +
                              "): send it to /v1/register/confirmations with its instrument"
                        : "the hub issues credits of this kind (route " + route->name +
                              "): send it to /v1/register/credits, and issue nothing at the register";
}

void submit(Hub& hub, net::IoLoop& loop, const Caller& caller, std::expected<SourceEvent, std::string> event,
            Issued issued, net::Responder responder) {
  if (!event) return responder.respond(net::error_response(400, "invalid", event.error()));
  if (event->kind == "credit.issued")
    if (std::string wrong = wrong_door(hub.setup(), *event, issued); !wrong.empty())
      return responder.respond(net::error_response(409, "wrong_door", wrong));
  if (!caller.store.empty() && event->store != caller.store)
    return responder.respond(
        net::error_response(403, "other_store", "this token speaks for store " + caller.store + " only"));
  auto waiter = std::make_shared<RegisterWaiter>(std::move(responder), event->kind == "credit.issued");
  std::int64_t deadline = deadline_of(hub.setup(), *event);
  engine::Submission submission;
  submission.event = std::move(*event);
  submission.source = "register";
  submission.actor = "token:" + caller.name;
  submission.waiter = waiter;
  if (!hub.post(std::move(submission))) return waiter->unavailable("the queue is full");
  loop.after(std::chrono::milliseconds(deadline), [weak = std::weak_ptr(waiter)] {
    if (auto still = weak.lock()) still->deadline();
  });
}

void status(Hub& hub, const Caller& caller, std::string_view ref, net::Responder responder) {
  std::optional<std::string> id = credit_id_from_ref(ref);
  if (!id) return responder.respond(net::error_response(404, "no_such_credit", "no credit has this id"));
  auto shared = std::make_shared<net::Responder>(std::move(responder));
  bool queued = hub.query([&hub, shared, id = *id, store = caller.store](journal::Reader& read) {
    std::optional<journal::CreditRow> credit = read.credit_by_id(id);
    if (!credit || (!store.empty() && credit->store != store))
      return shared->respond(net::error_response(404, "no_such_credit", "no credit has this id"));
    shared->respond(answer(200, engine::Engine::standing(read, *credit, hub.setup())));
  });
  if (!queued) shared->respond(unavailable("too many questions at once"));
}

}  // namespace

json::Value standing_json(const engine::Standing& standing) {
  json::Object out;
  out.set("id", standing.ref);
  out.set("status", standing.status);
  if (!standing.decision.empty()) out.set("decision", standing.decision);
  if (!standing.reason.empty()) out.set("reason", standing.reason);
  out.set("instruction", standing.problem.empty() ? std::string(instruction(standing)) : standing.problem);
  out.set("duplicate", standing.duplicate);
  return json::Value(std::move(out));
}

void handle_register(Hub& hub, net::IoLoop& loop, net::ServerRequest&& request, net::Responder responder) {
  Caller caller = hub.caller(request.header("authorization"));
  if (!caller.is({"register", "supervisor", "admin"}))
    return responder.respond(
        caller.role.empty()
            ? net::error_response(401, "unauthorized", "send Authorization: Bearer and a register token")
            : net::error_response(403, "forbidden", "this token has the role " + caller.role));
  std::string_view path = request.path();
  bool post = request.method() == "POST";
  if (post && path == "/v1/register/credits")
    return submit(hub, loop, caller, parse_register_credit(request.body()), Issued::by_hub, std::move(responder));
  if (post && path == "/v1/register/confirmations")
    return submit(hub, loop, caller, parse_register_credit(request.body(), Issued::by_register), Issued::by_register,
                  std::move(responder));
  if (post && path == "/v1/register/cancellations")
    return submit(hub, loop, caller, parse_register_cancellation(request.body()), Issued::by_hub, std::move(responder));
  if (post && path == "/v1/register/movements")
    return submit(hub, loop, caller, parse_register_movement(request.body()), Issued::by_hub, std::move(responder));
  constexpr std::string_view kCredits = "/v1/register/credits/";
  if (request.method() == "GET" && path.starts_with(kCredits))
    return status(hub, caller, path.substr(kCredits.size()), std::move(responder));
  responder.respond(
      net::error_response(404, "no_such_path",
                          "POST /v1/register/credits, /confirmations, /cancellations or /movements, "
                          "GET /v1/register/credits/{id}"));
}

}  // namespace handoff::serve
