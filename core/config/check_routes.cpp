// Routes and tests as wholes: names, events, balance types, reach.

#include <algorithm>
#include <set>

#include "core/config/checks.hpp"
#include "core/model/sources.hpp"

namespace handoff::config {

namespace {

bool lists(const std::vector<Text>& all, std::string_view one) {
  return std::ranges::any_of(all, [&](const Text& text) { return *text == one; });
}

void check_event(const Text& event, Report& report) {
  if (event.at.line == 0 || std::ranges::find(kEvents, *event) != kEvents.end()) return;
  report.error(event.at, "no event " + quote(*event),
               suggestion(*event, std::vector<std::string>(kEvents.begin(), kEvents.end())));
}

template <class Named>
void check_names(const std::vector<Named>& all, std::string_view what, Report& report) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      if (all[i].name->empty() || *all[i].name != *all[j].name) continue;
      report.error(all[i].name.at,
                   std::string(what) + " " + quote(*all[i].name) + " is already defined at " + text(all[j].name.at),
                   "give it another name");
      break;
    }
}

/// A connector, or the register API itself; null for the latter, and with a complaint.
const Connector* source(const Settings& settings, const Text& name, Report& report) {
  if (*name == kRegisterSource || *name == kManualSource || settings.connector(*name) != nullptr)
    return settings.connector(*name);
  if (name.at.line == 0) return nullptr;
  std::vector<std::string> names = {std::string(kRegisterSource), std::string(kManualSource)};
  for (const auto& [one, connector] : settings.connectors) names.push_back(one);
  report.error(name.at, "no connector " + quote(*name), suggestion(*name, names));
  return nullptr;
}

void check_from(const Settings& settings, const Route& route, Report& report) {
  for (const Text& name : route.when.from) {
    const Connector* from = source(settings, name, report);
    if (from == nullptr || from->manifest == nullptr) continue;
    if (from->role != Role::pos && from->role != Role::platform)
      report.error(name.at,
                   *name + " has the role " + std::string(text(kRoles, from->role)) + ": credits do not begin there",
                   "name a connector with role pos or platform");
  }
}

/// Total: every type that the route takes is mapped, or is one that others are mapped to.
void check_map(const std::vector<Text>& taken, const std::map<std::string, Text>& map, const std::string& whose,
               Report& report) {
  if (map.empty() || taken.empty()) return;
  std::set<std::string, std::less<>> targets;
  std::vector<std::string> names;
  for (const auto& [from, to] : map) targets.insert(*to);
  for (const Text& type : taken) names.push_back(*type);
  for (const auto& [from, to] : map)
    if (!lists(taken, from))
      report.error(to.at, whose + " maps " + quote(from) + ", which the route does not take", suggestion(from, names));
  for (const Text& type : taken)
    if (!map.contains(*type) && !targets.contains(*type))
      report.error(type.at, whose + " is not total: " + quote(*type) + " goes nowhere",
                   "write " + *type + " = \"" + *targets.begin() + "\", or " + *type + " = \"" + *type +
                       "\" if it stays as it is");
}

void check_maps(const Route& route, Report& report) {
  check_map(route.when.balance_type, route.map_balance_type, "map.balance_type", report);
  for (const Hop& hop : route.hops)
    check_map(route.when.balance_type, hop.map_balance_type, "map.balance_type of hop " + quote(hop.id), report);
}

/// The earlier route that takes events of this source and type (empty: any), if there is one.
const Route* taken_before(const Settings& settings, const Route& route, std::string_view from, std::string_view type) {
  auto takes = [](const std::vector<Text>& all, std::string_view one) {
    return all.empty() || (!one.empty() && lists(all, one));
  };
  for (const Route& earlier : settings.routes) {
    if (&earlier == &route) return nullptr;
    if (*earlier.when.event == *route.when.event && takes(earlier.when.from, from) &&
        takes(earlier.when.balance_type, type))
      return &earlier;
  }
  return nullptr;
}

std::vector<std::string_view> or_any(const std::vector<Text>& all) {
  std::vector<std::string_view> out;
  for (const Text& one : all) out.push_back(*one);
  if (out.empty()) out.emplace_back();
  return out;
}

void check_reach(const Settings& settings, const Route& route, Report& report) {
  if (route.when.event->empty()) return;
  const Route* first = nullptr;
  for (std::string_view from : or_any(route.when.from))
    for (std::string_view type : or_any(route.when.balance_type)) {
      const Route* before = taken_before(settings, route, from, type);
      if (before == nullptr) return;
      if (first == nullptr) first = before;
    }
  if (*first->name == *route.name) return;  // told already
  report.error(route.name.at,
               "route " + quote(*route.name) + " is never reached: route " + quote(*first->name) + " at " +
                   text(first->name.at) + " takes its events",
               "put it first, or narrow the other's when");
}

void check_expect(const Settings& settings, const Test& test, Report& report) {
  if (test.expect.route.at.line == 0) return;
  const Route* route = settings.route(*test.expect.route);
  if (route == nullptr) {
    std::vector<std::string> names;
    for (const Route& one : settings.routes) names.push_back(*one.name);
    report.error(test.expect.route.at, "no route " + quote(*test.expect.route), suggestion(*test.expect.route, names));
    return;
  }
  std::vector<std::string> ids;
  for (const Hop& hop : route->hops) ids.push_back(hop.id);
  for (const Text& hop : test.expect.hops)
    if (route->hop(*hop) == nullptr)
      report.error(hop.at, "route " + quote(*route->name) + " has no hop " + quote(*hop), suggestion(*hop, ids));
}

/// Nobody is issued anything before the hub knows who it is. Without anybody to ask it knows those alone whom a person has
/// linked before.
void check_customer(const Settings& settings, const Route& route, Report& report) {
  const bool of_registers = route.when.from.empty() || lists(route.when.from, kRegisterSource);
  const bool issues =
      route.platform == Platform::issue && *route.when.event == "credit.issued" && !route.issue_unlinked;
  const bool known = !settings.identity_lookup.empty() || settings.customers.from.at.line != 0;
  if (!of_registers || !issues || known || route.hops.empty() || has_error(report.all())) return;  // those come first
  std::string able;
  for (const auto& [name, connector] : settings.connectors)
    if (able.empty() && connector.manifest != nullptr && connector.manifest->operation("find_customer") != nullptr)
      able = name;
  report.warning(route.name.at,
                 "nobody is asked who a customer is, so each credit of route " + quote(*route.name) +
                     " waits for a person to link it",
                 able.empty() ? "add a connector that can find customers, and write [identity] lookup = [\"its name\"]"
                              : "write [identity] lookup = [" + quote(able) + "]");
}

}  // namespace

/// A probe is void again in a moment, or it stays.
void check_probe(const Settings& settings, Report& report) {
  const Text& name = settings.probe.route;
  if (name.at.line == 0) return;
  const Route* route = settings.route(*name);
  std::vector<std::string> names;
  for (const Route& one : settings.routes) names.push_back(*one.name);
  if (route == nullptr)
    report.error(name.at, "no route is called " + quote(*name), suggestion(*name, names));
  else if (route->platform == Platform::observe)
    report.error(name.at, "route " + quote(*name) + " only observes: the hub issues nothing there",
                 "probe a route that issues");
}

void check_routes(const Settings& settings, Report& report) {
  check_names(settings.routes, "route", report);
  for (const Route& route : settings.routes) {
    check_event(route.when.event, report);
    check_from(settings, route, report);
    check_maps(route, report);
    check_reach(settings, route, report);
    check_order(settings, route, report);
    check_money(settings, route, report);
  }
  for (const Route& route : settings.routes) check_customer(settings, route, report);
}

void check_tests(const Settings& settings, Report& report) {
  check_names(settings.tests, "test", report);
  for (const Test& test : settings.tests) {
    check_event(test.given.event, report);
    source(settings, test.given.from, report);
    const Text& store = test.given.store;
    if (store.at.line != 0 && !settings.stores.contains(*store)) {
      std::vector<std::string> names;
      for (const auto& [name, one] : settings.stores) names.push_back(name);
      report.error(store.at, "no shop " + quote(*store) + " in [stores]",
                   names.empty() ? "write [stores." + *store + "]" : suggestion(*store, names));
    }
    check_expect(settings, test, report);
  }
}

}  // namespace handoff::config
