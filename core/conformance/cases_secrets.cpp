// What may not be told: credentials, codes that can be spent, and who a customer is. Vendors quote what they were sent.

#include <algorithm>

#include "core/conformance/mutate.hpp"
#include "core/conformance/spot.hpp"

namespace handoff::conformance {

namespace {

using plugin_host::Answer;

/// What vendors do: they quote what they were sent.
std::vector<std::string> quoting(const std::string& canary) {
  std::string words = "\"Invalid credentials: " + canary + "\"";
  return {"{\"error\":{\"code\":\"unauthorized\",\"message\":" + words + "}}",
          "{\"message\":" + words + ",\"key\":\"unauthorized\"}",
          "{\"code\":\"unauthorized\",\"detail\":" + words + "}",
          "{\"errors\":[{\"message\":" + words + ",\"detail\":" + words + "}]}", canary};
}

/// Everything a run says that ends in a log, a case or a trace.
std::string spoken(const Run& run) {
  std::string out;
  if (run.failed()) out += json::write(run.last.result);
  for (const plugin_host::Verdict& verdict : run.last.verdicts) out += verdict.code + " " + verdict.message;
  return out;
}

/// Codes that can be spent, and who a customer is.
bool telling(const std::string& name, const json::Value& value) {
  constexpr std::string_view kTelling[] = {"code", "email", "phone", "name", "loyalty"};
  return !value.as_string().empty() && std::ranges::find(kTelling, name) != std::end(kTelling);
}

/// The input with a canary in place of everything that may not be told.
json::Value with_canaries(const json::Value& input, std::vector<std::string>& canaries) {
  if (!input.object()) return input;
  json::Object out;
  for (const auto& [name, value] : input.as_object()) {
    if (telling(name, value)) {
      canaries.push_back("kitcanary" + name + "7731");
      out.set(name, canaries.back());
    } else {
      out.set(name, with_canaries(value, canaries));
    }
  }
  return json::Value(std::move(out));
}

void add_telling(const json::Value& input, std::vector<std::string>& out) {
  constexpr std::size_t kLongEnough = 6;  // less may stand in any message by chance
  for (const auto& [name, value] : input.as_object()) {
    if (telling(name, value) && value.as_string().size() >= kLongEnough) out.emplace_back(value.as_string());
    add_telling(value, out);
  }
}

constexpr const char* kSecret = "kitsecret_9f31c7";

/// Made-up words at a refusal of the kit's own making.
void quoted_by_anyone(Bench& bench, const Spot& spot) {
  const std::string canary = kSecret;
  std::vector<int> statuses = {401, 403};
  if (spot.cassette->operation == "auth")
    statuses = {spot.answer().http.status, 400, 401, 403, 500};  // tokens are in its answers
  for (int status : statuses)
    for (const std::string& body : quoting(canary)) {
      bench.at(spot.cassette, label(spot) + " answered by " + std::to_string(status) + " that quotes what was sent");
      Answer answer;
      answer.http.status = status;
      answer.http.body = body;
      answer.http.headers.emplace_back("www-authenticate", "Bearer error=\"" + canary + "\"");
      Run run = run_with(bench, spot, answer);
      if (spoken(run).find(canary) != std::string::npos)
        bench.find(spot.cassette, label(spot) + " is answered by " + std::to_string(status) +
                                      " that quotes the credentials, and the connector passes the quotation on");
      if (spot.asked().safe && status / 100 == 4 && !run.failed())
        bench.find(spot.cassette, label(spot) + " is answered by " + std::to_string(status) + ", and the run goes on");
    }
}

/// The vendor's own words, which quote the credentials: at 401 and 403, and wherever the connector itself says that it
/// is about them.
void quoted_credentials(Bench& bench, const Spot& spot) {
  const Answer as_written = spot.answer();
  for (const Change& change : quotations(as_written.http.body, kSecret))
    for (int status : {as_written.http.status, 401, 403}) {
      bench.at(spot.cassette,
               label(spot) + " answered by " + std::to_string(status) + " with credentials in its " + change.path);
      Answer answer = as_written;
      answer.http.status = status;
      answer.http.body = change.body;
      Run run = run_with(bench, spot, answer);
      bool about_them = status == 401 || status == 403 || (run.failed() && run.last.failure == HANDOFF_FAIL_AUTH);
      if (about_them && spoken(run).find(kSecret) != std::string::npos)
        bench.find(spot.cassette, label(spot) + " is answered by " + std::to_string(status) +
                                      ", quotes the credentials in its " + change.path +
                                      ", and the connector passes the quotation on");
    }
}

void names_nobody(Bench& bench, const Cassette& cassette, const Run& run, const std::vector<std::string>& canaries) {
  for (const std::string& canary : canaries)
    if (spoken(run).find(canary) != std::string::npos)
      bench.find(&cassette,
                 "a message names the customer, or the code that can be spent: " + spoken(run).substr(0, 200));
}

/// What the vendor quotes of the input: in words of the kit's, in its own, and as the cassette has it.
void quoted_input(Bench& bench, const Cassette& cassette) {
  std::vector<std::string> canaries, written;
  Subject subject = subject_of(bench.manifest(), cassette, with_canaries(cassette.input, canaries));
  add_telling(cassette.input, written);
  bench.at(&cassette, "as written");
  names_nobody(bench, cassette, bench.play_as_written(cassette, bench.subject(cassette)), written);
  std::string all;
  for (const std::string& canary : canaries) all += canary + " ";
  auto play_with = [&](std::size_t position, Answer answer) {
    bench.at(&cassette, "refused with words that quote the input");
    Run run = play(*bench.instance(cassette), subject, script_with(subject, position, std::move(answer)));
    names_nobody(bench, cassette, run, canaries);
  };
  for (std::size_t position = 0; position < cassette.exchanges.size() && !all.empty(); ++position) {
    for (int status : {200, 400, 404, 409, 418, 422, 500})
      for (const std::string& body : quoting(all)) {
        Answer refusal;
        refusal.http.status = status;
        refusal.http.body = body;
        play_with(position, std::move(refusal));
      }
    const Answer as_written = answer_of(cassette.exchanges[position], subject.variables);
    for (const Change& change : quotations(as_written.http.body, all)) {
      Answer answer = as_written;
      answer.http.body = change.body;
      play_with(position, std::move(answer));
    }
  }
}

/// Targets end in the logs of every proxy on the way; a body does not. A look-up by code has no other place for it.
void code_in_query(Bench& bench, const Cassette& cassette) {
  constexpr std::string_view kCode = "KITCODE-7731";
  if (cassette.operation != "issue" && cassette.input.at("code").is_null()) return;
  json::Object input = cassette.input.as_object();
  input.set("code", kCode);
  bench.at(&cassette, "with a code of the kit's");
  const Subject subject = subject_of(bench.manifest(), cassette, json::Value(std::move(input)));
  const Run run = bench.play_as_written(cassette, subject);
  for (std::size_t i = 0; i < run.asked.size() && i < cassette.exchanges.size(); ++i) {
    const HttpRequest& asked = run.asked[i].http;
    const std::vector<std::string>& documented = cassette.exchanges[i].documented;
    const std::size_t query = asked.target.find('?');
    if (asked.method == "GET" || query == std::string::npos || asked.target.find(kCode, query) == std::string::npos)
      continue;
    if (std::ranges::find(documented, "code") != documented.end() && !cassette.source.empty()) continue;
    bench.find(&cassette, "'" + run.asked[i].label + "': the code that can be spent is in the query of a " +
                              asked.method +
                              ", which proxies log: send it in the body; if this vendor takes it nowhere else, "
                              "write \"code\" into \"documented\" of the exchange");
  }
}

}  // namespace

void case_secrets(Bench& bench) {
  for_spots(bench, [&](const Spot& spot) {
    quoted_by_anyone(bench, spot);
    quoted_credentials(bench, spot);
  });
  for (const Cassette* cassette : bench.cassettes())
    if (bench.instance(*cassette)) {
      quoted_input(bench, *cassette);
      code_in_query(bench, *cassette);
    }
}

/// What is signed: the request, the time, the number used once. Of all of them together a signature must tell.
void case_signing(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes("sign")) {
    if (!bench.instance(*cassette)) continue;
    bench.at(cassette, "another attempt");
    Subject subject = bench.subject(*cassette);
    Subject other = subject;
    json::Object input = subject.input.as_object();
    input.set("nonce", "00112233445566778899aabbccddeeff")
        .set("target", "/kit/another")
        .set("body_sha256", std::string(64, '0'));
    other.arguments.input = json::write(json::Value(std::move(input)));
    other.arguments.payload += "kit";
    other.arguments.now_ms += 60'000;
    const Run one = bench.play_as_written(*cassette, subject);
    const Run two = play(*bench.instance(*cassette), other, script_of(other));
    bool same = one.asked.size() == two.asked.size();
    for (std::size_t i = 0; same && i < one.asked.size(); ++i) same = one.asked[i].digest == two.asked[i].digest;
    if (one.done() && same && one.last.result == two.last.result)
      bench.find(cassette,
                 "another request at another time is signed in the same way, so whoever saw one can sign all");
  }
}

}  // namespace handoff::conformance
