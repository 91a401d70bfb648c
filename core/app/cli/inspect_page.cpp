// A connector's reference page: operations, calls with the requests that its cassettes show, promises, settings, sources.

#include <cctype>
#include <map>

#include "core/app/cli/inspect.hpp"
#include "core/app/cli/sheet_words.hpp"
#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

constexpr const char* kPromises =
    "What is not declared counts as the worst case. `echoes`: what of the request its answer must repeat. `no effect`: answers\n"
    "that prove that nothing happened, and `but not`: the exceptions. `refused`: answers given before anything was done. `quiet`: how\n"
    "long an unanswered request may still take effect or stay unseen.\n";

using conformance::Cassette;
using conformance::Exchange;

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

std::string code(const std::string& text) { return text.empty() ? "" : "`" + text + "`"; }
std::string codes(const std::vector<std::string>& list) { return code(replaced(joined(list), ", ", "`, `")); }
/// Words as Markdown shows them unchanged.
std::string words(const std::string& text) {
  return replaced(replaced(replaced(text, "<", "&lt;"), "*", "\\*"), "[", "\\[");
}

std::string row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += " " + replaced(cell, "|", "\\|") + " |";
  return out + "\n";
}
std::string head(const std::vector<std::string>& titles) {
  return row(titles) + row(std::vector<std::string>(titles.size(), "---"));
}

/// "list-page-2" -> "list-page-N": the calls of a loop are one.
std::string without_numbers(const std::string& label) {
  std::string out;
  for (std::size_t i = 0; i < label.size(); ++i) {
    bool digit = std::isdigit(static_cast<unsigned char>(label[i])) != 0;
    bool counts = digit && !out.empty() && (out.back() == '-' || out.ends_with("-N"));
    if (!counts)
      out += label[i];
    else if (out.back() == '-')
      out += 'N';
  }
  return out;
}

/// "example.com/a/b, page 3" or "example.com a/b" -> the address alone; empty if it begins with none.
std::string address_of(const std::string& text) {
  std::size_t end = std::min(text.find_first_of(" ,;"), text.size());
  std::string first = text.substr(0, end);
  std::size_t dot = first.find('.');
  if (dot == 0 || dot == std::string::npos || first.find('/') < dot) return {};
  if (first.contains('/')) return first.ends_with(':') ? first.substr(0, first.size() - 1) : first;
  std::string second = text.substr(end).substr(0, std::min(text.find_first_of(" ,;", end + 1), text.size()) - end);
  return second.starts_with(' ') && second.contains('/') ? first + second : std::string();
}

std::string linked_source(const std::string& text) {
  std::string address = address_of(text);
  if (address.empty()) return words(text);
  return "[" + address + "](https://" + replaced(address, " ", "/") + ")" + words(text.substr(address.size()));
}

class Page {
 public:
  Page(const Inspected& connector, const conformance::Folder& folder) : c_(connector), folder_(folder) {}

  std::string text() {
    title();
    operations();
    calls();
    promises();
    settings();
    secrets();
    cassettes();
    sources();
    return std::move(out_);
  }

 private:
  void section(const std::string& name) { out_ += "\n## " + name + "\n\n"; }

  /// An address is a link; the names of sources lead to where they are written out.
  std::string with_links(const std::string& text) const {
    if (!address_of(text).empty()) return linked_source(text);
    std::string out = words(text);
    for (const auto& [name, source] : c_.manifest.sources)
      for (std::size_t at = 0; (at = out.find(name + ":", at)) != std::string::npos; at += name.size()) {
        if (at != 0 && out[at - 1] != ' ') continue;
        std::string link = "[" + name + "](#sources)";
        out.replace(at, name.size(), link);
        at += link.size() - name.size();
      }
    return out;
  }

  void title() {
    const Manifest& m = c_.manifest;
    out_ += "# " + m.id + "\n\n" + words(m.title) +
            ". Made by `handoff connector inspect --markdown` from the connector's sheet and its cassettes.\n\n";
    out_ += head({"", ""}) + row({"version", m.version + ", " + m.status}) + row({"vendor API", words(m.vendor_api)});
    out_ += row({"roles", joined(m.roles)}) + row({"surfaces", surfaces_text(m)});
    out_ += row({"authentication", words(auth_text(m.auth))}) + row({"limits", with_links(limits_text(m, c_.raw))});
  }

  void operations() {
    section("Operations");
    out_ += head({"operation", "surface", "looks by", "changes something by", "cassettes"});
    for (const auto& [name, raw] : c_.raw.at("operations").as_object()) {
      const OperationSheet& sheet = *c_.manifest.operation(name);
      std::vector<std::string> labels;
      for (const CallSheet& call : sheet.calls) labels.push_back(call.label);
      out_ += row({code(name), surface_of(sheet), codes(sheet.by), codes(labels), std::to_string(shown(name))});
    }
  }

  static std::string surface_of(const OperationSheet& sheet) {
    std::string out = sheet.surface;
    if (sheet.name == "issue")
      out += sheet.links ? ", linked to the customer at once" : ", linked in a step of its own";
    if (sheet.relinks) out += ", also from one customer to another";
    if (sheet.needs_customer) out += ", needs the system's own customer";
    if (!sheet.void_terminal_states.empty()) out += ", ends as " + joined(sheet.void_terminal_states);
    return out;
  }

  std::size_t shown(const std::string& operation) const {
    std::size_t out = 0;
    for (const Cassette& one : folder_.cassettes) out += one.operation == operation ? 1 : 0;
    return out;
  }

  void calls() {
    section("Calls");
    out_ += "Requests as the cassettes show them, without their query; ids in them are examples.\n\n";
    out_ += head({"operation", "call", "request", "what it does", "after a lost answer"});
    for (const auto& [name, raw] : c_.raw.at("operations").as_object()) calls_of(*c_.manifest.operation(name));
  }

  void calls_of(const OperationSheet& sheet) {
    std::map<std::string, std::string> requests;
    std::vector<std::string> order;
    for (const Cassette& cassette : folder_.cassettes)
      for (const Exchange& exchange : cassette.exchanges) {
        std::string label = sheet.call(exchange.label) ? exchange.label : without_numbers(exchange.label);
        if (cassette.operation != sheet.name || requests.contains(label)) continue;
        requests[label] = request_of(exchange);
        order.push_back(label);
      }
    for (const CallSheet& call : sheet.calls)
      if (!requests.contains(call.label)) order.push_back(call.label);
    for (const std::string& label : order) {
      const CallSheet* call = sheet.call(label);
      out_ +=
          row({code(sheet.name), code(label), requests[label],
               call ? sign_text(call->sign) : safe_text(requests[label]), call ? after_loss(*call) : "asked again"});
    }
  }

  /// Of a call that is `safe`, by its request.
  static std::string safe_text(std::string_view request) {
    auto is = [&](std::string_view verb) { return request.starts_with("`" + std::string(verb)); };
    if (is("CLAIM ")) return "makes the file this hub's";
    if (is("MOVE ")) return "puts the file away";
    return is("SLEEP ") ? "lets time pass" : "reads";
  }

  static std::string request_of(const Exchange& exchange) {
    if (exchange.genuine) return "none: the hub checks a signature";
    std::string target(exchange.request.at("target").as_string());
    return code(std::string(exchange.request.at("method").as_string()) + " " + target.substr(0, target.find('?')));
  }

  static std::string after_loss(const CallSheet& call) {
    std::string out = call.key_supported ? "its key " + key_text(call) + "; " : "";
    return out + "look-up " + look_up_text(call);
  }

  void promises() {
    bool any = false;
    for (const auto& [name, raw] : c_.raw.at("operations").as_object())
      for (const CallSheet& call : c_.manifest.operation(name)->calls) {
        if (!any) {
          section("What the vendor promises");
          out_ += kPromises;
        }
        any = true;
        out_ += "\n### " + name + ": " + call.label + "\n\n";
        for (const auto& [fact, text] : call_facts(call, raw.at("calls").at(call.label)))
          out_ += "- " + fact + ": " + (is_list(fact) ? code(replaced(text, ", ", "`, `")) : with_links(text)) + "\n";
      }
  }

  static bool is_list(const std::string& fact) {
    return fact == "echoes" || fact == "no effect" || fact == "but not" || fact == "refused";
  }

  void settings() {
    std::vector<std::vector<std::string>> rows = setting_rows(c_.raw);
    if (rows.empty()) return;
    section("Settings");
    out_ += head({"key", "type", "default", "meaning"});
    for (const std::vector<std::string>& one : rows) {
      bool required = one[2] == "(required)";
      out_ += row({code(one[0]), one[1], required ? "required" : code(one[2]), words(one[3])});
    }
  }

  void secrets() {
    const json::Object& all = c_.raw.at("secrets").as_object();
    if (all.empty()) return;
    section("Secrets");
    out_ += head({"name", "meaning"});
    for (const auto& [name, secret] : all) out_ += row({code(name), words(text_of(secret.at("description")))});
  }

  void cassettes() {
    section("Cassettes");
    out_ += "What the connector is held to, offline. Times, ids and amounts are examples.\n\n";
    out_ += head({"cassette", "operation", "ends", "what happens", "where the answers come from"});
    for (const Cassette& one : folder_.cassettes)
      out_ += row({code(one.name), code(one.operation), std::string(one.expect.at("end").as_string()), words(one.says),
                   with_links(one.source)});
  }

  void sources() {
    if (c_.manifest.sources.empty()) return;
    section("Sources");
    out_ += head({"name", "source"});
    for (const auto& [name, source] : c_.raw.at("sources").as_object())  // as written: one may refer to another
      out_ += row({name, linked_source(text_of(source))});
  }

  const Inspected& c_;
  const conformance::Folder& folder_;
  std::string out_;
};

}  // namespace

std::string inspect_page(const Inspected& connector, const conformance::Folder& folder) {
  return Page(connector, folder).text();
}

}  // namespace handoff::cli
