#include <gtest/gtest.h>

#include <regex>

#include "core/config/vocabulary.hpp"
#include "core/model/sources.hpp"
#include "tests/unit/config/support.hpp"

namespace handoff::config::testing {
namespace {

using namespace std::chrono_literals;

const Settings& example() {
  static const Settings settings = [] {
    std::expected<Settings, Diagnostics> loaded = load(HANDOFF_CONFIG_EXAMPLE, catalogue(real_manifests()));
    if (!loaded) throw std::runtime_error(render(loaded.error()));
    return *loaded;
  }();
  return settings;
}

std::string folder_of_example() { return std::filesystem::path(HANDOFF_CONFIG_EXAMPLE).parent_path().string(); }

constexpr const char* kMinimal = R"(
[retailer]
name = "acme"
default_region = "US"
authority = "cards"
[connector.cards]
plugin = "voucherify"
role = "platform"
settings = { currency = "USD" }
secrets = { app_id = { env = "A" }, app_token = { file = "token" } }
)";

Settings accepted(const std::filesystem::path& path) {
  std::expected<Settings, Diagnostics> loaded = load(path, catalogue());
  if (!loaded) throw std::runtime_error(render(loaded.error()));
  return *loaded;
}

std::string refused(const std::filesystem::path& path) {
  std::expected<Settings, Diagnostics> loaded = load(path, catalogue());
  return loaded ? "accepted" : render(loaded.error());
}

TEST(ConfigExample, IsAcceptedWithoutWarnings) {
  EXPECT_EQ(render(example().warnings), "");
  EXPECT_EQ(example().connectors.size(), 6u);
}

/// Every key that is read, as the sources say it.
TEST(ConfigExample, HasEveryKeyThatExists) {
  std::string example = contents(HANDOFF_CONFIG_EXAMPLE);
  std::regex asked(
      R"re(\b(?:text|texts|boolean|integer|duration|choice|section|tables|find|read_amounts|read_ladder)\((?:\w+, )?"([a-z]\w*)")re");
  int keys = 0;
  for (const auto& source : std::filesystem::directory_iterator(HANDOFF_CONFIG_SOURCES)) {
    if (!source.path().filename().string().starts_with("read_")) continue;
    std::string text = contents(source.path());
    for (std::sregex_iterator one(text.begin(), text.end(), asked), end; one != end; ++one, ++keys)
      EXPECT_TRUE(std::regex_search(example, std::regex("\\b" + (*one)[1].str() + "\\b")))
          << (*one)[1] << " of " << source.path().filename() << " is not in config/handoff.toml";
  }
  EXPECT_GT(keys, 100);
}

TEST(ConfigExample, OfTheRegisterSaysEverythingInTheStoresLanguage) {
  std::filesystem::path project = std::filesystem::path(HANDOFF_CONFIG_EXAMPLE).parent_path().parent_path();
  std::string text = contents((project / "examples/register/handoff.toml.in").string());
  std::string german = text.substr(text.find("[messages.de]"));
  for (std::string_view key : kMessages)
    EXPECT_TRUE(german.contains("\n" + std::string(key) + " ")) << key << " is read in English";
}

TEST(ConfigExample, GivesTypedValues) {
  const Settings& settings = example();
  EXPECT_EQ(*settings.retailer.authority, "cards");
  EXPECT_EQ(settings.ceilings.per_credit.at(0).value, Money(50000, "USD"));
  const Connector* cards = settings.connector("cards");
  ASSERT_NE(cards, nullptr);
  EXPECT_EQ(cards->role, Role::platform);
  EXPECT_EQ(cards->concurrency, 4);
  EXPECT_EQ(cards->requests_per_minute, 600);
  EXPECT_EQ(**cards->assume.inflight_max, 15min);
  EXPECT_EQ(cards->surfaces.at(0).id, "cards.vouchers");
  EXPECT_TRUE(cards->surfaces.at(0).pool);
  const Secret& key = settings.connector("registers")->secrets.at("webhook_key");
  EXPECT_EQ(key.kind, Secret::Kind::file);
  EXPECT_EQ(key.where, folder_of_example() + "/square.key");
  EXPECT_TRUE(key.value.empty());
  EXPECT_EQ(*settings.stores.at("S40").region, "GB");
}

TEST(ConfigExample, ResolvesHops) {
  const Route* route = example().route("register-credit");
  ASSERT_NE(route, nullptr);
  EXPECT_EQ(*route->confirm->deadline, 1500ms);
  EXPECT_EQ(route->confirm->after, ConfirmAfter::linked);
  const Hop* shop = route->hop("shop.mirror");
  ASSERT_NE(shop, nullptr);
  EXPECT_EQ(*shop->after.at(0), "cards.issue");
  EXPECT_EQ(*shop->surface, "balance");
  EXPECT_EQ(**shop->sla, 2min);
  EXPECT_EQ(*shop->verify, Verify::read_back);
  EXPECT_EQ(*route->map_balance_type.at("refund"), "general");
}

TEST(ConfigLoad, FillsInDefaults) {
  TempFolder folder;
  Settings settings = accepted(folder.write("handoff.toml", kMinimal));
  EXPECT_EQ(*settings.store.url, "sqlite:" + (folder.path() / "handoff.db").string());
  EXPECT_EQ(settings.store.keep_bodies, 30 * 24h);
  EXPECT_EQ(settings.listen.admin.host, "127.0.0.1");
  EXPECT_EQ(settings.listen.admin.port, 8480);
  EXPECT_EQ(settings.listen.registers.port, 8481);
  EXPECT_EQ(settings.listen.inbound.port, 8482);
  EXPECT_EQ(*settings.repair, Repair::relink);
  const Connector& cards = settings.connectors.at("cards");
  EXPECT_EQ(cards.settings.at("base_url").as_string(), "https://api.voucherify.io");
  EXPECT_EQ(cards.settings.at("channel").as_string(), "handoff");
  EXPECT_EQ(cards.concurrency, 8);
  EXPECT_EQ(cards.requests_per_minute, 2000);
  EXPECT_EQ(cards.isolation, Isolation::host_decides);
  EXPECT_EQ(*cards.sha256, "");
}

TEST(ConfigLoad, KnowsWhatAHopCallsABalanceType) {
  TempFolder folder;
  std::filesystem::path file = folder.write("handoff.toml", std::string(kMinimal) + R"(
[[route]]
name = "issue"
when = { event = "credit.issued", balance_type = ["general", "refund"] }
hops = [{ to = "cards", do = "issue", map = { balance_type = { general = "6200", refund = "6210" } } }]
)");
  const Settings settings = accepted(file);
  EXPECT_EQ(*settings.route("issue")->hop("cards.issue")->map_balance_type.at("refund"), "6210");
}

TEST(ConfigLoad, ListensAtTheAddressThatLocalhostIs) {
  TempFolder folder;
  std::filesystem::path file =
      folder.write("handoff.toml", std::string(kMinimal) + "[listen]\nregister = \"localhost:8481\"\n");
  EXPECT_EQ(accepted(file).listen.registers.host, "127.0.0.1") << "a listener takes an address, no name";
}

TEST(ConfigLoad, KnowsWhoIsToldOnWhichChannel) {
  TempFolder folder;
  Settings settings = accepted(folder.write("handoff.toml", std::string(kMinimal) + R"(
[connector.talk]
plugin = "chatter"

[stores.S1]

[alerts]
ladder = [{ after = "1h", tell = "area" }]
quiet = { from = "22:00", until = "06:30", zone = "Europe/Berlin" }

[alerts.channel.post]
kind = "mail"
host = "smtp.acme.example"
tls = "tls"
from = "handoff@acme.example"

[alerts.channel.chat]
kind = "connector"
connector = "talk"
per_hour = 5

[contacts.s1]
roles = ["store"]
stores = ["S1"]
tell = [{ channel = "post", to = ["s1@acme.example"] }]

[contacts.area]
tell = [{ channel = "chat" }]
)"));
  EXPECT_EQ(render(settings.warnings), "");
  const Alerts& alerts = settings.alerts;
  EXPECT_EQ(alerts.unconfirmed, 15min);
  EXPECT_EQ(alerts.repeat, 4h);
  EXPECT_FALSE(alerts.settled);
  EXPECT_EQ(alerts.channels.at("post").port, 465) << "by the way of TLS, unless written";
  EXPECT_EQ(alerts.channels.at("post").per_hour, 30);
  EXPECT_EQ(alerts.channels.at("chat").per_hour, 5);
  EXPECT_EQ(*alerts.contacts.at("s1").tell.at(0).to.at(0), "s1@acme.example");
  EXPECT_EQ(alerts.quiet->from, 22 * 60);
  EXPECT_EQ(alerts.quiet->until, 6 * 60 + 30);
  EXPECT_EQ(alerts.quiet->zone.offset_at(1'780'000'000), 7200);
}

/// The engine has no such connector: the first credit led to nothing, or the start to an exception.
TEST(ConfigLoad, GivesAConnectorThatNotifiesNothingElseToDoAndNoOtherAChannel) {
  Manifests sheets = manifests();
  Manifest& both = sheets.at("voucherify");
  both.roles = {"platform", "notify"};
  both.operations.emplace("notify", sheets.at("chatter").operations.at("notify"));
  both.operations.emplace("pull_customers", OperationSheet());
  TempFolder folder;
  auto said = [&](const std::string& role) {
    std::string text = kMinimal;
    text.replace(text.find("role = \"platform\""), 17, "role = \"" + role + "\"");
    text += R"(
[identity]
lookup = ["cards"]
[identity.customers]
from = "cards"
[[route]]
name = "all"
when = { event = "credit.issued", from = "register" }
hops = [{ to = "cards", do = "issue" }]
[alerts.channel.chat]
kind = "connector"
connector = "cards"
)";
    auto loaded = load(folder.write("handoff.toml", text), catalogue(sheets));
    return loaded ? "" : render(loaded.error());
  };
  auto times = [](const std::string& text, const std::string& part) {
    return (text.size() - without(text, part).size()) / part.size();
  };
  const std::string tells = "cards has the role notify: it tells people, and nothing else is asked of it";
  const std::string works = "cards has the role platform: it does not tell people";
  EXPECT_EQ(times(said("notify"), tells), 4u) << "authority, lookup, customers, hop:\n" << said("notify");
  EXPECT_EQ(times(said("notify"), works), 0u) << said("notify");
  EXPECT_EQ(times(said("platform"), works), 1u) << said("platform");
  EXPECT_EQ(times(said("platform"), tells), 0u) << said("platform");
}

TEST(ConfigLoad, ContactsOfSeveralFilesAddUp) {
  TempFolder folder;
  folder.write("a.toml", kMinimal);
  std::string channel =
      "[alerts.channel.post]\nkind = \"mail\"\nhost = \"smtp.acme.example\"\nfrom = \"h@acme.example\"\n";
  auto contact = [](const std::string& name) {
    return "[contacts." + name + "]\nroles = [\"ops\"]\ntell = [{ channel = \"post\", to = [\"" + name +
           "@acme.example\"] }]\n";
  };
  folder.write("b.toml", channel + contact("one"));
  folder.write("c.toml", contact("two"));
  EXPECT_EQ(accepted(folder.path()).alerts.contacts.size(), 2u);
}

TEST(ConfigLoad, TakesTheOnlyRoleOfAPlugin) { EXPECT_EQ(example().connector("books")->role, Role::erp); }

TEST(ConfigLoad, RemembersWhereValuesStand) {
  TempFolder folder;
  std::filesystem::path file = folder.write("handoff.toml", kMinimal);
  Settings settings = accepted(file);
  EXPECT_EQ(text(settings.retailer.authority.at), file.string() + ":5:13");
  EXPECT_EQ(text(settings.connectors.at("cards").name.at), file.string() + ":6:12");
  EXPECT_EQ(text(settings.connectors.at("cards").secrets.at("app_token").at), file.string() + ":10:58");
}

TEST(ConfigLoad, CountsColumnsInCharacters) {
  TempFolder folder;
  std::filesystem::path file = folder.write("handoff.toml", "[stores]\n\"\u00e9\" = { regoin = \"US\" }\n");
  EXPECT_NE(refused(file).find("handoff.toml:2:9: error: unknown key \"regoin\""), std::string::npos) << refused(file);
}

TEST(ConfigLoad, KeepsDecimalsOfPluginSettingsAsWritten) {
  TempFolder folder;
  std::string text = std::string(kMinimal) +
                     "[connector.pay]\nplugin = \"stripe\"\nsecrets = { api_key = { env = \"K\" } }\n"
                     "settings = { fee = { account = \"a\", rate = 0.10 }, retries = 2 }\n";
  Settings settings = accepted(folder.write("handoff.toml", text));
  const json::Value& pay = settings.connectors.at("pay").settings;
  EXPECT_EQ(pay.at("fee").at("rate").number()->text(), "0.10");
  EXPECT_EQ(pay.at("retries").as_integer(), 2);
}

TEST(ConfigLoad, MergesTheFilesOfAFolder) {
  TempFolder folder;
  folder.write("10-base.toml", kMinimal);
  folder.write("20-shop.toml",
               "[connector.shop]\nplugin = \"shopify\"\nrole = \"storefront\"\nsettings = { shop = \"acme\" }\n"
               "secrets = { access_token = { file = \"keys/shop\" } }\n[stores.S1]\n");
  folder.write("30-routes.toml",
               "[[route]]\nname = \"b\"\nwhen = { event = \"credit.issued\", balance_type = [\"promo\"] }\n"
               "hops = [{ to = \"cards\", do = \"issue\" }]\n");
  folder.write("40-routes.toml",
               "[[route]]\nname = \"a\"\nwhen = { event = \"credit.issued\", balance_type = [\"general\"] }\n"
               "hops = [{ to = \"cards\", do = \"issue\" }]\n");
  folder.write("notes.txt", "not [ toml");
  Settings settings = accepted(folder.path());
  EXPECT_EQ(settings.connectors.size(), 2u);
  EXPECT_EQ(*settings.stores.at("S1").region, "US");
  ASSERT_EQ(settings.routes.size(), 2u);
  EXPECT_EQ(*settings.routes[0].name, "b");
  EXPECT_EQ(settings.connectors.at("shop").secrets.at("access_token").where, (folder.path() / "keys/shop").string());
}

TEST(ConfigLoad, RefusesAFolderWithoutToml) {
  TempFolder folder;
  EXPECT_EQ(refused(folder.path()), folder.path().string() + ": error: no .toml file in this folder\n");
}

TEST(ConfigLoad, RefusesAMissingFile) {
  TempFolder folder;
  std::string path = (folder.path() / "handoff.toml").string();
  EXPECT_EQ(refused(path), path + ": error: no such file or folder; name the configuration: -c FILE\n");
}

TEST(ConfigLoad, RefusesAHugeFile) {
  TempFolder folder;
  std::filesystem::path file = folder.write("handoff.toml", std::string((1u << 20) + 1, '\n'));
  EXPECT_EQ(refused(file), file.string() + ": error: larger than 1 MiB; split it into files of one folder\n");
}

TEST(ConfigLoad, SurvivesDeepNesting) {
  TempFolder folder;
  std::filesystem::path file = folder.write("handoff.toml", "a = " + std::string(5000, '['));
  EXPECT_NE(refused(file).find("error"), std::string::npos);
}

TEST(ConfigLoad, AcceptsACopyOfValueWithAWindow) {
  TempFolder folder;
  std::string text =
      std::string(kMinimal) +
      "[connector.shop]\nplugin = \"shopify\"\nrole = \"storefront\"\nsettings = { shop = \"acme\" }\n"
      "secrets = { access_token = { env = \"K\" } }\n"
      "[[route]]\nname = \"r\"\nwhen = { event = \"credit.issued\", balance_type = [\"general\"] }\nhops = [\n"
      "{ to = \"cards\", do = \"issue\" },\n"
      "{ to = \"shop\", do = \"issue\", after = [\"cards\"], value = \"copy\", window = \"24h\" },\n]\n";
  Settings settings = accepted(folder.write("handoff.toml", text));
  EXPECT_EQ(settings.routes.at(0).hop("shop.issue")->copy_window, Duration(24h));
}

TEST(ConfigLoad, TakesTheRegisterApiAsASource) {
  TempFolder folder;
  std::string text =
      std::string(kMinimal) +
      "[[route]]\nname = \"r\"\nwhen = { event = \"credit.issued\", from = \"register\", balance_type = [\"general\"] }\n"
      "hops = [{ to = \"cards\", do = \"issue\" }]\n";
  Settings settings = accepted(folder.write("handoff.toml", text));
  EXPECT_EQ(*settings.routes.at(0).when.from.at(0), kRegisterSource);
}

TEST(ConfigLoad, FindsPluginDirectoriesBeforeLoading) {
  TempFolder folder;
  std::filesystem::path file = folder.write("handoff.toml", kMinimal);
  EXPECT_EQ(plugin_directories(file), std::vector{folder.path() / "plugins"});
  EXPECT_EQ(plugin_directories(folder.path()), std::vector{folder.path() / "plugins"});
  file = folder.write("handoff.toml", "[plugins]\ndirectories = [\"lib\", \"/opt/handoff\"]\n");
  std::vector<std::filesystem::path> expected = {folder.path() / "lib", "/opt/handoff"};
  EXPECT_EQ(plugin_directories(file), expected);
  EXPECT_EQ(plugin_directories(file, {"/usr/lib/handoff/plugins"}), expected);
}

TEST(ConfigLoad, LooksForPluginsBesideItselfAndThenWhereHandoffKeepsItsOwn) {
  TempFolder folder;
  std::vector<std::filesystem::path> expected = {folder.path() / "plugins", "/usr/lib/handoff/plugins"};
  EXPECT_EQ(plugin_directories(folder.write("handoff.toml", kMinimal), {"/usr/lib/handoff/plugins"}), expected);
}

TEST(ConfigDiagnostics, HaveAMachineForm) {
  Diagnostics one = {{Position{"a.toml", 3, 7}, Severity::warning, "what", "instead"}};
  EXPECT_EQ(json::write(to_json(one)),
            R"([{"file":"a.toml","line":3,"col":7,"severity":"warning","message":"what","hint":"instead"}])");
  EXPECT_EQ(render(one), "a.toml:3:7: warning: what; instead\n");
}

TEST(ConfigDiagnostics, AreSortedByPlace) {
  Diagnostics all = {{Position{"b", 1, 1}, Severity::error, "4", ""},
                     {Position{"a", 10, 2}, Severity::error, "3", ""},
                     {Position{"a", 2, 9}, Severity::error, "1", ""},
                     {Position{"a", 2, 9}, Severity::error, "2", ""}};
  sort(all);
  EXPECT_EQ(render(all), "a:2:9: error: 1\na:2:9: error: 2\na:10:2: error: 3\nb:1:1: error: 4\n");
}

}  // namespace
}  // namespace handoff::config::testing
