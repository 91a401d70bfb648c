// Each cassette as it is written: requests against abi.h and the sheet, the end against what is expected.

#include <algorithm>
#include <array>
#include <handoff/sdk/text.hpp>

#include "core/conformance/bench.hpp"
#include "core/conformance/match.hpp"
#include "core/model/identity.hpp"

namespace handoff::conformance {

namespace {

using plugin_host::Asked;
using plugin_host::StepEnd;

/// The network's own (abi.h): a connector that writes one would break what the host writes.
constexpr std::array<std::string_view, 14> kHostsHeaders = {"host",
                                                            "content-length",
                                                            "connection",
                                                            "transfer-encoding",
                                                            "authorization",
                                                            "proxy-authorization",
                                                            "cookie",
                                                            "expect",
                                                            "te",
                                                            "trailer",
                                                            "upgrade",
                                                            "keep-alive",
                                                            "accept-encoding",
                                                            "content-encoding"};

bool token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::string bytes_of(const HttpRequest& request) {
  std::string out = request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.headers) out += name + ": " + value + "\n";
  return out + "\n" + request.body;
}

/// The secrets that a text has places for.
std::vector<std::string> secrets_named(std::string_view text) {
  constexpr std::string_view kBegin = HANDOFF_SECRET_BEGIN;
  std::vector<std::string> out;
  for (std::size_t at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin, at + 1)) {
    const std::string_view name = text.substr(at + kBegin.size());
    out.emplace_back(name.substr(0, name.find(HANDOFF_SECRET_END)));
  }
  return out;
}

/// Whether `text` holds the word and no longer one that begins or ends with it.
bool holds_word(std::string_view text, std::string_view word) {
  auto joins = [&](std::size_t at) {
    return at < text.size() && (token(text.substr(at, 1)) || text[at] == '.' || text[at] == ':');
  };
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
    if ((at == 0 || text[at - 1] == ' ' || !joins(at - 1)) && !joins(at + word.size())) return true;
  return false;
}

/// The words of abi.h's enum handoff_failure, as cassettes write them.
std::string failure_name(std::uint32_t failure) {
  constexpr std::array<const char*, 12> names = {"none",       "retryable",      "rate_limited", "auth",
                                                 "rejected",   "not_found",      "unsupported",  "config",
                                                 "unreadable", "cursor_expired", "forged",       "bug"};
  return failure < names.size() ? names[failure] : std::to_string(failure);
}

/// One request against abi.h, the sheet and the rules of HTTP.
class RequestJudge {
 public:
  RequestJudge(Bench& bench, const Subject& subject, const Asked& asked, const Exchange* exchange)
      : bench_(bench), subject_(subject), asked_(asked), exchange_(exchange) {}

  void judge() {
    sheet();
    door();
    if (asked_.kind != HANDOFF_CALL_HTTP) return;
    if (has_control(asked_.http.target) || asked_.http.target.find(' ') != std::string::npos)
      find("the target holds a blank or a control character; percent() what comes from the input");
    for (const auto& [name, value] : asked_.http.headers) header(name, value);
  }

 private:
  void find(const std::string& what) { bench_.find(subject_.cassette, "'" + asked_.label + "': " + what); }

  void sheet() {
    const CallSheet* sheet = subject_.operation->call(asked_.label);
    if (asked_.safe && sheet)
      find("is declared as changing something, and asked for as safe: it could be repeated freely");
    bool reading = asked_.http.method == "GET" || asked_.http.method == "HEAD" || asked_.kind != HANDOFF_CALL_HTTP;
    if (asked_.safe && !reading && !logs_in() && !(exchange_ && exchange_->reads))
      find("is asked for as safe with " + asked_.http.method +
           "; if it truly changes nothing, write \"reads\": true beside it in the cassette");
    if (!asked_.safe && !sheet) find("is not safe, and connector.json does not declare it");
    if (asked_.safe || !sheet) return;
    constexpr std::array<std::uint32_t, 3> classes = {HANDOFF_RETRY_IDEMPOTENT, HANDOFF_RETRY_REVERSE,
                                                      HANDOFF_RETRY_UNSAFE};
    if (asked_.retry != classes[static_cast<std::size_t>(sheet->retry)])
      find("its retry class in the code is not the one in connector.json");
    if (!sheet->key_supported) return;
    const std::string bytes = bytes_of(asked_.http);
    for (const plugin_host::CallIds& id : subject_.arguments.ids)
      if (id.label == asked_.label && !holds_word(bytes, id.key))
        find(std::string("the sheet promises a key, and the request ") +
             (bytes.find(id.key) == std::string::npos ? "does not carry the host's"
                                                      : "has the host's only inside of a longer word"));
  }

  bool logs_in() const { return subject_.operation->name == "auth"; }

  /// What only auth and sign may do, and what they may not.
  void door() {
    const bool signs = subject_.operation->name == "sign", mac = asked_.kind == HANDOFF_CALL_MAC;
    if (signs && !mac) find("is asked for by sign, which makes no call but MAC");
    if (logs_in() && !mac && (asked_.kind != HANDOFF_CALL_HTTP || !asked_.safe))
      find("is asked for by auth, whose calls are safe requests and MACs");
    if (mac && !signs && !logs_in()) find("is a MAC; only auth and sign have them");
    if (mac && !declared(asked_.mac.secret))
      find("is a MAC under \"" + asked_.mac.secret + "\", which is no secret of the sheet");
    const std::string all = asked_.kind == HANDOFF_CALL_HTTP ? bytes_of(asked_.http) : std::string();
    if (!logs_in() && all.find(HANDOFF_SECRET_BEGIN) != std::string::npos)
      find("has a place for a secret, which only auth and sign fill: it would be sent as it stands");
    for (const std::string& name : secrets_named(all))
      if (logs_in() && !declared(name)) find("has a place for \"" + name + "\", which is no secret of the sheet");
  }
  bool declared(const std::string& name) const {
    return std::ranges::find(bench_.manifest().secrets, name) != bench_.manifest().secrets.end();
  }

  void header(const std::string& name, const std::string& value) {
    if (!token(name) || has_control(value)) find("the header '" + name + "' is not one line of text");
    bool hosts =
        std::ranges::any_of(kHostsHeaders, [&](std::string_view one) { return equal_ignoring_case(one, name); });
    for (const auto& [auth, secret] : bench_.manifest().auth.at("headers").as_object())
      hosts = hosts || equal_ignoring_case(auth, name);
    hosts = hosts || equal_ignoring_case(bench_.manifest().auth.at("header").as_string(), name);
    if (logs_in() && (equal_ignoring_case(name, "authorization") || equal_ignoring_case(name, "cookie"))) hosts = false;
    if (hosts) find("the header '" + name + "' is the host's to write");
  }

  Bench& bench_;
  const Subject& subject_;
  const Asked& asked_;
  const Exchange* exchange_;
};

void judge_trace(Bench& bench, const Subject& subject, const Run& run) {
  bool writes = false, removed = false, carried = subject.expected.reference.empty();
  for (const Asked& asked : run.asked) {
    if (asked.safe) continue;
    writes = true;
    const CallSheet* sheet = subject.operation->call(asked.label);
    if (removed && sheet && sheet->sign == Sign::adding)
      bench.find(subject.cassette,
                 "'" + asked.label + "' adds after a call that removes, before the removal is proven");
    removed = removed || (sheet && sheet->sign == Sign::removing);
    for (const std::string& reference : subject.expected.references)
      carried = carried || bytes_of(asked.http).find(reference) != std::string::npos;
  }
  bool by_reference = std::ranges::any_of(subject.operation->calls, [](const CallSheet& call) {
    return call.lookup_by == LookupBy::reference || call.history;
  });
  if (run.done() && writes && by_reference && !carried)
    bench.find(subject.cassette, "no request carries our reference, so nothing could be found again by it");
}

/// What an operation's result must hold besides being readable.
template <class Result>
std::string problem_of(const json::Value& value, Result& out) {
  std::string problem = decode(value, out);
  return problem.empty() ? problem : "the result cannot be read: " + problem;
}

std::string result_problem(const Subject& subject, const json::Value& result) {
  const std::string& op = subject.operation->name;
  if (op == "issue" || op == "record") {
    IssueResult out;
    std::string problem = problem_of(result, out);
    return problem.empty() && out.instrument.empty() ? "the result names no instrument" : problem;
  }
  if (op == "read") {
    ReadResult out;
    std::string problem = problem_of(result, out);
    for (const Sighting& seen : out.sightings)
      if (seen.state != "active" && seen.state != "inactive" && seen.state != "void" && seen.state != "pending" &&
          seen.state != "unknown")
        problem = "a sighting's state is '" + seen.state + "', which is no word of operations.hpp";
    return problem;
  }
  if (op == "mirror") {
    MirrorResult out;
    std::string problem = problem_of(result, out);
    return problem.empty() && out.version < subject.expected.version ? "the result's version is an older one" : problem;
  }
  if (op == "auth" || op == "sign") {
    AuthResult out;
    std::string problem = problem_of(result, out);
    for (const auto& [name, value] : out.headers)
      if (!token(name) || has_control(value)) problem = "the header '" + name + "' is not one line of text";
    if (problem.empty() && out.headers.empty()) problem = "the result has no headers";
    return problem.empty() && op == "auth" && out.life_s <= 0 ? "the result does not say how long it lives" : problem;
  }
  if (op == "find_customer") {
    FindCustomerResult out;
    std::string problem = problem_of(result, out);
    for (const CustomerInfo& one : out.candidates)
      if (one.id.empty()) problem = "a candidate has no id";
    return problem;
  }
  return {};
}

std::string record_problem(const std::string& operation, const json::Value& record) {
  if (operation == "inbound" || (operation == "pull" && !record.at("object").is_null())) {
    Hint hint;
    std::string problem = problem_of(record, hint);
    return problem.empty() && !hint.whole() ? "a hint lacks its id, type or object" : problem;
  }
  if (operation == "pull_customers" || !record.at("record").is_null()) {
    CustomerChange change;
    std::string problem = problem_of(record, change);
    if (problem.empty() && change.record.id.empty()) return "a customer without the vendor's id of it";
    return problem.empty() && !change.into.empty() && !change.gone ? "a customer is merged and not gone" : problem;
  }
  if (operation == "list") {
    Sighting seen;
    std::string problem = problem_of(record, seen);
    return problem.empty() && seen.instrument.empty() ? "a listed record without the vendor's id of it" : problem;
  }
  SourceEvent event;
  std::string problem = problem_of(record, event);
  return problem.empty() ? why_unfit(event) : problem;
}

/// A verdict is given in the step that sees the reply: who asks for more first gives none.
std::string too_late(const Run& run, const std::string& label) {
  const bool verdict =
      std::ranges::any_of(run.verdicts, [&](const plugin_host::Verdict& one) { return one.label == label; });
  return verdict || run.last.end != StepEnd::waiting
             ? std::string()
             : ": another call is asked for before there is a verdict; say accepted() of what is queued, and end";
}

void judge_end(Bench& bench, const Subject& subject, const Run& run) {
  const Cassette& cassette = *subject.cassette;
  const json::Value expect = filled(cassette.expect, subject.variables);
  auto find = [&](const std::string& what) { bench.find(&cassette, what); };
  for (const auto& [label, outcome] : expect.at("outcomes").as_object())
    if (outcome.as_string() != engine::name(run.outcome(label)))
      find("'" + label + "' is judged " + engine::name(run.outcome(label)) + ", not " +
           std::string(outcome.as_string()) + too_late(run, label));
  if (expect.at("outcomes").is_null() && !run.stopped.empty())
    return find("'" + run.stopped + "' is judged " + engine::name(run.outcome(run.stopped)) + ": " +
                run.judged.at(run.stopped).why + too_late(run, run.stopped));
  std::string_view end = expect.at("end").as_string();
  if (run.stopped.empty() && end != end_name(run))
    return find("the run ends as " + end_name(run) + ", not as " + std::string(end) +
                (run.failed() ? ": " + failure_name(run.last.failure) + ", " + json::write(run.last.result) : ""));
  if (end == "fail" && !expect.at("failure").is_null() &&
      expect.at("failure").as_string() != failure_name(run.last.failure))
    find("the failure is " + failure_name(run.last.failure) + ", not " + std::string(expect.at("failure").as_string()));
  if (!expect.at("result").is_null() && run.stopped.empty() && end != "fail")
    if (std::string wrong = difference(expect.at("result"), run.last.result); !wrong.empty())
      find("result" + std::string(wrong.front() == ':' ? "" : ".") + wrong);
  if (!expect.at("emits").is_null())
    if (std::string wrong = difference(expect.at("emits"), json::Value(run.last.emitted)); !wrong.empty())
      find("emits" + wrong);
  if (run.done())
    if (std::string problem = result_problem(subject, run.last.result); !problem.empty()) find(problem);
  for (const json::Value& record : run.last.emitted)
    if (std::string problem = record_problem(cassette.operation, record); !problem.empty()) find(problem);
}

}  // namespace

void case_plays(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes()) {
    bench.at(cassette, "as written");
    const plugin_host::Instance* connector = bench.instance(*cassette);
    if (!connector) continue;
    Subject subject = bench.subject(*cassette);
    std::string mismatch;
    Run run = play(*connector, subject, script_of(subject, &mismatch));
    if (!run.misbehaviour.empty()) bench.find(cassette, run.misbehaviour);
    if (!mismatch.empty()) bench.find(cassette, mismatch);
    if (mismatch.empty() && run.stopped.empty() && run.asked.size() < cassette->exchanges.size())
      bench.find(cassette, "the cassette has " + std::to_string(cassette->exchanges.size()) +
                               " calls, the connector made " + std::to_string(run.asked.size()));
    if (run.slowest_us > kStepMaxUs)
      bench.find(cassette, "a step took " + std::to_string(run.slowest_us / 1000) + " ms; the engine has one thread");
    for (std::size_t i = 0; i < run.asked.size(); ++i)
      RequestJudge(bench, subject, run.asked[i], i < cassette->exchanges.size() ? &cassette->exchanges[i] : nullptr)
          .judge();
    judge_trace(bench, subject, run);
    if (mismatch.empty()) judge_end(bench, subject, run);
  }
}

}  // namespace handoff::conformance
