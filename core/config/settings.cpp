#include "core/config/settings.hpp"

#include <algorithm>

namespace handoff::config {

const Surface* Connector::surface(std::string_view wanted) const {
  auto found = std::ranges::find(surfaces, wanted, &Surface::name);
  return found == surfaces.end() ? nullptr : &*found;
}

const Position* Ceilings::first() const {
  for (const auto* list : {&per_credit, &per_store_day, &per_day})
    if (!list->empty()) return &list->front().at;
  return nullptr;
}

bool Route::issues() const {
  return std::ranges::any_of(hops, [](const Hop& hop) { return *hop.op == "issue"; });
}

const Hop* Route::hop(std::string_view id) const {
  auto found = std::ranges::find(hops, id, &Hop::id);
  return found == hops.end() ? nullptr : &*found;
}

const Connector* Settings::connector(std::string_view name) const {
  auto found = connectors.find(std::string(name));
  return found == connectors.end() ? nullptr : &found->second;
}

const Route* Settings::route(std::string_view name) const {
  auto found = std::ranges::find_if(routes, [&](const Route& one) { return *one.name == name; });
  return found == routes.end() ? nullptr : &*found;
}

}  // namespace handoff::config
