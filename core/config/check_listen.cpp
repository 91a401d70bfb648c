// Listeners: no two on one address, none beyond this machine in clear.

#include <array>

#include "core/config/checks.hpp"
#include "core/config/scalars.hpp"

namespace handoff::config {

namespace {

struct Named {
  std::string_view name;
  const Listener* listener;
};

std::string address(const Listener& listener) {
  bool v6 = listener.host.find(':') != std::string::npos;
  return (v6 ? "[" + listener.host + "]" : listener.host) + ":" + std::to_string(listener.port);
}

bool clash(const Listener& one, const Listener& other) {
  if (one.port != other.port || one.port == 0) return false;
  bool same = one.host == other.host || (is_loopback(one.host) && is_loopback(other.host) &&
                                         (one.host == "localhost" || other.host == "localhost"));
  return same || is_wildcard(one.host) || is_wildcard(other.host);
}

}  // namespace

void check_listen(const Settings& settings, Report& report) {
  const Listen& listen = settings.listen;
  std::array<Named, 3> all = {
      {{"register", &listen.registers}, {"inbound", &listen.inbound}, {"admin", &listen.admin}}};
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const Listener& one = *all[i].listener;
      const Listener& other = *all[j].listener;
      if (!clash(one, other)) continue;
      const Position& at = one.at < other.at ? other.at : one.at;
      report.error(at,
                   std::string(all[i].name) + " (" + address(one) + ") and " + std::string(all[j].name) + " (" +
                       address(other) + ") want the same port",
                   "give each its own port");
    }
  for (const Named& one : all)
    if (!is_loopback(one.listener->host) && !one.listener->tls)
      report.warning(one.listener->at, std::string(one.name) + " listens beyond this machine without TLS",
                     "write " + std::string(one.name) + " = { address = \"" + address(*one.listener) +
                         "\", cert = \"...\", key = \"...\" }, or put a TLS proxy before it");
}

}  // namespace handoff::config
