#include "graphql.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sandbox::graphql {
namespace {

constexpr std::string_view kSchema = R"(
type QueryRoot
  item(id!) Item
type Item
  id
  name
  tag(key!) Tag
type Tag
  value
type Mutation
  save(input!:SaveInput) Item
input SaveInput
  id!
  name
)";

std::vector<Problem> problems_of(std::string_view text, const Json& variables = Json::object()) {
  auto [operation, problems] = parse(text, variables, "");
  return problems.empty() ? Schema(kSchema).check(operation) : problems;
}

}  // namespace

TEST(SandboxGraphql, ReadsAliasesArgumentsAndVariables) {
  const auto parsed =
      parse("query Q($id: ID!, $k: String = \"a\") { x: item(id: $id) { id t: tag(key: $k) { value } } }",
            Json::object({{"id", "7"}}), "Q");
  ASSERT_TRUE(parsed.problems.empty());
  const Field& field = parsed.operation.selection.at(0);
  EXPECT_EQ(field.alias, "x");
  EXPECT_EQ(field.name, "item");
  EXPECT_EQ(field.arguments["id"].text(), "7");
  EXPECT_EQ(field.selection.at(1).arguments["key"].text(), "a");
}

TEST(SandboxGraphql, ReadsLiteralObjectsListsAndEnums) {
  const auto parsed =
      parse(R"(mutation { save(input: {id: "1", list: [1, 2.50, true, null, NAME]}) { id } })", Json(), "");
  ASSERT_TRUE(parsed.problems.empty());
  EXPECT_TRUE(parsed.operation.mutation);
  EXPECT_EQ(parsed.operation.selection[0].arguments["input"].dump(), R"({"id":"1","list":[1,2.50,true,null,"NAME"]})");
}

TEST(SandboxGraphql, OpensFragmentsAndDirectives) {
  const auto parsed = parse(
      "{ item(id: 1) { ...F ... on Item { name } id @skip(if: true) } } fragment F on Item { tag(key: \"k\") { value } "
      "}",
      Json(), "");
  ASSERT_TRUE(parsed.problems.empty());
  const auto& selection = parsed.operation.selection[0].selection;
  ASSERT_EQ(selection.size(), 2U);
  EXPECT_EQ(selection[0].name, "tag");
  EXPECT_EQ(selection[0].on_type, "Item");
  EXPECT_EQ(selection[1].name, "name");
}

TEST(SandboxGraphql, TellsANullVariableFromAnAbsentOne) {
  const std::string_view text = "mutation M($n: String) { save(input: {id: \"1\", name: $n}) { id } }";
  EXPECT_FALSE(parse(text, Json::object(), "").operation.selection[0].arguments["input"].has("name"));
  EXPECT_TRUE(parse(text, Json::object({{"n", nullptr}}), "").operation.selection[0].arguments["input"].has("name"));
}

TEST(SandboxGraphql, RefusesBrokenDocuments) {
  for (const char* text :
       {"", "{", "{ item( }", "subscription { x }", "{ item(id: $x) { id } }", "{ item(id: \"", "{ ...F }", "}"})
    EXPECT_FALSE(problems_of(text).empty()) << text;
  EXPECT_FALSE(problems_of("query($id: ID!) { item(id: $id) { id } }").empty());
  EXPECT_FALSE(problems_of(std::string(500, '{')).empty());
}

TEST(SandboxGraphql, ChecksFieldsAndArgumentsBeforeAnythingRuns) {
  EXPECT_TRUE(problems_of("{ item(id: 1) { id __typename } }").empty());
  EXPECT_EQ(problems_of("{ item(id: 1) { nope } }").at(0).code, "undefinedField");
  EXPECT_EQ(problems_of("{ item { id } }").at(0).code, "missingRequiredArguments");
  EXPECT_EQ(problems_of("{ item(id: 1, x: 2) { id } }").at(0).code, "argumentNotAccepted");
  EXPECT_EQ(problems_of("{ item(id: 1) }").at(0).code, "selectionMismatch");
  EXPECT_EQ(problems_of("{ item(id: 1) { id { x } } }").at(0).code, "selectionMismatch");
  EXPECT_EQ(problems_of("mutation { save(input: {name: \"x\"}) { id } }").at(0).code, "missingRequiredArguments");
  EXPECT_EQ(problems_of("mutation { save(input: {id: 1, y: 2}) { id } }").at(0).code, "argumentNotAccepted");
}

}  // namespace sandbox::graphql
