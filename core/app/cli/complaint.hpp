#pragma once
// What is said of a command line that cannot be understood.

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace handoff::cli {

std::vector<const CLI::App*> all_commands(const CLI::App& app);

/// CLI11's help without its double blank lines. `name` is the whole of it: "handoff token create".
std::string help_of(const CLI::App& app, const std::string& name);

/// The command that was reached, and its whole name.
std::pair<const CLI::App*, std::string> reached(const CLI::App& app);

/// What is wrong, in one line, and where to read on. Where only a command is missing: the help.
std::string complaint(const CLI::App& app, const CLI::Error& error);

}  // namespace handoff::cli
