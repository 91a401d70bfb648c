#include "core/app/cli/inspect.hpp"

#include <ostream>

#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

std::string seconds(std::int64_t s) { return duration(s * 1000); }

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& one : list) out += (out.empty() ? "" : ", ") + one;
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

std::string auth_text(const json::Value& auth) {
  std::string out = text_of(auth.at("scheme"));
  std::string parts;
  for (const auto& [name, value] : auth.as_object()) {
    if (name == "scheme") continue;
    if (value.is_string()) parts += (parts.empty() ? "" : ", ") + name + " = " + text_of(value);
    for (const auto& [header, secret] : value.as_object())
      parts += (parts.empty() ? "" : ", ") + header + ": " + text_of(secret);
  }
  return parts.empty() ? out : out + " (" + parts + ")";
}

class Printer {
 public:
  Printer(const Inspected& connector, Console& console) : c_(connector), console_(console), out_(console.out) {}

  void run() {
    head();
    settings();
    secrets();
    operations();
    sources();
  }

 private:
  void title(const std::string& text) { out_ << "\n" << paint(console_, Tone::strong, text) << "\n"; }
  void fact(const std::string& name, const std::string& text) {
    if (!text.empty()) out_ << "  " << padded(name, 12) << wrapped(text, console_.width, 14) << "\n";
  }

  void head() {
    const Manifest& m = c_.manifest;
    out_ << paint(console_, Tone::strong, m.id) << " " << m.version << "  " << m.title << "\n";
    fact("file", c_.file);
    fact("sha256", c_.sha256);
    fact("status", m.status);
    fact("vendor API", m.vendor_api);
    fact("ABI", c_.abi ? std::to_string(c_.abi->major) + "." + std::to_string(c_.abi->minor) + ", needs at least " +
                             std::to_string(c_.abi->major) + "." + std::to_string(c_.abi->minor_needed)
                       : "not found in the file; this handoff will refuse it");
    fact("roles", joined(m.roles));
    fact("auth", auth_text(m.auth));
    std::string limits = std::to_string(m.concurrency) + " at one time" +
                         (m.requests_per_minute ? ", " + grouped(m.requests_per_minute) + " a minute" : "");
    fact("limits", limits + "; " + text_of(c_.raw.at("limits").at("source")));
    std::string surfaces;
    for (const auto& [name, surface] : m.surfaces)
      surfaces += (surfaces.empty() ? "" : ", ") + name + (surface.pool ? " (holds value)" : " (a mirror)");
    fact("surfaces", surfaces);
  }

  void settings() {
    const json::Object& all = c_.raw.at("settings").at("properties").as_object();
    if (all.empty()) return;
    title("Settings");
    for (const auto& [name, setting] : all) {
      bool required = false;
      for (const json::Value& one : c_.raw.at("settings").at("required").as_array())
        required = required || one.as_string() == name;
      settings_.add({name, type_text(setting), default_text(setting, required), text_of(setting.at("description"))});
    }
    settings_.print(out_, console_.width, 2);
  }

  void secrets() {
    const json::Object& all = c_.raw.at("secrets").as_object();
    if (all.empty()) return;
    title("Secrets");
    Table table({{""}, {"", Table::Align::left, Table::Narrow::wraps}});
    for (const auto& [name, secret] : all) table.add({name, text_of(secret.at("description"))});
    table.print(out_, console_.width, 2);
  }

  void operations() {
    title("Operations");
    std::string plain;
    for (const auto& [name, raw] : c_.raw.at("operations").as_object())
      if (raw.at("calls").as_object().empty()) plain += (plain.empty() ? "" : ", ") + read_text(name);
    if (!plain.empty()) out_ << "  only reading: " << wrapped(plain, console_.width, 4) << "\n";
    for (const auto& [name, raw] : c_.raw.at("operations").as_object())
      if (!raw.at("calls").as_object().empty()) writing(*c_.manifest.operation(name), raw);
  }

  std::string read_text(const std::string& name) const {
    const OperationSheet& sheet = *c_.manifest.operation(name);
    return name + (sheet.by.empty() ? "" : " (by " + joined(sheet.by) + ")");
  }

  void writing(const OperationSheet& sheet, const json::Value& raw) {
    out_ << "\n  " << paint(console_, Tone::strong, sheet.name) << " at " << sheet.surface;
    if (sheet.name == "issue")
      out_ << (sheet.links ? ", linked to the customer at once" : ", linked in a step of its own");
    if (!sheet.void_terminal_states.empty()) out_ << ", ends as " << joined(sheet.void_terminal_states);
    out_ << "\n";
    for (const CallSheet& call : sheet.calls) one_call(call, raw.at("calls").at(call.label));
  }

  void one_call(const CallSheet& call, const json::Value& raw) {
    out_ << "    " << call.label << "\n";
    auto line = [&](const std::string& name, const std::string& text) {
      if (text.empty()) return;
      out_ << "      " << padded(name, 11) << wrapped(text, console_.width, 17) << "\n";
    };
    line("sign", sign_text(call.sign));
    line("retry", retry_text(call));
    line("key", key_text(call));
    line("look-up", look_up_text(call));
    line("quiet", quiet_text(call, raw));
    line("echoes", joined(call.echoes));
    line("no effect", joined(call.no_effect));
    line("but not", joined(call.not_no_effect));
    line("refused", joined(call.refused_before_execution));
    line("source", text_of(raw.at("source")));
  }

  void sources() {
    if (c_.manifest.sources.empty()) return;
    title("Sources");
    Table table({{""}, {"", Table::Align::left, Table::Narrow::wraps}});
    for (const auto& [name, source] : c_.manifest.sources) table.add({name, source});
    table.print(out_, console_.width, 2);
  }

  const Inspected& c_;
  Console& console_;
  std::ostream& out_;
  Table settings_{{{"KEY"}, {"TYPE"}, {"DEFAULT"}, {"MEANING", Table::Align::left, Table::Narrow::wraps}}};
};

}  // namespace

json::Value inspect_view(const Inspected& connector) {
  json::Object out;
  out.set("file", connector.file).set("sha256", connector.sha256);
  if (connector.abi) {
    json::Object abi;
    abi.set("major", std::int64_t{connector.abi->major}).set("minor", std::int64_t{connector.abi->minor});
    abi.set("minor_needed", std::int64_t{connector.abi->minor_needed});
    out.set("abi", std::move(abi));
  }
  out.set("connector", connector.raw);
  return out;
}

void print_inspected(const Inspected& connector, Console& console) { Printer(connector, console).run(); }

}  // namespace handoff::cli
