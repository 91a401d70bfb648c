// docs/reference/abi.md lists the numbers that abi.h has, in the header's own words, and the operations there are.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

namespace handoff {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(std::string(TREE) + "/" + path);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

/// Words of a comment over several lines as one line of a table.
std::string one_line(const std::string& comment) {
  std::istringstream in(comment);
  std::string out;
  for (std::string word; in >> word;) out += (out.empty() ? "" : " ") + (word == "|" ? "\\|" : word);
  return out;
}

/// "### handoff_call_kind" and a row for each value.
std::string tables(const std::string& header) {
  static const std::regex value("(HANDOFF_\\w+) = (\\d+),?[ \\n]*(?:/\\*((?:[^*]|\\*[^/])*)\\*/)?");
  constexpr std::string_view kBegin = "\nenum handoff_";
  std::string out;
  for (std::size_t at = header.find(kBegin); at != std::string::npos; at = header.find(kBegin, at + 1)) {
    const std::size_t name = at + 6, open = header.find(" {", name), close = header.find("};", open);
    out += "### `" + header.substr(name, open - name) + "`\n\n| value | | means |\n| --- | --- | --- |\n";
    const std::string body = header.substr(open, close - open);
    for (std::sregex_iterator row(body.begin(), body.end(), value), end; row != end; ++row)
      out += "| `" + (*row)[1].str() + "` | " + (*row)[2].str() + " | " + one_line((*row)[3].str()) + " |\n";
    out += "\n";
  }
  return out;
}

TEST(PageOfTheAbi, HasTheNumbersOfTheHeaderInItsWords) {
  const std::string made = tables(text_of("sdk/include/handoff/abi.h"));
  EXPECT_NE(made.find("| `HANDOFF_REPLY_ADOPTED` | 2 | no usable answer came"), std::string::npos) << made;
  EXPECT_NE(text_of("docs/reference/abi.md").find(made), std::string::npos) << "write:\n" << made;
}

TEST(PageOfTheAbi, HasEveryOperationOfTheSdk) {
  const std::string page = text_of("docs/reference/abi.md");
  static const std::regex documented("/// ([a-z_]+/1)[:; ]|([a-z_]+/1): ");
  for (const char* part : {"operations.hpp", "notify.hpp", "door.hpp"}) {
    const std::string header = text_of(std::string("sdk/include/handoff/sdk/") + part);
    for (std::sregex_iterator one(header.begin(), header.end(), documented), end; one != end; ++one) {
      const std::string id = (*one)[1].matched ? (*one)[1].str() : (*one)[2].str();
      EXPECT_NE(page.find("`" + id + "`"), std::string::npos) << part << " has " << id;
    }
  }
}

}  // namespace
}  // namespace handoff
