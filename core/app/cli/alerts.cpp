// alerts, alerts test.

#include "core/app/cli/alerts.hpp"

#include <ostream>
#include <utility>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/show.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/serve/alerts.hpp"

namespace handoff::cli {

namespace {

std::string amounts(const json::Value& list) {
  std::string out;
  for (const json::Value& amount : list.as_array()) out += ", " + sum(amount);
  return out;
}

std::string how(const json::Value& tell) {
  std::string state = text_of(tell.at("state")), told = text_of(tell.at("told_at"));
  std::string out = state == "due"           ? "goes out now"
                    : state == "limit"       ? "waits: the channel's limit is reached"
                    : state == "quiet hours" ? "waits: quiet hours"
                                             : "";
  if (!told.empty())
    out += (out.empty() ? "told " : "; told ") + moment(tell.at("told_at")) + " UTC of " +
           grouped(number_of(tell.at("told_of")));
  std::string due = text_of(tell.at("due_at"));
  return due.empty() ? out : out + (out.empty() ? "" : ", ") + "again from " + moment(tell.at("due_at")) + " UTC";
}

void print_alert(const json::Value& one, bool contacts, Console& console) {
  bool urgent = one.at("urgent").as_bool();
  console.out << paint(console, urgent ? Tone::bad : Tone::strong, text_of(one.at("cause"))) << "  "
              << counted(number_of(one.at("count")), one.at("of_source").as_bool() ? "case" : "credit")
              << amounts(one.at("amounts")) << ", the oldest for " << duration(number_of(one.at("oldest_age_ms")))
              << (urgent ? ", urgent" : "") << "\n";
  console.out << "  " << wrapped(text_of(one.at("next")), console.width, 2) << "\n";
  for (const json::Value& tell : one.at("tell").as_array())
    console.out << "  " << text_of(tell.at("contact")) << " on " << text_of(tell.at("channel")) << ": " << how(tell)
                << "\n";
  if (contacts && one.at("tell").as_array().empty())
    console.out << "  nobody is told: no contact has the role " << text_of(one.at("role")) << " here\n";
}

void print_alerts(const json::Value& view, const Options&, Console& console) {
  bool first = true, contacts = number_of(view.at("contacts")) > 0;
  for (const json::Value& one : view.at("alerts").as_array()) {
    if (!std::exchange(first, false)) console.out << "\n";
    print_alert(one, contacts, console);
  }
  if (first)
    console.out << "Nobody has to be told of anything.\n";
  else if (!contacts)
    console.out << "\nNo contacts are known here: [contacts] of the running hub says who is told.\n";
  if (view.at("channels").as_array().empty()) return;
  console.out << "\n";
  print_alert_channels(view.at("channels"), console);
}

}  // namespace

void print_alert_channels(const json::Value& channels, Console& console) {
  const char* title = "Alerts";
  for (const json::Value& one : channels.as_array()) {
    console.out << paint(console, Tone::strong, padded(std::exchange(title, ""), 10)) << text_of(one.at("channel"))
                << ": ";
    if (one.at("working").as_bool())
      console.out << "last told " << moment(one.at("told_at")) << " UTC\n";
    else
      console.out << paint(console, Tone::bad, "takes no messages since " + moment(one.at("failing_since")) + " UTC")
                  << ": " << text_of(one.at("error")) << "\n";
  }
}

int alerts(const Options& options, Console& console) {
  return show(
      options, console, "/v1/alerts",
      [&](journal::Reader& read, const crypto::Vault*) -> Outcome {
        return serve::alerts_view(read, {}, console.now_ms());
      },
      print_alerts);
}

int alerts_test(const Options& options, Console& console) {
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  json::Object body;
  body.set("channel", options.name);
  if (!options.to.empty()) body.set("to", json::Array{json::Value(options.to)});
  json::Value wanted(std::move(body));
  auto answer = hub->ask("POST", "/v1/alerts/test", &wanted);
  if (!answer) return fail(options, console, answer.error());
  if (!*answer) return fail(options, console, {"handoffd is not running: it is what sends alerts; start it first"});
  if (options.json)
    console.out << pretty(**answer);
  else
    console.out << options.name << " took the test message.\n";
  return kFine;
}

}  // namespace handoff::cli
