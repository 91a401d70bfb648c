#include "core/serve/doubts.hpp"

#include <algorithm>

#include "core/engine/judge.hpp"

namespace handoff::serve {

namespace {

/// The call's sheet; null where connector or operation is gone.
const CallSheet* sheet_of(const engine::Connector* connector, const std::string& op, const std::string& label) {
  const OperationSheet* operation = connector == nullptr ? nullptr : connector->operation(op);
  return operation == nullptr ? nullptr : operation->call(label);
}

}  // namespace

DoubtOf doubts_of(const engine::Setup& setup, std::int64_t since, std::int64_t now) {
  return [&setup, since, now](const journal::EffectRow& effect, const journal::CallRow& call,
                              std::int64_t ended) -> std::optional<Doubt> {
    using engine::Outcome;
    bool held = call.state == "held";  // a person's word that it did not happen counts once it can act no more
    if (!held && call.state != engine::name(Outcome::unknown) && call.state != engine::name(Outcome::accepted))
      return std::nullopt;
    const engine::Connector* connector = setup.connector_by_id(effect.connector);
    const CallSheet* sheet = sheet_of(connector, effect.op, call.label);
    if (sheet == nullptr || (!held && sheet->retry == RetryClass::reverse)) return std::nullopt;
    if (!held && engine::key_still_protects(*sheet, call.first_sent_at, now) && !engine::key_is_spent(*sheet, call))
      return std::nullopt;
    Doubt out;
    out.until = setup.provable_at(*connector, *sheet, std::max(ended, since));
    out.proves = sheet->lookup_is_proof;
    out.unstated = (sheet->visibility_lag_s == kUnknownLagSeconds && connector->visibility_lag_ms < 0) ||
                   (sheet->inflight_max_s == kUnknownLagSeconds && connector->inflight_max_ms < 0);
    return out;
  };
}

}  // namespace handoff::serve
