#include <algorithm>

#include "graphql.hpp"

namespace sandbox::graphql {
namespace {

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Problem undefined_field(const std::string& type, const std::string& field) {
  return {"Field '" + field + "' doesn't exist on type '" + type + "'", "undefinedField",
          Json::object({{"typeName", type}, {"fieldName", field}})};
}

}  // namespace

Schema::Schema(std::string_view text) {
  std::string type;
  bool input = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    if (!line.empty()) read_line(line, type, input);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
}

void Schema::read_line(std::string_view line, std::string& type, bool& input) {
  const auto argument_from = [](std::string_view word) {
    Argument argument;
    const std::size_t colon = word.find(':');
    if (colon != std::string_view::npos) argument.input_type = word.substr(colon + 1);
    word = word.substr(0, colon);
    argument.required = word.ends_with('!');
    if (argument.required) word.remove_suffix(1);
    argument.name = word;
    return argument;
  };
  if (line.starts_with("type ") || line.starts_with("input ")) {
    input = line.starts_with("input ");
    type = line.substr(line.find(' ') + 1);
    if (input) inputs_[type];
    return;
  }
  if (input) {
    inputs_[type].push_back(argument_from(line));
    return;
  }
  FieldRule rule;
  const std::size_t open = line.find('(');
  std::string_view name = line.substr(0, line.find_first_of("( "));
  std::string_view rest = line.substr(name.size());
  if (open != std::string_view::npos) {
    const std::size_t close = line.find(')');
    std::string_view words = line.substr(open + 1, close - open - 1);
    while (!(words = trim(words)).empty()) {
      const std::string_view word = words.substr(0, words.find(' '));
      rule.arguments.push_back(argument_from(word));
      words.remove_prefix(word.size());
    }
    rest = line.substr(close + 1);
  }
  rule.type = trim(rest);
  types_[type][std::string(name)] = std::move(rule);
}

std::vector<Problem> Schema::check(const Operation& operation) const {
  std::vector<Problem> problems;
  check_selection(operation.selection, operation.mutation ? "Mutation" : "QueryRoot", problems);
  return problems;
}

void Schema::check_selection(const std::vector<Field>& selection, const std::string& type,
                             std::vector<Problem>& out) const {
  for (const Field& field : selection) {
    if (field.name == "__typename") continue;
    const std::string& on = field.on_type.empty() ? type : field.on_type;
    const auto known = types_.find(on);
    if (known == types_.end()) {
      out.push_back({"No such type " + on + ", so it can't be a fragment condition", "undefinedType", Json::object()});
      continue;
    }
    const auto rule = known->second.find(field.name);
    if (rule == known->second.end()) {
      out.push_back(undefined_field(on, field.name));
    } else {
      check_field(field, rule->second, on, out);
    }
  }
}

void Schema::check_field(const Field& field, const FieldRule& rule, const std::string& type,
                         std::vector<Problem>& out) const {
  check_arguments(field.arguments, rule.arguments, "Field '" + field.name + "'", out);
  if (rule.type.empty() && !field.selection.empty()) {
    out.push_back({"Selections can't be made on scalars (field '" + field.name + "' on type '" + type + "')",
                   "selectionMismatch", Json::object({{"nodeName", "field '" + field.name + "'"}})});
  } else if (!rule.type.empty() && field.selection.empty()) {
    out.push_back({"Field must have selections (field '" + field.name + "' returns " + rule.type +
                       " but has no selections. Did you mean '" + field.name + " { ... }'?)",
                   "selectionMismatch", Json::object({{"typeName", rule.type}})});
  } else if (!rule.type.empty()) {
    check_selection(field.selection, rule.type, out);
  }
}

void Schema::check_arguments(const Json& given, const std::vector<Argument>& rules, const std::string& where,
                             std::vector<Problem>& out) const {
  for (const auto& [name, value] : given.members()) {
    const auto rule = std::ranges::find(rules, name, &Argument::name);
    if (rule == rules.end()) {
      out.push_back({where + " doesn't accept argument '" + name + "'", "argumentNotAccepted",
                     Json::object({{"argumentName", name}})});
      continue;
    }
    const auto input = inputs_.find(rule->input_type);
    if (input == inputs_.end() || value.is_null()) continue;
    const std::string inner = "InputObject '" + rule->input_type + "'";
    if (value.is_array()) {
      for (const Json& item : value.items()) check_arguments(item, input->second, inner, out);
    } else if (value.is_object()) {
      check_arguments(value, input->second, inner, out);
    } else {
      out.push_back({"Argument '" + name + "' has an invalid value. Expected type '" + rule->input_type + "'.",
                     "argumentLiteralsIncompatible", Json::object({{"argumentName", name}})});
    }
  }
  for (const Argument& rule : rules) {
    if (rule.required && given[rule.name].is_null()) {
      out.push_back({where + " is missing required arguments: " + rule.name, "missingRequiredArguments",
                     Json::object({{"arguments", rule.name}})});
    }
  }
}

Json run(const Object& object, const std::vector<Field>& selection) {
  Json out = Json::object();
  for (const Field& field : selection) {
    if (!field.on_type.empty() && field.on_type != object.type) continue;
    if (field.name == "__typename") {
      out.set(field.alias, object.type);
      continue;
    }
    Value value = object.resolve(field);
    if (auto* scalar = std::get_if<Json>(&value)) {
      out.set(field.alias, std::move(*scalar));
    } else if (auto* inner = std::get_if<Object>(&value)) {
      out.set(field.alias, run(*inner, field.selection));
    } else {
      Json list = Json::array();
      for (const Object& item : std::get<std::vector<Object>>(value)) list.push(run(item, field.selection));
      out.set(field.alias, std::move(list));
    }
  }
  return out;
}

}  // namespace sandbox::graphql
