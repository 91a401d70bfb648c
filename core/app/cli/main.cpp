// handoff: the command line.

#include "core/app/cli/cli.hpp"

int main(int argc, char** argv) {
  handoff::cli::Console console = handoff::cli::system_console();
  return handoff::cli::run({argv + 1, argv + argc}, console);
}
