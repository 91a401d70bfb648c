#include "core/app/cli/show.hpp"

#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/words.hpp"

namespace handoff::cli {

int show(const Options& options, Console& console, const std::string& target, const Hub::Offline& offline,
         Print print) {
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  Outcome view = hub->view(target, offline, console);
  if (!view) return fail(options, console, view.error());
  if (options.json)
    console.out << pretty(*view);
  else
    print(*view, options, console);
  return kFine;
}

void print_more(const json::Value& view, const Options& options, Console& console) {
  if (view.at("more").as_bool())
    console.out << "\nThe newest " << options.limit << " only; for more: --limit " << options.limit * 10 << "\n";
}

}  // namespace handoff::cli
