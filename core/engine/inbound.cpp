// What sources bring by themselves: notifications, and records that connectors read for us. What nobody can read is
// parked as a case (docs/adr/0019-parked-sources.md), and stops nothing else.

#include "core/crypto/hash.hpp"
#include "core/engine/engine.hpp"
#include "core/model/planted.hpp"

namespace handoff::engine {

namespace {

constexpr int kTries = 5;  // N5
constexpr std::size_t kFetchedAtOnce = 64;
constexpr std::size_t kDigestShown = 12;
constexpr std::int64_t kSourceCasesMax = 1000;
constexpr const char* kUnreadable = ": it cannot be read: ";
constexpr const char* kUnauthorised = ": must be authorised again: ";
constexpr const char* kDisk = "handoff: the disk is nearly full";
constexpr const char* kRefused = ": credentials refused (";  // as the line says it

}  // namespace

bool Engine::check_hmac(const Connector& connector, const plugin_host::Asked& asked) const {
  const plugin_host::Asked::Mac& check = asked.mac;
  auto secrets = connector.hmac_secrets.find(check.secret);
  if (secrets == connector.hmac_secrets.end()) return false;
  std::optional<std::string> expected = check.encoding == HANDOFF_ENCODING_BASE64 ? crypto::from_base64(check.expected)
                                                                                  : crypto::from_hex(check.expected);
  if (!expected) return false;
  bool genuine = false;
  for (const std::string& secret : secrets->second) {
    bool equal =
        check.algorithm == HANDOFF_MAC_HMAC_SHA1
            ? crypto::equal_constant_time(crypto::bytes(crypto::hmac_sha1(secret, check.message)), *expected)
            : crypto::equal_constant_time(crypto::bytes(crypto::hmac_sha256(secret, check.message)), *expected);
    genuine = genuine || equal;
  }
  return genuine;
}

/// N4: the bytes are judged by the connector and the host's HMAC; what comes out are hints, journalled and fetched.
void Engine::take(Webhook& webhook) {
  auto refuse = [&](int status, std::string text) {
    act([answer = webhook.answer, status, text = std::move(text)] { answer(status, text); });
  };
  const Connector* connector = setup_.connector(webhook.connector);
  if (!connector || !connector->operation("inbound")) return refuse(404, "no connector takes webhooks under this name");
  plugin_host::Arguments arguments;
  arguments.now_ms = now_;
  arguments.input = json::write(encode(webhook.request));
  arguments.payload = webhook.body;  // kept: a batch that was not stored is taken again
  std::vector<plugin_host::Asked> asked;
  std::vector<plugin_host::Answer> answers;
  plugin_host::Step step;
  for (int rounds = 0; rounds < 4; ++rounds) {
    step = connector->instance->step("inbound", arguments, answers, asked);
    if (!step.misbehaviour.empty() || step.end != plugin_host::StepEnd::waiting) break;
    asked = step.asked;
    if (asked.back().kind != HANDOFF_CALL_MAC_CHECK) return refuse(500, "a webhook may not start a request");
    plugin_host::Answer answer;
    answer.kind = HANDOFF_REPLY_CHECKED;
    answer.label = asked.back().label;
    answer.http.status = check_hmac(*connector, asked.back()) ? 1 : 0;
    answers.push_back(std::move(answer));
  }
  if (step.failure == HANDOFF_FAIL_FORGED) return refuse(401, "the signature is not genuine");
  if (step.lost) return refuse(503, "send it again");  // nothing was said of it
  if (step.end != plugin_host::StepEnd::done) {
    s_.log(connector->name + ".inbound: " + (step.misbehaviour.empty() ? json::write(step.result) : step.misbehaviour));
    return refuse(400, "not understood");
  }
  bool genuine = answers.empty() ? false : answers.back().http.status == 1;
  if (!genuine) return refuse(401, "no signature was checked");
  for (const json::Value& record : step.emitted) {
    Hint hint;
    if (decode(record, hint).empty()) receive(*connector, hint, "webhook:" + connector->name);
  }
  refuse(200, "");
}

/// Each once; what has to wait comes back by its own number, so that it holds up nothing behind it.
void Engine::fetch_hints() {
  while (hints_busy_.size() < kFetchedAtOnce) {  // the end of one of them looks for more
    std::vector<journal::HintRow> some = read().open_hints(hints_seen_, kFetchedAtOnce);
    for (const journal::HintRow& hint : some) {
      hints_seen_ = hint.no;
      fetch_hint(hint);
    }
    if (some.empty() || !hints_busy_.empty()) return;  // else all were of connectors that were taken out
  }
}

void Engine::fetch_hint(const journal::HintRow& hint) {
  const Connector* connector = setup_.connector_by_id(hint.connector);
  if (hint.state != "open" || !connector || !hints_busy_.insert(hint.no).second) return;
  FetchInput input;
  input.type = hint.type;
  input.object = hint.object;
  start_read(*connector, "fetch", encode(input), false,
             [this, hint, connector](ReadOutcome outcome) { fetched(hint, *connector, std::move(outcome)); });
}

void Engine::fetched(const journal::HintRow& hint, const Connector& connector, ReadOutcome outcome) {
  hints_busy_.erase(hint.no);
  later(0, 'h', 0);  // there may be more than were taken at once
  if (outcome.unanswered()) return later(backoff(4), 'h', hint.no);
  if (int tries = outcome.ok ? 0 : ++hint_tries_[hint.no]; tries > 0 && tries < kTries)
    return later(backoff(tries - 1), 'h', hint.no);
  hint_tries_.erase(hint.no);
  if (!outcome.ok) {
    park(connector, hint.no, (hint.type + " " + hint.object + ": ").append(outcome.detail));
  } else {
    journal::HintMoved moved;
    moved.hint = hint.no;
    moved.state = "fetched";
    note("", "engine", moved);
    submit_records(connector, outcome.emitted);
    close_parked(connector, hint.object);
  }
}

/// What a connector read at its vendor, as events; of a list also what it could not read, as hints.
void Engine::submit_records(const Connector& connector, const std::vector<json::Value>& records) {
  for (const json::Value& record : records) {
    Hint hint;
    if (decode(record, hint).empty() && hint.whole()) {
      receive(connector, hint, "connector:" + connector.name);
      continue;
    }
    if (record.at("record").object()) {
      if (take_customer(connector, record)) look_for_waiting();
      continue;
    }
    Submission submission;
    std::string wrong = decode(record, submission.event);
    if (wrong.empty()) wrong = why_unfit(submission.event);
    if (!wrong.empty()) {
      park_record(connector, record, wrong);
      continue;
    }
    submission.source = connector.name;
    submission.actor = "connector:" + connector.name;
    take(submission);
    close_parked(connector, submission.event.unique_id);
  }
}

/// The number of the new row; 0 if it is known.
std::int64_t Engine::receive(const Connector& connector, const Hint& hint, const std::string& actor) {
  if (hint.id.empty() || read().hint_known(connector.id, hint.id)) return 0;
  journal::HintReceived received;
  received.hint = s_.store.next_hint();
  received.connector = connector.id;
  received.id = hint.id;
  received.type = hint.type;
  received.object = hint.object;
  note("", actor, received);
  later(0, 'h', 0);
  return received.hint;
}

/// The page that holds it comes again and again: known by its bytes, it is one case.
void Engine::park_record(const Connector& connector, const json::Value& record, const std::string& wrong) {
  Hint hint;
  hint.id = "record:" + crypto::hex(crypto::bytes(crypto::sha256(json::write(record))));
  hint.object = record.at("unique_id").as_string();
  if (hint.object.empty()) hint.object = hint.id.substr(0, kDigestShown + std::string_view("record:").size());
  std::int64_t no = receive(connector, hint, "connector:" + connector.name);
  if (no != 0) park(connector, no, "the record " + hint.object + " cannot be taken: " + wrong);
}

void Engine::park(const Connector& connector, std::int64_t hint, const std::string& why) {
  journal::HintMoved moved;
  moved.hint = hint;
  moved.state = "parked";
  moved.reason = why;
  note("", "engine", moved);
  open_source_case(connector.name, "quarantined", ": " + why, hint);
}

/// What could not be read came again, and could.
void Engine::close_parked(const Connector& connector, const std::string& object) {
  if (object.empty()) return;
  for (const CaseRow& known : read().cases_of_parked(connector.id, object)) {
    if (known.kind != "quarantined") continue;
    journal::CaseClosed closed;
    closed.case_no = known.no;
    closed.why = "it was read by now";
    note("", "engine", closed);
  }
}

void Engine::open_source_case(const std::string& source, const char* kind, const std::string& why, std::int64_t hint) {
  journal::CaseOpened opened;
  opened.case_no = s_.store.next_case();
  opened.kind = kind;
  opened.reason = source + why;
  opened.role = "ops";
  opened.deadline = now_ + kDayMs;
  if (hint != 0) opened.hint = hint;
  note("", "engine", opened);
}

/// A pull ended. A source that cannot be read at all is somebody's business too.
void Engine::source_answers(const std::string& source, const ReadOutcome& outcome) {
  int& failures = source_failures_[source];
  if (outcome.unanswered() || outcome.failure == HANDOFF_FAIL_CURSOR_EXPIRED) return;
  failures = outcome.ok ? 0 : failures + 1;
  if (outcome.ok) return close_source_case(source + kUnreadable, "it can be read again");
  if (failures == kTries && !source_case(source + kUnreadable))
    open_source_case(source, "source", kUnreadable + outcome.detail, 0);
}

/// ADR 0021: what a vendor gave to be shown once, it refuses; only a person gets another.
std::string Engine::authorisation(const Command& command) {
  const std::string begin = command.name + kUnauthorised;
  if (command.kind == Command::Kind::authorised)
    close_source_case(begin, "its vendor takes what the hub shows again");
  else if (!source_case(begin))
    open_source_case(command.name, "source", kUnauthorised + command.text, 0);
  return {};
}

/// A secret that ran out is somebody's business, whatever waits for that system: no hop need have a time by which it is late.
void Engine::refuses_credentials(const Connector& connector, const std::string& why) {
  if (!source_case(connector.name + kRefused)) open_source_case(connector.name, "source", ": " + why, 0);
}

void Engine::takes_credentials(const Connector& connector) {
  close_source_case(connector.name + kRefused, "it takes them again");
}

/// Registers are turned away: that is an alert before it is a queue of telephones.
void Engine::disk_runs_out() {
  may_have_disk_case_ = true;
  if (!source_case(kDisk)) open_source_case("", "source", kDisk, 0);
}

void Engine::disk_has_room() { close_source_case(kDisk, "there is room again"); }

/// The open case of a source whose reason begins so.
std::optional<CaseRow> Engine::source_case(const std::string& begin) {
  for (const CaseRow& known : read().open_cases("source", 0, kSourceCasesMax))
    if (known.reason.starts_with(begin)) return known;
  return std::nullopt;
}

void Engine::close_source_case(const std::string& begin, const char* why) {
  std::optional<CaseRow> known = source_case(begin);
  if (!known) return;
  journal::CaseClosed closed;
  closed.case_no = known->no;
  closed.why = why;
  note("", "engine", closed);
}

/// What people may do about a source: look again, or say why not.
std::string Engine::decide_of_source(const Command& command, const CaseRow& row) {
  journal::CaseClosed closed;
  closed.case_no = row.no;
  if (command.kind == Command::Kind::retry && row.kind == "gap")
    return "the next audit looks again; to leave it as it is, close it with a reason";
  if (command.kind == Command::Kind::retry) {
    std::string problem = ask_source_again(command, row);
    if (!problem.empty() || command.dry) return problem;
    closed.why = "retried by " + command.actor;
  } else if (command.kind == Command::Kind::close_case) {
    if (command.text.empty()) return "say why: a case is closed with a reason";
    if (row.kind == "source")
      return row.reason.find(kUnauthorised) != std::string::npos
                 ? "nobody has authorised it; the case closes by itself when its vendor takes a token"
             : row.reason.find(kRefused) != std::string::npos
                 ? "it still refuses them; the case closes by itself when it does not"
                 : "it still cannot be read; the case closes by itself when it can";
    if (command.dry) return {};
    closed.why = command.text;
  } else {
    return "case " + std::to_string(row.no) + " is about a source and no credit: retry or close it";
  }
  note("", command.actor, closed);
  return {};
}

/// A hint is fetched; a record's source is read again from a day before the case (N1 knows what was taken).
std::string Engine::ask_source_again(const Command& command, const CaseRow& row) {
  std::optional<journal::HintRow> hint = read().hint(row.hint);
  if (row.reason.find(kUnauthorised) != std::string::npos)
    return "the hub shows what it has every five minutes; a person must get it another, as the case says";
  if (row.reason.find(kRefused) != std::string::npos)
    return "it is asked every minute; correct the secret and start the hub again";
  if (!hint)
    return "there is nothing to ask for; it is read again every " + std::to_string(setup_.pull_every_ms / 1000) + " s";
  const Connector* connector = setup_.connector_by_id(hint->connector);
  if (!connector) return "its connector is not configured any more";
  bool fetched = !hint->type.empty();
  if (!fetched && !connector->operation("pull"))
    return connector->name + " is not asked for what is new: it must bring the record again";
  if (command.dry) return {};
  journal::HintMoved moved;
  moved.hint = hint->no;
  moved.state = fetched ? "open" : "fetched";
  note("", command.actor, moved);
  if (fetched) {
    later(0, 'h', hint->no);
    return {};
  }
  read_again_from_[connector->id] = row.opened_at;
  journal::CursorMoved restart;
  restart.connector = connector->id;
  restart.value = "null";
  note("", command.actor, restart);
  return {};
}

}  // namespace handoff::engine
