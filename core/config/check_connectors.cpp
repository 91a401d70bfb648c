// The authority, the customer look-up, the repair policy, former names.

#include <algorithm>
#include <filesystem>
#include <map>

#include "core/config/checks.hpp"
#include "core/model/sheet_rules.hpp"

namespace handoff::config {

namespace {

std::vector<std::string> connector_names(const Settings& settings) {
  std::vector<std::string> out;
  for (const auto& [name, connector] : settings.connectors) out.push_back(name);
  return out;
}

/// A storefront may have pools that an audit only lists, and no operation reads: value is not looked up there.
bool works_on_a_pool(const Manifest& sheet) {
  auto is_pool = [&](const std::string& name) {
    auto surface = sheet.surfaces.find(name);
    return surface != sheet.surfaces.end() && surface->second.pool;
  };
  bool named = false;
  for (const auto& [name, operation] : sheet.operations) {
    if (is_pool(operation.surface)) return true;
    named = named || !operation.surface.empty();
  }
  return !named && (sheet.surfaces.empty() ||
                    std::ranges::any_of(sheet.surfaces, [](const auto& surface) { return surface.second.pool; }));
}

void check_authority(const Settings& settings, Report& report) {
  const Text& name = settings.retailer.authority;
  const Connector* authority = refer_to_system(settings, name, report);
  if (authority == nullptr || authority->manifest == nullptr) return;
  const Manifest& sheet = *authority->manifest;
  if (!works_on_a_pool(sheet))
    report.error(name.at, *name + " (" + sheet.id + ") holds no pool, so it cannot be the authority",
                 "name the connector that accepts redemptions, usually the gift card platform");
  if (sheet.operation("read") == nullptr)
    report.error(name.at, *name + " (" + sheet.id + ") cannot be read, so it cannot be the authority",
                 "use a plugin with the operation read");
  if (*settings.repair != Repair::reissue) return;
  const OperationSheet* removal = sheet.operation("void");
  if (removal == nullptr || removal->void_terminal_states.empty())
    report.error(settings.repair.at,
                 "policy \"reissue\" needs a void that can be confirmed, which " + *name + " (" + sheet.id + ") lacks",
                 "write policy = \"relink\"");
}

void check_lookup(const Settings& settings, Report& report) {
  for (const Text& name : settings.identity_lookup) {
    const Connector* connector = refer_to_system(settings, name, report);
    if (connector == nullptr || connector->manifest == nullptr) continue;
    if (connector->manifest->operation("find_customer") == nullptr)
      report.error(name.at, *name + " (" + connector->manifest->id + ") cannot look up customers",
                   "take it out of lookup");
  }
}

void check_customers(const Settings& settings, Report& report) {
  const Text& name = settings.customers.from;
  const Connector* connector = refer_to_system(settings, name, report);
  if (connector == nullptr || connector->manifest == nullptr) return;
  if (connector->manifest->operation("pull_customers") == nullptr)
    report.error(name.at, *name + " (" + connector->manifest->id + ") cannot list its customers",
                 "use a plugin with the operation pull_customers, or take [identity.customers] out");
}

/// A sheet that promises what cannot be: the hub would take a freeze for the end of a card, or believe no answer.
void check_sheets(const Settings& settings, Report& report) {
  for (const auto& [name, connector] : settings.connectors) {
    if (connector.manifest == nullptr) continue;
    for (const std::string& complaint : untenable(*connector.manifest))
      report.error(connector.plugin.at, name + " (" + connector.manifest->id + "): " + complaint,
                   "correct its connector.json, or use another plugin");
  }
}

void check_formerly(const Settings& settings, Report& report) {
  std::map<std::string, const Connector*> claimed;
  for (const auto& [name, connector] : settings.connectors)
    for (const Text& former : connector.formerly) {
      if (const Connector* living = settings.connector(*former)) {
        std::string whose = living == &connector ? "its own name" : "another connector, at " + text(living->name.at);
        report.error(former.at, "formerly " + quote(*former) + " of " + name + " is " + whose,
                     "write a name that is no longer used");
      }
      auto [earlier, fresh] = claimed.emplace(*former, &connector);
      if (!fresh)
        report.error(former.at, "both " + *earlier->second->name + " and " + name + " were formerly " + quote(*former),
                     "keep it where the credits of " + *former + " are now");
    }
}

/// As the system sees it: absolute, links resolved as far as they are there.
std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path out = std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  return error ? path.lexically_normal() : out;
}

bool holds(const std::filesystem::path& outer, const std::filesystem::path& inner) {
  std::filesystem::path way = inner.lexically_relative(outer);
  return !way.empty() && *way.begin() != "..";
}

/// Connections that are folders: none may hold the store, lie beside it or be another one's too.
void check_folders(const Settings& settings, Report& report) {
  std::map<std::filesystem::path, std::string> taken;
  const std::string& url = *settings.store.url;
  std::filesystem::path data = resolved(url.substr(std::min(url.size(), url.find(':') + 1))).parent_path();
  for (const auto& [name, connector] : settings.connectors) {
    std::filesystem::path folder(connector.settings.at("folder").as_string());
    if (!folder.is_absolute()) continue;  // none, or complained about where it is opened
    folder = resolved(folder);
    if (holds(folder, data) || holds(data, folder))
      report.error(connector.name.at,
                   "connector " + name + ": settings.folder " + quote(folder.string()) +
                       " and the folder of the store lie in one another",
                   "give it a folder of its own, which others may write to and the store does not need");
    for (const auto& [other, whose] : taken)
      if (holds(other, folder) || holds(folder, other))
        report.error(connector.name.at,
                     "connector " + name + ": settings.folder " + quote(folder.string()) + " and the one of " + whose +
                         " lie in one another",
                     "give each its own");
    taken.emplace(std::move(folder), name);
  }
}

}  // namespace

const Connector* refer(const Settings& settings, const Text& name, Report& report) {
  if (name.at.line == 0) return nullptr;
  if (const Connector* found = settings.connector(*name)) return found;
  report.error(
      name.at, "no connector " + quote(*name),
      settings.connectors.empty() ? "write [connector." + *name + "]" : suggestion(*name, connector_names(settings)));
  return nullptr;
}

const Connector* refer_to_system(const Settings& settings, const Text& name, Report& report) {
  const Connector* found = refer(settings, name, report);
  if (found == nullptr || found->role != Role::notify) return found;
  report.error(name.at, *name + " has the role notify: it tells people, and nothing else is asked of it",
               "name another connector, or give the plugin a second [connector.NAME] in another role");
  return nullptr;
}

void check_connectors(const Settings& settings, Report& report) {
  check_authority(settings, report);
  check_lookup(settings, report);
  check_customers(settings, report);
  check_sheets(settings, report);
  check_formerly(settings, report);
  check_folders(settings, report);
}

}  // namespace handoff::config
