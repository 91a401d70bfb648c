// What an open effect keeps in memory, how it is made again from the tables, and its sealed bodies (P1, D7).

#include <algorithm>

#include "core/engine/engine.hpp"
#include "core/model/planted.hpp"

namespace handoff::engine {

namespace {

/// A reply of a mebibyte may be six times as long when it is written as a JSON string.
constexpr std::size_t kStoredReplyBytesMax = 16u << 20;
constexpr const char* kDamaged = " is damaged in the store and does not open; run: handoff store verify";

/// L5: a start asks no limit again that was asked often enough: a hub that dies and starts all day would. Where it was we who
/// were refused, whoever starts the hub may just have repaired that. ms.
std::int64_t rest_of_wait(journal::Reader& read, const Live& live, std::int64_t now) {
  std::int64_t rest = 0;
  for (const auto& [position, call] : live.calls) {
    if (call.state != name(Outcome::not_sent) || limit_apart(call) == 0 || live.row.reason == "reopened") continue;
    std::string code;
    for (const journal::AttemptRow& attempt : read.attempts(live.row.no))
      if (attempt.call == position && attempt.revision == call.revision) code = attempt.code;
    if (code.empty() || code.starts_with("401")) continue;
    const std::int64_t apart = limit_apart(call);
    rest = std::max(rest, std::clamp<std::int64_t>(call.last_sent_at + apart - now, 0, apart));
  }
  return rest;
}

}  // namespace

Live* Engine::live(std::int64_t no) {
  auto found = live_.find(no);
  if (found != live_.end()) return &found->second;
  std::optional<EffectRow> row = read().effect(no);
  if (!row || !row->open) return nullptr;
  Live made;
  made.row = std::move(*row);
  if (std::string wrong = restore(made); !wrong.empty()) {
    s_.log("effect " + std::to_string(no) + " is held: " + wrong);
    end(made, "held", made.damage.empty() ? "connector" : "damaged", wrong);
    return nullptr;
  }
  made.not_before = boot_now_ + rest_of_wait(read(), made, now_);
  return &(live_[no] = std::move(made));
}

/// What restore() would make of the rows of a plan just written, without reading them back. The arguments are read from
/// the text that was sealed, so that a run after a crash sees the same.
void Engine::keep_planned(const journal::EffectPlanned& planned, const std::string& data_key,
                          const std::string& arguments) {
  Live made;
  EffectRow& row = made.row;
  row.no = planned.effect;
  row.credit = planned.credit;
  row.customer = planned.customer;
  row.subject = planned.subject;
  row.hop = planned.hop;
  row.connector = planned.connector;
  row.surface = planned.surface;
  row.op = planned.op;
  row.generation = planned.generation;
  row.ordinal = planned.ordinal;
  row.amount = planned.amount;
  row.entry = planned.entry;
  row.version = planned.version;
  row.vault = planned.vault;
  row.at = row.changed_at = now_;
  row.state = row.op == "read" ? "unknown" : "intent";
  row.open = true;
  made.data_key = data_key;
  if (!set_out(made, arguments)) return;
  set_ids(made);
  live_[row.no] = std::move(made);
}

/// Empty, or why nobody can go on with this effect as things are: a connector was taken out or replaced, a key is gone.
std::string Engine::restore(Live& live) {
  live.data_key = read().personal(journal::sealed_for(live.row.op, live.row.credit, live.row.customer)).first;
  std::string does = "'" + live.row.op + "' of " + live.row.connector;
  std::optional<std::string> arguments = open_sealed(live, -1, "args");
  if (!arguments && !live.damage.empty()) return "what " + does + " was asked to do" + kDamaged;
  if (!arguments) return "the sealed arguments of " + does + " are missing";
  if (!set_out(live, *arguments)) return does + " is of no connector and operation that is configured now";
  load_calls(live);
  for (const auto& [position, call] : live.calls)
    if (!live.operation->call(call.label))
      return does + " made the call '" + call.label + "', which the connector's sheet does not name any more";
  set_ids(live);
  return live.damage.empty() ? std::string() : live.damage + kDamaged;
}

/// Everything that follows from the row and its arguments.
bool Engine::set_out(Live& live, const std::string& text) {
  live.connector = setup_.connector_by_id(live.row.connector);
  live.operation = live.connector ? live.connector->operation(live.row.op) : nullptr;
  if (!live.operation) return false;
  live.key =
      EffectKey{setup_.tenant,   live.row.subject, live.row.surface, live.row.op, static_cast<int>(live.row.generation),
                live.row.ordinal};
  json::Parsed arguments = json::parse(text);
  if (!arguments) return false;
  const json::Value& input = arguments->at("input");
  live.arguments.now_ms = arguments->at("now").as_integer().value_or(0);
  live.arguments.input = json::write(input);
  decode(input.at("customer"), live.customer);
  live.expected = expected_of(live.row.op, input);
  live.expected.version = live.row.version;
  live.expected.reversed = live.row.entry == "cancelled";
  live.expected.relinks = live.row.op == "link" && live.row.ordinal > 1;
  live.verify = read().hop_verifies(live.row.credit, live.row.hop) || live.row.op == "void" || of_repair(live.row);
  // What the wall clock says of the time before cannot be trusted (J11)
  live.quiet_from = std::max(boot_now_, flights_end_);
  return true;
}

void Engine::load_calls(Live& live) {
  for (CallRow& call : read().calls(live.row.no)) {
    const CallSheet* sheet = live.operation->call(call.label);
    // Of an open effect: it lost a race, or a person opened it again.
    bool rejected = call.state == name(Outcome::rejected);
    bool taken_back = call.rule == 4 || (call.rule == 5 && reversal_of(live, call));
    bool revised = rejected || (call.state == "not_applied" && sheet && (key_is_spent(*sheet, call) || taken_back));
    live.verify = live.verify || (call.state == "adopted" && call.rule == 5);
    CallRow& kept = live.calls[call.call] = std::move(call);
    if (!revised) continue;
    ++kept.revision;  // as revise() had done
    kept.sends = kept.first_sent_at = 0;
    kept.cached_error = false;
  }
  for (std::int64_t position = 0;; ++position) {
    std::optional<std::string> text = open_sealed(live, position, "reply");
    json::Limits limits;
    limits.bytes_max = kStoredReplyBytesMax;
    json::Parsed parsed = json::parse(text.value_or(""), limits);
    if (!parsed) break;
    plugin_host::Answer answer;
    answer.kind = static_cast<std::uint32_t>(parsed->at("kind").as_integer().value_or(0));
    answer.label = parsed->at("label").as_string();
    decode(parsed->at("http"), answer.http);
    live.answers.push_back(std::move(answer));
  }
  live.stored_answers = live.answers.size();
}

void Engine::set_ids(Live& live) {
  live.arguments.ids.clear();
  live.expected.references = {live.expected.reference};
  for (const CallSheet& sheet : live.operation->calls) {
    int revision = 0;
    for (const auto& [position, call] : live.calls)
      if (call.label == sheet.label) revision = static_cast<int>(call.revision);
    live.arguments.ids.push_back(
        {sheet.label, key_of(live, sheet.label, revision), call_ref20(live.key, sheet.label, revision)});
    live.expected.references.push_back(live.arguments.ids.back().key);
    live.expected.references.push_back(live.arguments.ids.back().ref20);
  }
}

/// P3: of nothing but what the call is, so that a hub that lost its journal finds the same.
std::string Engine::key_of(const Live& live, const std::string& label, std::int64_t revision) {
  std::string derived = call_key(live.key, label, static_cast<int>(revision));
  if (!planted(Bug::b17_random_keys)) return derived;
  std::string kept = read().meta("random/" + derived);
  if (kept.empty()) s_.store.set_meta("random/" + derived, kept = "ho1-" + std::to_string(s_.random.next()));
  return kept;
}

/// The call whose fate is open, if there is one.
CallRow* Engine::open_call(Live& live) {
  for (auto& [position, call] : live.calls)
    if (call.state == name(Outcome::unknown) || call.state == name(Outcome::accepted) || call.state == "in_flight" ||
        call.state == "resend")
      return &call;
  return nullptr;
}

void Engine::store_answers(Live& live, std::size_t upto) {
  for (std::size_t i = live.stored_answers; i < upto; ++i) {
    const plugin_host::Answer& answer = live.answers[i];
    json::Object text;
    text.set("kind", std::int64_t{answer.kind});
    text.set("label", answer.label);
    text.set("http", encode(answer.http));
    put_sealed(live, static_cast<std::int64_t>(i), "reply", json::write(json::Value(std::move(text))));
  }
  live.stored_answers = std::max(live.stored_answers, upto);
}

void Engine::put_sealed(const Live& live, std::int64_t position, const char* kind, const std::string& text) {
  std::string context = std::string(kind) + ":" + std::to_string(live.row.no);
  s_.store.put_body(live.row.no, position, kind, s_.vault.seal(live.data_key, context, text));
}

std::optional<std::string> Engine::open_sealed(Live& live, std::int64_t position, const char* kind) {
  std::string sealed = read().body(live.row.no, position, kind);
  if (sealed.empty()) return std::nullopt;
  std::optional<std::string> plain =
      s_.vault.open_sealed(live.data_key, std::string(kind) + ":" + std::to_string(live.row.no), sealed);
  if (!plain && !live.data_key.empty()) live.damage = std::string("a stored ") + kind;
  return plain;
}

std::string Engine::cid_of(const Live& live) {
  std::optional<std::string> id = credit_id_from_ref(live.expected.credit);
  return id.value_or(std::string());
}

}  // namespace handoff::engine
