#pragma once
// A view of the hub's, fetched and printed.

#include <string>

#include "core/app/cli/console.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/options.hpp"

namespace handoff::cli {

using Print = void (*)(const json::Value&, const Options&, Console&);

/// Finds the hub, gets the view, prints it.
int show(const Options& options, Console& console, const std::string& target, const Hub::Offline& offline, Print print);

/// "The most urgent 50 of 312 only; all: --limit 312"; empty where all of list `name` is shown.
std::string most_urgent_only(const json::Value& view, const std::string& name);

/// The ranked candidates of a case or task, one a line.
void print_candidates(const json::Value& one, Console& console);

/// A system that does not answer: since when, why, and when it is asked again.
std::string failing_text(const json::Value& one, Console& console);

/// That there is more than was shown of list `name`, newest first, and how to see it.
void print_more(const json::Value& view, const std::string& name, Console& console);

}  // namespace handoff::cli
