#include "core/serve/connector_ids.hpp"

namespace handoff::serve {

namespace {

using Error = std::unexpected<config::Diagnostic>;

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

/// A `formerly` that comes too late: the name has credits of its own by now, and they cannot be told from then on.
Error told_too_late(const std::string& name, const config::Text& former) {
  return Error(
      config::Diagnostic(former.at, config::Severity::error,
                         "the store knows " + name + " and " + quoted(*former) +
                             " as two connectors already, so the one was not formerly the other",
                         "take it out of formerly; or write [connector.NAME] with a NAME that was never used and "
                         "formerly = [" +
                             quoted(*former) + "]"));
}

/// What is in doubt in the one account would be looked for in the other, be absent, and be issued again.
Error one_id(const config::Text& name, const std::string& other, const std::string& id) {
  return Error(config::Diagnostic(
      name.at, config::Severity::error,
      "the store knows both " + *name + " and " + other + " as " + quoted(id) + ": one of them was renamed",
      "give the account that is new a name that was never used"));
}

}  // namespace

std::expected<std::map<std::string, std::string>, config::Diagnostic> connector_ids(const config::Settings& settings,
                                                                                    journal::Reader& read) {
  std::map<std::string, std::string> out, name_of;
  for (const auto& [name, connector] : settings.connectors) {
    if (connector.role == config::Role::notify) continue;
    std::string id = read.name_id(name);
    for (const config::Text& former : connector.formerly) {
      const std::string before = read.name_id(*former);
      if (id.empty()) id = before;
      if (!before.empty() && before != id) return told_too_late(name, former);
    }
    if (id.empty()) id = name;
    auto [holder, fresh] = name_of.emplace(id, name);
    if (!fresh) return one_id(connector.name, holder->second, id);
    out.emplace(name, std::move(id));
  }
  return out;
}

}  // namespace handoff::serve
