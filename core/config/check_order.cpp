// Who waits for whom in a route: no circles, no storefront behind the books, no mirror before its authority.

#include <algorithm>
#include <set>

#include "core/config/checks.hpp"

namespace handoff::config {

namespace {

/// The first circle that is reached from `hop`, as a path of hops; empty if there is none.
std::vector<const Hop*> circle(const Route& route, const Hop* hop, std::vector<const Hop*>& path,
                               std::set<const Hop*>& done) {
  auto start = std::ranges::find(path, hop);
  if (start != path.end()) return {start, path.end()};
  if (!done.insert(hop).second) return {};
  path.push_back(hop);
  for (const Text& name : hop->after)
    if (const Hop* next = route.hop(*name)) {
      std::vector<const Hop*> found = circle(route, next, path, done);
      if (!found.empty()) return found;
    }
  path.pop_back();
  return {};
}

bool has_circle(const Route& route, Report& report) {
  std::set<const Hop*> done;
  for (const Hop& hop : route.hops) {
    std::vector<const Hop*> path;
    std::vector<const Hop*> found = circle(route, &hop, path, done);
    if (found.empty()) continue;
    std::string names;
    for (const Hop* one : found) names += one->id + " -> ";
    report.error(found.front()->after.front().at, "hops wait for each other: " + names + found.front()->id,
                 "take one of these out of after");
    return true;
  }
  return false;
}

void collect(const Route& route, const Hop& hop, std::vector<const Hop*>& out) {
  for (const Text& name : hop.after) {
    const Hop* before = route.hop(*name);
    if (before == nullptr || std::ranges::find(out, before) != out.end()) continue;
    out.push_back(before);
    collect(route, *before, out);
  }
}

std::string authority_hop(const Route& route, const std::string& authority) {
  for (const Hop& hop : route.hops)
    if (*hop.to == authority) return hop.id;
  return {};
}

void check_storefront(const Settings& settings, const Route& route, const Hop& hop, Report& report) {
  const Connector* shop = settings.connector(*hop.to);
  if (shop == nullptr || shop->role != Role::storefront) return;
  std::string authority = authority_hop(route, *settings.retailer.authority);
  for (const Text& name : hop.after) {
    const Hop* direct = route.hop(*name);
    if (direct == nullptr) continue;
    std::vector<const Hop*> before = {direct};
    collect(route, *direct, before);
    for (const Hop* one : before) {
      const Connector* other = settings.connector(*one->to);
      if (other == nullptr || (other->role != Role::erp && other->role != Role::payments)) continue;
      std::string hint =
          authority.empty() || authority == hop.id ? "take it out of after" : "write after = [\"" + authority + "\"]";
      report.error(name.at,
                   hop.id + " waits for " + one->id + ", a hop to " + std::string(text(kRoles, other->role)) +
                       ": when that stands still, the customer sees no credit (failure mode 4)",
                   std::move(hint));
      return;
    }
  }
}

void check_mirror(const Settings& settings, const Route& route, const Hop& hop, Report& report) {
  bool shows = *hop.op == "mirror" || *hop.op == "record";
  const std::string& authority = *settings.retailer.authority;
  std::string wanted = authority_hop(route, authority);
  if (!shows || *hop.to == authority || wanted.empty()) return;
  std::vector<const Hop*> before;
  collect(route, hop, before);
  bool waits = std::ranges::any_of(before, [&](const Hop* one) { return *one->to == authority; });
  bool unresolved = std::ranges::any_of(hop.after, [&](const Text& name) { return route.hop(*name) == nullptr; });
  if (waits || unresolved) return;
  report.error(hop.op.at, hop.id + " may show value before the authority has it", "write after = [\"" + wanted + "\"]");
}

}  // namespace

void check_order(const Settings& settings, const Route& route, Report& report) {
  if (has_circle(route, report)) return;
  for (const Hop& hop : route.hops) {
    check_storefront(settings, route, hop, report);
    check_mirror(settings, route, hop, report);
  }
}

}  // namespace handoff::config
