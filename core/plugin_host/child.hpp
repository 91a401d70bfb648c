#pragma once
// A connector's child process as its parent sees it: started, asked with a deadline, ended. Private to this folder, but
// for how_it_ended().

#include <sys/types.h>

#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace handoff::plugin_host {

/// What waitpid() says of a process that is gone: "crashed: signal 11, a read or write outside of its memory".
std::string how_it_ended(int status);

/// Its own process group, no environment, no files but the socket and the connector. [one thread at a time]
class Child {
 public:
  /// `program`: handoff-connector-host. `connector`: an open file, from its first byte on.
  static std::expected<std::unique_ptr<Child>, std::string> start(const std::filesystem::path& program, int connector);
  /// Ends it for certain and waits for that.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Sends a whole frame, returns the body of the answer. The error is what happened to the child; then it is gone.
  std::expected<std::string, std::string> exchange(std::string_view frame, std::chrono::milliseconds deadline);
  /// False once it is gone, or speaks without being asked.
  bool usable();
  pid_t pid() const { return pid_; }

 private:
  Child(pid_t pid, int socket) : pid_(pid), socket_(socket) {}
  using Until = std::chrono::steady_clock::time_point;
  std::string send_all(std::string_view bytes, Until until);
  std::string receive(char* to, std::size_t size, Until until);
  std::string receive_frame(std::string& out, Until until);
  std::optional<int> ended(Until until);
  int end();

  pid_t pid_;
  int socket_;
};

}  // namespace handoff::plugin_host
