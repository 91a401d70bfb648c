#include "core/serve/register_approve.hpp"

#include <algorithm>

#include "core/model/identity.hpp"
#include "core/serve/register_look.hpp"

namespace handoff::serve {

namespace {

using SharedResponder = std::shared_ptr<net::Responder>;

/// A repeat, since the answer was lost, is told what the answer would say now.
bool approved_by(const Caller& caller, const std::vector<journal::CaseRow>& cases) {
  return std::ranges::any_of(cases, [who = "token:" + caller.name](const journal::CaseRow& row) {
    return row.kind == "approval" && row.closed_by == who && row.closed_why == "approved by " + who;
  });
}

void order(RegisterDesk& desk, const Caller& caller, const std::string& ref, std::int64_t case_no,
           SharedResponder responder) {
  engine::Command command;
  command.kind = engine::Command::Kind::approve;
  command.actor = "token:" + caller.name;
  command.number = case_no;
  command.answer = [&desk, caller, ref, responder](bool done, const std::string& why) {
    if (!done) return responder->respond(net::error_response(409, "refused", why));
    // It is approved: whatever happens now, no 503 says that it is not.
    credit_status(desk, caller, ref, "wait=5s", std::move(*responder), Watch::Crowded::looks_once);
  };
  if (!desk.hub.post(std::move(command)))
    responder->respond(net::error_response(503, "unavailable", "the queue is full; send it again"));
}

}  // namespace

void approve_credit(RegisterDesk& desk, const Caller& caller, std::string_view ref, net::Responder responder) {
  if (!caller.is({"supervisor", "admin"}))
    return responder.respond(net::error_response(
        403, "forbidden", "this token has the role " + caller.role + "; a supervisor's own is asked for"));
  std::optional<std::string> id = credit_id_from_ref(ref);
  if (!id) return responder.respond(net::error_response(404, "no_such_credit", "no credit has this id"));
  auto shared = std::make_shared<net::Responder>(std::move(responder));
  auto refuse = [shared](int status, const char* reason, const char* problem) {
    return [=] { shared->respond(net::error_response(status, reason, problem)); };
  };
  desk.hub.ask(
      shared,
      [&desk, caller, id = *id, ref = std::string(ref), shared, refuse](journal::Reader& read) -> Hub::Act {
        std::optional<journal::CreditRow> credit = read.credit_by_id(id);
        if (!credit || !speaks_for(caller, *credit)) return refuse(404, "no_such_credit", "no credit has this id");
        std::vector<journal::CaseRow> cases = read.cases_of(credit->no);
        auto asks = std::ranges::find_if(
            cases, [](const journal::CaseRow& row) { return row.state == "open" && row.kind == "approval"; });
        if (asks == cases.end() && approved_by(caller, cases))
          return [&desk, caller, ref, shared] {
            credit_status(desk, caller, ref, "wait=5s", std::move(*shared), Watch::Crowded::looks_once);
          };
        if (asks == cases.end()) return refuse(409, "refused", "this credit asks for no approval");
        return [&desk, caller, ref, no = asks->no, shared] { order(desk, caller, ref, no, shared); };
      },
      Hub::Desk::registers);
}

}  // namespace handoff::serve
