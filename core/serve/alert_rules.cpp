#include "core/serve/alert_rules.hpp"

namespace handoff::serve {

namespace {

std::optional<QuietTime> quiet_of(const std::optional<config::QuietHours>& from) {
  if (!from) return std::nullopt;
  QuietTime out;
  out.from = from->from;
  out.until = from->until;
  out.zone = from->zone;
  return out;
}

AlertContact contact_of(const config::Contact& from, const config::Alerts& alerts) {
  AlertContact out;
  out.name = *from.name;
  for (const config::Text& role : from.roles) out.roles.insert(*role);
  for (const config::Text& store : from.stores) out.stores.insert(*store);
  for (const config::Tell& tell : from.tell) {
    AlertTarget target;
    target.channel = *tell.channel;
    for (const config::Text& address : tell.to) target.to.push_back(*address);
    out.tell.push_back(std::move(target));
  }
  out.quiet = quiet_of(from.quiet ? from.quiet : alerts.quiet);
  return out;
}

std::string revealed(const std::optional<config::Secret>& secret) {
  return secret ? std::string(secret->value.reveal()) : std::string();
}

std::expected<std::unique_ptr<AlertChannel>, std::string> webhook(const config::Channel& from,
                                                                  net::AsioTransport& transport, engine::Clock& clock) {
  UrlParts url = split_url(from.secret_url ? revealed(from.secret_url) : *from.url);
  net::ConnectionSettings connection;
  connection.base_url = url.base;
  connection.ca_file = *from.ca_file;
  auto number = transport.add_connection(std::move(connection));
  if (!number) return std::unexpected(number.error());
  return webhook_channel(transport, *number, url.target, lines(revealed(from.secret)), clock);
}

}  // namespace

AlertRules alert_rules(const config::Settings& settings) {
  const config::Alerts& alerts = settings.alerts;
  AlertRules out;
  out.retailer = *settings.retailer.name;
  out.unconfirmed_ms = alerts.unconfirmed.count();
  out.repeat_ms = alerts.repeat.count();
  out.settled = alerts.settled;
  out.link = *alerts.link;
  for (const auto& [name, contact] : alerts.contacts) out.contacts.push_back(contact_of(contact, alerts));
  for (const config::Rung& rung : alerts.ladder) out.ladder.push_back({rung.after.value.count(), *rung.ask});
  for (const auto& [name, channel] : alerts.channels) out.per_hour[name] = channel.per_hour;
  return out;
}

std::expected<AlertChannels, std::string> http_channels(const config::Settings& settings, const Assembly& assembly,
                                                        net::AsioTransport& transport, engine::Clock& clock) {
  AlertChannels out;
  for (const auto& [name, channel] : settings.alerts.channels) {
    if (channel.kind == config::ChannelKind::webhook) {
      auto made = webhook(channel, transport, clock);
      if (!made) return std::unexpected("alerts.channel." + name + ": " + made.error());
      out[name] = std::move(*made);
    } else if (channel.kind == config::ChannelKind::connector) {
      const Notifier& notifier = assembly.notifiers.at(*channel.connector);
      out[name] = connector_channel(transport, notifier.connection, notifier.target, *notifier.instance, clock);
    }
  }
  return out;
}

}  // namespace handoff::serve
