// Looks for an audit: a page of a listing, or the read that would prove an effect. They read only and leave no trace.

#include "core/engine/engine.hpp"

namespace handoff::engine {

void Engine::take(Look& look) {
  auto then = [this, answer = look.answer](ReadOutcome outcome) {
    act([answer, outcome = std::move(outcome)] { answer(outcome); });
  };
  ReadOutcome refused;
  refused.failure = HANDOFF_FAIL_BUG;
  const Connector* connector = setup_.connector(look.connector);
  std::string op = look.check ? "check" : look.effect != 0 ? "read" : "list";
  if (!connector || !connector->operation(op)) {
    refused.detail = look.connector + " cannot " + op;
    return then(std::move(refused));
  }
  if (look.check) return start_read(*connector, op, json::Value(json::Object()), true, std::move(then), true);
  if (look.effect == 0) return start_read(*connector, op, encode(look.list), false, std::move(then));
  std::expected<ReadInput, std::string> input = input_of(*connector, look.effect);
  if (input) return start_read(*connector, op, encode(*input), false, std::move(then));
  refused.detail = input.error();
  then(std::move(refused));
}

/// How to look for what that effect did, whether it is over or not. Not after `[store] keep_bodies`: what it was about is
/// forgotten by then.
std::expected<ReadInput, std::string> Engine::input_of(const Connector& connector, std::int64_t effect) {
  Live past;
  std::optional<EffectRow> row = read().effect(effect);
  if (!row) return std::unexpected("there is no such effect");
  past.row = std::move(*row);
  if (std::string wrong = restore(past); !wrong.empty())
    return std::unexpected(past.damage.empty() ? "what was asked of it is not kept any more" : wrong);
  if (past.row.op == "read") {
    ReadInput told;
    json::Parsed parsed = json::parse(past.arguments.input);
    if (!parsed || !decode(*parsed, told).empty() || told.by.empty())
      return std::unexpected("the register named nothing to look for");
    return told;
  }
  ReadInput input = read_input(past, "");
  if (past.row.op == "link" && !past.row.linked.empty() && input.customer) input.customer->id = past.row.linked;
  input.by = way_to_read(*connector.operation("read"), input);
  if (input.by.empty()) return std::unexpected(connector.name + " has no way to read it");
  return input;
}

}  // namespace handoff::engine
