// docs/reference/connectors: one page per connector, as `handoff connector inspect --markdown` prints it.

#include <algorithm>
#include <filesystem>

#include "tests/golden/fixture.hpp"

namespace handoff::golden {
namespace {

const std::filesystem::path kTree = HANDOFF_TREE;

std::string built(const std::string& name) { return HANDOFF_SHIPPED "/libhandoff-" + name + ".so"; }

std::vector<std::string> shipped() {
  std::vector<std::string> out;
  for (const auto& folder : std::filesystem::directory_iterator(kTree / "plugins"))
    if (folder.is_directory()) out.push_back(folder.path().filename().string());
  return out;
}

class PagesOfConnectors : public Cli {
 protected:
  Ran page(const std::string& name, const std::string& cassettes) {
    return run({"connector", "inspect", built(name), "--markdown", "--cassettes", cassettes});
  }
};

TEST_F(PagesOfConnectors, AreWhatTheToolPrints) {
  ASSERT_FALSE(shipped().empty());
  for (const std::string& name : shipped()) {
    Ran ran = page(name, (kTree / "plugins" / name / "conformance").string());
    ASSERT_EQ(ran.exit, 0) << name << ": " << ran.err;
    expect_file((kTree / "docs/reference/connectors" / (name + ".md")).string(), ran.out);
  }
}

TEST_F(PagesOfConnectors, AreThereForNothingElse) {
  std::vector<std::string> names = shipped();
  for (const auto& file : std::filesystem::directory_iterator(kTree / "docs/reference/connectors"))
    EXPECT_NE(std::ranges::find(names, file.path().stem().string()), names.end()) << file.path();
}

TEST_F(PagesOfConnectors, SayWhichCassetteCannotBeRead) {
  write_file(dir.file("check.json"), R"({"operation": "check", "exchanges": [{"label": "ask"}]})");
  Ran ran = page(shipped().front(), dir.path().string());
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find("check.json: "), std::string::npos) << ran.err;
}

TEST_F(Cli, MakesAPageOfAnyConnector) {
  std::filesystem::create_directory(dir.file("conformance"));
  write_file(dir.file("conformance/issue.json"), R"({
  "operation": "issue", "says": "Two <tries> of a|b * c.", "source": "spec: page 3",
  "exchanges": [
    {"label": "find-2-1", "reads": true, "request": {"method": "GET", "target": "/cards?ref=1"}, "reply": {"status": 200}},
    {"label": "find-2-2", "reads": true, "request": {"method": "GET", "target": "/other"}, "reply": {"status": 200}},
    {"label": "create-card", "request": {"method": "POST", "target": "/cards/{code}"}, "reply": {"status": 200}}
  ],
  "expect": {"end": "done"}
})");
  Ran ran = run({"connector", "inspect", HANDOFF_GOLDEN_PLUGINS "/libhandoff-acme.so", "--markdown", "--cassettes",
                 dir.file("conformance")});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  expect_file(HANDOFF_EXPECTED "/inspect_page.txt", ran.out);
  EXPECT_EQ(run({"connector", "inspect", "acme", "--cassettes", dir.file("conformance")}).exit, 2);
  EXPECT_EQ(run({"connector", "inspect", "acme", "--markdown", "--json"}).exit, 2);
}

}  // namespace
}  // namespace handoff::golden
