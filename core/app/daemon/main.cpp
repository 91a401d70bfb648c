// handoffd -c FILE: the hub as a daemon.

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <cstring>
#include <expected>
#include <handoff/sdk/json.hpp>
#include <iostream>

#include "core/app/daemon/daemon.hpp"
#include "core/log/log.hpp"
#include "core/version.hpp"

namespace {

enum Exit : int { kFine = 0, kUsage = 2, kCouldNot = 3 };  // as handoff's own

/// Tells systemd (Type=notify) how it goes; does nothing outside of it. Protocol: sd_notify(3).
void notify(const char* state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (!path || !*path) return;
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return;
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(path));
  ::sendto(socket, state, std::strlen(state), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address), size);
  ::close(socket);
}

sigset_t endings() {
  sigset_t out;
  sigemptyset(&out);
  for (int number : {SIGTERM, SIGINT, SIGQUIT}) sigaddset(&out, number);
  return out;
}

/// Before the first thread, so that all inherit it: a SIGTERM that comes before the main thread waits for it stays
/// pending, instead of ending the process wherever it is.
void prepare_signals() {
  sigset_t signals = endings();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // OpenSSL under Poco writes to sockets without MSG_NOSIGNAL: a mail server that hangs up must not end the hub.
  ::signal(SIGPIPE, SIG_IGN);
}

/// What the command line asks for; else the code to end with.
std::expected<handoff::app::DaemonOptions, int> read_arguments(int argc, char** argv) {
  handoff::app::DaemonOptions out;
  CLI::App app("handoffd: the store credit hub. It runs until SIGTERM or SIGINT; the operator's program is handoff.", "handoffd");
  app.add_option("-c,--config", out.config, "The configuration: a .toml file or a folder of them; handoff.toml unless given")
      ->type_name("FILE");
  app.add_flag("-j,--json-log", out.json_log, "Log one JSON object a line");
  app.set_version_flag("-v,--version", std::string("handoffd ") + handoff::kVersion, "Print the version and stop");
  app.set_help_flag("-h,--help", "Print this and stop");
  app.footer(
      "Once it is ready it prints its addresses as one line of JSON, and tells systemd (Type=notify).\n"
      "Exit codes: 0 stopped, 2 usage, 3 could not start, or stopped because its disk cannot be trusted.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return std::unexpected(app.exit(asked));
  } catch (const CLI::ParseError& wrong) {
    std::cerr << "handoffd: " << wrong.what() << "\nSee: handoffd --help\n";
    return std::unexpected(kUsage);
  }
  return out;
}

/// Until somebody asks for the end: SIGTERM, SIGINT or SIGQUIT.
void wait_for_the_end() {
  sigset_t signals = endings();
  for (int number = 0; sigwait(&signals, &number) != 0;) continue;
}

int run(const handoff::app::DaemonOptions& options) {
  handoff::log::start(handoff::log::Level::info, options.json_log);
  auto daemon = handoff::app::Daemon::start(options);
  if (!daemon) {
    std::cerr << daemon.error() << (daemon.error().ends_with('\n') ? "" : "\n");
    return kCouldNot;
  }
  const handoff::app::Addresses& at = (*daemon)->addresses();
  handoff::json::Object ready;
  ready.set("register", at.registers);
  ready.set("inbound", at.inbound);
  ready.set("admin", at.admin);
  std::cout << handoff::json::write(handoff::json::Value(std::move(ready))) << std::endl;
  handoff::log::info("ready: registers at " + at.registers + ", webhooks at " + at.inbound + ", operators at " + at.admin);
  notify("READY=1");
  wait_for_the_end();
  notify("STOPPING=1");
  handoff::log::info("stopping");
  daemon->reset();
  return kFine;
}

}  // namespace

int main(int argc, char** argv) {
  prepare_signals();
  auto options = read_arguments(argc, argv);
  return options ? run(*options) : options.error();
}
