#include "tests/integration/register_contract.hpp"

#include <yaml-cpp/yaml.h>

#include <boost/json.hpp>
#include <mutex>
#include <regex>
#include <sstream>
#include <stdexcept>

#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace handoff::integration {

namespace json = boost::json;

namespace {

json::value scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return json::string(text);  // quoted
  if (text == "true" || text == "false") return text == "true";
  if (std::regex_match(text, std::regex("-?[0-9]+"))) return std::stoll(text);
  return json::string(text);
}

json::value json_of(const YAML::Node& node) {
  if (node.IsMap()) {
    json::object out;
    for (const auto& member : node) out[member.first.Scalar()] = json_of(member.second);
    return out;
  }
  if (node.IsSequence()) {
    json::array out;
    for (const YAML::Node& element : node) out.push_back(json_of(element));
    return out;
  }
  return node.IsScalar() ? scalar(node) : json::value(nullptr);
}

/// With what each "$ref" means in its place: the file has no circles.
json::value inlined(const json::value& from, const json::value& file) {
  if (const json::array* list = from.if_array()) {
    json::array out;
    for (const json::value& element : *list) out.push_back(inlined(element, file));
    return out;
  }
  const json::object* object = from.if_object();
  if (!object) return from;
  if (const json::value* ref = object->if_contains("$ref")) {
    json::error_code problem;
    const json::value* meant = file.find_pointer(std::string(ref->as_string()).substr(1), problem);
    if (!meant) throw std::runtime_error("register-api.yaml: nothing at " + std::string(ref->as_string()));
    return inlined(*meant, file);
  }
  json::object out;
  for (const auto& [name, value] : *object) out[name] = inlined(value, file);
  return out;
}

std::string complaints(const json::value& described, const std::string& text) {
  json::error_code problem;
  json::value document = json::parse(text, problem);
  if (problem) return "no JSON: " + text;
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::BoostJsonAdapter(described), schema);
  valijson::ValidationResults results;
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  if (validator.validate(schema, valijson::adapters::BoostJsonAdapter(document), &results)) return {};
  std::string out;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const std::string& part : error.context) out += part;
    out += ": " + error.description + "; ";
  }
  return out + "in " + text;
}

const json::value* member(const json::value* of, std::string_view name) {
  return of && of->is_object() ? of->as_object().if_contains(name) : nullptr;
}

}  // namespace

struct RegisterContract::Impl {
  json::object paths;

  /// The operation, and whether the path is one at all.
  const json::value* operation(const std::string& method, const std::string& path) const {
    std::string word = method == "POST" ? "post" : method == "GET" ? "get" : method;
    const json::value* of_pattern = nullptr;
    for (const auto& [pattern, item] : paths) {
      if (std::string_view(pattern) == path) return member(&item, word);  // /events is no id
      std::string like = std::regex_replace(std::string(pattern), std::regex("\\{id\\}"), "[^/]+");
      if (std::regex_match(path, std::regex(like)) && member(&item, word)) of_pattern = member(&item, word);
    }
    return of_pattern;
  }
};

RegisterContract::RegisterContract(const std::string& file) : impl_(std::make_unique<Impl>()) {
  json::value whole = json_of(YAML::LoadFile(file));
  impl_->paths = inlined(whole.at("paths"), whole).as_object();
}
RegisterContract::~RegisterContract() = default;

const RegisterContract& RegisterContract::of_the_file() {
  static const RegisterContract contract(HANDOFF_REGISTER_API);
  return contract;
}

std::string RegisterContract::judge(const std::string& method, const std::string& target, const std::string& request,
                                    const support::Answer& answer) const {
  static std::mutex one_at_a_time;  // libstdc++ fills a cache of its locale when a pattern is read, without a lock
  std::lock_guard lock(one_at_a_time);
  std::string path = target.substr(0, target.find('?')), what = method + " " + path;
  const json::value* operation = impl_->operation(method, path);
  if (!operation) return answer.status >= 400 ? "" : what + " is answered and not described";
  const json::value* response = member(member(operation, "responses"), std::to_string(answer.status));
  what += ", status " + std::to_string(answer.status);
  if (!response) return what + ": not described; the hub says " + answer.body;
  const json::value* content = member(response, "content");
  if (const json::value* described = member(member(content, "application/json"), "schema"))
    if (std::string wrong = complaints(*described, answer.body); !wrong.empty()) return what + ": " + wrong;
  if (const json::value* described = member(member(content, "text/event-stream"), "x-data")) {
    std::istringstream lines(answer.body);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("data: "))
        if (std::string wrong = complaints(*described, line.substr(6)); !wrong.empty()) return what + ": " + wrong;
  }
  const json::value* body =
      member(member(member(member(operation, "requestBody"), "content"), "application/json"), "schema");
  bool taken =
      answer.status < 300 && answer.body.find("\"problem\"") == std::string::npos;  // all of it, if it is a batch
  if (body && taken)
    if (std::string wrong = complaints(*body, request); !wrong.empty())
      return what + ": taken, but the file forbids " + wrong;
  return {};
}

std::vector<std::string> RegisterContract::operations() const {
  std::vector<std::string> out;
  for (const auto& [path, item] : impl_->paths)
    for (const char* method : {"get", "post"})
      if (member(&item, method)) out.push_back((*method == 'g' ? "GET " : "POST ") + std::string(path));
  return out;
}

}  // namespace handoff::integration
