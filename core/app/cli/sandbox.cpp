// sandbox: becomes the program that plays the vendors, with the arguments as they are.

#include <unistd.h>

#include <cstring>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/plugin_host/instance.hpp"

namespace handoff::cli {

int sandbox(const Options& options, Console& console) {
  std::string program = plugin_host::connector_host_program().replace_filename("handoff-sandbox").string();
  std::vector<char*> arguments = {program.data()};
  std::vector<std::string> passed_on = options.passed_on;
  for (std::string& one : passed_on) arguments.push_back(one.data());
  arguments.push_back(nullptr);
  console.out.flush();
  ::execv(program.c_str(), arguments.data());  // comes back only if it could not
  return fail(options, console,
              {program + " cannot be started: " + std::strerror(errno) +
               "; it is installed beside handoff by\n"
               "  cmake --install BUILD --component sdk --prefix DIR"});
}

}  // namespace handoff::cli
