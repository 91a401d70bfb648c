#include "core/plugin_host/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "core/plugin_host/child_host.hpp"
#include "core/plugin_host/wire.hpp"

namespace handoff::plugin_host {

namespace {

constexpr const char* kGone = "gone";  // it closed its end, mostly because it is over: its status says why
constexpr const char* kSlow = "slow";

const char* signal_text(int number) {
  switch (number) {
    case SIGSEGV:
      return "a read or write outside of its memory";
    case SIGABRT:
      return "it gave up: an assertion, a failed check or an exception nobody caught";
    case SIGFPE:
      return "a division by zero";
    case SIGILL:
      return "an instruction that is none";
    case SIGSYS:
      return "a system call that it may not make";
    case SIGXCPU:
      return "too much processor time";
    case SIGXFSZ:
      return "it wrote too much";
    default:
      return "it was ended";
  }
}

/// What the new process is given, and nothing else: no environment, so no secret of the hub's.
pid_t spawn(const std::filesystem::path& program, int socket, int connector) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  // First out of the way of the numbers they shall have: one of them may be the other's.
  constexpr int kAside = 200;
  posix_spawn_file_actions_adddup2(&files, socket, kAside);
  posix_spawn_file_actions_adddup2(&files, connector, kAside + 1);
  for (int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addopen(&files, standard, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&files, kAside, kChildSocket);
  posix_spawn_file_actions_adddup2(&files, kAside + 1, kChildConnector);
  posix_spawn_file_actions_addclosefrom_np(&files, kChildConnector + 1);
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&how, &none);
  posix_spawnattr_setsigdefault(&how, &all);
  posix_spawnattr_setpgroup(&how, 0);  // a Ctrl-C at the terminal is for the hub, which ends its children itself
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::string name = program.filename();
  char* arguments[] = {name.data(), nullptr};
  char* environment[] = {nullptr};
  pid_t pid = -1;
  int error = posix_spawn(&pid, program.c_str(), &files, &how, arguments, environment);
  posix_spawnattr_destroy(&how);
  posix_spawn_file_actions_destroy(&files);
  errno = error;
  return error == 0 ? pid : -1;
}

bool wait(int file, short what, std::chrono::steady_clock::time_point until) {
  for (;;) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    pollfd one = {file, what, 0};
    int ready = left > 0 ? poll(&one, 1, static_cast<int>(left)) : 0;
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

/// The child's own words, for a log and a case: they may be anything.
std::string printable(std::string_view said) {
  std::string out(said.substr(0, 400));
  for (char& c : out)
    if (c < ' ' || c > '~') c = '?';
  return out.empty() ? "ended without a reason" : out;
}

}  // namespace

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status))
    return "crashed: signal " + std::to_string(WTERMSIG(status)) + ", " + signal_text(WTERMSIG(status));
  return "ended the process with status " + std::to_string(WEXITSTATUS(status));
}

std::expected<std::unique_ptr<Child>, std::string> Child::start(const std::filesystem::path& program, int connector) {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return std::unexpected(std::string("no process for it: ") + std::strerror(errno));
  pid_t pid = spawn(program, ends[1], connector);
  int error = errno;
  close(ends[1]);
  if (pid > 0) return std::unique_ptr<Child>(new Child(pid, ends[0]));
  close(ends[0]);
  return std::unexpected(program.string() + ": cannot be started: " + std::strerror(error) +
                         "; it is installed beside handoff and runs connectors apart");
}

Child::~Child() {
  end();
  close(socket_);
}

/// Its status; it is over afterwards, whatever it did.
int Child::end() {
  int status = 0;
  if (pid_ <= 0) return status;
  ::kill(pid_, SIGKILL);
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status;
}

/// Its status, if it is over by then: one that has closed its end may go on for ever.
std::optional<int> Child::ended(Until until) {
  int process = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));  // glibc 2.36 forgets its extern "C"
  bool over = process >= 0 && wait(process, POLLIN, until);
  if (process >= 0) close(process);
  if (!over) return std::nullopt;
  return end();
}

bool Child::usable() {
  char byte = 0;
  return pid_ > 0 && recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

std::string Child::send_all(std::string_view bytes, Until until) {
  while (!bytes.empty()) {
    ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    if (sent >= 0 || errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return kGone;
    if (!wait(socket_, POLLOUT, until)) return kSlow;
  }
  return {};
}

std::string Child::receive(char* to, std::size_t size, Until until) {
  while (size > 0) {
    if (!wait(socket_, POLLIN, until)) return kSlow;
    ssize_t got = recv(socket_, to, size, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) return kGone;
    if (got < 0) continue;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return {};
}

std::string Child::receive_frame(std::string& out, Until until) {
  std::uint32_t size = 0;
  std::string trouble = receive(reinterpret_cast<char*>(&size), sizeof size, until);
  if (!trouble.empty()) return trouble;
  if (size < 4 || size > wire::kFrameBytesMax)
    return "said " + std::to_string(size) + " bytes in one step; at most " + std::to_string(wire::kFrameBytesMax) +
           " are taken";
  // As it comes: a length is easily said, and memory is taken only for what is there.
  constexpr std::size_t kPiece = 1u << 20;
  while (trouble.empty() && out.size() < size) {
    std::size_t had = out.size();
    out.resize(had + std::min<std::size_t>(kPiece, size - had));
    trouble = receive(out.data() + had, out.size() - had, until);
  }
  return trouble;
}

std::expected<std::string, std::string> Child::exchange(std::string_view frame, std::chrono::milliseconds deadline) {
  Until until = std::chrono::steady_clock::now() + deadline;
  std::string answer;
  std::string trouble = send_all(frame, until);
  if (trouble.empty() || trouble == kGone) {  // who is gone may have said why
    std::string received = receive_frame(answer, until);
    if (trouble.empty() || received.empty()) trouble = received;
  }
  if (trouble.empty() && wire::kind_of(answer) == wire::Kind::broken) trouble = printable(wire::broken_text(answer));
  if (trouble.empty()) return answer;
  if (trouble == kGone) {
    std::optional<int> status = ended(until);
    trouble = status ? how_it_ended(*status) : kSlow;
  }
  end();
  if (trouble == kSlow) trouble = "came to no end within " + std::to_string(deadline.count()) + " ms";
  return std::unexpected(trouble);
}

}  // namespace handoff::plugin_host
