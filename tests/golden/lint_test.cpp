#include "tests/golden/fixture.hpp"

namespace handoff::golden {
namespace {

TEST_F(Cli, LintOfAFineConfiguration) {
  Ran ran = run({"lint", config(), "--no-secrets"});
  EXPECT_EQ(ran.exit, 0) << ran.out;
  EXPECT_EQ(ran.out, "DIR/handoff.toml: fine: 1 connector, 1 route, 0 tests\n");
}

TEST_F(Cli, LintReadsSecretsUnlessToldNotTo) {
  unsetenv("GOLDEN_KEY");
  Ran ran = run({"lint", config()});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_NE(ran.out.find("environment variable GOLDEN_KEY is not set"), std::string::npos) << ran.out;
}

TEST_F(Cli, LintPassesOnWhatTheConnectorSays) {
  std::string text = contents(config());
  text.replace(text.find("\"main\""), 6, "\"closed\"");
  write_file(config(), text);
  Ran ran = run({"lint", config(), "--no-secrets"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out,
            "DIR/handoff.toml:11:12: error: connector cards: settings/shop: \"closed\" is no shop that can be "
            "opened\n");
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
  EXPECT_EQ(ran.err, "handoff: DIR/none.toml: no such file or folder\n");
}

}  // namespace
}  // namespace handoff::golden
