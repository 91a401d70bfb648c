#pragma once
// Another program, started and watched by a test.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace handoff::support {

/// How a program ended.
struct Ended {
  int code = -1;   // exit code; -1 if a signal ended it
  int signal = 0;  // 0 if it left by itself
};

class Process {
 public:
  struct Options {
    std::vector<std::string> arguments;              // the program first
    std::map<std::string, std::string> environment;  // added to this program's own
    std::string stderr_file;                         // appended to; empty = this program's
    std::string folder;                              // working folder; empty = this program's
  };

  /// Throws std::runtime_error if it cannot be started.
  explicit Process(const Options& options);
  /// Kills it if it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// The next line of its standard output; empty if none comes in time or the output ended.
  std::optional<std::string> line(std::chrono::milliseconds wait);
  /// All that is still to come on its standard output, until it closes it.
  std::string rest(std::chrono::milliseconds wait);

  void signal(int number) const;
  /// Waits for the end; kills it when the time is over.
  Ended wait(std::chrono::milliseconds limit);
  /// SIGKILL and wait.
  void kill();
  bool running();
  pid_t pid() const { return pid_; }

 private:
  bool fill(std::chrono::steady_clock::time_point until);

  pid_t pid_ = -1;
  int out_ = -1;
  std::string read_;
  std::optional<Ended> ended_;
};

/// Bytes that a running process has read and written so far: how far it is, for what is to happen in the middle of it.
std::optional<std::int64_t> bytes_moved(pid_t pid);

}  // namespace handoff::support
