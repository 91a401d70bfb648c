// [retailer] [store] [listen] [plugins] [ceilings] [repair] and [stores.*].

#include <filesystem>

#include "core/config/readers.hpp"
#include "core/config/scalars.hpp"

namespace handoff::config {

namespace {

constexpr Duration kDay = std::chrono::hours(24);

/// Whole days; `to` keeps its default where nothing is written.
void read_days(Section& in, std::string_view key, Duration& to) {
  std::string example = std::string(key) + " = \"" + duration_text(to) + "\"";
  std::optional<Located<Duration>> days = in.duration(key, example);
  if (!days) return;
  if (**days % kDay != Duration(0))
    in.report().error(days->at, std::string(key) + " is not in whole days", "write it like " + example);
  to = **days;
}

void read_retailer(Section& root, Settings& out) {
  Section in = root.section("retailer", "[retailer]");
  out.retailer.name = in.text("name", "name = \"acme\"", Need::required);
  if (out.retailer.name.at.line != 0 && !is_name(*out.retailer.name))
    in.report().error(out.retailer.name.at, quote(*out.retailer.name) + " is not a name", std::string(kNameRule));
  out.retailer.default_region = read_region(in, "default_region", Need::required);
  out.retailer.authority =
      in.text("authority", "authority = \"...\", the connector that holds the balances", Need::required);
  out.retailer.dates_back = 3650 * kDay;
  out.retailer.dates_ahead = 366 * kDay;
  if (Section dates = in.section("business_dates", "[retailer.business_dates]"); dates.present()) {
    read_days(dates, "back", out.retailer.dates_back);
    read_days(dates, "ahead", out.retailer.dates_ahead);
    dates.finish();
  }
  Text offset = in.text("utc_offset", "utc_offset = \"-05:00\"");
  if (offset.at.line != 0) {
    std::expected<std::chrono::minutes, std::string> parsed = parse_utc_offset(*offset);
    if (parsed)
      out.retailer.utc_offset = *parsed;
    else
      in.report().error(offset.at, quote(*offset) + " is not an offset: " + parsed.error(), "write it like \"-05:00\"");
  }
  in.finish();
}

Text read_store_url(Section& in) {
  Text url = in.text("url", "url = \"sqlite:handoff.db\"");
  if (url.at.line == 0) return Text("sqlite:" + joined_path(in.at(), "handoff.db"), in.at());
  std::string_view written = *url;
  constexpr std::string_view kExample = "write sqlite:PATH";
  if (written.starts_with("sqlite:")) {
    std::string path(written.substr(7));
    if (path.starts_with("//")) path.erase(0, 2);  // sqlite:///var/lib/... as other programs write it
    if (path.empty()) in.report().error(url.at, "the sqlite url names no file", std::string(kExample));
    return Text("sqlite:" + joined_path(url.at, path), url.at);
  }
  std::string scheme(written.substr(0, written.find(':')));
  in.report().error(url.at, quote(scheme) + " is not a store", std::string(kExample));
  return url;
}

void read_store(Section& root, Settings& out) {
  Section in = root.section("store", "[store]");
  out.store.url = read_store_url(in);
  out.store.keep_bodies = 30 * kDay;
  if (auto keep = in.duration("keep_bodies", "keep_bodies = \"30d\"")) out.store.keep_bodies = **keep;
  if (in.present())
    for (const Member& member : in.node()->members)  // [store.downtown]: the shop and the journal are easily mixed up
      if (member.value.kind == Node::Kind::table) {
        in.report().error(member.at, "[store] is the journal; it has no table " + quote(member.key),
                          "write shops as [stores." + member.key + "]");
        in.find(member.key);
      }
  in.finish();
}

std::optional<Tls> read_tls(Section& in) {
  Text cert = in.text("cert", "cert = \"server.pem\"");
  Text key = in.text("key", "key = \"server.key\"");
  if (cert.at.line == 0 && key.at.line == 0) return std::nullopt;
  if (key.at.line == 0) {
    in.report().error(cert.at, in.title() + " has a cert without its key", "write key = \"server.key\" beside it");
    return Tls();
  }
  if (cert.at.line == 0) {
    in.report().error(key.at, in.title() + " has a key without its cert", "write cert = \"server.pem\" beside it");
    return Tls();
  }
  Tls out;
  out.cert = Text(joined_path(cert.at, *cert), cert.at);
  out.key.name = in.title() + ".key";
  out.key.kind = Secret::Kind::file;
  out.key.where = joined_path(key.at, *key);
  out.key.at = key.at;
  return out;
}

Listener read_listener(Section& listen, std::string_view name, std::uint16_t port) {
  Listener out{"127.0.0.1", port, std::nullopt, listen.at()};
  std::string example = "\"127.0.0.1:" + std::to_string(port) + "\"";
  const Member* member = listen.find(name);
  if (member == nullptr) return out;
  out.at = member->value.at;
  Text written;
  if (member->value.kind == Node::Kind::string) {
    written = Text(member->value.text, member->value.at);
  } else if (member->value.kind == Node::Kind::table) {
    Section in(&member->value, member->at, "listen." + std::string(name), listen.report());
    written = in.text("address", "address = " + example, Need::required);
    out.tls = read_tls(in);
    in.finish();
  } else {
    listen.wrong_kind(*member, std::string(name) + " = " + example);
  }
  if (written.at.line == 0) return out;
  std::expected<Address, std::string> address = parse_address(*written);
  if (!address) {
    listen.report().error(written.at, quote(*written) + " is not an address: " + address.error(),
                          "write it like " + example);
    return out;
  }
  out.host = address->host == "localhost" ? "127.0.0.1" : address->host;  // what is listened at is an address, no name
  out.port = address->port;
  out.at = written.at;
  return out;
}

void read_listen(Section& root, Settings& out) {
  Section in = root.section("listen", "[listen]");
  out.listen.registers = read_listener(in, "register", 8481);
  out.listen.inbound = read_listener(in, "inbound", 8482);
  out.listen.admin = read_listener(in, "admin", 8480);
  in.finish();
}

Store read_one_store(const Member& member, Settings& settings, Report& report) {
  std::string title = "[stores." + member.key + "]";
  Section in(&member.value, member.at, title, report);
  Store out;
  out.id = Text(member.key, member.at);
  out.region = read_region(in, "region", Need::optional);
  if (out.region.at.line == 0) out.region = settings.retailer.default_region;
  out.locale = in.text("locale", "locale = \"en-US\"");
  if (out.locale.at.line != 0 && !is_locale(*out.locale))
    report.error(out.locale.at, quote(*out.locale) + " is not a locale", "write it like \"en-US\"");
  out.otherwise = in.choice("otherwise", kOtherwise);
  in.finish();
  return out;
}

}  // namespace

void read_basics(Section& root, Settings& out) {
  read_retailer(root, out);
  read_store(root, out);
  read_listen(root, out);
  Section plugins = root.section("plugins", "[plugins]");
  out.plugin_directories = plugins.texts("directories", "directories = [\"plugins\"]");
  for (Text& directory : out.plugin_directories) {
    directory.value = joined_path(directory.at, *directory);
    std::error_code problem;
    std::filesystem::directory_iterator readable(*directory, problem);
    if (problem)
      plugins.report().warning(directory.at, "no connector can be found in " + *directory + ": " + problem.message(),
                               "correct it, or take it out");
  }
  plugins.finish();
  read_identity(root, out);
  out.ceilings = read_ceilings(root, "ceilings");
  Section repair = root.section("repair", "[repair]");
  if (auto policy = repair.choice("policy", kRepairs)) out.repair = {*policy, repair.find("policy")->value.at};
  out.approve_repair_above = read_amounts(repair, "approve_above");
  repair.finish();
}

void read_messages(Section& root, Settings& out) {
  Section all = root.section("messages", "[messages]");
  if (!all.present()) return;
  for (const Member& locale : all.node()->members) {
    if (!is_locale(locale.key))
      root.report().error(locale.at, quote(locale.key) + " is not a locale", "write [messages.de] or [messages.de-AT]");
    Section in(&locale.value, locale.at, "[messages." + locale.key + "]", root.report());
    for (std::string_view key : kMessages) {
      Text text = in.text(key, std::string(key) + " = \"what the cashier reads\"");
      if (text.at.line != 0) out.messages[locale.key][std::string(key)] = text;
    }
    in.finish();
  }
}

void read_tasks(Section& root, Settings& out) {
  Section in = root.section("tasks", "[tasks]");
  out.task_ladder = read_ladder(in, "tasks", "ask", "area manager");
  in.finish();
}

void read_stores(Section& root, Settings& out) {
  Section all = root.section("stores", "[stores]");
  if (!all.present()) return;
  for (const Member& member : all.node()->members)
    out.stores.emplace(member.key, read_one_store(member, out, root.report()));
}

}  // namespace handoff::config
