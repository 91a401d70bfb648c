// Decisions on cases. They move credits, so only the running hub takes them.

#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

int decide(const Options& options, Console& console, const std::string& word, const json::Value& body,
           const std::string& told) {
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  std::string number = std::to_string(options.number);
  auto answer = hub->ask("POST", "/v1/cases/" + number + "/" + word, &body);
  if (!answer) return fail(options, console, answer.error());
  if (!*answer)
    return fail(options, console, Failure{"no hub answers at " + hub->admin_url() + "; start handoffd first"});
  if (options.json)
    console.out << pretty(**answer);
  else
    console.out << "Case " << number << told << "\n";
  return kFine;
}

}  // namespace

int case_link(const Options& options, Console& console) {
  json::Object who;
  who.set("email", options.email).set("phone", options.phone).set("loyalty", options.loyalty);
  return decide(options, console, "link", json::Value(std::move(who)),
                ": the customer is looked for. It closes by itself when one is found; see: handoff cases");
}

int case_retry(const Options& options, Console& console) {
  return decide(options, console, "retry", json::Value(json::Object()),
                " is closed and its credit goes on. If the cause is still there, a new case opens; see: handoff cases");
}

int case_close(const Options& options, Console& console) {
  return decide(options, console, "close", json::Value(json::Object{{"reason", options.reason}}), " is closed.");
}

}  // namespace handoff::cli
