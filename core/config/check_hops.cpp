// Each hop against its plugin's sheet: operation, surface, look-up, and who it waits for.

#include <algorithm>

#include "core/config/checks.hpp"
#include "core/model/resolvable.hpp"

namespace handoff::config {

namespace {

std::string label(const Connector& connector, const Hop& hop) {
  return *hop.to + "." + *hop.op + " (" + connector.manifest->id + ")";
}

std::vector<std::string> operations_of(const Manifest& manifest) {
  std::vector<std::string> out;
  for (std::string_view name : kHopOperations)
    if (manifest.operation(name) != nullptr) out.emplace_back(name);
  return out;
}

void check_operation(const Connector& connector, const Hop& hop, Report& report) {
  const Manifest* manifest = connector.manifest;
  if (hop.op.at.line == 0 || manifest == nullptr) return;
  bool known = std::ranges::find(kHopOperations, *hop.op) != kHopOperations.end();
  std::vector<std::string> offered = operations_of(*manifest);
  if (*hop.op == "link")
    report.error(hop.op.at, "linking is no hop: the hub links where issuing does not", "take this hop out");
  else if (!known)
    report.error(hop.op.at, "no operation " + quote(*hop.op) + " for a hop", suggestion(*hop.op, offered));
  else if (manifest->operation(*hop.op) == nullptr)
    report.error(hop.op.at, *hop.to + " (" + manifest->id + ") has no operation " + quote(*hop.op),
                 offered.empty() ? "it offers nothing to a hop" : "it has " + joined(offered));
}

void check_calls(const Connector& connector, const Hop& hop, const OperationSheet& sheet, Report& report) {
  bool writes = sheet.name != "read";
  if (writes && sheet.calls.empty())
    report.error(hop.op.at, label(connector, hop) + " declares no calls in its sheet: nothing is known about a repeat",
                 "use another plugin, or complete its connector.json");
  for (const CallSheet& call : sheet.calls) {
    if (resolvable(*connector.manifest, call)) continue;
    std::string what = call.key_supported ? "has a key that cannot be relied on" : "takes no idempotency key";
    report.error(hop.op.at,
                 label(connector, hop) + ": call " + quote(call.label) + " " + what +
                     " and can be neither looked up nor reversed",
                 "an unanswered call could be doubled or lost; use another operation or plugin");
  }
}

void check_link(const Connector& connector, const Hop& hop, const OperationSheet& sheet, Report& report) {
  if (sheet.name != "issue" || sheet.links) return;
  const OperationSheet* link = connector.manifest->operation("link");
  if (link == nullptr)
    report.error(hop.op.at, label(connector, hop) + " does not link, and there is no operation link",
                 "the credit would reach no customer; use another plugin");
  else
    check_calls(connector, hop, *link, report);
}

void check_surface(const Connector& connector, Hop& hop, const OperationSheet* sheet, Report& report) {
  const Manifest& manifest = *connector.manifest;
  if (hop.surface.at.line == 0) {
    if (sheet != nullptr) hop.surface = Text(sheet->surface, hop.at);
    return;
  }
  std::vector<std::string> names;
  for (const Surface& surface : connector.surfaces) names.push_back(surface.name);
  if (connector.surface(*hop.surface) == nullptr)
    report.error(hop.surface.at, manifest.id + " has no surface " + quote(*hop.surface),
                 suggestion(*hop.surface, names));
  if (sheet == nullptr || sheet->surface.empty() || sheet->surface == *hop.surface) return;
  if (connector.surface(*hop.surface) != nullptr)
    report.error(hop.surface.at, label(connector, hop) + " works on surface " + quote(sheet->surface),
                 "take surface out, or write another operation");
  hop.surface.value = sheet->surface;
}

void check_verify(const Connector& connector, Hop& hop, Report& report) {
  bool reads = connector.manifest->operation("read") != nullptr;
  if (hop.verify.at.line == 0) hop.verify.value = reads ? Verify::read_back : Verify::none;
  if (*hop.verify == Verify::read_back && !reads)
    report.error(hop.verify.at, *hop.to + " (" + connector.manifest->id + ") cannot be read back",
                 "write verify = \"none\"");
}

/// `after` names hops by id, or by connector where it has one hop in the route.
void resolve_after(const Route& route, Hop& hop, Report& report) {
  std::vector<std::string> choices;
  for (const Hop& other : route.hops)
    if (&other != &hop) choices.push_back(other.id);
  for (Text& name : hop.after) {
    if (route.hop(*name) != nullptr) continue;
    std::vector<std::string> meant;
    for (const Hop& other : route.hops)
      if (*other.to == *name) meant.push_back(other.id);
    if (meant.size() == 1) {
      name.value = meant.front();
    } else if (meant.size() > 1) {
      report.error(name.at, quote(*name) + " has several hops in route " + quote(*route.name),
                   "write one of " + joined(meant));
    } else {
      std::vector<std::string> words = choices;
      for (const Hop& other : route.hops)
        if (&other != &hop) words.push_back(*other.to);
      std::string near = nearest(*name, words);
      std::string hint = near.empty() ? "write one of " + joined(choices) : "did you mean " + quote(near) + "?";
      report.error(name.at, "no hop " + quote(*name) + " in route " + quote(*route.name),
                   choices.empty() ? "it has no other hop: take after out" : hint);
    }
  }
}

/// A credit's effect is one at each surface (INVARIANTS A): two hops that do the same could not be told apart.
void check_repeated(const Route& route, std::size_t at, Report& report) {
  const Hop& hop = route.hops[at];
  for (std::size_t i = 0; i < at; ++i) {
    const Hop& before = route.hops[i];
    if (hop.op.at.line == 0 || *before.to != *hop.to || *before.op != *hop.op) continue;
    return report.error(hop.at,
                        "route " + quote(*route.name) + " has " + quote(*hop.op) + " at " + quote(*hop.to) +
                            " already, at " + text(before.at),
                        "take one of them out: a credit is there once");
  }
}

void check_ids(const Route& route, Report& report) {
  for (std::size_t i = 0; i < route.hops.size(); ++i) {
    const Hop& hop = route.hops[i];
    check_repeated(route, i, report);
    const Hop* first = route.hop(hop.id);
    bool same = first == &hop || (*first->to == *hop.to && *first->op == *hop.op);
    if (hop.id.starts_with('.') || hop.id.ends_with('.') || same) continue;
    report.error(hop.at, "hop " + quote(hop.id) + " is already defined at " + text(first->at),
                 "give one of them an id = \"...\"");
  }
}

}  // namespace

const OperationSheet* sheet_of(const Settings& settings, const Hop& hop) {
  const Connector* connector = settings.connector(*hop.to);
  if (connector == nullptr || connector->manifest == nullptr) return nullptr;
  if (std::ranges::find(kHopOperations, *hop.op) == kHopOperations.end()) return nullptr;
  return connector->manifest->operation(*hop.op);
}

void check_hops(Settings& settings, Report& report) {
  for (Route& route : settings.routes) {
    check_ids(route, report);
    for (Hop& hop : route.hops) {
      resolve_after(route, hop, report);
      const Connector* connector = refer_to_system(settings, hop.to, report);
      if (connector == nullptr || connector->manifest == nullptr) continue;
      check_operation(*connector, hop, report);
      const OperationSheet* sheet = sheet_of(settings, hop);
      check_surface(*connector, hop, sheet, report);
      check_verify(*connector, hop, report);
      if (sheet == nullptr) continue;
      check_calls(*connector, hop, *sheet, report);
      check_link(*connector, hop, *sheet, report);
    }
  }
}

}  // namespace handoff::config
