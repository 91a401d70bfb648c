#include "core/conformance/confine.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/conformance/sanitized.hpp"

namespace handoff::conformance {

namespace {

constexpr std::pair<long, const char*> kForbidden[] = {
    {SYS_openat, "open a file"},          {SYS_socket, "open a socket"},
    {SYS_execve, "start a program"},      {SYS_nanosleep, "sleep"},
    {SYS_clock_nanosleep, "sleep"},       {SYS_getrandom, "read random bytes"},
    {SYS_clock_gettime, "read a clock"},  {SYS_gettimeofday, "read a clock"},
    {SYS_unlinkat, "delete a file"},      {SYS_kill, "signal a process"},
#ifdef SYS_open
    {SYS_open, "open a file"},            {SYS_creat, "make a file"},
    {SYS_unlink, "delete a file"},        {SYS_time, "read a clock"},
    {SYS_fork, "start a process"},        {SYS_vfork, "start a process"},
#endif
};

int told_to = -1;

/// Async-signal-safe: only write and _exit.
void tell(int, siginfo_t* info, void*) {
  const char* what = "do what a connector may not";
  for (const auto& [number, text] : kForbidden)
    if (number == info->si_syscall) what = text;
  auto put = [](const char* text) {
    std::size_t size = 0;
    while (text[size] != '\0') ++size;
    if (write(told_to, text, size) < 0) _exit(98);
  };
  put("{\"trouble\":\"tried to ");
  put(what);
  put("; a connector asks the host for everything, by a call\"}\n");
  _exit(97);
}

sock_filter op(unsigned code, unsigned value, unsigned yes = 0, unsigned no = 0) {
  return {static_cast<__u16>(code), static_cast<__u8>(yes), static_cast<__u8>(no), value};
}

}  // namespace

void confine(int pipe) {
  if (kSanitized) return;
  told_to = pipe;
  struct sigaction action = {};
  action.sa_sigaction = tell;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSYS, &action, nullptr);
  std::vector<sock_filter> program;
  program.push_back(op(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  for (const auto& [number, text] : kForbidden) {
    program.push_back(op(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(number), 0, 1));
    program.push_back(op(BPF_RET | BPF_K, SECCOMP_RET_TRAP));
  }
  program.push_back(op(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  sock_fprog filter = {static_cast<unsigned short>(program.size()), program.data()};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

}  // namespace handoff::conformance
