#include "core/conformance/bench.hpp"

#include "core/model/resolvable.hpp"

namespace handoff::conformance {

namespace {

constexpr int kFindingsPerCassette = 3;
constexpr std::int64_t kSlowStepMs = 5;  // a thousand times what most take
constexpr int kFindingsOfTheWhole = 12;  // each is of another member of the sheet

void put_all(json::Object& into, const json::Value& from) {
  for (const auto& [name, value] : from.as_object()) into.set(name, value);
}

}  // namespace

std::vector<const Cassette*> Bench::cassettes() const {
  std::vector<const Cassette*> out;
  for (const Cassette& cassette : folder_.cassettes)
    if (!cassette.stub && manifest().operation(cassette.operation)) out.push_back(&cassette);
  return out;
}

std::vector<const Cassette*> Bench::cassettes(std::string_view operation) const {
  std::vector<const Cassette*> out;
  for (const Cassette* cassette : cassettes())
    if (cassette->operation == operation) out.push_back(cassette);
  return out;
}

json::Value Bench::settings(const Cassette& cassette) const {
  json::Object out;
  for (const auto& [name, property] : manifest().settings.at("properties").as_object())
    if (property.object() && property.object()->find("default")) out.set(name, property.at("default"));
  put_all(out, folder_.settings);
  put_all(out, cassette.settings);
  return json::Value(std::move(out));
}

std::unique_ptr<plugin_host::Instance> Bench::fresh(const json::Value& settings) const {
  auto made = plugin_host::Instance::create(plugin_, settings);
  return made ? std::move(*made) : nullptr;
}

const plugin_host::Instance* Bench::instance(const Cassette& cassette) {
  json::Value wanted = settings(cassette);
  std::unique_ptr<plugin_host::Instance>& slot = instances_[json::write(wanted)];
  if (slot) return slot.get();
  auto made = plugin_host::Instance::create(plugin_, wanted);
  if (made)
    slot = std::move(*made);
  else
    find(&cassette, "the connector refuses the settings: " + json::write(made.error()));
  return slot.get();
}

Run Bench::play_as_written(const Cassette& cassette, const Subject& subject) {
  const plugin_host::Instance* connector = instance(cassette);
  return connector ? play(*connector, subject, script_of(subject)) : Run();
}

void Bench::at(const Cassette* cassette, const std::string& what) {
  const std::int64_t step_ms = slowest_step_us() / 1000;  // a connector that is slow comes to no end here
  reporter_.at((cassette ? cassette->name + ": " : std::string()) + what +
               (step_ms >= kSlowStepMs ? "; it is slow: a step took " + std::to_string(step_ms) + " ms" : ""));
}

void Bench::find(const Cassette* cassette, const std::string& what) {
  int count = ++found_[cassette ? cassette->name : std::string()];
  const int most = cassette ? kFindingsPerCassette : kFindingsOfTheWhole;
  if (count > most + 1) return;
  json::Object out;
  out.set("cassette", cassette ? cassette->name : std::string());
  out.set("what", count > most ? std::string("... and more of the kind") : what);
  reporter_.finding(json::Value(std::move(out)));
}

void Bench::untried(const std::string& what) {
  json::Object out;
  out.set("untried", what);
  reporter_.finding(json::Value(std::move(out)));
}

std::string way_to_look(const Manifest& manifest, const OperationSheet& operation, const CallSheet& call) {
  if (call.lookup_by != LookupBy::none) return std::string(name(call.lookup_by));
  if (call.history) return "history";
  if (!reversible(manifest, call)) return {};
  ReadInput known;
  if (operation.name == "issue") known.code = "chosen by the hub";
  return engine::way_to_read(*manifest.operation("read"), known);
}

}  // namespace handoff::conformance
