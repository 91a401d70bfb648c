// handoff probe: a credit of the hub's own through the whole chain, timed at each system, and back.

#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

std::string ms(const json::Value& one, const char* name) {
  return one.at(name).is_null() ? std::string() : duration(number_of(one.at(name)));
}

void print(const json::Value& view, Console& console) {
  std::string state = text_of(view.at("state"));
  const char* said = state == "done"     ? "there everywhere, and gone again"
                     : state == "failed" ? "did not get everywhere; it is gone again"
                                         : "is not gone everywhere";
  console.out << "Probe " << text_of(view.at("probe")) << ", " << money(view.at("amount")) << " over "
              << text_of(view.at("route")) << ": " << paint(console, state == "done" ? Tone::good : Tone::bad, said)
              << "\n\n";
  Table table(
      {{"HOP"}, {"THERE AFTER", Table::Align::right}, {"STATE"}, {"GONE AFTER", Table::Align::right}, {"STATE"}});
  for (const json::Value& hop : view.at("hops").as_array())
    table.add({text_of(hop.at("hop")), ms(hop, "there_ms"), text_of(hop.at("there")), ms(hop, "gone_ms"),
               text_of(hop.at("gone"))});
  table.print(console.out, console.width);
  if (state == "done") return;
  std::string reason = text_of(view.at("reason"));
  console.out << "\n"
              << (reason.empty() ? "" : "Because: " + reason + "\n") << "Next: handoff trace "
              << text_of(view.at("probe")) << "\n";
}

}  // namespace

int probe(const Options& options, Console& console) {
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  json::Object order;
  if (!options.route.empty()) order.set("route", options.route);
  if (!options.store.empty()) order.set("store", options.store);
  if (!options.amount.empty()) {
    std::size_t space = options.amount.find(' ');
    if (space == std::string::npos)
      return fail(options, console,
                  {"--amount " + options.amount + ": write it with its currency, \"1.00 USD\"", kUsage, "usage"});
    order.set("amount", options.amount.substr(0, space)).set("currency", options.amount.substr(space + 1));
  }
  json::Value body(std::move(order));
  auto begun = hub->need("POST", "/v1/probes", &body);
  if (!begun) return fail(options, console, begun.error());
  std::string target = "/v1/probes/" + percent_encoded(text_of(begun->at("probe"))) + "?wait=5";
  for (;;) {
    auto view = hub->need("GET", target);
    if (!view) return fail(options, console, view.error());
    std::string state = text_of(view->at("state"));
    if (state == "running") {
      if (console.err_is_tty) console.err << "\r\033[Kunder way" << std::flush;
      continue;
    }
    if (console.err_is_tty) console.err << "\r\033[K" << std::flush;
    if (options.json)
      console.out << pretty(*view);
    else
      print(*view, console);
    return state == "done" ? kFine : kFindings;
  }
}

}  // namespace handoff::cli
