// handoffd -c FILE: the hub as a daemon.

#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionSet.h>
#include <Poco/Util/ServerApplication.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <handoff/sdk/json.hpp>
#include <iostream>
#include <thread>

#include "core/app/daemon/daemon.hpp"
#include "core/log/log.hpp"
#include "core/version.hpp"

namespace {

constexpr const char* kDaemon = "daemon";
constexpr int kCouldNotStart = 2;  // a command line, a configuration or a place that is not right

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

/// Before the first thread, so that all inherit it: a SIGTERM that comes before the main thread waits for it (Poco's
/// waitForTerminationRequest) stays pending, instead of ending the process wherever it is.
void prepare_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int number : {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // OpenSSL under Poco writes to sockets without MSG_NOSIGNAL: a mail server that hangs up must not end the hub.
  ::signal(SIGPIPE, SIG_IGN);
  // What other daemons take for "reopen your log" must not end this one.
  ::signal(SIGUSR1, SIG_IGN);
  ::signal(SIGUSR2, SIG_IGN);
}

/// A shell gives 1,024 and lets it be raised; every register may hold a connection, and none may keep a vendor's from
/// being opened.
void allow_open_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

/// SIGHUP asks other daemons for a reload. This one reads its configuration at the start only, and says so instead of ending.
class HangUps {
 public:
  explicit HangUps(std::string config) : config_(std::move(config)), thread_([this] { wait(); }) {}
  ~HangUps() {
    stopping_ = true;
    pthread_kill(thread_.native_handle(), SIGHUP);
    thread_.join();
  }
  HangUps(const HangUps&) = delete;
  HangUps& operator=(const HangUps&) = delete;

 private:
  void wait() {
    sigset_t hang_up;
    sigemptyset(&hang_up);
    sigaddset(&hang_up, SIGHUP);
    for (int number = 0; sigwait(&hang_up, &number) == 0 && !stopping_;)
      handoff::log::warning(
          "SIGHUP: nothing was reloaded, the hub goes on as it is. Check a new configuration with `handoff lint " +
          config_ + "`, then restart to load it; registers send again what they hold, and nothing happens twice");
  }

  std::string config_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

class HandoffDaemon : public Poco::Util::ServerApplication {
 protected:
  void defineOptions(Poco::Util::OptionSet& options) override {
    Poco::Util::OptionSet all;
    ServerApplication::defineOptions(all);
    for (const Poco::Util::Option& one : all)
      if (one.fullName() != kDaemon) options.addOption(one);
    using Poco::Util::Option;
    using Poco::Util::OptionCallback;
    options.addOption(Option("config", "c", "the configuration: a .toml file or a folder of them", false, "FILE", true)
                          .callback(OptionCallback<HandoffDaemon>(this, &HandoffDaemon::on_option)));
    options.addOption(Option("json-log", "j", "log one JSON object a line")
                          .callback(OptionCallback<HandoffDaemon>(this, &HandoffDaemon::on_option)));
    options.addOption(Option("version", "v", "print the version and stop")
                          .callback(OptionCallback<HandoffDaemon>(this, &HandoffDaemon::on_option)));
    options.addOption(Option("help", "h", "print this and stop")
                          .callback(OptionCallback<HandoffDaemon>(this, &HandoffDaemon::on_option)));
  }

  void on_option(const std::string& name, const std::string& value) {
    if (name == "config") options_.config = value;
    if (name == "json-log") options_.json_log = true;
    if (name == "version") text_ = std::string("handoffd ") + handoff::kVersion + "\n";
    if (name == "help") {
      help_ = true;
      stopOptionsProcessing();
    }
  }

  void print_help() {
    Poco::Util::HelpFormatter help(options());
    help.setCommand("handoffd");
    help.setUsage("[-c FILE] [OPTIONS]");
    help.setHeader(
        "The store credit hub. It runs until SIGTERM or SIGINT; a new configuration is read at the next start. The operator's program is handoff.");
    help.setFooter(
        "The configuration is handoff.toml unless given. Once the hub is ready it prints its addresses as one line of JSON, and "
        "tells systemd (Type=notify). Exit codes: 0 stopped, 2 could not start, 3 stopped because its disk cannot be trusted.");
    help.format(std::cout);
  }

  int main(const std::vector<std::string>& names) override {
    if (help_) print_help();
    std::cout << text_;
    if (help_ || !text_.empty()) return EXIT_OK;
    if (!names.empty()) {
      std::cerr << "handoffd: '" << names.front() << "' is no option; the configuration is named with -c: handoffd -c "
                << names.front() << "\n";
      return kCouldNotStart;
    }
    handoff::log::start(handoff::log::Level::info, options_.json_log);
    auto daemon = handoff::app::Daemon::start(options_);
    if (!daemon) {
      std::cerr << daemon.error() << (daemon.error().ends_with('\n') ? "" : "\n");
      return kCouldNotStart;
    }
    const handoff::app::Addresses& at = (*daemon)->addresses();
    handoff::json::Object ready;
    ready.set("register", at.registers);
    ready.set("inbound", at.inbound);
    ready.set("admin", at.admin);
    std::cout << handoff::json::write(handoff::json::Value(std::move(ready))) << std::endl;
    handoff::log::info("ready: registers at " + at.registers + ", webhooks at " + at.inbound + ", operators at " +
                       at.admin);
    ::malloc_trim(0);  // what reading configuration and sheets took and gave back; nothing later comes near it
    notify("READY=1");
    {
      HangUps hang_ups(options_.config);
      waitForTerminationRequest();
    }
    notify("STOPPING=1");
    handoff::log::info("stopping");
    daemon->reset();
    return EXIT_OK;
  }

 private:
  handoff::app::DaemonOptions options_;
  std::string text_;
  bool help_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  prepare_signals();
  allow_open_files();
  // Poco would fork before it reads anything: what is wrong then is said to nobody, and the exit code is 0.
  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]) == std::string("--") + kDaemon) {
      std::cerr << "handoffd: there is no --daemon: it stays where it was started, and logs to stderr. Let systemd run "
                   "it (handoff.service), "
                   "or a shell: handoffd -c FILE 2>>hub.log &\n";
      return kCouldNotStart;
    }
  HandoffDaemon app;
  int code = app.run(argc, argv);
  if (code != Poco::Util::Application::EXIT_CONFIG) return code;  // that is Poco's for a wrong command line
  std::cerr << "See: handoffd --help\n";
  return kCouldNotStart;
}
