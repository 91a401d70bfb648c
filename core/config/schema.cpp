#include "core/config/schema.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <exception>

#define VALIJSON_USE_EXCEPTIONS 1  // without it valijson aborts
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace handoff::config {

namespace {

/// For the check only: a decimal becomes a double here and nowhere else; the settings keep what was written.
boost::json::value converted(const json::Value& from) {
  if (const std::string* text = from.string()) return boost::json::value(*text);
  if (from.is_bool()) return boost::json::value(from.as_bool());
  if (const json::Number* number = from.number()) {
    if (std::optional<std::int64_t> integer = number->integer()) return boost::json::value(*integer);
    boost::json::error_code problem;
    boost::json::value parsed = boost::json::parse(number->text(), problem);
    return problem ? boost::json::value(nullptr) : parsed;
  }
  if (const json::Array* array = from.array()) {
    boost::json::array out;
    for (const json::Value& element : *array) out.push_back(converted(element));
    return out;
  }
  if (const json::Object* object = from.object()) {
    boost::json::object out;
    for (const auto& [name, value] : *object) out.insert_or_assign(name, converted(value));
    return out;
  }
  return nullptr;
}

/// valijson names places as "<root>", "[currency]", "[0]".
std::vector<std::string> path_of(const std::vector<std::string>& context) {
  std::vector<std::string> out;
  for (std::string step : context) {
    if (step == "<root>") continue;
    if (step.starts_with('[') && step.ends_with(']')) step = step.substr(1, step.size() - 2);
    out.push_back(std::move(step));
  }
  return out;
}

bool inside(const std::vector<std::string>& outer, const std::vector<std::string>& inner) {
  return outer.size() < inner.size() &&
         std::ranges::equal(outer,
                            std::vector(inner.begin(), inner.begin() + static_cast<std::ptrdiff_t>(outer.size())));
}

std::vector<Violation> innermost(const std::vector<Violation>& all) {
  std::vector<Violation> out;
  for (const Violation& one : all) {
    bool outer = std::ranges::any_of(all, [&](const Violation& other) { return inside(one.path, other.path); });
    bool again = std::ranges::any_of(out, [&](const Violation& other) { return other.path == one.path; });
    if (!outer && !again) out.push_back(one);
  }
  return out;
}

}  // namespace

std::vector<Violation> violations(const json::Value& schema, const json::Value& value) try {
  boost::json::value schema_json = converted(schema);
  boost::json::value value_json = converted(value);
  valijson::Schema compiled;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::BoostJsonAdapter(schema_json), compiled);
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  std::vector<Violation> all;
  if (validator.validate(compiled, valijson::adapters::BoostJsonAdapter(value_json), &results)) return all;
  for (const auto& error : results) all.push_back({path_of(error.context), error.description});
  return innermost(all);
} catch (const std::exception& problem) {
  return {{{}, std::string("the plugin's schema cannot be read: ") + problem.what()}};
}

}  // namespace handoff::config
