// Each rule on small bad examples, and on the good ones beside them that it must leave alone.

#include <gtest/gtest.h>

#include "tests/tidy/rules.hpp"

namespace handoff::tidy {
namespace {

std::string told(const Findings& findings) {
  std::string out;
  for (const Finding& finding : findings) out += finding.text() + "\n";
  return out;
}
std::string arrows(const char* path, const char* text) { return told(broken_arrows(Source(path, text))); }
std::string libraries(const char* path, const char* text) { return told(strange_libraries(Source(path, text))); }
std::string calls(const char* path, const char* text) { return told(banned_calls(Source(path, text))); }
bool bans(const char* path, const char* text) { return !calls(path, text).empty(); }

TEST(TidyLexer, BlanksCommentsAndLiteralsLineForLine) {
  EXPECT_EQ(blanked("a // b\nc"), "a     \nc");
  EXPECT_EQ(blanked("a /* b\nc */ d"), "a     \n     d");
  EXPECT_EQ(blanked("f(\"time(\")"), "f(\"     \")");
  EXPECT_EQ(blanked("\"\\\"x\" y"), "\"   \" y");
  EXPECT_EQ(blanked("R\"q(a\"b)q\" y"), "R\"         y");
  EXPECT_EQ(blanked("10'000 + '\\'' + x"), "10'000 + '  ' + x");
}

TEST(TidyArrows, LetEnginesUseNetAndNotTheOtherWayRound) {
  EXPECT_EQ(arrows("core/engine/a.cpp", "#include \"core/net/transport.hpp\"\n"), "");
  EXPECT_EQ(arrows("core/net/a.cpp", "\n#include \"core/engine/engine.hpp\"\n"),
            "core/net/a.cpp:2: core/net includes core/engine; it may include crypto, log, model; turn the dependency "
            "around or pass a value\n");
  EXPECT_NE(arrows("core/journal/a.cpp", "#include \"core/routing/route.hpp\"\n"), "");
  EXPECT_NE(arrows("core/model/a.hpp", "#  include \"core/config/load.hpp\"\n"), "");
  EXPECT_NE(arrows("core/crypto/a.hpp", "#include \"core/model/http.hpp\"\n"), "");
  EXPECT_EQ(arrows("core/app/a.cpp", "#include \"core/serve/api.hpp\"\n"), "");
  EXPECT_NE(arrows("core/serve/a.cpp", "#include \"core/app/main.hpp\"\n"), "");
}

TEST(TidyArrows, AskForALineWhereAFolderIsNew) {
  EXPECT_EQ(arrows("core/magic/a.cpp", "#include <string>\n"),
            "core/magic/a.cpp: core/magic has no arrows; give it a line in tests/tidy/arrows.cpp\n");
}

TEST(TidyArrows, KeepConnectorsToTheSdk) {
  EXPECT_EQ(arrows("plugins/x/plugin.cpp", "#include <handoff/sdk/connector.hpp>\n#include \"mapping.hpp\"\n"), "");
  EXPECT_NE(arrows("plugins/x/plugin.cpp", "#include \"core/model/http.hpp\"\n"), "");
  EXPECT_NE(arrows("plugins/x/plugin.cpp", "#include <boost/json.hpp>\n"), "");
  EXPECT_NE(arrows("plugins/x/plugin.cpp", "#include \"plugins/y/mapping.hpp\"\n"), "");
  EXPECT_NE(arrows("plugins/x/plugin.cpp", "#include <handoff/testing/driver.hpp>\n"), "");
  EXPECT_EQ(arrows("plugins/x/tests/a_test.cpp", "#include <gtest/gtest.h>\n#include <handoff/testing/driver.hpp>\n"),
            "");
}

TEST(TidyArrows, LetNothingIncludeAConnectorAndTheSandboxShareNothing) {
  EXPECT_NE(arrows("core/app/a.cpp", "#include \"plugins/x/mapping.hpp\"\n"), "");
  EXPECT_NE(arrows("tests/unit/a_test.cpp", "#include \"plugins/x/mapping.hpp\"\n"), "");
  EXPECT_NE(arrows("examples/sandbox/a.cpp", "#include <handoff/sdk/json.hpp>\n"), "");
  EXPECT_NE(arrows("sdk/include/handoff/sdk/a.hpp", "#include \"core/model/http.hpp\"\n"), "");
}

TEST(TidyLibraries, AreSeenByTheirFolderOnly) {
  EXPECT_EQ(libraries("core/net/a.cpp", "#include <boost/asio/write.hpp>\n"), "");
  EXPECT_EQ(
      libraries("core/engine/a.cpp", "#include <boost/asio/write.hpp>\n"),
      "core/engine/a.cpp:1: <boost/asio/write.hpp> belongs to core/net/ alone; use net::Transport, net::Server or "
      "net::IoLoop\n");
  EXPECT_NE(libraries("core/engine/a.cpp", "#include <sqlite3.h>\n"), "");
  EXPECT_NE(libraries("core/net/a.cpp", "#include <toml++/toml.h>\n"), "");
  EXPECT_NE(libraries("core/net/a.cpp", "#include <spdlog/spdlog.h>\n"), "");
  EXPECT_NE(libraries("core/net/a.cpp", "#include <curl/curl.h>\n"), "");
  EXPECT_EQ(libraries("core/net/a.cpp", "#include <vector>\n#include <handoff/abi.h>\n"), "");
}

TEST(TidyHeaders, ComeFirstInTheirOwnSource) {
  std::vector<Source> tree = {Source("core/net/a.hpp", ""), Source("core/net/b.hpp", "")};
  EXPECT_TRUE(own_header_not_first(Source("core/net/a.cpp", "// x\n#include \"core/net/a.hpp\"\n"), tree).empty());
  EXPECT_FALSE(own_header_not_first(Source("core/net/a.cpp", "#include \"core/net/b.hpp\"\n"), tree).empty());
  EXPECT_TRUE(own_header_not_first(Source("core/net/c.cpp", "#include \"core/net/b.hpp\"\n"), tree).empty());
}

TEST(TidyVendors, AreFoundAsWordsWhateverTheirCase) {
  EXPECT_FALSE(vendor_names(Source("core/a.cpp", "// as Square does\n")).empty());
  EXPECT_FALSE(vendor_names(Source("sdk/a.hpp", "\"X-SHOPIFY-Token\"\n")).empty());
  EXPECT_FALSE(vendor_names(Source("core/a.cpp", "business_central\n")).empty());
  EXPECT_TRUE(vendor_names(Source("core/a.cpp", "squared, pinstripes, cloverleaf\n")).empty());
  EXPECT_TRUE(vendor_names(Source("plugins/square/a.cpp", "square\n")).empty());
}

TEST(TidyCalls, KnowChance) {
  EXPECT_EQ(calls("core/a.cpp", "std::random_device device;\n"),
            "core/a.cpp:1: 'random_device' is not used here; take engine::Random in the engine, crypto::FillRandom for "
            "keys: one seed must repeat a whole run\n");
  EXPECT_TRUE(bans("plugins/x/a.cpp", "int x = rand();\n"));
  EXPECT_FALSE(bans("core/a.cpp", "// rand()\nint brand = f(\"rand()\");\n"));
}

TEST(TidyCalls, KnowClocks) {
  EXPECT_TRUE(bans("core/a.cpp", "auto t = time(nullptr);\n"));
  EXPECT_TRUE(bans("core/a.cpp", "return std::time(0);\n"));
  EXPECT_TRUE(bans("core/a.cpp", "f(::time(0));\n"));
  EXPECT_TRUE(bans("core/a.cpp", "return time(0);\n"));
  EXPECT_TRUE(bans("core/a.cpp", "std::chrono::system_clock::now();\n"));
  EXPECT_TRUE(bans("core/engine/a.cpp", "std::chrono::steady_clock::now();\n"));
  EXPECT_FALSE(bans("core/net/connection.cpp", "std::chrono::steady_clock::now();\n"));
  EXPECT_FALSE(bans("core/a.cpp", "row.time(1); row->time(1); own::time(1); int time(int); time = 1;\n"));
  EXPECT_FALSE(bans("core/app/clock.cpp", "std::chrono::system_clock::now();\n"));
}

TEST(TidyCalls, KnowTheRest) {
  EXPECT_TRUE(bans("core/net/a.cpp", "getenv(\"X\");\n"));
  EXPECT_FALSE(bans("core/config/a.cpp", "std::getenv(name);\n"));
  EXPECT_TRUE(bans("core/a.cpp", "std::this_thread::sleep_for(1s);\n") || bans("core/a.cpp", "sleep(1);\n"));
  EXPECT_TRUE(bans("plugins/x/a.cpp", "double amount = 0;\n"));
  EXPECT_FALSE(bans("plugins/x/tests/a.cpp", "double amount = 0;\n"));
  EXPECT_TRUE(bans("core/a.cpp", "std::snprintf(b, 1, \"x\");\n"));
  EXPECT_TRUE(bans("core/a.cpp", "exit(1);\n"));
  EXPECT_TRUE(bans("core/a.cpp", "auto* x = new Thing();\n"));
  EXPECT_FALSE(bans("core/a.cpp", "std::unique_ptr<Thing> x(new Thing());\n"));
  EXPECT_FALSE(bans("core/app/a.cpp", "Poco::Net::Context::Ptr x(new Poco::Net::Context());\n"));
  EXPECT_FALSE(bans("core/a.cpp", "// a new thing\nint renewed;\n"));
}

TEST(TidyCalls, SeeTheSleepOfAThread) { EXPECT_TRUE(bans("core/a.cpp", "std::this_thread::sleep_for(ms);\n")); }

TEST(TidyPaths, OfOneMachineAreFound) {
  EXPECT_FALSE(machine_paths(Source("docs/a.md", "see /home/jo/handoff\n")).empty());
  EXPECT_FALSE(machine_paths(Source("core/a.cpp", "\"/tmp/x\"\n")).empty());
  EXPECT_TRUE(
      machine_paths(Source("docs/a.md", "https://x.example/home/ and ${dir}/work/ and /etc/handoff\n")).empty());
}

TEST(TidyMarks, AreFoundAsWords) {
  EXPECT_FALSE(left_over_marks(Source("core/a.cpp", "// TODO: later\n")).empty());
  EXPECT_TRUE(left_over_marks(Source("core/a.cpp", "int TODOS;\n")).empty());
}

TEST(TidyLayout, NamesALongFile) {
  std::string long_text(601, '\n');
  EXPECT_NE(told(long_files({Source("core/a.cpp", long_text)})).find("core/a.cpp"), std::string::npos);
  EXPECT_EQ(told(long_files({Source("core/a.cpp", std::string(600, '\n'))})), "");
  EXPECT_EQ(told(long_files({Source("docs/a.md", long_text)})), "");
}

TEST(TidyLayout, AsksForTheSourceOfAFixture) {
  Source fixture("plugins/x/fixtures/a.json", "{}");
  EXPECT_FALSE(fixtures_without_source({fixture}).empty());
  EXPECT_FALSE(fixtures_without_source({fixture, Source("plugins/x/fixtures/SOURCES.md", "b.json")}).empty());
  EXPECT_TRUE(fixtures_without_source({fixture, Source("plugins/x/fixtures/SOURCES.md", "| a.json | x |")}).empty());
}

TEST(TidyDocuments, FollowLinksToFilesAndHeadings) {
  Source page("docs/b.md", "# One two: three\n");
  auto said = [&](const char* text) { return told(dead_links({Source("docs/a.md", text), page})); };
  EXPECT_EQ(said("[b](b.md) [c](b.md#one-two-three) [d](https://x.example/y) [e](../docs/)\n"), "");
  EXPECT_EQ(said("\n[x](gone.md)\n"),
            "docs/a.md:2: the link to docs/gone.md leads nowhere; correct it, or write the page\n");
  EXPECT_NE(said("[x](b.md#four)\n"), "");
  EXPECT_EQ(said("```cpp\n[](int x)\n```\nand `[](x)`\n"), "");
}

TEST(TidyDocuments, KnowEveryRuleThatIsCited) {
  Source page("docs/concepts/invariants.md",
              "## F. No answer\n| M1 | money |\n| K1 to K16 | crashes |\n| P7 | proof |\n");
  auto said = [&](const char* path, const char* text) { return told(unknown_rules({Source(path, text), page})); };
  EXPECT_EQ(said("core/a.cpp", "// M1, P7 (INVARIANTS F, INVARIANTS K12)\n"), "");
  EXPECT_EQ(said("docs/a.md", "p95 is P95, and R2-D2 is no rule\n"), "");
  EXPECT_EQ(said("core/a.cpp", "int M9 = 0;\n"), "");
  EXPECT_EQ(said("core/a.cpp", "// held (M9)\n"),
            "core/a.cpp:1: M9 is a rule that nobody wrote down; write it into docs/concepts/invariants.md\n");
  EXPECT_NE(said("docs/a.md", "see INVARIANTS Q\n"), "");
  EXPECT_NE(said("docs/a.md", "see INVARIANTS K17\n"), "");
}

TEST(TidyDocuments, QuoteCodeLineForLineAtAnyIndentation) {
  Source code("examples/x/a.cpp", "void f() {\n  int a = 1;\n  int b = 2;\n}\n");
  auto said = [&](const std::string& text) { return told(code_not_from_files({Source("docs/a.md", text), code})); };
  EXPECT_EQ(said("<!-- from: examples/x/a.cpp -->\n```cpp\nint a = 1;\nint b = 2;\n```\n"), "");
  EXPECT_NE(said("<!-- from: examples/x/a.cpp -->\n```cpp\nint a = 2;\n```\n"), "");
  EXPECT_NE(said("<!-- from: examples/x/b.cpp -->\n```cpp\nint a = 1;\n```\n"), "");
  EXPECT_NE(said("```cpp\nint a = 1;\n```\n"), "");
  EXPECT_EQ(said("```text\nint a = 1;\n```\n"), "");
}

TEST(TidyDocuments, SayForEachCommandWhetherItIsRun) {
  auto said = [](const char* text) { return told(unmarked_commands(Source("docs/a.md", text))); };
  EXPECT_EQ(said("<!-- run -->\n```sh\ntrue\n```\n"), "");
  EXPECT_EQ(said("<!-- not run: needs a daemon -->\n```sh\ntrue\n```\n"), "");
  EXPECT_NE(said("```sh\ntrue\n```\n"), "");
  EXPECT_NE(said("<!-- not run: -->\n```sh\ntrue\n```\n"), "");
  EXPECT_NE(said("<!-- run -->\nWords.\n```sh\ntrue\n```\n"), "");
}

}  // namespace
}  // namespace handoff::tidy
