// [connector.*]: names, plugins, roles, limits, secrets.

#include <algorithm>

#include "core/config/readers.hpp"
#include "core/config/scalars.hpp"
#include "core/model/identity.hpp"
#include "core/model/sources.hpp"

namespace handoff::config {

namespace {

constexpr std::int64_t kConcurrencyMax = 256;
constexpr std::int64_t kPerMinuteMax = 1'000'000;
constexpr Duration kAssumeMax = std::chrono::hours(24 * 30);

const Manifest* find_plugin(Section& in, const Catalogue& catalogue, const Text& plugin) {
  if (plugin.at.line == 0) return nullptr;
  Catalogue::Answer answer = catalogue.find(*plugin);
  if (answer) return *answer;
  std::string near = nearest(*plugin, catalogue.names());
  std::string hint = near.empty() ? "" : "did you mean \"" + near + "\"?";
  if (near.empty() && !catalogue.names().empty()) hint = "the plugins here: " + joined(catalogue.names());
  in.report().error(plugin.at, "no plugin " + quote(*plugin) + ": " + answer.error(), std::move(hint));
  return nullptr;
}

std::optional<Role> only_role(const Manifest& manifest) {
  if (manifest.roles.size() != 1) return std::nullopt;
  for (const auto& [word, role] : kRoles)
    if (word == manifest.roles.front()) return role;
  return std::nullopt;
}

void read_role(Section& in, Connector& out) {
  const Member* written = in.find("role");
  std::optional<Role> role = in.choice("role", kRoles);
  if (role) out.role = *role;
  if (out.manifest == nullptr) return;
  const std::vector<std::string>& offered = out.manifest->roles;
  if (role && std::ranges::find(offered, text(kRoles, *role)) == offered.end()) {
    in.report().error(written->value.at, out.manifest->id + " does not offer the role " + quote(text(kRoles, *role)),
                      "it offers " + joined(offered));
  } else if (written == nullptr) {
    std::optional<Role> only = only_role(*out.manifest);
    if (only)
      out.role = *only;
    else
      in.missing("role", "role = \"...\", one of " + joined(offered));
  }
}

void read_limits(Section& connector, Connector& out) {
  Section in = connector.section("limits", *out.name + ".limits");
  if (out.manifest != nullptr) {
    out.concurrency = out.manifest->concurrency;
    out.requests_per_minute = out.manifest->requests_per_minute;
  }
  if (auto limit = in.integer("concurrency", 1, kConcurrencyMax)) out.concurrency = static_cast<int>(**limit);
  if (auto limit = in.integer("requests_per_minute", 1, kPerMinuteMax)) {
    out.requests_per_minute = static_cast<int>(**limit);
    int declared = out.manifest == nullptr ? 0 : out.manifest->requests_per_minute;
    if (declared > 0 && **limit > declared)
      in.report().warning(limit->at, out.manifest->id + " declares " + std::to_string(declared) + " requests a minute",
                          "go higher only if your contract with the vendor does");
  }
  in.finish();
}

void read_assume(Section& connector, Connector& out) {
  Section in = connector.section("assume", *out.name + ".assume");
  auto lag = [&in](std::string_view key) {
    std::optional<Located<Duration>> value = in.duration(key, std::string(key) + " = \"15m\"");
    if (value && (value->value < std::chrono::seconds(1) || value->value > kAssumeMax))
      in.report().error(value->at, std::string(key) + " is out of range", "write a duration from 1s to 30d");
    return value;
  };
  out.assume.inflight_max = lag("inflight_max");
  out.assume.visibility_lag = lag("visibility_lag");
  in.finish();
}

void read_secrets(Section& connector, Connector& out) {
  Section in = connector.section("secrets", *out.name + ".secrets");
  if (in.present())
    for (const Member& member : in.node()->members) {
      std::optional<Secret> secret = read_secret(member, in.title() + "." + member.key, in.report());
      if (secret) out.secrets.emplace(member.key, std::move(*secret));
    }
  if (out.manifest == nullptr) return;
  const std::vector<std::string>& names = out.manifest->secrets;
  std::vector<std::string> unknown;
  if (in.present())
    for (const Member& member : in.node()->members) {
      if (std::ranges::find(names, member.key) != names.end()) continue;
      unknown.push_back(member.key);
      std::string hint = names.empty() ? "take it out: it needs no secrets" : suggestion(member.key, names);
      in.report().error(member.at, out.manifest->id + " knows no secret " + quote(member.key), std::move(hint));
    }
  for (const std::string& name : names) {
    bool misspelt = std::ranges::any_of(unknown, [&](const std::string& one) { return nearest(one, names) == name; });
    bool may_lack = std::ranges::find(out.manifest->optional_secrets, name) != out.manifest->optional_secrets.end();
    if (in.find(name) != nullptr || misspelt || may_lack) continue;
    in.report().error(in.at(), *out.name + " has no secret " + quote(name) + ", which " + out.manifest->id + " needs",
                      "write secrets." + name + " = { env = \"...\" } or { file = \"...\" }");
  }
}

void read_sha256(Section& in, Connector& out) {
  Text written = in.text("sha256", "sha256 = \"...\", 64 hexadecimal digits");
  if (written.at.line == 0) return;
  for (char& c : written.value)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  if (written->size() == 64 && written->find_first_not_of("0123456789abcdef") == std::string::npos)
    out.sha256 = std::move(written);
  else
    in.report().error(written.at, "sha256 is no SHA-256, which has 64 hexadecimal digits",
                      "take the one that handoff connector inspect shows of a file you trust");
}

void read_formerly(Section& in, Connector& out) {
  out.formerly = in.texts("formerly", "formerly = [\"old-name\"]");
  for (const Text& name : out.formerly)
    if (!is_name(*name)) in.report().error(name.at, quote(*name) + " is not a name", std::string(kNameRule));
}

Connector read_connector(const Member& member, const Catalogue& catalogue, Report& report) {
  Connector out;
  out.name = Text(member.key, member.at);
  if (!is_name(member.key)) report.error(member.at, quote(member.key) + " is not a name", std::string(kNameRule));
  if (member.key == kRegisterSource || member.key == kManualSource || member.key == kProbeSource)
    report.error(member.at, quote(member.key) + " is the hub's own name of a source",
                 "give the connector another name");
  Section in(&member.value, member.at, "[connector." + member.key + "]", report);
  out.plugin = in.text("plugin", "plugin = \"...\", the vendor's connector", Need::required);
  out.manifest = find_plugin(in, catalogue, out.plugin);
  read_role(in, out);
  out.isolation = in.choice("isolation", kIsolations).value_or(Isolation::host_decides);
  read_sha256(in, out);
  in.find("settings");
  read_secrets(in, out);
  read_limits(in, out);
  read_assume(in, out);
  read_formerly(in, out);
  if (out.manifest != nullptr) {
    out.settings = read_plugin_settings(in, member.key, *out.manifest);
    for (const auto& [name, sheet] : out.manifest->surfaces)
      out.surfaces.push_back({name, member.key + "." + name, sheet.pool});
  }
  in.finish();
  return out;
}

}  // namespace

void read_connectors(Section& root, const Catalogue& catalogue, Settings& out) {
  Section all = root.section("connector", "[connector]");
  if (!all.present()) return;
  for (const Member& member : all.node()->members)
    out.connectors.emplace(member.key, read_connector(member, catalogue, root.report()));
}

}  // namespace handoff::config
