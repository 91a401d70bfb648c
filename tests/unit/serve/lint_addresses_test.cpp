#include "core/serve/lint_addresses.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace handoff::serve {
namespace {

json::Value parsed(const char* text) { return *json::parse(text); }

class LintAddresses : public ::testing::Test {
 protected:
  config::Connector& connector(const char* auth, json::Object connector_settings) {
    sheet_.auth = parsed(auth);
    config::Connector& one = settings_.connectors["cards"];
    one.name = config::Text("cards", {});
    one.manifest = &sheet_;
    one.settings = json::Value(std::move(connector_settings));
    return one;
  }
  std::string said(bool resolved = true) {
    config::Diagnostics out;
    check_addresses(settings_, resolved, out);
    std::string text;
    for (const config::Diagnostic& one : out) text += one.message + "\n";
    return text;
  }
  static config::Secret secret(const char* name, const char* value) {
    config::Secret out;
    out.name = name;
    out.value = config::SecretText(value);
    return out;
  }

  Manifest sheet_;
  config::Settings settings_;
};

TEST_F(LintAddresses, OfAConnectorAreThoseWithWhichTheHubStarts) {
  auto with = [&](const char* base) {
    json::Object set;
    set.set("base_url", base);
    connector("{}", std::move(set));
    return said();
  };
  EXPECT_EQ(with("https://acme.example:8443/v1"), "");
  EXPECT_EQ(with("https://acme.example:70000"),
            "connector cards: settings.base_url: the port is not a number from 1 to 65535\n");
  EXPECT_EQ(with("https://acme.example/?x=1"), "connector cards: settings.base_url: a base URL has no query\n");
  EXPECT_EQ(with("https://m\u00fcller.example"), "connector cards: settings.base_url: the host is not readable\n");
}

TEST_F(LintAddresses, OfATokenAreLookedAtWithoutTheSecretsToo) {
  json::Object set;
  set.set("token_at", "https://acme.example:0/token");
  connector(R"({"scheme": "oauth2_client_credentials", "token_url_setting": "token_at"})", std::move(set));
  EXPECT_EQ(said(false), "connector cards: settings.token_at: the port is not a number from 1 to 65535\n");
}

TEST_F(LintAddresses, ThatAreSecretsAreLookedAtAndNotQuoted) {
  config::Connector& chat = connector(R"({"scheme": "url", "url": "webhook_url"})", {});
  chat.secrets["webhook_url"] = secret("cards.secrets.webhook_url", "\"https://chat.example/T0P5ECRET\"");
  EXPECT_EQ(said(), "cards.secrets.webhook_url: write http:// or https:// in front\n");
  EXPECT_EQ(said(false), "");
  chat.secrets["webhook_url"] = secret("cards.secrets.webhook_url", "https://chat.example/T0P5ECRET?x=1");
  EXPECT_EQ(said(), "");
}

TEST_F(LintAddresses, OfAlertsMayHaveAQueryAndNoOtherPort) {
  config::Channel& channel = settings_.alerts.channels["desk"];
  channel.url = config::Text("https://desk.example?x=1", {});
  EXPECT_EQ(said(), "");
  channel.url = config::Text("https://desk.example:70000/x", {});
  EXPECT_EQ(said(false), "[alerts.channel.desk] url: the port is not a number from 1 to 65535\n");
  channel.url = {};
  channel.secret_url = secret("alerts.channel.desk.url", "desk.example");
  EXPECT_EQ(said(), "alerts.channel.desk.url: write http:// or https:// in front\n");
}

TEST_F(LintAddresses, ComeWithFilesThatTlsCanUse) {
  support::TempDir dir;
  std::ofstream(dir.file("ca.pem")) << "none";
  settings_.alerts.channels["desk"].ca_file = config::Text(dir.file("ca.pem"), {});
  EXPECT_TRUE(said().starts_with("[alerts.channel.desk] ca_file: tls: cannot read the CA file")) << said();
  EXPECT_EQ(said(false), "") << "they lie where the hub runs";
  settings_.alerts.channels.clear();
  settings_.listen.admin.tls.emplace();
  settings_.listen.admin.tls->cert = config::Text(dir.file("ca.pem"), {});
  settings_.listen.admin.tls->key = secret("[listen].admin.key", "none");
  EXPECT_TRUE(said().starts_with("[listen]: tls: cannot read the certificate")) << said();
}

}  // namespace
}  // namespace handoff::serve
