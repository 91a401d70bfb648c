#include "core/engine/judge.hpp"
#include "core/model/planted.hpp"

#include <algorithm>

namespace handoff::engine {

namespace {

constexpr std::int64_t kRetryAfterMax = 3'600'000;  // P14: obeyed within [0, 1 h], hostile outside

Judgement judged(Outcome outcome, std::string why) { return {outcome, std::move(why), 0}; }

/// Empty if the echo of that name is there and equal.
std::string wrong_echo(const std::string& name, const Echoes& got, const Expected& want) {
  auto text = [&](const std::string& have, const std::string& wanted) -> std::string {
    if (have.empty()) return "no echo of the " + name;
    return have == wanted ? std::string() : "the echoed " + name + " is another";
  };
  if (name == "amount") {
    if (!got.amount) return "no echo of the amount";
    return got.amount == want.amount ? std::string()
                                     : "the echoed amount is " + got.amount->text() + ", not " +
                                           (want.amount ? want.amount->text() : "the one sent");
  }
  if (name == "code") return text(got.code, want.code);
  if (name == "reference") return text(got.reference, want.reference);
  if (name == "customer") return text(got.customer, want.customer);
  if (name == "instrument") return text(got.instrument, want.instrument);
  if (name == "version") return text(got.version, std::to_string(want.version));
  return "the sheet lists an echo this handoff does not know: " + name;
}

Judgement judge_applied(const CallSheet& sheet, int status, const plugin_host::Verdict& verdict,
                        const Expected& expected) {
  if (status < 200 || status > 299)
    return judged(Outcome::unknown, "called applied, but the status is " + std::to_string(status));
  if (sheet.echoes.empty()) return judged(Outcome::accepted, "answered without an echo");
  for (const std::string& echo : sheet.echoes) {
    std::string wrong = wrong_echo(echo, verdict.echoes, expected);
    if (!wrong.empty()) return judged(Outcome::unknown, wrong);
  }
  return judged(Outcome::applied, "");
}

/// A cancelled booking is seen as the opposite amount (sightings: positive = credit).
bool amount_agrees(const Sighting& seen, const Expected& expected) {
  if (!expected.amount) return true;
  Money wanted = expected.reversed ? expected.amount->negated() : *expected.amount;
  return seen.issued ? seen.issued == wanted : seen.amount == wanted;
}

bool echoes_amount(const CallSheet& sheet) { return std::ranges::find(sheet.echoes, "amount") != sheet.echoes.end(); }

bool state_listed(const std::vector<std::string>& states, const std::string& state) {
  return std::ranges::find(states, state) != states.end();
}

/// Whether the sighting is the trace of this call: nothing = it is no trace at all, false = a trace that differs.
std::optional<bool> is_trace(const OperationSheet& operation, const CallSheet& sheet, const Sighting& seen,
                             const Expected& expected) {
  if (operation.name == "mirror") {
    if (seen.version < expected.version) return std::nullopt;
    return true;
  }
  if (sheet.history && (seen.reference.empty() || !expected.ours(seen.reference)))
    return std::nullopt;  // a history shows other bookings too
  if (sheet.sign == Sign::removing) {
    const std::vector<std::string>& over =
        operation.name == "void" ? operation.void_terminal_states : sheet.applied_states;
    if (!state_listed(over, seen.state)) return std::nullopt;
    return true;
  }
  if (operation.name == "link") {
    if (seen.customer.empty()) return std::nullopt;
    if (expected.relinks && seen.customer != expected.customer) return std::nullopt;  // still the other's
    return !expected.customer.empty() && seen.customer == expected.customer;
  }
  if (!state_listed(sheet.applied_states, seen.state)) return std::nullopt;
  if (sheet.sign == Sign::neutral && !echoes_amount(sheet)) return true;  // an empty card, a journal: holds no amount
  return amount_agrees(seen, expected);
}

}  // namespace

bool Expected::ours(const std::string& seen) const {
  return seen.empty() || std::ranges::find(references, seen) != references.end();
}

Expected expected_of(std::string_view op, const json::Value& input) {
  CustomerInfo customer;
  decode(input.at("customer"), customer);
  Expected out;
  out.amount = op == "void" || op == "freeze" ? std::nullopt : money_from_json(input.at("amount"));
  out.code = input.at("code").as_string();
  out.reference = input.at("reference").as_string();
  out.instrument = input.at("instrument").as_string();
  out.credit = input.at("credit").at("ref").as_string();
  out.customer = customer.id.empty() ? customer.hub : customer.id;
  out.version = input.at("version").as_integer().value_or(0);
  out.reversed = input.at("entry").as_string() == "cancelled";
  out.references = {out.reference};
  return out;
}

const char* name(Outcome outcome) {
  switch (outcome) {
    case Outcome::not_sent:
      return "NOT_SENT";
    case Outcome::applied:
      return "APPLIED";
    case Outcome::accepted:
      return "ACCEPTED";
    case Outcome::rejected:
      return "REJECTED";
    case Outcome::unknown:
      break;
  }
  return "UNKNOWN";
}

bool has_look_up(const CallSheet& sheet) { return sheet.lookup_by != LookupBy::none || sheet.history; }

bool is_error(const std::string& code) { return code.starts_with("4") || code.starts_with("200/"); }

bool took_effect(const CallRow& call) { return call.state == name(Outcome::applied) || call.state == "adopted"; }

Judgement judge_silence(const net::Result& result) {
  if (planted(Bug::b3_timeout_is_failure)) return judged(Outcome::not_sent, result.error);
  return judged(result.ended == net::Ended::not_sent ? Outcome::not_sent : Outcome::unknown, result.error);
}

Judgement judge_answer(const CallSheet& sheet, int status, const plugin_host::Verdict* verdict,
                       const Expected& expected) {
  if (planted(Bug::b22_unreadable_is_success) && status >= 200 && status < 300) return judged(Outcome::applied, "");
  if (!verdict) return judged(Outcome::unknown, "the connector gave no verdict on status " + std::to_string(status));
  std::string said = verdict->code + (verdict->message.empty() ? "" : ": " + verdict->message);
  switch (verdict->kind) {
    case HANDOFF_VERDICT_APPLIED:
      return judge_applied(sheet, status, *verdict, expected);
    case HANDOFF_VERDICT_ACCEPTED:
      return judged(Outcome::accepted, said);
    case HANDOFF_VERDICT_REJECTED:
      if (code_listed(sheet.no_effect, verdict->code) && !code_listed(sheet.not_no_effect, verdict->code))
        return judged(Outcome::rejected, said);
      return judged(Outcome::unknown, said + " (not listed as without effect)");
    case HANDOFF_VERDICT_REFUSED:
      if (code_listed(sheet.refused_before_execution, verdict->code) || planted(Bug::b18_every_429_is_not_executed)) {
        Judgement out = judged(Outcome::not_sent, said);
        out.wait_ms = std::min(static_cast<std::int64_t>(std::min<std::uint64_t>(
                                   verdict->retry_after_ms, static_cast<std::uint64_t>(kRetryAfterMax))),
                               kRetryAfterMax);
        return out;
      }
      return judged(Outcome::unknown, said + " (not listed as refused before execution)");
    default:
      return judged(Outcome::unknown, said.empty() ? "status " + std::to_string(status) : said);
  }
}

LookUp judge_sightings(const OperationSheet& operation, const CallSheet& sheet, const ReadResult& seen,
                       const Expected& expected) {
  LookUp out;
  int matching = 0, different = 0;
  for (const Sighting& sighting : seen.sightings) {
    std::optional<bool> trace = is_trace(operation, sheet, sighting, expected);
    if (!trace) continue;
    if (*trace) {
      ++matching;
      out.sighting = sighting;
    } else {
      ++different;
    }
  }
  if (matching == 1 && different == 0) {
    out.found = LookUp::Found::matching;
  } else if (matching > 1 && operation.name != "mirror") {
    out.found = LookUp::Found::several;
    out.why = std::to_string(matching) + " records carry our reference";
  } else if (matching > 1) {
    out.found = LookUp::Found::matching;
  } else if (different > 0) {
    out.found = LookUp::Found::different;
    out.why = "a record under our reference differs from what was sent";
  } else {
    out.found =
        seen.complete || planted(Bug::b13_partial_page_is_absence) ? LookUp::Found::nothing : LookUp::Found::incomplete;
  }
  return out;
}

bool key_still_protects(const CallSheet& sheet, std::int64_t first_sent_ms, std::int64_t now_ms) {
  if (sheet.retry != RetryClass::idempotent || !sheet.key_supported || sheet.key_conflict != KeyConflict::error)
    return false;
  if (planted(Bug::b29_key_after_its_window)) return true;
  std::int64_t window_ms = sheet.key_window_s * 1000;
  return now_ms < first_sent_ms + window_ms - std::max<std::int64_t>(60'000, window_ms / 10);
}

bool key_is_spent(const CallSheet& sheet, const CallRow& call) {
  return sheet.key_supported && sheet.errors_cached && call.cached_error;
}

std::string disproof(const OperationSheet& operation, const ReadResult& seen, const Expected& expected,
                     Sighting& proof) {
  if (seen.sightings.empty()) return seen.complete ? "the read-back shows nothing" : "the read-back is not complete";
  std::string why = "the read-back shows no such record";
  for (const Sighting& sighting : seen.sightings) {
    if (!expected.instrument.empty() && !sighting.instrument.empty() && sighting.instrument != expected.instrument)
      continue;
    bool carries_reference = operation.name == "issue" || operation.name == "record";
    if (carries_reference && !expected.ours(sighting.reference)) continue;
    if (operation.name == "mirror") {
      if (sighting.version < expected.version) {
        why = "version " + std::to_string(sighting.version) + " is shown, " + std::to_string(expected.version) +
              " was sent";
        continue;
      }
    } else if (operation.name == "void") {
      if (!state_listed(operation.void_terminal_states, sighting.state)) {
        why = "state " + sighting.state + " is not the end of it";
        continue;
      }
    } else if (operation.name == "freeze") {
      if (sighting.state != "inactive") {
        why = "state " + sighting.state + " is not frozen";
        continue;
      }
    } else if (operation.name == "link") {
      if (sighting.customer.empty() || (!expected.customer.empty() && sighting.customer != expected.customer)) {
        why = sighting.customer.empty() ? "no customer is linked" : "another customer is linked";
        continue;
      }
    } else {
      if (sighting.state != "active") {
        why = "state " + sighting.state;
        continue;
      }
      if (!amount_agrees(sighting, expected)) {
        why = "another amount is shown";
        continue;
      }
      if (operation.links && !expected.customer.empty() && sighting.customer != expected.customer) {
        why = sighting.customer.empty() ? "no customer is linked" : "another customer is linked";
        continue;
      }
    }
    proof = sighting;
    return {};
  }
  return why;
}

std::string way_to_read(const OperationSheet& read, const ReadInput& input) {
  auto can = [&](const char* way) { return std::ranges::find(read.by, way) != read.by.end(); };
  if (can("instrument") && !input.instrument.empty()) return "instrument";
  if (can("code") && !input.code.empty()) return "code";
  if (can("reference")) return "reference";
  if (can("customer") && input.customer) return "customer";
  if (can("history")) return "history";
  return {};
}

const OperationSheet* final_void(const Manifest& manifest) {
  const OperationSheet* sheet = manifest.operation("void");
  return sheet && !sheet->void_terminal_states.empty() ? sheet : nullptr;
}

bool is_over(const Manifest& manifest, const Sighting& seen) {
  const OperationSheet* removal = final_void(manifest);
  return seen.state == "void" || (removal && state_listed(removal->void_terminal_states, seen.state));
}

}  // namespace handoff::engine
