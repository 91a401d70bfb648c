// [[test]]: the routes as an operator meant them.

#include <algorithm>

#include "core/identity/identifiers.hpp"
#include "core/serve/identity_rules.hpp"
#include "core/serve/routes.hpp"

namespace handoff::serve {

namespace {

std::string given(const config::Given& from, const char* key) {
  auto found = from.customer.find(key);
  return found == from.customer.end() ? std::string() : found->second.value;
}

/// What the register is told: status and decision.
std::pair<std::string, std::string> told(const config::Test& test, const routing::Route* route,
                                         const identity::Rules& rules) {
  if (!route) return {"accepted", "hold"};
  std::string otherwise = route->confirm ? route->confirm->otherwise : "hold";
  const config::Given& from = test.given;
  bool named = identity::normalise(given(from, "email"), given(from, "phone"), given(from, "loyalty"), rules,
                                   rules.region_of(*from.store))
                   .any();
  if (!named) return {"accepted", otherwise};
  if (from.amount) {
    auto limit = route->ceilings.per_credit.find((*from.amount)->currency());
    if (limit != route->ceilings.per_credit.end() && (*from.amount)->minor() > limit->second)
      return {"accepted", "supervisor"};
  }
  return route->confirm ? std::pair<std::string, std::string>("confirmed", "") : std::pair("accepted", "hold");
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out.empty() ? "none" : out;
}

void compare(std::vector<std::string>& differences, const std::string& what, const std::string& expected,
             const std::string& came, const std::string& why = "") {
  if (expected != came)
    differences.push_back(what + ": expected " + expected + ", came " + came + (why.empty() ? "" : " (" + why + ")"));
}

}  // namespace

bool RouteTests::hold() const {
  return std::ranges::all_of(results, [](const RouteTest& result) { return result.differences.empty(); });
}

RouteTests run_route_tests(const config::Settings& settings) {
  std::vector<routing::Route> routes = routes_of(settings);
  const identity::Rules rules = identity_rules(settings);
  std::vector<bool> chosen(routes.size(), false);
  RouteTests out;
  for (const config::Test& test : settings.tests) {
    RouteTest result;
    result.test = &test;
    routing::Choice choice = routing::choose(routes, {*test.given.event, *test.given.from, *test.given.balance_type});
    if (choice.route) chosen[static_cast<std::size_t>(choice.route - routes.data())] = true;
    compare(result.differences, "route", *test.expect.route, choice.route ? choice.route->name : "none", choice.why);
    if (!test.expect.hops.empty()) {
      std::vector<std::string> wanted, came;
      for (const config::Text& hop : test.expect.hops) wanted.push_back(*hop);
      if (choice.route)
        for (const routing::Hop& hop : choice.route->hops) came.push_back(hop.id);
      compare(result.differences, "hops", listed(wanted), listed(came));
    }
    auto [status, decision] = told(test, choice.route, rules);
    if (test.expect.status)
      compare(result.differences, "status", std::string(config::text(config::kStatuses, *test.expect.status)), status);
    if (test.expect.decision)
      compare(result.differences, "decision", std::string(config::text(config::kOtherwise, *test.expect.decision)),
              decision.empty() ? "none" : decision);
    out.results.push_back(std::move(result));
  }
  for (std::size_t i = 0; i < routes.size(); ++i)
    if (!chosen[i]) out.untested.push_back(&settings.routes[i]);
  return out;
}

}  // namespace handoff::serve
