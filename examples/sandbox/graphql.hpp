#pragma once
// A small GraphQL reader: enough of the language for the requests an integration sends, checked against a short schema
// before anything runs, so that a request with a wrong field has no effect.
// Not read: subscriptions, variables inside default values, block strings' indentation rules.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "json.hpp"

namespace sandbox::graphql {

struct Field {
  std::string alias;  // the key in the answer
  std::string name;
  std::string on_type;              // the fragment it came from, or empty
  Json arguments = Json::object();  // variables already put in
  std::vector<Field> selection;
};

struct Operation {
  bool mutation = false;
  std::vector<Field> selection;
};

struct Problem {
  std::string message, code;
  Json extensions = Json::object();
};

struct ParsedOperation {
  Operation operation;
  std::vector<Problem> problems;  // when not empty, there is no operation
};

ParsedOperation parse(std::string_view document, const Json& variables, std::string_view operation_name);

/// The served part of the vendor's schema. Text form, one type after the other:
///   type Customer
///     id
///     metafield(namespace key!) Metafield
///   input MetafieldsSetInput
///     ownerId!
/// A field is `name(argument! argument:InputType) Type`; without Type it is a scalar; `!` marks what is required.
class Schema {
 public:
  explicit Schema(std::string_view text);
  std::vector<Problem> check(const Operation& operation) const;

 private:
  struct Argument {
    std::string name, input_type;
    bool required = false;
  };
  struct FieldRule {
    std::vector<Argument> arguments;
    std::string type;  // empty = scalar
  };
  void read_line(std::string_view line, std::string& type, bool& input);
  void check_selection(const std::vector<Field>& selection, const std::string& type, std::vector<Problem>& out) const;
  void check_field(const Field& field, const FieldRule& rule, const std::string& type, std::vector<Problem>& out) const;
  void check_arguments(const Json& given, const std::vector<Argument>& rules, const std::string& where,
                       std::vector<Problem>& out) const;

  std::map<std::string, std::map<std::string, FieldRule, std::less<>>, std::less<>> types_;
  std::map<std::string, std::vector<Argument>, std::less<>> inputs_;
};

struct Object;
using Value = std::variant<Json, Object, std::vector<Object>>;
struct Object {
  std::string type;
  std::function<Value(const Field&)> resolve;
};

/// Only the selected fields, under their aliases, in the order asked for.
Json run(const Object& object, const std::vector<Field>& selection);

}  // namespace sandbox::graphql
