#pragma once
// What needs more than one place to see: references, capability sheets, the order of hops, money. Each function may
// meet settings in which earlier complaints left gaps, and stays silent about those. Private to this folder.

#include "core/config/section.hpp"

namespace handoff::config {

void check_listen(const Settings& settings, Report& report);
void check_connectors(const Settings& settings, Report& report);
void check_probe(const Settings& settings, Report& report);
void check_routes(const Settings& settings, Report& report);
void check_tests(const Settings& settings, Report& report);
void check_alerts(const Settings& settings, Report& report);
/// Also fills in what a hop leaves to its sheet: surface, verify, ids in `after`.
void check_hops(Settings& settings, Report& report);
void check_order(const Settings& settings, const Route& route, Report& report);
void check_money(const Settings& settings, const Route& route, Report& report);
void check_ceilings(const Settings& settings, Report& report);

/// The connector of that name, or null with a complaint. An empty name has been complained about.
const Connector* refer(const Settings& settings, const Text& name, Report& report);
/// The same, where the hub asks or changes something. One in the role `notify` has no part in that, whatever its plugin can.
const Connector* refer_to_system(const Settings& settings, const Text& name, Report& report);

/// What the hop does at its connector; null where that is not known.
const OperationSheet* sheet_of(const Settings& settings, const Hop& hop);
/// Whether the hop works on a pool. What is not declared is one.
bool on_pool(const Settings& settings, const Hop& hop);
/// Whether the hop puts spendable value somewhere.
bool adds_value(const Settings& settings, const Hop& hop);

}  // namespace handoff::config
