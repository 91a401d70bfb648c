#pragma once
// From sections to settings: shape, words and ranges of each key by itself. What needs two places is in checks.hpp.
// Private to this folder.

#include "core/config/load.hpp"
#include "core/config/section.hpp"

namespace handoff::config {

void read_basics(Section& root, Settings& out);  // retailer, store, listen, plugins, ceilings, repair
void read_identity(Section& root, Settings& out);
void read_stores(Section& root, Settings& out);  // [stores.*]
void read_tasks(Section& root, Settings& out);
void read_alerts(Section& root, Settings& out);  // [alerts], [alerts.channel.*], [contacts.*]
void read_audit(Section& root, Settings& out);
void read_probe(Section& root, Settings& out);
void read_messages(Section& root, Settings& out);  // [messages.*]
void read_connectors(Section& root, const Catalogue& catalogue, Settings& out);
void read_rates(Section& root, Settings& out);  // [rates.*]
void read_routes(Section& root, Settings& out);
void read_tests(Section& root, Settings& out);

/// { env = "NAME" } or { file = "path" }. `name` is the dotted key, for messages.
std::optional<Secret> read_secret(const Member& from, const std::string& name, Report& report);
/// One amount per currency: "25.00 USD", or a list of such.
std::vector<Located<Money>> read_amounts(Section& from, std::string_view key);
/// Rungs in the order of their times: [{ after = "4h", KEY = "WHOM" }].
std::vector<Rung> read_ladder(Section& from, std::string_view title, std::string_view key, std::string_view whom);
Ceilings read_ceilings(Section& from, std::string_view key);
std::optional<Located<Money>> read_money(const Text& from, Report& report);
Text read_region(Section& from, std::string_view key, Need need);
/// `path` as seen from the file that `at` names.
std::string joined_path(const Position& at, const std::string& path);

/// The plugin's settings, checked against its schema and with defaults filled in (plugin_settings.cpp).
json::Value read_plugin_settings(Section& connector, const std::string& name, const Manifest& manifest);

}  // namespace handoff::config
