#pragma once
// The configuration's routes as the router takes them, and the tests that an operator wrote beside them.

#include <string>
#include <vector>

#include "core/config/settings.hpp"
#include "core/routing/route.hpp"

namespace handoff::serve {

/// Lowers each limit to the amounts given.
void lower(routing::Limits& limits, const std::vector<config::Located<Money>>& amounts);
void lower(routing::Ceilings& ceilings, const config::Ceilings& from);

/// In the order in which they are tried; the retailer's ceilings are in each.
std::vector<routing::Route> routes_of(const config::Settings& settings);

/// What became of one [[test]]. `differences` empty: it holds. Each says what was expected and what came, and why.
struct RouteTest {
  const config::Test* test = nullptr;
  std::vector<std::string> differences;
};
struct RouteTests {
  std::vector<RouteTest> results;
  std::vector<const config::Route*> untested;  // no test chose them
  bool hold() const;
};

/// Runs every [[test]]: which route the event takes, its hops, and what a register is told if all systems answer in
/// time and know the customer who is named. Pure; nothing is sent.
RouteTests run_route_tests(const config::Settings& settings);

}  // namespace handoff::serve
