// [alerts], [alerts.channel.*] and [contacts.*].

#include <algorithm>

#include "core/config/readers.hpp"
#include "core/config/scalars.hpp"

namespace handoff::config {

namespace {

constexpr int kPerHourMax = 1000;
constexpr std::string_view kQuiet = "{ from = \"22:00\", until = \"07:00\", zone = \"America/New_York\" }";

std::optional<int> read_clock_time(Section& in, std::string_view key) {
  std::string example = std::string(key) + " = \"22:00\"";
  Text written = in.text(key, example, Need::required);
  if (written.at.line == 0) return std::nullopt;
  std::expected<int, std::string> minute = parse_clock_time(*written);
  if (minute) return *minute;
  in.report().error(written.at, quote(*written) + " is not a time of day: " + minute.error(), "write " + example);
  return std::nullopt;
}

std::optional<QuietHours> read_quiet(Section& from, const std::string& title) {
  const Member* member = from.find("quiet");
  if (member == nullptr) return std::nullopt;
  if (member->value.kind != Node::Kind::table) {
    from.wrong_kind(*member, "quiet = " + std::string(kQuiet));
    return std::nullopt;
  }
  Section in(&member->value, member->at, title + ".quiet", from.report());
  std::optional<int> begin = read_clock_time(in, "from"), end = read_clock_time(in, "until");
  Text zone = in.text("zone", "zone = \"America/New_York\"", Need::required);
  in.finish();
  if (begin && begin == end)
    in.report().error(in.at(), title + ".quiet begins and ends at the same time",
                      "leave it out; what is urgent is told at any time");
  if (zone.at.line == 0) return std::nullopt;
  std::expected<TimeZone, std::string> clock = TimeZone::load(*zone);
  if (!clock) {
    in.report().error(zone.at, quote(*zone) + " is not a time zone: " + clock.error(),
                      "write it like \"America/New_York\" or \"Europe/Berlin\"");
    return std::nullopt;
  }
  if (!begin || !end) return std::nullopt;
  QuietHours out;
  out.from = *begin;
  out.until = *end;
  out.zone = std::move(*clock);
  return out;
}

bool is_host(std::string_view text) { return !text.empty() && text.find_first_of("/:@ \t") == std::string_view::npos; }

void read_mail(Section& in, Channel& out) {
  out.host = in.text("host", "host = \"smtp.example.com\"", Need::required);
  if (out.host.at.line != 0 && !is_host(*out.host))
    in.report().error(out.host.at, quote(*out.host) + " is not a host", "write its name alone, and the port in port");
  out.tls = in.choice("tls", kMailTls).value_or(MailTls::starttls);
  std::optional<Located<std::int64_t>> port = in.integer("port", 1, 65535);
  int usual = out.tls == MailTls::tls ? 465 : out.tls == MailTls::starttls ? 587 : 25;
  out.port = static_cast<std::uint16_t>(port ? port->value : usual);
  out.user = in.text("user", "user = \"handoff\"");
  if (const Member* password = in.find("password"))
    out.password = read_secret(*password, "alerts.channel." + *out.name + ".password", in.report());
  if ((in.find("user") == nullptr) != (in.find("password") == nullptr))
    in.report().error(in.at(), in.title() + " has only one of user and password", "write both, or none");
  out.from = in.text("from", "from = \"handoff@example.com\"", Need::required);
  if (out.from.at.line != 0 && !is_email(*out.from))
    in.report().error(out.from.at, quote(*out.from) + " is not an e-mail address", "write from = \"name@host\"");
}

void read_webhook(Section& in, Channel& out) {
  std::string title = "alerts.channel." + *out.name;
  const Member* url = in.find("url");
  if (url == nullptr) {
    in.missing("url", "url = \"https://...\"");
  } else if (url->value.kind != Node::Kind::string) {
    out.secret_url = read_secret(*url, title + ".url", in.report());
  } else {
    out.url = Text(url->value.text, url->value.at);
    if (!is_http_url(*out.url))
      in.report().error(out.url.at, "url is not an http address", "write url = \"https://...\"");
  }
  const Member* secret = in.find("secret");
  if (secret == nullptr)
    return in.missing("secret", "secret = { env = \"ALERTS_SECRET\" }, with which messages are signed");
  out.secret = read_secret(*secret, title + ".secret", in.report());
}

std::optional<Channel> read_channel(const Member& member, Report& report) {
  Section in(&member.value, member.at, "[alerts.channel." + member.key + "]", report);
  Channel out;
  out.name = Text(member.key, member.at);
  if (!is_name(member.key)) report.error(member.at, quote(member.key) + " is not a name", std::string(kNameRule));
  std::optional<ChannelKind> kind = in.choice("kind", kChannelKinds);
  out.per_hour =
      static_cast<int>(in.integer("per_hour", 1, kPerHourMax).value_or(Located<std::int64_t>(out.per_hour, {})).value);
  if (!kind) {  // which other keys there are hangs on it
    if (in.present() && in.find("kind") == nullptr)
      report.error(member.at, in.title() + " has no kind", "write kind = \"mail\", \"webhook\" or \"connector\"");
    return std::nullopt;
  }
  out.kind = *kind;
  if (out.kind == ChannelKind::mail) read_mail(in, out);
  if (out.kind == ChannelKind::webhook) read_webhook(in, out);
  if (out.kind == ChannelKind::connector)
    out.connector = in.text("connector", "connector = \"...\", one that can notify", Need::required);
  if (out.kind != ChannelKind::connector) {
    out.ca_file = in.text("ca_file", "ca_file = \"ca.pem\"");
    if (out.ca_file.at.line != 0) out.ca_file.value = joined_path(out.ca_file.at, *out.ca_file);
  }
  in.finish();
  return out;
}

Contact read_contact(const Member& member, Report& report) {
  Section in(&member.value, member.at, "[contacts." + member.key + "]", report);
  Contact out;
  out.name = Text(member.key, member.at);
  if (!is_name(member.key)) report.error(member.at, quote(member.key) + " is not a name", std::string(kNameRule));
  out.roles = in.texts("roles", "roles = [\"ops\"]");
  std::vector<std::string> known(kCaseRoles.begin(), kCaseRoles.end());
  for (const Text& role : out.roles)
    if (std::ranges::find(known, *role) == known.end())
      report.error(role.at, quote(*role) + " owns no cases", suggestion(*role, known));
  out.stores = in.texts("stores", "stores = [\"S12\"]");
  in.not_empty("stores", "leave it out for all stores");
  int count = 0;
  for (const Node* node :
       in.tables("tell", "tell = [{ channel = \"mail\", to = [\"ops@example.com\"] }]", Need::required)) {
    Section one(node, node->at, "contacts." + member.key + ".tell[" + std::to_string(count++) + "]", report);
    Tell tell;
    tell.channel = one.text("channel", "channel = \"...\"", Need::required);
    tell.to = one.texts("to", "to = [\"ops@example.com\"]");
    one.finish();
    for (const Text& address : tell.to)
      if (!is_email(*address))
        report.error(address.at, quote(*address) + " is not an e-mail address", "write to = [\"name@host\"]");
    out.tell.push_back(std::move(tell));
  }
  out.quiet = read_quiet(in, "contacts." + member.key);
  in.finish();
  return out;
}

}  // namespace

void read_alerts(Section& root, Settings& out) {
  Section in = root.section("alerts", "[alerts]");
  Alerts& alerts = out.alerts;
  if (auto age = in.duration("unconfirmed", "unconfirmed = \"15m\"")) alerts.unconfirmed = age->value;
  if (auto repeat = in.duration("repeat", "repeat = \"4h\"")) {
    alerts.repeat = repeat->value;
    if (repeat->value < std::chrono::minutes(1))
      in.report().error(repeat->at, "repeat is shorter than a minute", "write repeat = \"4h\"");
  }
  alerts.settled = in.boolean("settled", alerts.settled);
  alerts.link = in.text("link", "link = \"https://hub.example.com\"");
  if (alerts.link.at.line != 0 && !is_http_url(*alerts.link))
    in.report().error(alerts.link.at, "link is not an http address", "write link = \"https://...\"");
  alerts.quiet = read_quiet(in, "alerts");
  alerts.ladder = read_ladder(in, "alerts", "tell", "area");
  Section channels = in.section("channel", "[alerts.channel]");
  if (channels.present())
    for (const Member& member : channels.node()->members)
      if (std::optional<Channel> one = read_channel(member, in.report()))
        alerts.channels.emplace(member.key, std::move(*one));
  in.finish();
  Section contacts = root.section("contacts", "[contacts]");
  if (!contacts.present()) return;
  for (const Member& member : contacts.node()->members)
    alerts.contacts.emplace(member.key, read_contact(member, root.report()));
}

}  // namespace handoff::config
