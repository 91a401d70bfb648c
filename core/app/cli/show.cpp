#include "core/app/cli/show.hpp"

#include <algorithm>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/words.hpp"
#include "core/serve/views.hpp"
#include "core/serve/words.hpp"

namespace handoff::cli {

int show(const Options& options, Console& console, const std::string& target, const Hub::Offline& offline,
         Print print) {
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  if (std::string unknown = hub->unknown_store(options.store); !unknown.empty())
    console.err << "handoff: warning: " << unknown << "\n";
  if (std::string unknown = hub->unknown_rung(options.asked); !unknown.empty())
    console.err << "handoff: warning: " << unknown << "\n";
  Outcome view = hub->view(target, offline, console);
  if (!view) return fail(options, console, view.error());
  if (options.json)
    console.out << pretty(*view);
  else
    print(*view, options, console);
  return kFine;
}

std::string most_urgent_only(const json::Value& view, const std::string& name) {
  if (!view.at("more").as_bool()) return {};
  std::string shown = grouped(static_cast<std::int64_t>(view.at(name).as_array().size()));
  std::string total = std::to_string(number_of(view.at("total")));
  return "The most urgent " + shown + " of " + grouped(number_of(view.at("total"))) + " only; all: --limit " + total;
}

void print_candidates(const json::Value& one, Console& console) {
  for (const json::Value& candidate : one.at("candidates").as_array())
    console.out << "    " << number_of(candidate.at("candidate")) << "  " << text_of(candidate.at("customer")) << " at "
                << text_of(candidate.at("connector")) << ": " << text_of(candidate.at("evidence")) << "\n";
}

std::string failing_text(const json::Value& one, Console& console) {
  std::int64_t times = number_of(one.at("failures"));
  std::string out =
      paint(console, Tone::bad, text_of(one.at("connector"))) + " for " + duration(number_of(one.at("age_ms")));
  if (times > 1) out += ", " + std::to_string(times) + " times in a row";
  out += ": " + text_of(one.at("error")) + " (" + text_of(one.at("address")) + ")";
  if (!one.at("next_try_at").is_null()) out += "; not before " + moment(one.at("next_try_at")) + " UTC again";
  return out;
}

void print_more(const json::Value& view, const std::string& name, Console& console) {
  if (!view.at("more").as_bool()) return;
  auto shown = static_cast<std::int64_t>(view.at(name).as_array().size());
  console.out << "\nThe newest " << shown << " only; "
              << (shown < serve::kLookedAtMax
                      ? "for more: --limit " + std::to_string(std::min(shown * 10, serve::kLookedAtMax))
                      : "ask for fewer, by --state, --store or --on")
              << "\n";
}

}  // namespace handoff::cli
