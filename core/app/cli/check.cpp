// handoff check: whether each connector's system is there and lets the hub in, and what to do where it does not.

#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

constexpr std::size_t kIndent = 4;

void print(const json::Value& view, Console& console) {
  for (const json::Value& one : view.at("connectors").as_array()) {
    std::string result = text_of(one.at("result")), problem = text_of(one.at("problem"));
    std::string said = result == "ok" ? "ok" : result == "failed" ? "failed" : "not checked";
    console.out << paint(console, Tone::strong, text_of(one.at("connector"))) << "  "
                << paint(console,
                         result == "ok"       ? Tone::good
                         : result == "failed" ? Tone::bad
                                              : Tone::plain,
                         said);
    if (!problem.empty()) console.out << ": " << wrapped(problem, console.width, kIndent);
    console.out << "\n";
    if (std::string next = text_of(one.at("next")); !next.empty())
      console.out << std::string(kIndent, ' ') << wrapped(next, console.width, kIndent) << "\n";
  }
}

}  // namespace

int check(const Options& options, Console& console) {
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  json::Object order;
  if (!options.connector.empty()) order.set("connector", options.connector);
  json::Value body(std::move(order));
  auto view = hub->need("POST", "/v1/checks", &body);
  if (!view) return fail(options, console, view.error());
  if (options.json)
    console.out << pretty(*view);
  else
    print(*view, console);
  bool failed = false;
  for (const json::Value& one : view->at("connectors").as_array())
    failed = failed || text_of(one.at("result")) == "failed";
  return failed ? kFindings : kFine;
}

}  // namespace handoff::cli
