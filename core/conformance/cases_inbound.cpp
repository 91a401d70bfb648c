// What comes in: notifications that may be forged.

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "core/conformance/bench.hpp"
#include "core/conformance/mutate.hpp"

namespace handoff::conformance {

namespace {

using plugin_host::Asked;

/// What is asked of the host to tell genuine from forged; null: nothing.
const Asked* signature_check(const Run& run) {
  for (const Asked& asked : run.asked)
    if (asked.kind == HANDOFF_CALL_MAC_CHECK) return &asked;
  return nullptr;
}

bool speaks(const Run& run) { return run.done() && !run.last.emitted.empty(); }

void judge_raw(Bench& bench, const Cassette& cassette, const Asked& check, const std::string& payload) {
  if (check.mac.message.find(payload) == std::string::npos)
    bench.find(&cassette, "the signature is checked over something that does not hold the raw body");
}

void judge_check(Bench& bench, const Cassette& cassette, const Asked& check) {
  const std::vector<std::string>& secrets = bench.manifest().secrets;
  if (std::ranges::find(secrets, check.mac.secret) == secrets.end())
    bench.find(&cassette,
               "the signature is checked with '" + check.mac.secret + "', which connector.json does not name");
  if (check.mac.expected.empty()) bench.find(&cassette, "an empty signature is sent to be checked");
}

/// The same notification with a letter written as an escape, as no JSON writer has it: who checks what it writes itself is
/// told from who checks what came.
void with_escape(Bench& bench, const Cassette& cassette, const Subject& subject) {
  bench.at(&cassette, "with an escape in its body");
  Subject escaped = subject;
  std::string& payload = escaped.arguments.payload;
  const std::size_t letter = payload.find('"') + 1;
  if (!json::parse(payload) || letter == 0 || std::isalpha(static_cast<unsigned char>(payload[letter])) == 0) return;
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(payload[letter]);
  payload.replace(letter, 1, std::string("\\u00") + kHex[code / 16] + kHex[code % 16]);
  const Run run = play(*bench.instance(cassette), escaped, script_of(escaped));
  if (const Asked* check = signature_check(run)) judge_raw(bench, cassette, *check, payload);
}

/// `text` with the last digit of each time in it another one: of "1795442400", in seconds or milliseconds, and of
/// "2026-11-23T14:00:00Z". Times: what is near `now_ms`.
std::vector<std::string> at_another_time(const std::string& text, std::int64_t now_ms, std::int64_t near_ms) {
  constexpr std::string_view kDigits = "0123456789";
  std::vector<std::string> out;
  auto change = [&](std::size_t at) {
    out.push_back(text);
    char& digit = out.back()[at];
    digit = digit == '9' ? '0' : static_cast<char>(digit + 1);
  };
  for (std::size_t at = 0; (at = text.find_first_of(kDigits, at)) != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_not_of(kDigits, at), text.size());
    const std::int64_t number = json::Value(json::Number(text.substr(at, end - at))).as_integer().value_or(0);
    if (std::abs(number - now_ms) <= near_ms || std::abs(number - now_ms / 1000) <= near_ms / 1000) change(end - 1);
    at = end;
  }
  if (const std::size_t at = text.find('T');
      at != std::string::npos && at >= 10 && at + 9 <= text.size() && text[at - 3] == '-' && text[at + 6] == ':')
    change(at + 8);
  return out;
}

json::Value with_header(const json::Value& input, std::size_t position, const std::string& value) {
  json::Object out = input.as_object();
  json::Array headers = input.at("headers").as_array();
  headers[position] = json::Value(json::Array{headers[position].at(0), json::Value(value)});
  out.set("headers", std::move(headers));
  return json::Value(std::move(out));
}

/// A time that is not signed can be written anew by whoever has seen the signature.
void signs_its_time(Bench& bench, const Cassette& cassette, const Subject& subject, const Asked& check) {
  const json::Array& headers = cassette.input.at("headers").as_array();
  for (std::size_t i = 0; i < headers.size(); ++i)
    for (const std::string& value : at_another_time(std::string(headers[i].at(1).as_string()), subject.arguments.now_ms,
                                                    cassette.stale_after_s * 1000)) {
      const std::string name(headers[i].at(0).as_string());
      bench.at(&cassette, "with another time in the header " + name);
      Subject later = subject_of(bench.manifest(), cassette, with_header(cassette.input, i, value));
      const Run run = play(*bench.instance(cassette), later, script_of(later));
      const Asked* again = signature_check(run);
      if (again && again->mac.message == check.mac.message && !run.failed())
        bench.find(&cassette, "in the header " + name +
                                  " with another time the same is signed: who has seen one notification "
                                  "can send it again as a new one");
    }
}

json::Value without_header(const json::Value& input, std::size_t position) {
  json::Object out = input.as_object();
  json::Array headers = input.at("headers").as_array();
  headers.erase(headers.begin() + static_cast<long>(position));
  out.set("headers", std::move(headers));
  return json::Value(std::move(out));
}

/// Forged, unsigned and unreadable: nothing may come of any of them.
void attack(Bench& bench, const Cassette& cassette, const Subject& subject) {
  const plugin_host::Instance& connector = *bench.instance(cassette);
  Script forged = [](const Asked&, std::size_t) {
    plugin_host::Answer answer;
    answer.kind = HANDOFF_REPLY_CHECKED;
    return answer;
  };
  bench.at(&cassette, "with a wrong signature");
  Run run = play(connector, subject, forged);
  if (!run.failed() || run.last.failure != HANDOFF_FAIL_FORGED)
    bench.find(&cassette, "the host finds the signature wrong, and the connector does not say forged");
  for (const char* body : {"", "<html>", "{\"id\":"}) {
    bench.at(&cassette, "with a wrong signature, and a body that cannot be read");
    Subject garbage = subject;
    garbage.arguments.payload = body;
    Run early = play(connector, garbage, forged);
    if (!early.failed() || early.last.failure != HANDOFF_FAIL_FORGED)
      bench.find(&cassette, "a body is read before its signature is checked");
  }
  for (std::size_t i = 0; i < cassette.input.at("headers").as_array().size(); ++i) {
    std::string name(cassette.input.at("headers").at(i).at(0).as_string());
    bench.at(&cassette, "without the header " + name);
    Subject bare = subject_of(bench.manifest(), cassette, without_header(cassette.input, i));
    Run unsigned_run = play(connector, bare, forged);
    if (speaks(unsigned_run)) bench.find(&cassette, "without the header " + name + " it is believed");
    if (unsigned_run.failed() && unsigned_run.last.failure == HANDOFF_FAIL_BUG)
      bench.find(&cassette, "without the header " + name + ": " + json::write(unsigned_run.last.result));
  }
}

/// When the notification says that it was signed: the time in a header, in seconds or milliseconds; else the cassette's
/// now.
std::int64_t signed_at_ms(const Cassette& cassette) {
  constexpr std::int64_t kNearMs = 86'400'000;
  for (const json::Value& header : cassette.input.at("headers").as_array()) {
    const std::string text(header.at(1).as_string());
    for (std::size_t at = 0; (at = text.find_first_of("0123456789", at)) != std::string::npos;) {
      const std::size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
      const std::int64_t number = json::Value(json::Number(text.substr(at, end - at))).as_integer().value_or(0);
      if (std::abs(number - cassette.now_ms) <= kNearMs) return number;
      if (std::abs(number - cassette.now_ms / 1000) <= kNearMs / 1000) return number * 1000;
      at = end;
    }
  }
  return cassette.now_ms;
}

/// A notification that was signed too long ago, or in the future, is an old one played again (N4).
void replayed(Bench& bench, const Cassette& cassette, const Subject& subject) {
  const std::int64_t most_ms = cassette.stale_after_s * 1000;
  for (std::int64_t shift_ms : {most_ms, most_ms + 1000, -most_ms - 1000}) {
    bench.at(&cassette, "signed " + std::to_string(shift_ms / 1000) + " s ago");
    Subject late = subject;
    late.arguments.now_ms = signed_at_ms(cassette) + shift_ms;
    Run run = play(*bench.instance(cassette), late, script_of(late));
    bool in_time = shift_ms == most_ms;
    if (!in_time && !run.failed())
      bench.find(&cassette, "signed " + std::to_string(shift_ms / 1000) + " s ago, it is still believed");
    if (in_time && run.failed())
      bench.find(&cassette,
                 "signed " + std::to_string(shift_ms / 1000) + " s ago, it is refused, and so are late ones");
  }
}

void foreign_bodies(Bench& bench, const Cassette& cassette, const Subject& subject) {
  Script genuine = [](const Asked&, std::size_t) {
    plugin_host::Answer answer;
    answer.kind = HANDOFF_REPLY_CHECKED;
    answer.http.status = 1;
    return answer;
  };
  for (const std::string& body : {std::string(), std::string("{}"), std::string("[1]"), std::string("<html>"),
                                  cassette.payload.substr(0, cassette.payload.size() / 2), std::string(100'000, '[')}) {
    bench.at(&cassette, "genuine, with a body of " + std::to_string(body.size()) + " bytes");
    Subject strange = subject;
    strange.arguments.payload = body;
    Run run = play(*bench.instance(cassette), strange, genuine);
    if (speaks(run)) bench.find(&cassette, "hints come out of a body that holds none: " + body.substr(0, 40));
    if (run.failed() && run.last.failure == HANDOFF_FAIL_BUG)
      bench.find(&cassette, "a body it cannot read is called a bug of its own");
  }
}

}  // namespace

void case_webhook(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes("inbound")) {
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    Run run = bench.play_as_written(*cassette, subject);
    foreign_bodies(bench, *cassette, subject);
    const Asked* check = signature_check(run);
    if (check) {
      judge_raw(bench, *cassette, *check, cassette->payload);
      judge_check(bench, *cassette, *check);
      with_escape(bench, *cassette, subject);
      attack(bench, *cassette, subject);
      if (cassette->stale_after_s > 0) {
        replayed(bench, *cassette, subject);
        signs_its_time(bench, *cassette, subject, *check);
      } else {
        bench.untried(*cassette,
                      "an old one played again: if the signature covers a time, write \"stale_after_s\": 300");
      }
    } else if (speaks(run) && cassette->unsigned_why.empty()) {
      bench.find(cassette,
                 "a notification is believed without a signature; if the vendor signs none, say so under \"unsigned\"");
    }
  }
}

}  // namespace handoff::conformance
