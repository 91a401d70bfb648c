#include "core/routing/route.hpp"

#include <algorithm>

namespace handoff::routing {

namespace {

bool listed(const std::vector<std::string>& list, const std::string& value) {
  return list.empty() || std::ranges::find(list, value) != list.end();
}

}  // namespace

Choice choose(const std::vector<Route>& routes, const Facts& facts) {
  std::string refused;
  auto refuse = [&refused](const Route& route, const std::string& why) {
    refused += (refused.empty() ? "" : "; ") + route.name + " is not for " + why;
  };
  for (const Route& route : routes) {
    if (!facts.only.empty() && route.name == facts.only) return {&route, route.name + ": asked for by name"};
    if (!facts.only.empty() || route.event != facts.event) continue;
    if (!listed(route.from, facts.source))
      refuse(route, "credits from " + facts.source);
    else if (!listed(route.balance_types, facts.balance_type))
      refuse(route, "balance type " + facts.balance_type);
    else
      return {&route, route.name + ": " + facts.event + " from " + facts.source + ", balance type " + facts.balance_type};
  }
  if (!facts.only.empty()) return {nullptr, "no route is called " + facts.only};
  return {nullptr, "no route fits" + (refused.empty() ? ": none takes " + facts.event : ": " + refused)};
}

}  // namespace handoff::routing
