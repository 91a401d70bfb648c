#include "tests/golden/fixture.hpp"

#include <cstring>

namespace handoff::golden {
namespace {

/// The golden configuration asks nobody who a customer is, and hears so each time.
std::string but_for_that(const std::string& said) {
  std::string out;
  for (std::size_t at = 0; at < said.size();) {
    std::size_t end = said.find('\n', at) + 1;
    std::string line = said.substr(at, end - at);
    if (line.find("nobody is asked who a customer is") == std::string::npos) out += line;
    at = end;
  }
  return out;
}

TEST_F(Cli, LintOfAFineConfiguration) {
  Ran ran = run({"lint", config(), "--no-secrets"});
  EXPECT_EQ(ran.exit, 0) << ran.out;
  EXPECT_EQ(
      ran.out,
      "DIR/handoff.toml:16:8: warning: nobody is asked who a customer is, so each credit of route \"register-credit\" waits for "
      "a person to link it; add a connector that can find customers, and write [identity] lookup = [\"its name\"]\n"
      "DIR/handoff.toml: fine: 1 connector, 1 route, 0 tests\n");
}

TEST_F(Cli, LintReadsSecretsUnlessToldNotTo) {
  unsetenv("GOLDEN_KEY");
  Ran ran = run({"lint", config()});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_NE(ran.out.find("environment variable GOLDEN_KEY is not set"), std::string::npos) << ran.out;
}

TEST_F(Cli, LintSaysInOneRunWhatIsWrongInTheTextAndWithTheSecrets) {
  unsetenv("GOLDEN_KEY");
  std::string text = contents(config());
  text.replace(text.find("register-credit"), 15, "Register Credit");
  write_file(config(), text);
  Ran ran = run({"lint", config()});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_NE(ran.out.find("environment variable GOLDEN_KEY is not set"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("Register Credit"), std::string::npos) << ran.out;
}

TEST_F(Cli, LintSaysWhichSecretCannotDoWhatItIsFor) {
  setenv("GOLDEN_KEY", "golden-s3cret\nof two lines", 1);
  EXPECT_EQ(but_for_that(run({"lint", config()}).out),
            "DIR/handoff.toml:11:12: error: connector cards: auth: the secret for Authorization cannot stand in a "
            "header\n");
  std::string text = contents(config());
  text.replace(text.find(HANDOFF_GOLDEN_PLUGINS), std::strlen(HANDOFF_GOLDEN_PLUGINS), HANDOFF_GOLDEN_LOCKED);
  text.replace(text.find("\"picky\""), 7, "\"locked\"");
  write_file(config(), text);
  Ran ran = run({"lint", config()});
  unsetenv("GOLDEN_KEY");
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(but_for_that(ran.out),
            "DIR/handoff.toml:14:27: error: cards.secrets.key: it is no private key in PEM without a passphrase; write "
            "the key whose public half the vendor has: RSA or P-256, in PEM\n");
}

TEST_F(Cli, LintPassesOnWhatTheConnectorSays) {
  std::string text = contents(config());
  text.replace(text.find("\"main\""), 6, "\"closed\"");
  write_file(config(), text);
  Ran ran = run({"lint", config(), "--no-secrets"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(but_for_that(ran.out),
            "DIR/handoff.toml:11:12: error: connector cards: settings/shop: \"closed\" is no shop that can be "
            "opened\n");
}

TEST_F(Cli, LintRefusesAnAddressWithWhichTheHubDoesNotStart) {
  std::string text = contents(config());
  text.replace(text.find("{ shop"), 6, "{ base_url = \"https://picky.example:70000\", shop");
  write_file(config(), text);
  Ran ran = run({"lint", config(), "--no-secrets"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_NE(ran.out.find("DIR/handoff.toml:11:12: error: connector cards: settings.base_url: the port is not a number "
                         "from 1 to 65535; write https://HOST"),
            std::string::npos)
      << ran.out;
}

TEST_F(Cli, LintRunsAConnectorWhereTheConfigurationSays) {
  std::string text = contents(config());
  for (const char* where : {"none", "process"}) {
    std::string line = std::string("plugin = \"picky\"\nisolation = \"") + where + "\"";
    std::string changed = text;
    changed.replace(changed.find("plugin = \"picky\""), 16, line);
    write_file(config(), changed);
    EXPECT_EQ(run({"lint", config(), "--no-secrets"}).exit, 0) << where;
    changed.replace(changed.find("\"main\""), 6, "\"closed\"");
    write_file(config(), changed);
    EXPECT_EQ(but_for_that(run({"lint", config(), "--no-secrets"}).out),
              "DIR/handoff.toml:11:12: error: connector cards: settings/shop: \"closed\" is no shop that can be "
              "opened\n")
        << where;
  }
}

TEST_F(Cli, LintTakesOnlyTheFileWithTheHashInTheConfiguration) {
  Ran inspected = run({"connector", "inspect", "picky", "--plugins", HANDOFF_GOLDEN_PLUGINS, "--json"});
  std::string known(json::parse(inspected.out)->at("sha256").as_string());
  ASSERT_EQ(known.size(), 64u) << inspected.out;
  std::string text = contents(config());
  for (const char* where : {"none", "process"}) {
    auto with = [&](const std::string& hash) {
      std::string changed = text;
      changed.insert(changed.find("[[route]]"),
                     std::string("isolation = \"") + where + "\"\nsha256 = \"" + hash + "\"\n");
      write_file(config(), changed);
      return run({"lint", config(), "--no-secrets"});
    };
    EXPECT_EQ(with(known).exit, 0) << where;
    std::string other = known;
    other[0] = other[0] == '0' ? '1' : '0';
    EXPECT_EQ(but_for_that(with(other).out),
              "DIR/handoff.toml:16:10: error: connector cards: PLUGINS/libhandoff-picky.so has another SHA-256 than "
              "the one written here; if you know who changed the file, write sha256 = \"" +
                  known + "\"\n")
        << where;
  }
}

/// A slip, or a newer SDK's: said in the same words by inspect, and by the daemon, which logs what lint warns of.
TEST_F(Cli, LintAndInspectNameWhatASheetSaysInVain) {
  std::string file = contents(HANDOFF_GOLDEN_PLUGINS "/libhandoff-picky.so");
  file.replace(file.find("\"status\": \"tested"), 8, "\"statuz\"");
  write_file(dir.file("libhandoff-picky.so"), file);
  std::string text = contents(config());
  text.replace(text.find(HANDOFF_GOLDEN_PLUGINS), std::strlen(HANDOFF_GOLDEN_PLUGINS), dir.path().string());
  write_file(config(), text);
  const std::string said = "statuz: is no member of a sheet, and counts for nothing; did you mean \"status\"?";
  Ran lint = run({"lint", config(), "--no-secrets"});
  EXPECT_EQ(lint.exit, 0) << lint.out;
  EXPECT_NE(lint.out.find("handoff.toml:12:10: warning: connector.json of picky: " + said), std::string::npos)
      << lint.out;
  Ran inspected = run({"connector", "inspect", dir.file("libhandoff-picky.so")}, 0);
  EXPECT_NE(inspected.out.find("Not understood\n  " + said), std::string::npos) << inspected.out;
  Ran view = run({"connector", "inspect", dir.file("libhandoff-picky.so"), "--json"});
  EXPECT_EQ(json::parse(view.out)->at("not_understood").at(0).as_string(), said);
}

/// A copy that was cut off, in the folder that comes first.
TEST_F(Cli, LintSaysWhichConnectorFileCannotBeReadAndWhichOneRunsInstead) {
  write_file(dir.file("libhandoff-picky.so"), "half of it");
  std::string text = contents(config());
  text.replace(text.find("directories = ["), 15, "directories = [\"" + dir.path().string() + "\", ");
  write_file(config(), text);
  EXPECT_EQ(but_for_that(run({"lint", config(), "--no-secrets"}).out),
            "DIR/handoff.toml:12:10: warning: DIR/libhandoff-picky.so: cannot be read as a connector: is no 64-bit ELF "
            "file; PLUGINS/libhandoff-picky.so is used instead; put a whole one there, or take it away\n"
            "DIR/handoff.toml: fine: 1 connector, 1 route, 0 tests\n");
}

TEST_F(Cli, LintSaysWhichFolderOfConnectorsIsNotThere) {
  std::string text = contents(config());
  text.replace(text.find(HANDOFF_GOLDEN_PLUGINS), std::strlen(HANDOFF_GOLDEN_PLUGINS), "/nope");
  write_file(config(), text);
  Ran ran = run({"lint", config(), "--no-secrets"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(ran.out.starts_with(
      "DIR/handoff.toml:10:16: warning: no connector can be found in /nope: No such file or directory; "
      "correct it, or take it out\nDIR/handoff.toml:12:10: error: no plugin \"picky\""))
      << ran.out;
}

TEST_F(Cli, LintSaysEverythingAtOnceAndForPrograms) {
  std::string text = contents(config());
  text.replace(text.find("shop = "), 7, "shpo = ");
  text.replace(text.find("deadline"), 8, "deadlne ");
  write_file(config(), text);
  Ran ran = run({"lint", config(), "--no-secrets"});
  EXPECT_EQ(ran.exit, 1);
  expect_text("lint_wrong", ran);
  expect_text("lint_wrong_json", run({"lint", config(), "--no-secrets", "--json"}));
}

TEST_F(Cli, LintOfAMissingFile) {
  Ran ran = run({"lint", dir.file("none.toml")});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_EQ(ran.err, "DIR/none.toml: error: no such file or folder; name the configuration: -c FILE\n");
}

}  // namespace
}  // namespace handoff::golden
