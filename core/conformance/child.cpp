#include "core/conformance/child.hpp"

#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "core/plugin_host/child.hpp"
#include "core/plugin_host/seccomp.hpp"

namespace handoff::conformance {

namespace {

constexpr std::size_t kSaidMax = 4096;

void apply(const ChildLimits& limits) {
  plugin_host::limit(RLIMIT_CORE, 0);
  plugin_host::limit(RLIMIT_CPU, static_cast<rlim_t>(limits.seconds) + 1);
  plugin_host::limit(RLIMIT_FSIZE, rlim_t{1} << 20);
  plugin_host::limit_memory(limits.memory_bytes);
}

std::string trouble_of(int status, bool timed_out, const rusage& used, int seconds) {
  if (timed_out) return "came to no end within " + std::to_string(seconds) + " s";
  const bool ended = WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGXCPU);
  if (ended && used.ru_utime.tv_sec + used.ru_stime.tv_sec >= seconds)
    return "took more than " + std::to_string(seconds) + " s of processor time";
  return plugin_host::how_it_ended(status);
}

/// Collects lines until the pipe is closed; true if it stayed silent for too long.
bool read_all(int pipe, int seconds, std::string& out) {
  for (;;) {
    pollfd wait = {pipe, POLLIN, 0};
    int ready = poll(&wait, 1, seconds * 1000);
    if (ready == 0) return true;
    char buffer[8192];
    ssize_t got = read(pipe, buffer, sizeof buffer);
    if (got <= 0) return false;
    out.append(buffer, static_cast<std::size_t>(got));
  }
}

std::string contents(int file) {
  std::string out(kSaidMax, '\0');
  ssize_t got = pread(file, out.data(), out.size(), 0);
  out.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return out;
}

/// Reads what the child told; true if it told that it is done.
bool take(const std::string& told, ChildEnd& out) {
  bool done = false;
  for (std::size_t at = 0; at < told.size();) {
    std::size_t end = std::min(told.find('\n', at), told.size());
    json::Parsed line = json::parse(std::string_view(told).substr(at, end - at));
    at = end + 1;
    if (!line) continue;
    if (line->at("at").string()) out.where = *line->at("at").string();
    if (!line->at("finding").is_null()) out.findings.push_back(line->at("finding"));
    if (line->at("trouble").string()) out.trouble = *line->at("trouble").string();
    done = done || line->at("done").as_bool();
  }
  return done;
}

[[noreturn]] void be_child(int pipe, int said, const ChildLimits& limits, const std::function<void(Reporter&)>& work) {
  dup2(said, STDOUT_FILENO);
  dup2(said, STDERR_FILENO);
  for (int number : {SIGSEGV, SIGABRT, SIGFPE, SIGILL, SIGBUS, SIGTERM}) std::signal(number, SIG_DFL);
  apply(limits);
  Reporter reporter(pipe);
  work(reporter);
  std::fflush(nullptr);
  reporter.done();
  _exit(0);
}

}  // namespace

void Reporter::line(const char* kind, json::Value value) {
  json::Object out;
  out.set(kind, std::move(value));
  std::string text = json::write(json::Value(std::move(out))) + "\n";
  for (std::size_t at = 0; at < text.size();) {
    ssize_t wrote = write(pipe_, text.data() + at, text.size() - at);
    if (wrote <= 0) return;
    at += static_cast<std::size_t>(wrote);
  }
}

void Reporter::at(const std::string& where) { line("at", where); }
void Reporter::finding(const json::Value& finding) { line("finding", finding); }
void Reporter::done() { line("done", true); }

ChildEnd in_child(const ChildLimits& limits, const std::function<void(Reporter&)>& work) {
  ChildEnd out;
  int ends[2] = {-1, -1};
  int said = memfd_create("said", MFD_CLOEXEC);
  if (said < 0 || pipe(ends) != 0) {
    out.trouble = "could not be started: no more files";
    return out;
  }
  std::fflush(nullptr);
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    be_child(ends[1], said, limits, work);
  }
  close(ends[1]);
  std::string told;
  bool timed_out = child > 0 && read_all(ends[0], limits.seconds, told);
  if (timed_out) kill(child, SIGKILL);
  int status = 0;
  rusage used = {};
  if (child > 0) wait4(child, &status, 0, &used);
  bool done = take(told, out);
  if (child < 0)
    out.trouble = "could not be started: no more processes";
  else if (out.trouble.empty() && (!done || timed_out))
    out.trouble = trouble_of(status, timed_out, used, limits.seconds);
  out.said = contents(said);
  close(ends[0]);
  close(said);
  return out;
}

}  // namespace handoff::conformance
