#include "core/serve/snapshot.hpp"

#include <algorithm>
#include <handoff/sdk/codec.hpp>

namespace handoff::serve {

namespace {

using report::Side;

constexpr int kGarbageMax = 3;   // of one that is answered, but not readably
constexpr int kRestartsMax = 3;  // of a listing whose cursor expired or whose count does not agree
constexpr const char* kLooks = "looks.jsonl";

std::string pages(const Viewed& system) { return "pages-" + system.connector + ".jsonl"; }

Shape shape_of(std::string_view op) {
  return op == "record" ? Shape::bookings : op == "mirror" ? Shape::balances : Shape::cards;
}

std::int64_t lag_of(const engine::Connector& connector) {
  std::int64_t lag = 0;
  for (const auto& [name, operation] : connector.manifest().operations)
    for (const CallSheet& call : operation.calls) lag = std::max(lag, connector.visibility_ms(call));
  return lag;
}

/// Asks until there is an answer or no hope of one. Nothing: stopped.
std::optional<engine::ReadOutcome> insist(const engine::Look& look, const AskEngine& ask, const Pause& pause) {
  for (int tries = 1;; ++tries) {
    std::optional<engine::ReadOutcome> outcome = ask(look);
    if (!outcome || outcome->ok || outcome->hopeless() || outcome->failure == HANDOFF_FAIL_CURSOR_EXPIRED ||
        tries >= (outcome->failure == HANDOFF_FAIL_UNREADABLE ? kGarbageMax : kLookTriesMax))
      return outcome;
    std::int64_t wait = std::max(outcome->retry_after_ms, std::min<std::int64_t>(60'000, std::int64_t{500} << tries));
    if (!pause(std::min<std::int64_t>(wait, 3'600'000))) return std::nullopt;
  }
}

json::Value failed(const std::string& why) { return json::Value(json::Object{{"failed", why}}); }

/// How far the lines of a listing have come.
struct Progress {
  json::Value cursor;
  bool over = false;
  std::int64_t count = 0;
};
Progress progress_of(const std::vector<json::Value>& lines) {
  Progress out;
  for (const json::Value& line : lines) {
    out.count += static_cast<std::int64_t>(line.at("records").as_array().size());
    out.cursor = line.at("next");
    out.over = !line.at("end").is_null() || !line.at("failed").is_null();
  }
  return out;
}

}  // namespace

std::optional<Side> side_of(const engine::Setup& setup, std::string_view connector_name, std::string_view op) {
  if (op == "issue" || op == "read") return Side::platform;
  if (op == "mirror") return Side::storefront;
  const engine::Connector* connector = setup.connector(connector_name);
  if (op != "record" || connector == nullptr) return std::nullopt;
  if (connector->role == "payments") return Side::payments;
  if (connector->role == "erp") return Side::erp;
  return std::nullopt;
}

std::vector<Viewed> systems_viewed(const engine::Setup& setup, std::vector<std::string>& notes) {
  std::vector<Viewed> out;
  for (const routing::Route& route : setup.routes) {
    for (const routing::Hop& hop : route.hops) {
      std::optional<Side> side = side_of(setup, hop.connector, hop.op);
      const engine::Connector* connector = setup.connector(hop.connector);
      if (!side || connector == nullptr) continue;
      auto taken = std::ranges::find(out, *side, &Viewed::side);
      if (taken != out.end() && taken->connector != hop.connector) {
        std::string note = hop.connector + " is not compared: " + taken->connector + " stands for " +
                           std::string(report::kSideWords[report::at(*side)]);
        if (std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
      }
      if (taken != out.end()) continue;
      out.push_back({hop.connector, connector->id, *side, shape_of(hop.op), connector->operation("list") != nullptr,
                     lag_of(*connector)});
    }
  }
  return out;
}

report::BySide<std::int64_t> audit_sla(const engine::Setup& setup) {
  report::BySide<std::int64_t> out{};
  for (const routing::Route& route : setup.routes)
    for (const routing::Hop& hop : route.hops)
      if (std::optional<Side> side = side_of(setup, hop.connector, hop.op)) {
        std::int64_t& sla = out[report::at(*side)];
        sla = std::max(sla, hop.sla_ms / 1000);
      }
  // What the hub issues it has heard of before any system has; what a register issued may be heard of a day later.
  bool observes = std::ranges::any_of(setup.routes, &routing::Route::observe);
  if (!observes) out[report::at(Side::pos)] = *std::ranges::max_element(out);
  for (std::int64_t& sla : out)
    if (sla == 0) sla = 86'400;
  return out;
}

Going take_listing(const Viewed& system, const ListInput& range, const LineFolder& folder, const AskEngine& ask,
                   const Pause& pause) {
  Progress at = progress_of(folder.lines(pages(system)));
  int restarts = 0;
  auto again = [&](const std::string& why) -> Going {
    folder.remove(pages(system));
    at = Progress();
    if (++restarts < kRestartsMax) return {};
    at.over = true;
    return folder.append(pages(system), failed(why));
  };
  while (!at.over) {
    engine::Look look;
    look.connector = system.connector;
    look.list = range;
    look.list.cursor = at.cursor;
    std::optional<engine::ReadOutcome> page = insist(look, ask, pause);
    if (!page) return std::unexpected(Halt());
    if (page->failure == HANDOFF_FAIL_CURSOR_EXPIRED) {
      if (Going kept = again("its pages expired while they were read"); !kept) return kept;
      continue;
    }
    json::Object line;
    line.set("records", json::Array(page->emitted.begin(), page->emitted.end()));
    at.count += static_cast<std::int64_t>(page->emitted.size());
    if (!page->ok) {
      line.set("failed", page->detail.empty() ? std::string("it does not answer") : page->detail);
      at.over = true;
    } else if (page->more) {
      line.set("next", page->result);
      at.cursor = page->result;
    } else if (page->result.at("count").as_integer() != at.count) {
      // A page that is missing, or came twice (V14).
      if (Going kept = again("it counted other records than it gave"); !kept) return kept;
      continue;
    } else {
      line.set("end", page->result);
      at.over = true;
    }
    if (Going kept = folder.append(pages(system), json::Value(std::move(line))); !kept) return kept;
  }
  return {};
}

Listed listing_of(const Viewed& system, const LineFolder& folder) {
  Listed out;
  out.why = "its listing did not come to an end";
  for (const json::Value& line : folder.lines(pages(system))) {
    if (!out.records.empty()) out.pages.push_back(out.records.size());
    for (const json::Value& record : line.at("records").as_array()) out.records.push_back(record);
    if (!line.at("failed").is_null()) out.why = line.at("failed").as_string();
    if (line.at("end").is_null()) continue;
    out.complete = line.at("end").at("complete").as_bool();
    out.why = out.complete ? "" : "its listing does not say that it is complete";
  }
  return out;
}

Going Looker::look(const std::string& connector, const std::vector<std::int64_t>& effects) {
  std::set<std::int64_t>& looked = of_[connector];
  std::size_t more = 0;
  for (std::int64_t effect : effects) more += looked.contains(effect) ? 0 : 1;
  if (looked.size() + more > most_) {
    cut_.insert(connector);
    return {};
  }
  for (std::int64_t effect : effects) {
    looked.insert(effect);
    if (done_.contains(effect)) continue;
    if (Going taken = take(connector, effect); !taken) return taken;
    done_[effect];
  }
  return {};
}

Going Looker::take(const std::string& connector, std::int64_t effect) {
  engine::Look look;
  look.connector = connector;
  look.effect = effect;
  int& silent = silent_[connector];
  // A look that is left unanswered takes minutes, and there may be thousands.
  std::optional<engine::ReadOutcome> outcome =
      silent < kSilentMax ? insist(look, ask_, pause_) : std::optional(engine::ReadOutcome());
  if (!outcome) return std::unexpected(Halt());
  silent = outcome->unanswered() ? silent + 1 : 0;
  json::Object line;
  line.set("effect", effect);
  if (outcome->failure == HANDOFF_FAIL_NOT_FOUND)
    line.set("records", json::Array());
  else if (!outcome->ok)
    line.set("failed", outcome->detail.empty() ? std::string("it does not answer") : outcome->detail);
  else if (!outcome->result.at("complete").as_bool())
    line.set("failed", "its answer may be incomplete");
  else
    line.set("records", outcome->result.at("sightings"));
  return folder_.append(kLooks, json::Value(std::move(line)));
}

Looks looks_of(const LineFolder& folder) {
  Looks out;
  for (const json::Value& line : folder.lines(kLooks)) {
    Looked& one = out[line.at("effect").as_integer().value_or(0)];
    one.why = line.at("failed").as_string();
    for (const json::Value& record : line.at("records").as_array()) one.records.push_back(record);
  }
  return out;
}

}  // namespace handoff::serve
