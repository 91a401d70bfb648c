// A connector against any answers of its vendor. It must end each run in a way its sheet knows, ask for nothing that
// cannot be sent, repeat itself byte for byte, and call nothing applied that the vendor did not confirm.
// Input: operation (a byte), amount (a byte), the webhook's body if it is one; then after each line "--" an answer:
// the status (a line), "Retry-After" (a line), the body. The last answer is given again and again.

#include "tests/fuzz/connector.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "core/model/file_path.hpp"
#include "core/model/identity.hpp"
#include "core/model/manifest.hpp"
#include "core/net/http_text.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

CreditInfo credit() {
  CreditInfo out;
  out.ref = "sc_aaaaaaaaaaaaaaaaaaaaaaa";
  out.balance_type = "general";
  out.business_date = "2026-11-23";
  out.store = "S014";
  out.terminal = "T2";
  out.transaction = "991";
  out.expires_at = "2027-11-23T00:00:00Z";
  return out;
}

CustomerInfo customer() {
  CustomerInfo out;
  out.hub = "cu_1";
  out.id = "vendors-id";
  out.email = "jo@example.com";
  out.phone = "+15551230001";
  out.loyalty = "L1000001";
  out.name = "Jo";
  return out;
}

namespace {

using testing::Answer;
using testing::Asked;
using testing::RunResult;

const Manifest& sheet() {
  static const Manifest manifest = [] {
    std::ifstream in(HANDOFF_SHEET, std::ios::binary);
    auto read = parse_manifest(std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()));
    must(read.has_value(), "the sheet is readable", read ? "" : read.error());
    return *read;
  }();
  return manifest;
}

std::vector<Answer> answers(Input& input) {
  std::vector<Answer> out;
  while (!input.empty() && out.size() < 8) {
    Input one(input.part());
    Answer answer;
    std::string_view status = one.line();
    answer.status = 0;
    for (char c : status.substr(0, 3))
      if (c >= '0' && c <= '9') answer.status = answer.status * 10 + (c - '0');
    std::string_view wait = one.line();
    if (!wait.empty()) answer.headers["retry-after"] = wait;
    answer.body = one.rest();
    out.push_back(std::move(answer));
  }
  if (out.empty()) out.emplace_back();
  return out;
}

/// A folder's own names are foreign words, too: none may lead out of it.
void judge_file(const Asked& asked) {
  std::string problem = path_problem(std::string_view(asked.target).substr(1), asked.method == "LIST");
  must(problem.empty(), "a path can be asked for", problem);
  if (auto to = asked.headers.find("to"); to != asked.headers.end())
    must(path_problem(std::string_view(to->second).substr(1)).empty(), "a file can be moved there", to->second);
  must((asked.method == "WRITE") == (asked.retry != HANDOFF_RETRY_SAFE), "only a WRITE is more than safe",
       asked.method);
}

void judge_call(const Asked& asked, const OperationSheet& operation) {
  must(!asked.label.empty(), "a call has a label");
  if (asked.kind == HANDOFF_CALL_MAC_CHECK || asked.kind == HANDOFF_CALL_MAC) return;
  if (asked.kind == HANDOFF_CALL_SLEEP) return;
  if (asked.kind == HANDOFF_CALL_FILE) return judge_file(asked);
  must(asked.kind == HANDOFF_CALL_HTTP, "a call is of a known kind");
  must(net::is_token(asked.method), "a method can be sent", asked.method);
  must(net::is_origin_form(asked.target), "a target can be sent", asked.target);
  for (const auto& [name, value] : asked.headers)
    must(net::is_token(name) && net::is_field_value(value), "a header can be sent", name + ": " + value);
  if (auto type = asked.headers.find("Content-Type"); type != asked.headers.end() && type->second == "application/json")
    must(static_cast<bool>(json::parse(asked.body)), "a JSON body is JSON", asked.body);
  const CallSheet* declared = operation.call(asked.label);
  if (asked.retry == HANDOFF_RETRY_SAFE) return must(declared == nullptr, "a declared call is not safe", asked.label);
  must(declared != nullptr, "a call that is not safe is on the sheet", asked.label);
}

void judge_emitted(const RunResult& run, std::string_view operation) {
  for (const json::Value& record : run.emitted) {
    Hint hint;
    bool may_be_hint = operation == "inbound/1" || operation == "pull/1";
    bool is_hint = decode(record, hint).empty() && !hint.id.empty();
    if (operation == "inbound/1") must(is_hint, "a hint has an id", json::write(record));
    if (may_be_hint && is_hint) continue;
    if (operation == "list/1") {
      Sighting seen;
      must(decode(record, seen).empty() && !seen.instrument.empty(), "a listed record has an id", json::write(record));
      continue;
    }
    SourceEvent event;
    std::string problem = decode(record, event);
    must(problem.empty(), "an event is one", problem);
    static const std::set<std::string> kMovements = {"credit.redeemed", "credit.refunded", "credit.adjusted",
                                                     "credit.expired", "credit.voided"};
    if (kMovements.contains(event.kind)) {
      must(!event.refs.empty(), "a movement names its credit", event.kind);
      continue;
    }
    must(event.kind == "credit.issued" || event.kind == "credit.cancelled", "an event has a known kind", event.kind);
    must(event.kind != "credit.issued" || event.amount.is_positive(), "a credit is more than zero",
         event.amount.text());
    must(days_from_date(event.business_date).has_value(), "a business date is a date", event.business_date);
    must(!event.unique_id.empty() || !event.transaction.empty(), "an event has an identity");
  }
}

void judge_end(const RunResult& run, const std::map<std::string, int>& status) {
  must(run.problem.empty() || run.problem == "more than 100 calls", "the rules of abi.h are kept", run.problem);
  must(!run.failed || (run.failure >= HANDOFF_FAIL_RETRYABLE && run.failure < HANDOFF_FAIL_BUG),
       "a vendor's answer is not the connector's mistake", json::write(run.result));
  for (const auto& [label, verdict] : run.verdicts) {
    auto given = status.find(label);
    must(given != status.end(), "a verdict is about a call", label);
    bool good = given->second >= 200 && given->second < 300;
    must(verdict.kind != HANDOFF_VERDICT_APPLIED || good, "only a 2xx is applied", label);
    must(verdict.kind != HANDOFF_VERDICT_APPLIED || !run.failed || run.verdicts.size() > 1 || status.size() > 1,
         "what is applied does not fail", json::write(run.result));
    must(
        verdict.kind != HANDOFF_VERDICT_REFUSED || given->second == 429 || given->second == 200 || given->second == 503,
        "only a limit is refused", label);
    must(verdict.retry_after_ms <= 3'600'000, "a vendor cannot make us wait for more than an hour",
         std::to_string(verdict.retry_after_ms));
  }
}

std::string describe(const RunResult& run) {
  std::string out = run.problem + std::to_string(run.failure) + json::write(run.result);
  for (const Asked& asked : run.asked) out += "\n" + asked.label + " " + asked.target + " " + asked.body;
  for (const json::Value& record : run.emitted) out += "\n" + json::write(record);
  return out;
}

}  // namespace

void one_input(std::string_view bytes) {
  static const std::vector<Money> kAmounts = {{2000, "USD"}, {1, "USD"},         {INT64_MAX, "USD"}, {2500, "EUR"},
                                              {25, "JPY"},   {INT64_MAX, "JPY"}, {1, "KWD"},         {INT64_MAX, "CLF"},
                                              {100, "ISK"},  {150, "MGA"}};
  Input input(bytes);
  std::uint8_t which = input.byte();
  const Money& amount = kAmounts[input.below(kAmounts.size())];
  std::vector<Work> all = works(amount);
  const Work& work = all[which % all.size()];
  std::string_view payload = input.part();
  std::vector<Answer> script = answers(input);

  std::size_t slash = work.operation.find('/');
  const OperationSheet* operation = sheet().operation(work.operation.substr(0, slash));
  must(operation != nullptr, "an operation is on the sheet", work.operation);

  auto run_once = [&](std::map<std::string, int>& status) {
    testing::Driver driver(handoff_plugin_v1, settings());
    must(driver.config_problem().is_null(), "the settings are taken", json::write(driver.config_problem()));
    for (const CallSheet& call : operation->calls) driver.call_id(call.label, kReference, "abcdefghijklmnopqrst");
    std::size_t next = 0;
    auto answer = [&](const Asked& asked) {
      judge_call(asked, *operation);
      if (asked.kind == HANDOFF_CALL_MAC_CHECK) return Answer::checked(script[0].status % 2 == 0);
      Answer given = script[std::min(next++, script.size() - 1)];
      if (asked.method == "READ")  // of the whole file; where a wait is written, more follows
        given.headers["size"] =
            std::to_string(std::stoll(asked.headers.at("offset")) + static_cast<std::int64_t>(given.body.size()) +
                           (given.headers.empty() ? 0 : 1));
      must(status.emplace(asked.label, given.status).second, "no label is used twice", asked.label);
      return given;
    };
    return work.run(driver, answer, payload);
  };
  std::map<std::string, int> status, status_again;
  RunResult run = run_once(status);
  judge_end(run, status);
  if (run.done || run.more) judge_emitted(run, work.operation);
  must(describe(run_once(status_again)) == describe(run), "a run is the same twice");
}

}  // namespace handoff::fuzz
