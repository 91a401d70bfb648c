// docs/reference/connector-json.md names every member, and every word for one, that the hub reads.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace handoff {
namespace {

std::string text_at(const std::string& path) {
  std::ifstream file(std::filesystem::path(TREE) / path);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

/// What stands in the first group of each match.
std::set<std::string> words_in(const std::string& text, const std::string& pattern) {
  std::set<std::string> out;
  const std::regex expression(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) out.insert((*at)[1]);
  return out;
}

TEST(ThePageOfConnectorJson, NamesWhatTheHubReads) {
  const std::string page = text_at("docs/reference/connector-json.md");
  const std::string reader = text_at("core/model/manifest.cpp");
  std::set<std::string> read = words_in(reader, R"re((?:in|at)\("([a-z_]+)"\))re");
  EXPECT_GT(read.size(), 40u);  // else the pattern no longer fits the reader
  read.merge(words_in(reader, R"re(\{"([a-z_]+)", [A-Z][A-Za-z]+::)re"));
  for (const std::string& word : read)
    EXPECT_TRUE(page.find("`" + word + "`") != std::string::npos || page.find("\"" + word + "\"") != std::string::npos)
        << "docs/reference/connector-json.md does not name \"" << word << "\"";
}

TEST(ThePageOfConnectorJson, NamesNoMemberThatTheHubDoesNotKnow) {
  const std::string page = text_at("docs/reference/connector-json.md");
  const std::string known = text_at("core/model/sheet_members.cpp");
  for (const std::string& word : words_in(page, R"re(\n\| `([a-z_]+)`)re"))
    EXPECT_NE(known.find("\"" + word + "\""), std::string::npos) << word;
}

}  // namespace
}  // namespace handoff
