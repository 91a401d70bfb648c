// [connector.x] settings against the plugin's JSON Schema. Unknown and missing keys and defaults are ours, for the
// did-you-mean; every other rule of JSON Schema is valijson's. Complaints stand on the TOML key.

#include <algorithm>
#include <array>

#include "core/config/readers.hpp"
#include "core/config/scalars.hpp"
#include "core/config/schema.hpp"

namespace handoff::config {

namespace {

using Path = std::vector<std::string>;

/// "cards.settings.stores[0].currency"
std::string dotted(const std::string& root, const Path& path) {
  std::string out = root;
  for (const std::string& step : path) {
    bool index = !step.empty() && step.front() >= '0' && step.front() <= '9';
    out += index ? "[" + step + "]" : "." + step;
  }
  return out;
}

/// The schema's own sentence about a setting, as a hint.
std::string sentence(const json::Value& schema) {
  std::string text(schema.at("description").as_string());
  return text.empty() ? "" : " (" + text + ")";
}

std::vector<std::string> names_of(const json::Value& schema, const Node& table) {
  std::vector<std::string> out;
  for (const auto& [name, property] : schema.at("properties").as_object())
    if (table.member(name) == nullptr) out.push_back(name);
  return out;
}

struct Type {
  std::string_view name, text;
};
constexpr std::array<Type, 6> kTypes = {{{"string", "a string"},
                                         {"integer", "a whole number without quotes"},
                                         {"number", "a number without quotes"},
                                         {"boolean", "true or false"},
                                         {"array", "a list"},
                                         {"object", "a table"}}};

/// The types a schema allows, empty for any.
std::vector<std::string_view> types_of(const json::Value& schema) {
  std::vector<std::string_view> out;
  if (schema.at("type").is_string()) out.push_back(schema.at("type").as_string());
  for (const json::Value& one : schema.at("type").as_array()) out.push_back(one.as_string());
  return out;
}

bool is_of(Node::Kind kind, std::string_view type) {
  switch (kind) {
    case Node::Kind::string:
      return type == "string";
    case Node::Kind::integer:
      return type == "integer" || type == "number";
    case Node::Kind::number:
      return type == "number";
    case Node::Kind::boolean:
      return type == "boolean";
    case Node::Kind::array:
      return type == "array";
    case Node::Kind::table:
      return type == "object";
    case Node::Kind::moment:
      return false;
  }
  return false;
}

std::string type_text(const std::vector<std::string_view>& types) {
  std::string out;
  for (const Type& type : kTypes)
    if (std::ranges::find(types, type.name) != types.end()) out += (out.empty() ? "" : " or ") + std::string(type.text);
  return out;
}

class Reader {
 public:
  Reader(std::string root, const Manifest& manifest, Report& report)
      : root_(std::move(root)), manifest_(manifest), report_(report) {}

  json::Value read(const Node* node, const Position& at) {
    static const Node kNothing;
    json::Value out = value(node == nullptr ? kNothing : *node, manifest_.settings, at, {});
    for (const Violation& one : violations(manifest_.settings, out))
      if (!complained(one.path)) complain(one, node, at);
    return out;
  }

 private:
  json::Value value(const Node& node, const json::Value& schema, const Position& at, const Path& path) {
    std::vector<std::string_view> types = types_of(schema);
    bool fits =
        types.empty() || std::ranges::any_of(types, [&](std::string_view type) { return is_of(node.kind, type); });
    if (!fits && node.kind != Node::Kind::moment) {
      error(node.at, path, dotted(root_, path) + " is " + std::string(kind_name(node.kind)),
            "write " + type_text(types) + sentence(schema));
      return nullptr;
    }
    switch (node.kind) {
      case Node::Kind::string:
        return json::Value(check_text(node, schema, path));
      case Node::Kind::integer:
        return json::Value(node.integer);
      case Node::Kind::boolean:
        return json::Value(node.boolean);
      case Node::Kind::number:
        return number(node, path);
      case Node::Kind::moment:
        error(node.at, path, dotted(root_, path) + " is a date or time", "write it in quotes");
        return nullptr;
      case Node::Kind::array:
        return array(node, schema, path);
      case Node::Kind::table:
        return table(node, schema, at, path);
    }
    return nullptr;
  }

  json::Value number(const Node& node, const Path& path) {
    std::string text = node.text.starts_with('+') ? node.text.substr(1) : node.text;
    json::Parsed parsed = json::parse(text);
    if (parsed && parsed->is_number()) return *parsed;
    error(node.at, path, dotted(root_, path) + " is not a finite number", "write a plain decimal");
    return nullptr;
  }

  json::Value array(const Node& node, const json::Value& schema, const Path& path) {
    json::Array out;
    for (const Node& element : node.elements) {
      Path inner = path;
      inner.push_back(std::to_string(out.size()));
      out.push_back(value(element, schema.at("items"), element.at, inner));
    }
    return out;
  }

  json::Value table(const Node& node, const json::Value& schema, const Position& at, const Path& path) {
    json::Object out;
    for (const Member& member : node.members) {
      Path inner = path;
      inner.push_back(member.key);
      const json::Value* property = schema.at("properties").as_object().find(member.key);
      const json::Value& other = schema.at("additionalProperties");
      if (property == nullptr && other.is_bool() && !other.as_bool()) {
        unknown(node, member, schema, inner);
        continue;
      }
      json::Value read = value(member.value, property != nullptr ? *property : other, member.at, inner);
      if (!read.is_null()) out.set(member.key, std::move(read));  // null: complained about
    }
    for (const auto& [name, property] : schema.at("properties").as_object()) {
      if (out.find(name) != nullptr || property.as_object().find("default") == nullptr) continue;
      if (node.member(name) == nullptr) out.set(name, property.at("default"));
    }
    for (const json::Value& name : schema.at("required").as_array()) {
      std::string key(name.as_string());
      if (out.find(key) != nullptr || node.member(key) != nullptr) continue;
      bool misspelt = std::ranges::any_of(node.members, [&](const Member& member) {
        return schema.at("properties").as_object().find(member.key) == nullptr && !nearest(member.key, {key}).empty();
      });
      if (misspelt) {
        complained_.push_back(path);
        continue;
      }
      const json::Value& property = schema.at("properties").at(key);
      error(at, path, dotted(root_, path) + " has no " + quote(key),
            "write " + key + (property.at("type").as_string() == "string" ? " = \"...\"" : " = ...") +
                sentence(property));
    }
    return out;
  }

  void unknown(const Node& node, const Member& member, const json::Value& schema, const Path& path) {
    bool secret = std::ranges::find(manifest_.secrets, member.key) != manifest_.secrets.end();
    std::string hint = secret ? "it is a secret: write it under secrets, as { env = \"...\" } or { file = \"...\" }"
                              : suggestion(member.key, names_of(schema, node));
    error(member.at, path, manifest_.id + " knows no setting " + quote(member.key), std::move(hint));
  }

  /// What valijson does not look at: addresses and currencies.
  std::string check_text(const Node& node, const json::Value& schema, const Path& path) {
    bool uri = schema.at("format").as_string() == "uri";
    if (uri && !is_http_url(node.text))
      error(node.at, path, dotted(root_, path) + " is not an http address",
            "write https://HOST without user or password" + sentence(schema));
    bool sent_to = !path.empty() && (path.back() == "base_url" || path.back() == "token_url");
    if (uri && sent_to && node.text.starts_with("http://") && !is_loopback(host_of(node.text)))
      report_.warning(node.at,
                      "requests of " + root_.substr(0, root_.find('.')) + " and its secrets go to " +
                          host_of(node.text) + " in clear",
                      "write " + path.back() + " = \"https://...\"");
    bool currency = !path.empty() && path.back() == "currency" && node.text.size() == 3;
    bool letters = currency && std::ranges::all_of(node.text, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (letters && !currency_exponent(node.text))
      error(node.at, path, dotted(root_, path) + " = " + quote(node.text) + " is not a currency of ISO 4217",
            "write a code such as \"USD\"");
    return node.text;
  }

  void complain(const Violation& one, const Node* node, Position at) {
    const json::Value* schema = &manifest_.settings;
    for (const std::string& step : one.path) {
      if (node != nullptr && node->kind == Node::Kind::array) {
        std::size_t index = static_cast<std::size_t>(std::stoul(step));
        node = index < node->elements.size() ? &node->elements[index] : nullptr;
        schema = &schema->at("items");
      } else {
        const Member* member = node == nullptr ? nullptr : node->member(step);
        node = member == nullptr ? nullptr : &member->value;
        schema = &schema->at("properties").at(step);
      }
      if (node != nullptr) at = node->at;
    }
    auto [message, hint] = words(one, node, *schema);
    error(at, one.path, dotted(root_, one.path) + " " + message, hint + sentence(*schema));
  }

  static std::pair<std::string, std::string> words(const Violation& one, const Node* node, const json::Value& schema) {
    bool text = node != nullptr && node->kind == Node::Kind::string;
    std::string written = text ? "= " + quote(node->text) : node != nullptr ? "= " + node->text : "";
    if (node != nullptr && node->kind == Node::Kind::array)
      written = "with " + std::to_string(node->elements.size()) + " elements";
    if (one.message.find("enum") != std::string::npos) {
      std::vector<std::string> all;
      for (const json::Value& word : schema.at("enum").as_array()) all.emplace_back(word.as_string());
      return {written + " is not allowed", suggestion(text ? node->text : "", all)};
    }
    if (one.message.find("'pattern'") != std::string::npos)
      return {written + " has the wrong form", "it must match " + std::string(schema.at("pattern").as_string())};
    return {written + " is not allowed", bound(one.message, schema)};
  }

  /// valijson writes bounds as floating point, so they are taken from the schema.
  static std::string bound(const std::string& message, const json::Value& schema) {
    struct Bound {
      std::string_view message, keyword, before, after;
    };
    constexpr std::array<Bound, 6> kBounds = {
        {{"Expected number less", "maximum", "write at most ", ""},
         {"Expected number greater", "minimum", "write at least ", ""},
         {"String should be no more", "maxLength", "write at most ", " characters"},
         {"String should be no fewer", "minLength", "write at least ", " characters"},
         {"Array should contain no more", "maxItems", "list at most ", ""},
         {"Array should contain no fewer", "minItems", "list at least ", ""}}};
    for (const Bound& one : kBounds)
      if (const json::Number* number = schema.at(one.keyword).number(); number && message.starts_with(one.message))
        return std::string(one.before) + number->text() +
               std::string(number->text() == "1" && !one.after.empty() ? " character" : one.after);
    std::string rule = message.ends_with('.') ? message.substr(0, message.size() - 1) : message;
    if (!rule.empty() && rule.front() >= 'A' && rule.front() <= 'Z')
      rule.front() = static_cast<char>(rule.front() + 32);
    return rule;
  }

  void error(const Position& at, const Path& path, std::string message, std::string hint) {
    complained_.push_back(path);
    report_.error(at, std::move(message), std::move(hint));
  }
  /// valijson repeats at the same place, or around it, what was said here.
  bool complained(const Path& path) const {
    return std::ranges::any_of(complained_, [&](const Path& one) {
      return path.size() <= one.size() && std::equal(path.begin(), path.end(), one.begin());
    });
  }

  std::string root_;
  const Manifest& manifest_;
  Report& report_;
  std::vector<Path> complained_;
};

}  // namespace

json::Value read_plugin_settings(Section& connector, const std::string& name, const Manifest& manifest) {
  const Member* settings = connector.find("settings");
  const Position& at = settings == nullptr ? connector.at() : settings->at;
  if (settings != nullptr && settings->value.kind != Node::Kind::table) {
    connector.wrong_kind(*settings, "settings = { ... }");
    return json::Object();
  }
  if (!manifest.settings.is_object()) {
    if (settings != nullptr && !settings->value.members.empty())
      connector.report().error(at, manifest.id + " takes no settings", "take them out");
    return json::Object();
  }
  return Reader(name + ".settings", manifest, connector.report())
      .read(settings == nullptr ? nullptr : &settings->value, at);
}

}  // namespace handoff::config
