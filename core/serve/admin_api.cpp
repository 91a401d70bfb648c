#include "core/serve/admin_api.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/config/vocabulary.hpp"
#include "core/model/identity.hpp"
#include "core/model/sources.hpp"
#include "core/serve/admin_alerts.hpp"
#include "core/serve/check_api.hpp"
#include "core/serve/decision_parse.hpp"
#include "core/serve/doubts.hpp"
#include "core/serve/metrics.hpp"
#include "core/serve/once_waiter.hpp"
#include "core/serve/probe_api.hpp"
#include "core/serve/query.hpp"
#include "core/serve/refresh_file.hpp"
#include "core/serve/register_desk.hpp"
#include "core/serve/register_words.hpp"
#include "core/serve/views.hpp"
#include "core/serve/views_receipt.hpp"
#include "core/serve/views_tasks.hpp"
#include "core/serve/views_token.hpp"

namespace handoff::serve {

namespace {

constexpr std::string_view kTokens = "/v1/tokens", kCases = "/v1/cases/", kCredits = "/v1/credits/",
                           kGive = "/v1/credits", kAudits = "/v1/audits", kAudit = "/v1/audits/",
                           kProbes = "/v1/probes", kProbe = "/v1/probes/", kChecks = "/v1/checks", kTasks = "/v1/tasks",
                           kMetrics = "/metrics", kRepair = "/repair", kCancel = "/cancel";
const std::string kAlerts = "/v1/alerts";
constexpr auto kDecides = std::chrono::seconds(5);  // so long goodwill waits to hear whether it goes on by itself
constexpr std::int64_t kWindowMs = 30 * kDayMs, kWindowMaxMs = 3660 * kDayMs;

net::ServerResponse json_response(int status, const json::Value& body) {
  net::ServerResponse response;
  response.status = status;
  response.body = json::write(body);
  return response;
}

std::int64_t limit_of(std::string_view query) {
  std::optional<std::int64_t> limit = parse_decimal(query_value(query, "limit"), 0);
  return std::clamp<std::int64_t>(limit.value_or(50), 1, kLookedAtMax);
}

using Done = std::function<net::ServerResponse(journal::Reader&)>;
using Ask = std::function<net::ServerResponse(journal::Reader&)>;

void ask(Hub& hub, net::Responder responder, Ask make) {
  auto shared = std::make_shared<net::Responder>(std::move(responder));
  hub.ask(shared, [shared, make = std::move(make)](journal::Reader& read) -> Hub::Act {
    return [shared, answer = make(read)]() { shared->respond(answer); };
  });
}

std::expected<json::Value, ViewError> trace_of(const Hub& hub, journal::Reader& read, std::string_view what) {
  std::int64_t now = hub.now();
  return trace_view(read, &hub.vault(), what, now, doubts_of(hub.setup(), hub.started_at(), now));
}

/// What a hop waits for whose system refuses or does not answer: the journal does not know it, and this hub does.
void add_failing(Hub& hub, json::Value& trace) {
  json::Array failing, next = trace.at("next").as_array();
  for (const json::Value& one : failing_view(hub.counters().failing, hub.now())) {
    auto waits = [&](const json::Value& hop) {
      return hop.at("connector").as_string() == one.at("connector").as_string() &&
             hop.at("state").as_string() != "done";
    };
    if (!std::ranges::any_of(trace.at("hops").as_array(), waits)) continue;
    failing.push_back(one);
    std::string name(one.at("connector").as_string());
    next.emplace_back("See what " + name + " wants: handoff check " + name +
                      ". What waits for it goes on by itself when it answers.");
  }
  if (failing.empty()) return;
  trace.object()->set("failing", std::move(failing));
  trace.object()->set("next", std::move(next));
}

/// GET /v1/receipts?reference=...: the credit behind a register's row in somebody's export, as its trace.
net::ServerResponse receipt_view(const Hub& hub, journal::Reader& read, const std::string& query) {
  Receipt wanted;
  for (auto [name, value] : {std::pair("reference", &wanted.reference),
                             {"transaction", &wanted.transaction},
                             {"line", &wanted.line},
                             {"store", &wanted.store},
                             {"terminal", &wanted.terminal},
                             {"business_date", &wanted.business_date},
                             {"issued_on", &wanted.issued_on}})
    *value = query_value(query, name);
  std::optional<Money> amount = money_from_decimal(query_value(query, "amount"), query_value(query, "currency"));
  if (!amount || wanted.reference.empty())
    return net::error_response(400, "invalid", "a receipt has a reference, an amount and a currency");
  wanted.amount = *amount;
  Sources sources{hub.setup().tenant, {std::string(kRegisterSource), std::string(kManualSource)}};
  for (const engine::Connector& connector : hub.setup().connectors) sources.ids.push_back(connector.id);
  auto found = find_receipt(read, sources, wanted);
  if (!found) return net::error_response(404, found.error().code, found.error().message);
  auto trace = trace_of(hub, read, found->ref);
  return trace ? json_response(200, *trace) : net::error_response(404, trace.error().code, trace.error().message);
}

json::Value status_of(Hub& hub, journal::Reader& read) {
  json::Value status = with_unauthorised(status_view(read, hub.now()), hub.store_path());
  if (json::Array failing = failing_view(hub.counters().failing, hub.now()); !failing.empty())
    status.object()->set("failing", std::move(failing));
  if (json::Array refused = hub.refusals().view(hub.now()); !refused.empty())
    status.object()->set("refused", std::move(refused));
  status.object()->set("disk_full", hub.disk_is_full());
  std::error_code unknown;
  auto space = std::filesystem::space(std::filesystem::absolute(hub.store_path()).parent_path(), unknown);
  if (!unknown)
    status.object()
        ->set("disk_free_mb", static_cast<std::int64_t>(space.available >> 20))
        .set("disk_wanted_mb", static_cast<std::int64_t>(kDiskReserve >> 20));
  status.object()->set("connectors", steps_view(hub.setup()));
  return status;
}

void get(Hub& hub, const Caller& caller, const net::ServerRequest& request, net::Responder responder) {
  std::string path(request.path()), query(request.query());
  constexpr std::string_view kTrace = "/v1/trace/";
  if (path == "/v1/status")
    return ask(hub, std::move(responder),
               [&hub](journal::Reader& read) { return json_response(200, status_of(hub, read)); });
  if (path == kMetrics)
    return ask(hub, std::move(responder), [&hub](journal::Reader& read) {
      return net::ServerResponse{200, kMetricsType, metrics_text(status_of(hub, read), hub.counters())};
    });
  if (path == "/v1/credits")
    return ask(hub, std::move(responder), [&hub, query](journal::Reader& read) {
      CreditFilter filter;
      for (auto [name, value] : {std::pair("state", &filter.state),
                                 {"store", &filter.store},
                                 {"on", &filter.on},
                                 {"amount", &filter.amount},
                                 {"customer", &filter.customer}})
        *value = query_value(query, name);
      auto view = credits_view(read, filter, limit_of(query), hub.now());
      return view ? json_response(200, *view) : net::error_response(400, view.error().code, view.error().message);
    });
  if (path == "/v1/cases")
    return ask(hub, std::move(responder), [&hub, query](journal::Reader& read) {
      CaseFilter filter;
      for (auto [name, value] : {std::pair("state", &filter.state),
                                 {"store", &filter.store},
                                 {"role", &filter.role},
                                 {"assignee", &filter.assignee}})
        *value = query_value(query, name);
      return json_response(200, query_value(query, "by") == "cause"
                                    ? causes_view(read, filter, hub.now())
                                    : cases_view(read, filter, limit_of(query), hub.now()));
    });
  if (path == kAlerts)
    return ask(hub, std::move(responder), [&hub](journal::Reader& read) {
      return json_response(200, alerts_view(read, hub.alert_rules(), hub.now()));
    });
  if (path == kTasks)
    return ask(hub, std::move(responder), [&hub, query, own = caller.store](journal::Reader& read) {
      std::string store = own.empty() ? query_value(query, "store") : own;
      return json_response(
          200, tasks_view(read, store, query_value(query, "asked"), hub.task_ladder(), limit_of(query), hub.now()));
    });
  if (path == "/v1/receipts")
    return ask(hub, std::move(responder),
               [&hub, query](journal::Reader& read) { return receipt_view(hub, read, query); });
  if (path == "/v1/tokens")
    return ask(hub, std::move(responder), [](journal::Reader& read) { return json_response(200, tokens_view(read)); });
  if (path.starts_with(kTrace))
    return ask(hub, std::move(responder), [&hub, what = unescape(path.substr(kTrace.size()))](journal::Reader& read) {
      auto trace = trace_of(hub, read, what);
      if (trace) add_failing(hub, *trace);
      return trace ? json_response(200, *trace) : net::error_response(404, trace.error().code, trace.error().message);
    });
  responder.respond(net::error_response(404, "no_such_path", "no such path"));
}

/// What may wait for a disk, or for who writes there (ADR 0021.9).
void beside(SideThread& disk, net::Responder responder, std::function<void(net::Responder)> job) {
  disk.run([job = std::move(job), responder = std::move(responder)]() mutable { job(std::move(responder)); }, [] {});
}

/// GET /v1/audits/{id}, with ?seen=STEP once it is at another; and of what it wrote /v1/audits/{id}/{file}?from=BYTES
void audit_view(Auditor& auditor, const std::string& rest, const std::string& query, net::Responder responder) {
  std::size_t slash = rest.find('/');
  std::string id = rest.substr(0, slash);
  auto shared = std::make_shared<net::Responder>(std::move(responder));
  auto answer = [shared](const json::Value& out) {
    shared->respond(out.is_null() ? net::error_response(404, "not_found", "no such audit, or no such file of it")
                                  : json_response(200, out));
  };
  if (slash != std::string::npos)
    return answer(auditor.piece(id, rest.substr(slash + 1), parse_decimal(query_value(query, "from"), 0).value_or(0)));
  std::string seen = query_value(query, "seen");
  seen.empty() ? answer(auditor.view(id)) : auditor.watch(id, seen, answer);
}

/// POST /v1/audits {"window_ms"}: one runs at a time, and who comes second gets the one that runs.
void begin_audit(Auditor& auditor, std::string_view body, net::Responder responder) {
  json::Parsed parsed = json::parse(body.empty() ? "{}" : body);
  std::int64_t window = parsed ? parsed->at("window_ms").as_integer().value_or(kWindowMs) : 0;
  if (window <= 0 || window > kWindowMaxMs)
    return responder.respond(net::error_response(400, "invalid", "window_ms is a time of up to ten years"));
  std::string id = auditor.ask(window);
  responder.respond(json_response(202, auditor.view(id)));
}

void command(Hub& hub, engine::Command command, net::Responder responder, Done done) {
  auto shared = std::make_shared<net::Responder>(std::move(responder));
  command.answer = [&hub, shared, done](bool fine, const std::string& text) {
    if (!fine) return shared->respond(net::error_response(409, "refused", text));
    // The reader's connection sees the commit and has its tokens, so a new one works at once. What is done is done, also
    // where that reader can say nothing.
    hub.tokens_changed();
    bool queued = hub.query([shared, done](journal::Reader& read) { shared->respond(done(read)); });
    if (!queued)
      shared->respond(net::error_response(503, "unavailable", "it is done; too many questions at once to say more"));
  };
  if (!hub.post(std::move(command))) shared->respond(net::error_response(503, "unavailable", "the queue is full"));
}

void add_token(Hub& hub, const Caller& caller, std::string_view body, net::Responder responder) {
  auto parsed = parse_token(body);
  if (!parsed) return responder.respond(net::error_response(400, "invalid", parsed.error()));
  parsed->actor = "token:" + caller.name;
  auto shared = std::make_shared<net::Responder>(std::move(responder));
  hub.ask(shared, [&hub, shared, wanted = std::move(*parsed)](journal::Reader& read) -> Hub::Act {
    engine::Command order = wanted;
    if (order.name.empty()) order.name = free_token_name(read, order.role, order.store);
    std::string problem = token_problem(read, order.role, order.store, order.name);
    if (!problem.empty()) return [shared, problem] { shared->respond(net::error_response(400, "invalid", problem)); };
    NewToken token = make_token(crypto::system_random);
    order.text = token.hash;
    json::Object out;
    out.set("token", token.text);
    out.set("name", order.name);
    out.set("role", order.role);
    out.set("store", order.store);
    return [&hub, shared, order, answer = json::Value(std::move(out))] {
      command(hub, order, std::move(*shared), [answer](journal::Reader&) { return json_response(201, answer); });
    };
  });
}

void revoke_token(Hub& hub, const Caller& caller, const std::string& name, net::Responder responder) {
  auto shared = std::make_shared<net::Responder>(std::move(responder));
  hub.ask(shared, [&hub, shared, name, actor = "token:" + caller.name](journal::Reader& read) -> Hub::Act {
    for (const journal::TokenRow& row : read.tokens()) {
      if (row.name != name || row.revoked) continue;
      engine::Command order;
      order.kind = engine::Command::Kind::revoke_token;
      order.actor = actor;
      order.text = row.hash;
      return [&hub, shared, order] {
        command(hub, order, std::move(*shared),
                [](journal::Reader&) { return json_response(200, json::Value(json::Object())); });
      };
    }
    return [shared] { shared->respond(net::error_response(404, "not_found", "no token of that name is in use")); };
  });
}

/// Whether it is known if a person must look first, or it is on its way.
bool is_decided(journal::Reader& read, const journal::CreditRow& credit, const engine::Standing& standing) {
  if (standing.status != "accepted" || standing.reason != "pending") return true;
  return std::ranges::any_of(read.hops(credit.no), [](const journal::HopRow& hop) { return hop.effect != 0; });
}

net::ServerResponse given(const engine::Standing& standing) {
  std::string said = standing.reason == "approval" ? "Another person must approve it before it goes on."
                                                   : RegisterWords().instruction(standing, "");
  return json_response(standing.duplicate ? 200 : 201, standing_json(standing, said));
}

/// It is durable: whatever happens now, no 503 says that it is not.
void tell_when_decided(OpsDesk& desk, const Caller& caller, const engine::Standing& durable, net::Responder responder) {
  desk.watch->add(
      std::move(responder), caller.name, kDecides,
      [&desk, durable, id = credit_id_from_ref(durable.ref).value_or("")](
          journal::Reader& read, bool last) -> std::optional<net::ServerResponse> {
        std::optional<journal::CreditRow> credit = read.credit_by_id(id);
        if (!credit) return last ? std::optional(given(durable)) : std::nullopt;
        engine::Standing now = engine::Engine::standing(read, *credit, desk.hub.setup());
        now.duplicate = durable.duplicate;
        if (!last && !is_decided(read, *credit, now)) return std::nullopt;
        return given(now);
      },
      Watch::Crowded::looks_once);
}

/// POST /v1/credits: goodwill, through the whole chain and under its ceilings. Answers once it is known whether it goes on by
/// itself; after some seconds with what is known by then.
void give(OpsDesk& desk, const Caller& caller, std::string_view body, net::Responder responder) {
  std::expected<SourceEvent, std::string> event = parse_manual_credit(body);
  if (!event) return responder.respond(net::error_response(400, "invalid", event.error()));
  if (!caller.store.empty() && event->store != caller.store)
    return responder.respond(
        net::error_response(403, "other_store", "this token speaks for store " + caller.store + " only"));
  const Refusal refusal = refuse_given(desk.stores, caller, *event, desk.hub.now());
  engine::Submission submission;
  submission.event = std::move(*event);
  submission.source = kManualSource;
  submission.actor = "token:" + caller.name;
  auto shared = std::make_shared<net::Responder>(std::move(responder));
  submission.waiter = std::make_shared<OnceWaiter>(
      [&desk, caller, shared, told = false, key = submission.event.unique_id,
       store = submission.event.store](const engine::Standing& standing) mutable {
        if (std::exchange(told, true)) return;
        if (standing.http >= 400)
          return shared->respond(net::error_response(standing.http, standing.reason, standing.problem));
        if (standing.duplicate && standing.store != store)
          return shared->respond(net::error_response(
              422, "collision", "key: " + key + " is another store's credit already; give this one a key of its own"));
        tell_when_decided(desk, caller, standing, std::move(*shared));
      },
      [shared](const std::string& why) { shared->respond(net::error_response(503, "unavailable", why)); });
  auto post = [&desk, shared, submission] {
    if (!desk.hub.post(submission)) shared->respond(net::error_response(503, "unavailable", "the queue is full"));
  };
  if (refusal.http == 0) return post();
  std::string id = engine::prepare(submission, desk.hub.setup(), desk.hub.vault()).id;
  desk.hub.ask(shared, [shared, post, id, refusal](journal::Reader& read) -> Hub::Act {
    if (read.credit_by_id(id)) return post;  // who asks again gets the current answer (N1)
    return [shared, refusal] { shared->respond(net::error_response(refusal.http, refusal.reason, refusal.problem)); };
  });
}

/// Why a supervisor does not take this credit back, or empty.
std::string not_theirs(const Caller& caller, journal::Reader& read, const std::string& ref) {
  std::optional<std::string> id = credit_id_from_ref(ref);
  std::optional<journal::CreditRow> credit = id ? read.credit_by_id(*id) : std::nullopt;
  return credit && speaks_for(caller, *credit) ? "" : "store " + caller.store + " has no credit " + ref;
}

/// Why a supervisor does not say this about the case, or empty: it is their store's, and stores are asked for it. A second
/// person's yes or no is theirs wherever the case lies.
std::string not_theirs(const Caller& caller, journal::Reader& read, const engine::Command& order) {
  std::string which = "case " + std::to_string(order.number);
  std::optional<journal::CaseRow> row = read.case_of(order.number);
  std::optional<journal::CreditRow> credit = row ? read.credit(row->credit) : std::nullopt;
  if (!credit || !speaks_for(caller, *credit))
    return (caller.store.empty() ? "no store" : "store " + caller.store) + " has no " + which;
  bool answers = order.kind == engine::Command::Kind::approve || order.kind == engine::Command::Kind::refuse;
  return answers || is_task(*row) ? "" : which + " is no task of a store: it is for " + row->role;
}

/// A supervisor's order goes to the engine once it is known to be about something of theirs.
template <class What>
void command_of(Hub& hub, const Caller& caller, engine::Command order, net::Responder responder, What what, Done done) {
  if (!caller.is({"supervisor"})) return command(hub, std::move(order), std::move(responder), std::move(done));
  auto shared = std::make_shared<net::Responder>(std::move(responder));
  hub.ask(shared, [&hub, caller, shared, what, done, order = std::move(order)](journal::Reader& read) -> Hub::Act {
    if (std::string problem = not_theirs(caller, read, what(order)); !problem.empty())
      return [shared, problem] { shared->respond(net::error_response(404, "not_found", problem)); };
    return [&hub, shared, done, order] { command(hub, order, std::move(*shared), done); };
  });
}

/// POST /v1/credits/{ref}/repair and /cancel
void change_credit(Hub& hub, const Caller& caller, std::string_view rest, std::string_view body,
                   net::Responder responder) {
  std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view word = rest.substr(slash);
  if (word != kRepair && word != kCancel)
    return responder.respond(net::error_response(404, "no_such_path", "POST /v1/credits/{ref}/repair or /cancel"));
  auto order = parse_decision(word == kRepair ? engine::Command::Kind::repair : engine::Command::Kind::cancel, body);
  if (!order) return responder.respond(net::error_response(400, "invalid", order.error()));
  order->actor = "token:" + caller.name;
  order->credit = rest.substr(0, slash);
  json::Object out;
  out.set("credit", order->credit).set("done", std::string(word.substr(1)));
  command_of(
      hub, caller, std::move(*order), std::move(responder), [](const engine::Command& of) { return of.credit; },
      [answer = json::Value(std::move(out))](journal::Reader&) { return json_response(202, answer); });
}

/// POST /v1/cases/{no}/WORD; with ?dry=1 only whether it would be done.
void decide(Hub& hub, const Caller& caller, const net::ServerRequest& request, net::Responder responder) {
  std::string_view rest = request.path().substr(kCases.size());
  std::size_t slash = rest.find('/');
  std::string word(slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1));
  std::optional<std::int64_t> number = parse_decimal(rest.substr(0, slash), 0);
  std::optional<engine::Command::Kind> kind = decision_of(word);
  if (!number || !kind)
    return responder.respond(net::error_response(
        404, "no_such_path",
        "POST /v1/cases/{number}/link, /retry, /close, /approve, /refuse, /settle, /assign or /note"));
  auto order = parse_decision(*kind, request.body());
  if (!order) return responder.respond(net::error_response(400, "invalid", order.error()));
  order->number = *number;
  order->actor = "token:" + caller.name;
  order->dry = query_value(request.query(), "dry") == "1";
  auto done = [no = *number, word, dry = order->dry](journal::Reader& read) {
    json::Object told{{"case", no}, {dry ? "would_be_done" : "done", word}};
    if (dry || (word != "link" && word != "settle")) return json_response(200, json::Value(std::move(told)));
    std::optional<journal::CaseRow> row = read.case_of(no);
    if (!row)
      return net::error_response(
          503, "unavailable",
          "it is done; how case " + std::to_string(no) + " stands now cannot be read: " + read.problem());
    // A link: until the customer is found.
    told.set(word == "link" ? "open" : "waits_for_approval", row->state == "open");
    return json_response(200, json::Value(std::move(told)));
  };
  command_of(hub, caller, std::move(*order), std::move(responder), [](const engine::Command& of) { return of; }, done);
}

/// What a supervisor says about a task of their store.
constexpr std::array<std::string_view, 5> kOfTasks = {"/approve", "/refuse", "/link", "/assign", "/note"};

bool allowed(const Caller& caller, std::string_view path, bool reads) {
  if (path.starts_with(kTokens)) return caller.is({"admin"});
  if (reads && path == kTasks) return caller.is({"admin", "ops", "viewer", "supervisor"});
  if (path.starts_with(kAudits) || path.starts_with(kProbes)) return caller.is({"admin", "ops"});
  if (reads) return caller.is({"admin", "ops", "viewer"});
  auto ends = [path](std::string_view word) { return path.ends_with(word); };
  bool of_a_task = path.starts_with(kCases) && std::ranges::any_of(kOfTasks, ends);
  bool gives = path == kGive || (path.starts_with(kCredits) && path.ends_with(kCancel));
  if (of_a_task || gives) return caller.is({"admin", "ops", "supervisor"});
  return caller.is({"admin", "ops"});
}

/// "a token of the role ops or admin"
std::string wanted(std::string_view path, bool reads) {
  std::string out;
  for (const char* role : {"viewer", "supervisor", "ops", "admin"}) {
    Caller one;
    one.role = role;
    if (allowed(one, path, reads)) out += (out.empty() ? "a token of the role " : " or ") + one.role;
  }
  return out;
}

}  // namespace

void handle_admin(OpsDesk& desk, net::ServerRequest&& request, net::Responder responder) {
  Hub& hub = desk.hub;
  if (request.path() == "/healthz" || request.path() == "/readyz")
    return responder.respond(json_response(200, json::Value(json::Object{{"status", "ok"}})));
  Caller caller = hub.caller(request.header("authorization"));
  bool reads = request.method() == "GET";
  if (!allowed(caller, request.path(), reads))
    return responder.respond(turned_away(caller, wanted(request.path(), reads)));
  if (reads && request.path().starts_with(kAudit))
    return beside(desk.disk, std::move(responder),
                  [&desk, rest = unescape(request.path().substr(kAudit.size())), query = std::string(request.query())](
                      net::Responder answers) { audit_view(desk.auditor, rest, query, std::move(answers)); });
  if (request.method() == "POST" && request.path() == kAudits)
    return beside(desk.disk, std::move(responder), [&desk, body = std::string(request.body())](net::Responder answers) {
      begin_audit(desk.auditor, body, std::move(answers));
    });
  if (reads && request.path().starts_with(kProbe))
    return probe_status(desk, caller, request.path().substr(kProbe.size()), request.query(), std::move(responder));
  if (request.method() == "POST" && request.path() == kProbes)
    return begin_probe(desk, caller, request.body(), std::move(responder));
  if (request.method() == "POST" && request.path() == kChecks)
    return begin_check(hub, request.body(), std::move(responder));
  if (reads) return get(hub, caller, request, std::move(responder));
  if (request.method() == "POST" && request.path().starts_with(kCases))
    return decide(hub, caller, request, std::move(responder));
  if (request.method() == "POST" && request.path() == kGive)
    return give(desk, caller, request.body(), std::move(responder));
  if (request.method() == "POST" && request.path().starts_with(kCredits))
    return change_credit(hub, caller, request.path().substr(kCredits.size()), request.body(), std::move(responder));
  if (request.method() == "POST" && request.path() == kAlerts + "/test")
    return test_alert(desk.courier, request.body(), std::move(responder));
  if (request.method() == "POST" && request.path() == kTokens)
    return add_token(hub, caller, request.body(), std::move(responder));
  if (request.method() == "DELETE" && request.path().starts_with(std::string(kTokens) + "/"))
    return revoke_token(hub, caller, unescape(request.path().substr(kTokens.size() + 1)), std::move(responder));
  responder.respond(net::error_response(404, "no_such_path", "no such path"));
}

}  // namespace handoff::serve
