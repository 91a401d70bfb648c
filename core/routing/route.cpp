#include "core/routing/route.hpp"

#include <algorithm>

namespace handoff::routing {

namespace {

bool listed(const std::vector<std::string>& list, const std::string& value) {
  return list.empty() || std::ranges::find(list, value) != list.end();
}

}  // namespace

std::string type_or_general(const std::string& balance_type) { return balance_type.empty() ? "general" : balance_type; }

std::string type_at(const Route& route, const Hop& hop, const std::string& balance_type) {
  std::string type = type_or_general(balance_type);
  for (const auto* map : {&hop.map_balance_type, &route.map_balance_type})
    if (auto mapped = map->find(type); mapped != map->end()) return mapped->second;
  return type;
}

Choice choose(const std::vector<Route>& routes, const Facts& facts) {
  const std::string type = type_or_general(facts.balance_type);
  std::string refused;
  auto refuse = [&refused](const Route& route, const std::string& why) {
    refused += (refused.empty() ? "" : "; ") + route.name + " is not for " + why;
  };
  for (const Route& route : routes) {
    if (!facts.only.empty() && route.name == facts.only) return {&route, route.name + ": asked for by name"};
    if (!facts.only.empty() || route.event != facts.event) continue;
    if (!listed(route.from, facts.source))
      refuse(route, "credits from " + facts.source);
    else if (!listed(route.balance_types, type))
      refuse(route, "balance type " + type);
    else
      return {&route, route.name + ": " + facts.event + " from " + facts.source + ", balance type " + type};
  }
  if (!facts.only.empty()) return {nullptr, "no route is called " + facts.only};
  return {nullptr, "no route fits" + (refused.empty() ? ": none takes " + facts.event : ": " + refused)};
}

}  // namespace handoff::routing
