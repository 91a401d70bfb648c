#include "core/serve/views_probe.hpp"

#include <algorithm>
#include <optional>

#include "core/serve/views.hpp"
#include "core/serve/views_parts.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kVersionsLooked = 1000;

/// One step of a hop, there or back: proven when, or in which state it is.
struct Step {
  std::optional<std::int64_t> at;
  std::string state = "nothing sent";
};

class Probe {
 public:
  Probe(journal::Reader& read, const journal::CreditRow& probe)
      : read_(read), probe_(probe), effects_(read.effects(probe.no)) {
    for (const journal::EffectRow& effect : effects_)
      if (effect.ordinal == 1 && (back_at_ == 0 || effect.at < back_at_)) back_at_ = effect.at;
  }

  json::Value view() {
    json::Object out;
    out.set("probe", probe_.ref).set("route", probe_.line);
    set_text(out, "store", probe_.store);
    out.set("amount", money_view(probe_.amount));
    json::Array hops;
    bool everywhere = true;
    for (const journal::HopRow& hop : read_.hops(probe_.no)) {
      auto [there, gone] = steps(hop);
      everywhere = everywhere && there.at && gone.at;
      json::Object one;
      one.set("hop", hop.id).set("system", hop.connector);
      put(one, "there", there, probe_.at);
      put(one, "gone", gone, back_at_);
      hops.emplace_back(std::move(one));
    }
    everywhere = everywhere && !hops.empty();
    bool over = probe_.state == "closed", stuck = probe_.state == "held" && probe_.reason.starts_with("cancelling");
    out.set("state", over ? (everywhere ? "done" : "failed") : stuck ? "stuck" : "running");
    set_text(out, "reason", reason(stuck));
    out.set("hops", std::move(hops));
    return json::Value(std::move(out));
  }

 private:
  static void put(json::Object& out, const std::string& name, const Step& step, std::int64_t since) {
    out.set(name, step.state);
    if (step.at) out.set(name + "_ms", std::max<std::int64_t>(0, *step.at - since));
  }

  /// Why it went wrong, of the newest case.
  std::string reason(bool stuck) {
    std::vector<journal::CaseRow> cases = read_.cases_of(probe_.no);
    return !cases.empty() ? cases.back().reason : stuck ? probe_.reason : std::string();
  }

  static Step step_of(const journal::EffectRow& effect) {
    Step out;
    out.state = effect.state;
    if (effect.state == "verified") out.at = effect.changed_at;
    return out;
  }

  std::pair<Step, Step> steps(const journal::HopRow& hop) {
    if (hop.op == "mirror") return mirror(hop);
    Step there, gone;
    for (const journal::EffectRow& effect : effects_) {
      if (effect.hop != hop.id) continue;
      bool back = effect.op == "void" || effect.entry == "cancelled";
      Step step = step_of(effect);
      if (!back && effect.op == "link" && there.at && step.at) step.at = std::max(*step.at, *there.at);
      (back ? gone : there) = step;
    }
    return {there, gone};
  }

  /// Of a customer's mirror: the first version since it was on the platform, and the first since it was taken from there.
  std::pair<Step, Step> mirror(const journal::HopRow& hop) {
    std::int64_t issued = 0, removed = 0;
    for (const journal::EffectRow& effect : effects_) {
      if (effect.op == "issue" && effect.state == "verified") issued = effect.changed_at;
      if (effect.op == "void" && effect.state == "verified") removed = effect.changed_at;
    }
    Step there, gone;
    std::string subject = "customer:" + read_.customer_hub(probe_.customer);
    std::optional<journal::EffectRow> last = read_.last_effect(subject, hop.surface, "mirror");
    if (!last) return {there, gone};
    for (std::int64_t version = last->ordinal; version > 0 && version > last->ordinal - kVersionsLooked; --version) {
      std::optional<journal::EffectRow> one = read_.effect_of(subject, hop.surface, "mirror", 0, version);
      if (!one) continue;
      if (one->at < issued || issued == 0) break;
      (removed != 0 && one->at >= removed ? gone : there) = step_of(*one);
    }
    return {there, gone};
  }

  journal::Reader& read_;
  const journal::CreditRow& probe_;
  std::vector<journal::EffectRow> effects_;
  std::int64_t back_at_ = 0;
};

}  // namespace

json::Value probe_view(journal::Reader& read, const journal::CreditRow& probe) { return Probe(read, probe).view(); }

}  // namespace handoff::serve
