#include "core/serve/register_api.hpp"

#include <algorithm>
#include <array>
#include <mutex>

#include "core/config/suggest.hpp"
#include "core/model/sources.hpp"
#include "core/serve/register_approve.hpp"
#include "core/serve/register_batch.hpp"
#include "core/serve/register_look.hpp"

namespace handoff::serve {

namespace {

constexpr const char* kWrongDoor = "wrong_door";
constexpr std::int64_t kAnyAge = 10'000'000;  // days

constexpr std::int64_t kDeadlineMs = 5'000;  // routes without `confirm`: until then it must at least be durable
constexpr std::int64_t kWayBackMs = 250;

net::ServerResponse answer(int status, const engine::Standing& standing, const std::string& instruction) {
  net::ServerResponse response;
  response.status = status;
  response.body = json::write(standing_json(standing, instruction));
  return response;
}

net::ServerResponse answer(const Refusal& refusal) {
  return net::error_response(refusal.http, refusal.reason, refusal.problem);
}

/// A register that waits. The first of: the last word, the deadline, a failure; the others come too late.
class RegisterWaiter final : public engine::Waiter {
 public:
  RegisterWaiter(net::Responder responder, const SourceEvent& event, const RegisterWords& words,
                 std::string store_of_token)
      : responder_(std::move(responder)),
        kind_(event.kind),
        words_(words),
        store_(event.store),
        store_of_token_(std::move(store_of_token)) {}
  /// Dropped with a batch that was not stored: what was durable before it still is.
  ~RegisterWaiter() override { unavailable("the hub stopped or started anew"); }

  void durable(const engine::Standing& standing) override {
    std::scoped_lock lock(mutex_);
    standing_ = standing;
    durable_ = true;
  }
  void settled(const engine::Standing& standing) override {
    std::scoped_lock lock(mutex_);
    respond(answer_of(standing));
  }
  /// Of a batch that failed the rest is taken once more, after this: that nothing was stored it does not say.
  void unavailable(const std::string& why) final {
    std::scoped_lock lock(mutex_);
    respond(durable_ ? answer_of(standing_) : answer(in_doubt(why)));
  }
  bool gone() const override {
    std::scoped_lock lock(mutex_);
    return answered_;
  }
  /// It was not given to the engine. [io thread]
  void refuse(const Refusal& refusal) {
    std::scoped_lock lock(mutex_);
    respond(answer(refusal));
  }
  /// [io thread]
  void deadline() { unavailable("not in time"); }

 private:
  net::ServerResponse answer_of(engine::Standing standing) const {
    if (standing.http == 404) return net::error_response(404, standing.reason, standing.problem);
    if (kind_ == "credit.cancelled") standing.duplicate = standing.http == 200;  // 202: it was not taken back before
    if (is_foreign(standing)) return answer(200, bare(), "");
    int fresh = kind_ == "credit.issued" && !standing.duplicate ? 201 : 200;
    return answer(standing.http >= 400 ? standing.http : fresh, standing, words_.instruction(standing, store_));
  }
  /// A credit is spent in any store; how it stands is its own store's to know.
  bool is_foreign(const engine::Standing& standing) const {
    bool moved = kind_ != "credit.issued" && kind_ != "credit.cancelled";
    return moved && !store_of_token_.empty() && standing.store != store_of_token_;
  }
  static engine::Standing bare() {
    engine::Standing out;
    out.status = "accepted";
    return out;
  }
  void respond(net::ServerResponse response) {
    if (answered_) return;
    answered_ = true;
    responder_.respond(std::move(response));
  }

  mutable std::mutex mutex_;
  net::Responder responder_;
  engine::Standing standing_;
  bool durable_ = false, answered_ = false;
  std::string kind_;
  const RegisterWords& words_;
  std::string store_, store_of_token_;
};

/// When the answer leaves at the latest: before the deadline, for it has a way to go and this thread its own delays.
std::int64_t patience_of(const engine::Setup& setup, const SourceEvent& event) {
  const routing::Route* route = routing::choose(setup.routes, {event.kind, "register", event.balance_type}).route;
  std::int64_t deadline = route && route->confirm ? route->confirm->deadline_ms : kDeadlineMs;
  return deadline - std::min(deadline / 6, kWayBackMs);
}

/// A credit said to the wrong door would be issued twice, or never: empty if the door is the right one.
std::string wrong_door(const engine::Setup& setup, const SourceEvent& event, Issued issued) {
  const routing::Route* route = routing::choose(setup.routes, {event.kind, "register", event.balance_type}).route;
  if (!route || route->observe == (issued == Issued::by_register)) return {};
  return route->observe ? "the register issues credits of this kind by itself (route " + route->name +
                              "): send it with its instrument, to /v1/register/confirmations or in a batch"
                        : "the hub issues credits of this kind (route " + route->name +
                              "): send it without an instrument, to /v1/register/credits or in a batch, "
                              "and issue nothing at the register";
}

/// A store that is mistyped is another identity: the credit would be issued twice, or a cancellation would find nothing.
std::string unknown_store(const std::vector<std::string>& stores, const Caller& caller, const SourceEvent& event) {
  bool told_by_token = !caller.store.empty(), moved = event.kind != "credit.issued" && event.kind != "credit.cancelled";
  bool known = stores.empty() || std::ranges::find(stores, event.store) != stores.end();
  if (told_by_token || moved || known) return {};
  std::string near = config::suggestion(event.store, stores);
  return "store: the hub's configuration has no [stores." + event.store + "]; " +
         (near.empty() ? "write the store's id as it stands there" : near);
}

/// What speaks against a transaction of today, by the clock and by the configuration as they are now.
Refusal refuse_new(const RegisterDesk& desk, const Caller& caller, const SourceEvent& event, Issued issued) {
  if (event.kind == "credit.issued")
    if (std::string wrong = wrong_door(desk.hub.setup(), event, issued); !wrong.empty())
      return {409, kWrongDoor, wrong};
  BusinessDates dates = desk.dates;
  if (event.kind != "credit.issued") dates.back_days = kAnyAge;  // an old credit may be cancelled
  if (std::string far = far_off(event.business_date, dates, desk.hub.now()); !far.empty()) return {400, "invalid", far};
  return refuse_given(desk.stores, caller, event, desk.hub.now());
}

void submit(RegisterDesk& desk, const Caller& caller, std::expected<SourceEvent, std::string> event, Issued issued,
            net::Responder responder) {
  if (!event) return responder.respond(net::error_response(400, "invalid", event.error()));
  auto waiter = std::make_shared<RegisterWaiter>(std::move(responder), *event, desk.words, caller.store);
  desk.loop.after(std::chrono::milliseconds(patience_of(desk.hub.setup(), *event)), [weak = std::weak_ptr(waiter)] {
    if (auto still = weak.lock()) still->deadline();
  });
  admit(desk, caller, *event, issued, [&desk, caller, event = *event, waiter](const Refusal& refusal) {
    if (refusal.http != 0) return waiter->refuse(refusal);
    if (!desk.hub.post(submission_of(caller, event, waiter))) waiter->refuse(not_taken("the queue is full"));
  });
}

/// Whether a repeat is answered at this door, whatever the routes are by now. Who says again that the hub should issue hears
/// how it stands; of what the hub has issued no register says that it issued it, too: then it is there twice.
bool was_its_door(journal::Reader& read, const journal::CreditRow& known, Issued issued) {
  return issued == Issued::by_hub ||
         std::ranges::any_of(read.hops(known.no), [](const journal::HopRow& hop) { return hop.op == "read"; });
}

/// What is asked at a path of this API; empty: it is none of them.
std::string_view method_of(std::string_view what) {
  static constexpr std::array<std::string_view, 5> kPosted = {"credits", "confirmations", "cancellations", "movements",
                                                              "batches"};
  if (std::ranges::find(kPosted, what) != kPosted.end()) return "POST";
  if (what.starts_with("credits/")) return what.ends_with("/approve") ? "POST" : "GET";
  return what == "events" ? "GET" : "";
}

net::ServerResponse wrong_method(std::string_view method) {
  net::ServerResponse response =
      net::error_response(405, "method_not_allowed", "this path is for " + std::string(method) + " only");
  response.headers.emplace_back("Allow", method);
  return response;
}

}  // namespace

Refusal not_taken(const std::string& why) {
  return {503, "unavailable", "nothing of this request was stored (" + why + "); send the same request again"};
}

Refusal in_doubt(const std::string& why) {
  return {503, "in_doubt",
          "it may be stored (" + why + "); send the same request again, and pay nothing out for it in another way"};
}

Refusal refuse_given(const std::vector<std::string>& stores, const Caller& caller, const SourceEvent& event,
                     std::int64_t now_ms) {
  if (std::string unknown = unknown_store(stores, caller, event); !unknown.empty())
    return {400, "unknown_store", unknown};
  if (unix_ms(event.expires_at).value_or(INT64_MAX) <= now_ms)
    return {400, "invalid", "expires_at: " + event.expires_at + " has passed; nobody could spend this credit"};
  return {};
}

void admit(RegisterDesk& desk, const Caller& caller, const SourceEvent& event, Issued issued, Admitted then) {
  if (!caller.store.empty() && event.store != caller.store)
    return then({403, "other_store", "this token speaks for store " + caller.store + " only"});
  const Refusal refusal = refuse_new(desk, caller, event, issued);
  if (refusal.http == 0) return then(refusal);
  std::string id = engine::prepare(submission_of(caller, event, nullptr), desk.hub.setup(), desk.hub.vault()).id;
  auto look = [&desk, id, issued, refusal, then](journal::Reader& read) {
    std::optional<journal::CreditRow> known = read.credit_by_id(id);
    // Also where it is another source's credit, of which this one has spoken before (ADR 0026).
    if (!known) known = read.credit_by_ref(kRegisterSource, kToldAs, credit_ref(id));
    Refusal said = known && (refusal.reason != kWrongDoor || was_its_door(read, *known, issued)) ? Refusal() : refusal;
    if (read.failed()) said = not_taken("the store cannot be read just now");
    desk.loop.post([then, said] { then(said); });
  };
  if (!desk.hub.query(look, Hub::Desk::registers)) then(not_taken("too many ask just now"));
}

bool speaks_for(const Caller& caller, const journal::CreditRow& credit) {
  if (caller.store.empty() || credit.store == caller.store) return true;
  return credit.store.empty() &&
         (credit.scope == place(caller.store, "") || credit.scope.starts_with(place(caller.store, "") + "/"));
}

engine::Submission submission_of(const Caller& caller, SourceEvent event, engine::WaiterPtr waiter) {
  engine::Submission submission;
  submission.event = std::move(event);
  submission.source = kRegisterSource;
  submission.actor = "token:" + caller.name;
  submission.waiter = std::move(waiter);
  return submission;
}

json::Value standing_json(const engine::Standing& standing, const std::string& instruction) {
  json::Object out;
  out.set("id", standing.ref);
  out.set("status", standing.status);
  if (!standing.decision.empty()) out.set("decision", standing.decision);
  if (!standing.reason.empty()) out.set("reason", standing.reason);
  out.set("instruction", instruction);
  out.set("duplicate", standing.duplicate);
  return json::Value(std::move(out));
}

void handle_register(RegisterDesk& desk, net::ServerRequest&& request, net::Responder responder) {
  Caller caller = desk.hub.caller(request.header("authorization"));
  constexpr std::string_view kRoot = "/v1/register/", kCredits = "credits/", kApprove = "/approve";
  std::string_view path = request.path(), body = request.body();
  std::string_view what = path.starts_with(kRoot) ? path.substr(kRoot.size()) : std::string_view();
  std::string_view of_credit = what.starts_with(kCredits) ? what.substr(kCredits.size()) : std::string_view();
  bool approves = of_credit.ends_with(kApprove);
  if (!caller.is({"register", "supervisor", "admin"}))
    return responder.respond(turned_away(caller, approves ? "a supervisor's token" : "a register token"));
  std::string_view method = method_of(what);
  if (method.empty())
    return responder.respond(
        net::error_response(404, "no_such_path",
                            "POST /v1/register/credits, /confirmations, /batches, /cancellations, "
                            "/movements or /credits/{id}/approve, GET /v1/register/credits/{id} or /events"));
  if (request.method() != method) return responder.respond(wrong_method(method));
  auto take = [&](std::expected<SourceEvent, std::string> event, Issued issued) {
    submit(desk, caller, std::move(event), issued, std::move(responder));
  };
  if (what == "credits") return take(parse_register_credit(body), Issued::by_hub);
  if (what == "confirmations") return take(parse_register_credit(body, Issued::by_register), Issued::by_register);
  if (what == "cancellations") return take(parse_register_cancellation(body), Issued::by_hub);
  if (what == "movements") return take(parse_register_movement(body), Issued::by_hub);
  if (what == "batches") return take_batch(desk, caller, body, std::move(responder));
  if (what == "events") return store_events(desk, caller, request, std::move(responder));
  if (approves)
    return approve_credit(desk, caller, of_credit.substr(0, of_credit.size() - kApprove.size()), std::move(responder));
  credit_status(desk, caller, of_credit, request.query(), std::move(responder));
}

}  // namespace handoff::serve
