// connector new and connector test, as far as they run nothing: what they say, and how they end.

#include <filesystem>

#include "tests/golden/fixture.hpp"

namespace handoff::golden {
namespace {

TEST_F(Cli, ListsTheCasesOfTheKit) {
  Ran ran = run({"connector", "test", "--list"});
  EXPECT_EQ(ran.exit, 0);
  expect_file(HANDOFF_EXPECTED "/connector_cases.txt", ran.out);
}

TEST_F(Cli, SaysWhatIsMissingToTestAConnector) {
  Ran none = run({"connector", "test"});
  EXPECT_EQ(none.exit, 2);
  EXPECT_EQ(none.err, "handoff: which connector? give its .so file\n");
  Ran nowhere = run({"connector", "test", "nowhere.so"});
  EXPECT_EQ(nowhere.exit, 3);
  EXPECT_EQ(nowhere.err, "handoff: nowhere.so: no such file\n");
  Ran unknown = run({"connector", "test", HANDOFF_GOLDEN_PLUGINS "/libhandoff-acme.so", "--only", "luck"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_EQ(unknown.err, "handoff: there is no case 'luck'; see: handoff connector test --list\n");
}

TEST_F(Cli, NamesTheFolderThatCassettesAreLookedForIn) {
  Ran ran = run({"connector", "test", HANDOFF_GOLDEN_PLUGINS "/libhandoff-acme.so"});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_NE(ran.err.find("name the folder with --cassettes DIR"), std::string::npos) << ran.err;
}

/// One case of each fate: found, accepted with a reason, passed. The connector's steps neither ask nor end.
TEST_F(Cli, ReportsWhatTheKitFindsForPeopleAndForPrograms) {
  std::string folder = dir.file("conformance");
  std::filesystem::create_directory(folder);
  write_file(folder + "/settings.json", R"({"shop": "main"})");
  write_file(folder + "/check.json",
             R"({"operation": "check", "says": "The key is taken.", "source": "none: a test's", "input": {},
    "exchanges": [{"label": "look", "request": {"method": "GET", "target": "/"}, "reply": {"status": 200, "json": {}}}],
    "expect": {"end": "done"}})");
  write_file(folder + "/waivers.json",
             R"([{"case": "cassettes", "cassette": "", "reason": "The vendor's answers are not published yet."}])");
  std::vector<std::string> words = {"connector", "test", HANDOFF_GOLDEN_PLUGINS "/libhandoff-picky.so", "--cassettes",
                                    folder};
  for (const char* one : {"sheet", "cassettes", "plays", "webhook"}) words.insert(words.end(), {"--only", one});
  Ran text = run(words, 80);
  EXPECT_EQ(text.exit, 1) << text.err;
  expect_file(HANDOFF_EXPECTED "/connector_test.txt", text.out);
  words.emplace_back("--json");
  Ran json = run(words);
  EXPECT_EQ(json.exit, 1) << json.err;
  expect_file(HANDOFF_EXPECTED "/connector_test_json.txt", json.out);
}

TEST_F(Cli, StartsAConnectorAndWritesOverNothing) {
  std::string folder = dir.file("linden_points");
  Ran ran = run({"connector", "new", "linden_points", "--role", "pos", "--directory", folder});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  expect_file(HANDOFF_EXPECTED "/connector_new.txt", ran.out);
  EXPECT_NE(contents(folder + "/plugin.cpp").find("class LindenPoints {"), std::string::npos);
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder))
    if (file.is_regular_file()) {
      EXPECT_EQ(contents(file.path().string()).find("@name@"), std::string::npos) << file.path();
      EXPECT_EQ(contents(file.path().string()).find("@Class@"), std::string::npos) << file.path();
    }
  Ran again = run({"connector", "new", "linden_points", "--role", "pos", "--directory", folder});
  EXPECT_EQ(again.exit, 3);
  EXPECT_EQ(again.err, "handoff: DIR/linden_points: is there already, and not empty\n");
}

TEST_F(Cli, TakesNoNameThatIsNoId) {
  for (const char* name : {"Linden", "9lives", "a-b", "x", "../up"}) {
    Ran ran = run({"connector", "new", name, "--role", "pos"});
    EXPECT_EQ(ran.exit, 2) << name;
    EXPECT_NE(ran.err.find("is no id: 2 to 40 lower-case letters"), std::string::npos) << ran.err;
  }
  Ran own = run({"connector", "new", "handoff", "--role", "pos"});
  EXPECT_EQ(own.exit, 2);
  EXPECT_NE(own.err.find("'handoff' is the hub's own name"), std::string::npos) << own.err;
}

}  // namespace
}  // namespace handoff::golden
