#include "tests/support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

extern char** environ;

namespace handoff::support {

namespace {

using Clock = std::chrono::steady_clock;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry; ++entry) {
    std::string text(*entry);
    if (!added.contains(text.substr(0, text.find('=')))) out.push_back(std::move(text));
  }
  for (const auto& [name, value] : added) out.push_back(name + "=" + value);
  return out;
}

int milliseconds_until(Clock::time_point until) {
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
  return left > 0 ? static_cast<int>(left) : 0;
}

}  // namespace

Process::Process(const Options& options) {
  std::vector<std::string> arguments = options.arguments;
  std::vector<std::string> variables = environment(options.environment);
  std::vector<char*> argv = pointers(arguments), envp = pointers(variables);
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe: " + std::string(std::strerror(errno)));
  int log = options.stderr_file.empty()
                ? -1
                : ::open(options.stderr_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that dies leaves nothing behind
    dup2(pipe_ends[1], STDOUT_FILENO);
    if (log >= 0) dup2(log, STDERR_FILENO);
    if (!options.folder.empty() && chdir(options.folder.c_str()) != 0) _exit(126);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  ::close(pipe_ends[1]);
  if (log >= 0) ::close(log);
  out_ = pipe_ends[0];
  if (pid_ < 0) throw std::runtime_error("fork: " + std::string(std::strerror(errno)));
}

Process::~Process() {
  kill();
  if (out_ >= 0) ::close(out_);
}

bool Process::fill(Clock::time_point until) {
  pollfd waiting{out_, POLLIN, 0};
  if (poll(&waiting, 1, milliseconds_until(until)) <= 0) return false;
  char part[4096];
  ssize_t got = ::read(out_, part, sizeof part);
  if (got <= 0) return false;
  read_.append(part, static_cast<std::size_t>(got));
  return true;
}

std::optional<std::string> Process::line(std::chrono::milliseconds wait) {
  Clock::time_point until = Clock::now() + wait;
  while (true) {
    std::size_t end = read_.find('\n');
    if (end != std::string::npos) {
      std::string out = read_.substr(0, end);
      read_.erase(0, end + 1);
      return out;
    }
    if (!fill(until)) return std::nullopt;
  }
}

std::string Process::rest(std::chrono::milliseconds wait) {
  Clock::time_point until = Clock::now() + wait;
  while (fill(until)) {
  }
  return std::exchange(read_, {});
}

void Process::signal(int number) const {
  if (pid_ > 0 && !ended_) ::kill(pid_, number);
}

bool Process::running() {
  if (ended_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  ended_ = Ended{WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
  return false;
}

Ended Process::wait(std::chrono::milliseconds limit) {
  Clock::time_point until = Clock::now() + limit;
  while (running()) {
    if (Clock::now() >= until) {
      kill();
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return *ended_;
}

void Process::kill() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  while (running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

std::optional<std::int64_t> bytes_moved(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/io");
  std::string name;
  std::int64_t value = 0, out = 0;
  int found = 0;
  while (found < 2 && in >> name >> value)
    if (name == "rchar:" || name == "wchar:") {
      out += value;
      ++found;
    }
  return found == 2 ? std::optional(out) : std::nullopt;
}

}  // namespace handoff::support
