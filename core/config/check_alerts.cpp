// Channels, contacts and the ladder: that each name leads somewhere, and no password goes over the line in clear.

#include <algorithm>

#include "core/config/checks.hpp"
#include "core/config/scalars.hpp"

namespace handoff::config {

namespace {

template <class Value>
std::vector<std::string> names(const std::map<std::string, Value>& from) {
  std::vector<std::string> out;
  for (const auto& [name, value] : from) out.push_back(name);
  return out;
}

void check_channel(const Settings& settings, const Channel& channel, Report& report) {
  bool login = channel.user.at.line != 0 || channel.password;
  if (channel.kind == ChannelKind::mail && login && channel.tls == MailTls::none && !is_loopback(*channel.host))
    report.error(channel.name.at, "[alerts.channel." + *channel.name + "] would send its password in clear",
                 "write tls = \"starttls\" or tls = \"tls\"");
  if (channel.kind == ChannelKind::webhook && channel.url->starts_with("http://") &&
      !is_loopback(host_of(*channel.url)))
    report.warning(channel.url.at, "alerts go to " + host_of(*channel.url) + " in clear",
                   "write url = \"https://...\"");
  if (channel.kind != ChannelKind::connector) return;
  const Connector* connector = refer(settings, channel.connector, report);
  if (connector == nullptr || connector->manifest == nullptr) return;
  if (connector->manifest->operation("notify") == nullptr)
    report.error(channel.connector.at, *channel.connector + " (" + connector->manifest->id + ") cannot notify",
                 "name a connector with the operation notify");
  else if (connector->role != Role::notify)
    report.error(channel.connector.at,
                 *channel.connector + " has the role " + std::string(text(kRoles, connector->role)) +
                     ": it does not tell people",
                 "give the plugin a [connector.NAME] of its own with role = \"notify\", and name that");
}

void check_tell(const Alerts& alerts, const Tell& tell, Report& report) {
  if (tell.channel.at.line == 0) return;
  auto found = alerts.channels.find(*tell.channel);
  if (found == alerts.channels.end()) {
    report.error(tell.channel.at, "no channel " + quote(*tell.channel),
                 alerts.channels.empty() ? "write [alerts.channel." + *tell.channel + "]"
                                         : suggestion(*tell.channel, names(alerts.channels)));
    return;
  }
  bool mail = found->second.kind == ChannelKind::mail;
  if (mail && tell.to.empty())
    report.error(tell.channel.at, *tell.channel + " needs an address", "write to = [\"name@host\"] beside it");
  if (!mail && !tell.to.empty())
    report.error(tell.to.front().at, *tell.channel + " takes no addresses", "leave `to` out: it has one place to go");
}

}  // namespace

void check_alerts(const Settings& settings, Report& report) {
  const Alerts& alerts = settings.alerts;
  for (const auto& [name, channel] : alerts.channels) check_channel(settings, channel, report);
  for (const auto& [name, contact] : alerts.contacts) {
    for (const Tell& tell : contact.tell) {
      check_tell(alerts, tell, report);
      auto first = std::ranges::find_if(contact.tell, [&](const Tell& one) { return *one.channel == *tell.channel; });
      if (&*first != &tell && tell.channel.at.line != 0)
        report.error(tell.channel.at, *tell.channel + " stands twice in [contacts." + name + "]",
                     "write all addresses in one `to`");
    }
    for (const Text& store : contact.stores)
      if (!settings.stores.contains(*store))
        report.warning(store.at, "no store " + quote(*store), suggestion(*store, names(settings.stores)));
    bool rung = std::ranges::any_of(alerts.ladder, [&](const Rung& one) { return *one.ask == name; });
    if (contact.roles.empty() && !rung)
      report.warning(contact.name.at, "[contacts." + name + "] is told of nothing",
                     "write roles = [\"ops\"], or name it in [alerts] ladder");
  }
  for (const Rung& rung : alerts.ladder)
    if (rung.ask.at.line != 0 && !alerts.contacts.contains(*rung.ask))
      report.error(rung.ask.at, "no contact " + quote(*rung.ask),
                   alerts.contacts.empty() ? "write [contacts." + *rung.ask + "]"
                                           : suggestion(*rung.ask, names(alerts.contacts)));
}

}  // namespace handoff::config
