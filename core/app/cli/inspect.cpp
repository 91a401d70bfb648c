#include "core/app/cli/inspect.hpp"

#include <ostream>

#include "core/app/cli/sheet_words.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/model/sheet_members.hpp"

namespace handoff::cli {

namespace {

class Printer {
 public:
  Printer(const Inspected& connector, Console& console) : c_(connector), console_(console), out_(console.out) {}

  void run() {
    head();
    settings();
    secrets();
    operations();
    sources();
    unread();
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
    fact("limits", limits_text(m, c_.raw));
    fact("surfaces", surfaces_text(m));
  }

  void settings() {
    std::vector<std::vector<std::string>> rows = setting_rows(c_.raw);
    if (rows.empty()) return;
    title("Settings");
    for (std::vector<std::string>& row : rows) settings_.add(std::move(row));
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
    for (const auto& [name, text] : call_facts(call, raw))
      out_ << "      " << padded(name, 11) << wrapped(text, console_.width, 17) << "\n";
  }

  void sources() {
    if (c_.manifest.sources.empty()) return;
    title("Sources");
    Table table({{""}, {"", Table::Align::left, Table::Narrow::wraps}});
    for (const auto& [name, source] : c_.manifest.sources) table.add({name, source});
    table.print(out_, console_.width, 2);
  }

  void unread() {
    const std::vector<UnreadMember> all = unread_members(c_.raw);
    if (all.empty()) return;
    title("Not understood");
    for (const UnreadMember& member : all) out_ << "  " << wrapped(member.text(), console_.width, 4) << "\n";
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
  json::Array unread;
  for (const UnreadMember& member : unread_members(connector.raw)) unread.emplace_back(member.text());
  if (!unread.empty()) out.set("not_understood", std::move(unread));
  out.set("connector", connector.raw);
  return out;
}

void print_inspected(const Inspected& connector, Console& console) { Printer(connector, console).run(); }

}  // namespace handoff::cli
