#pragma once
// The command line as a function: arguments in, text and an exit code out. 0 fine, 1 findings, 2 usage, 3 could not.

#include <string>
#include <vector>

#include "core/app/cli/console.hpp"

namespace handoff::cli {

/// `arguments` without the program's name.
int run(std::vector<std::string> arguments, Console& console);

/// docs/reference/cli.md: the help of every command, in Markdown.
std::string reference();

}  // namespace handoff::cli
