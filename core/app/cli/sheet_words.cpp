#include "core/app/cli/sheet_words.hpp"

#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

std::string seconds(std::int64_t s) { return duration(s * 1000); }

/// An undeclared figure counts as 15 minutes; say so.
std::string quiet_text(const CallSheet& call, const json::Value& raw) {
  bool known = !raw.at("inflight_max_s").is_null() && !raw.at("visibility_lag_s").is_null();
  return seconds(call.quiet_s()) + " before silence counts as absence" +
         (known ? "" : "; an undeclared figure counts 15 min");
}

std::string default_text(const json::Value& setting, bool required) {
  const json::Value* value = setting.as_object().find("default");
  if (value == nullptr) return required ? "(required)" : "";
  return value->is_string() && !value->as_string().empty() ? text_of(*value) : json::write(*value);
}

std::string type_text(const json::Value& setting) {
  std::string type = text_of(setting.at("type"));
  if (type == "array") return "list of " + text_of(setting.at("items").at("type")) + "s";
  if (setting.at("format").as_string() == "uri") return "url";
  std::string choices;
  for (const json::Value& choice : setting.at("enum").as_array())
    choices += (choices.empty() ? "" : " | ") + text_of(choice);
  return choices.empty() ? type : choices;
}

}  // namespace

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& one : list) out += (out.empty() ? "" : ", ") + one;
  return out;
}

std::string auth_text(const json::Value& auth) {
  std::string out = text_of(auth.at("scheme"));
  std::string parts;
  for (const auto& [name, value] : auth.as_object()) {
    if (name == "scheme") continue;
    if (value.is_string()) parts += (parts.empty() ? "" : ", ") + name + " = " + text_of(value);
    for (const auto& [header, secret] : value.as_object())  // of a login, {"secret": "name"}
      parts += (parts.empty() ? "" : ", ") + header + ": " + text_of(secret.is_string() ? secret : secret.at("secret"));
  }
  return parts.empty() ? out : out + " (" + parts + ")";
}

std::string limits_text(const Manifest& manifest, const json::Value& raw) {
  const std::string source = text_of(raw.at("limits").at("source"));
  return std::to_string(manifest.concurrency) + " at one time" +
         (manifest.requests_per_minute ? ", " + grouped(manifest.requests_per_minute) + " a minute" : "") +
         (source.empty() ? "" : "; " + source);
}

std::string surfaces_text(const Manifest& manifest) {
  std::string out;
  for (const auto& [name, surface] : manifest.surfaces)
    out += (out.empty() ? "" : ", ") + name + (surface.pool ? " (holds value)" : " (a mirror)");
  return out;
}

std::string sign_text(Sign sign) {
  switch (sign) {
    case Sign::adding:
      return "adds value";
    case Sign::removing:
      return "removes value";
    case Sign::booking:
      return "books";
    case Sign::neutral:
      break;
  }
  return "moves no value";
}

std::string retry_text(const CallSheet& call) {
  std::string out = call.retry == RetryClass::idempotent ? "idempotent"
                    : call.retry == RetryClass::reverse  ? "by reversal"
                                                         : "never blind";
  return out + (call.compare_and_set ? ", compare-and-set" : "");
}

std::string key_text(const CallSheet& call) {
  if (!call.key_supported) return "none";
  std::string out = "for " + seconds(call.key_window_s);
  if (call.key_conflict != KeyConflict::error) out += ", conflicts go unnoticed";
  return out + (call.errors_cached ? ", errors cached" : "");
}

std::string look_up_text(const CallSheet& call) {
  std::string out = call.lookup_by != LookupBy::none ? "by " + std::string(name(call.lookup_by))
                    : call.history                   ? "by history"
                                                     : "none";
  return out == "none" ? out : out + (call.lookup_is_proof ? ", proves absence" : ", proves no absence");
}

Facts call_facts(const CallSheet& call, const json::Value& raw) {
  Facts out = {
      {"sign", sign_text(call.sign)},
      {"retry", retry_text(call)},
      {"key", key_text(call)},
      {"look-up", look_up_text(call)},
      {"proved by", call.applied_states == std::vector<std::string>{"active"} ? "" : joined(call.applied_states)},
      {"quiet", quiet_text(call, raw)},
      {"echoes", joined(call.echoes)},
      {"no effect", joined(call.no_effect)},
      {"but not", joined(call.not_no_effect)},
      {"refused", joined(call.refused_before_execution)},
      {"source", text_of(raw.at("source"))}};
  std::erase_if(out, [](const auto& fact) { return fact.second.empty(); });
  return out;
}

std::vector<std::vector<std::string>> setting_rows(const json::Value& raw) {
  std::vector<std::vector<std::string>> out;
  for (const auto& [name, setting] : raw.at("settings").at("properties").as_object()) {
    bool required = false;
    for (const json::Value& one : raw.at("settings").at("required").as_array())
      required = required || one.as_string() == name;
    out.push_back({name, type_text(setting), default_text(setting, required), text_of(setting.at("description"))});
  }
  return out;
}

}  // namespace handoff::cli
