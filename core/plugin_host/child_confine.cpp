#include "core/plugin_host/child_confine.hpp"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "core/plugin_host/child_host.hpp"
#include "core/plugin_host/sanitized.hpp"
#include "core/plugin_host/seccomp.hpp"
#include "core/plugin_host/wire.hpp"

namespace handoff::plugin_host {

namespace {

bool loading = false;

void answer_call(void* context, long value) {
  auto& machine = static_cast<ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  machine.gregs[REG_RAX] = value;
#else
  machine.regs[0] = static_cast<unsigned long long>(value);
#endif
}

/// Async-signal-safe. What it writes is a frame of wire.hpp, made by hand because that code allocates.
[[noreturn]] void tell(long number) {
  char frame[160] = {};
  std::size_t size = 8;
  auto put = [&](const char* text) {
    for (; *text != '\0' && size < sizeof frame; ++text) frame[size++] = *text;
  };
  put("tried to ");
  put(what_was_tried(number));
  put("; a connector asks the host for everything, by a call");
  auto length = static_cast<std::uint32_t>(size - 4);
  auto kind = static_cast<std::uint32_t>(wire::Kind::broken);
  std::memcpy(frame, &length, sizeof length);
  std::memcpy(frame + 4, &kind, sizeof kind);
  _exit(write(kChildSocket, frame, size) == static_cast<ssize_t>(size) ? 97 : 98);
}

/// A call that the filter stopped. [signal handler]
void stopped(int, siginfo_t* info, void* context) {
  int error = errno;
  // The loader's open(). That its own text names the file is not looked at: there is only this one to have.
  if (loading && info->si_syscall == SYS_openat) {
    int copy = fcntl(kChildConnector, F_DUPFD_CLOEXEC, 0);
    answer_call(context, copy >= 0 ? copy : -EMFILE);
    errno = error;
    return;
  }
  tell(info->si_syscall);
}

/// What computing takes: memory, the end, and talking to the hub. Standard output and error lead to /dev/null; what
/// abort() says and does may go there, so that it ends as SIGABRT.
void allow_computing(SystemCallFilter& filter) {
  for (long number :
       {SYS_read, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_brk, SYS_futex, SYS_close, SYS_exit,
        SYS_exit_group, SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_sched_yield, SYS_getpid, SYS_gettid})
    filter.add(number, SECCOMP_RET_ALLOW);
  for (int file : {STDOUT_FILENO, STDERR_FILENO, kChildSocket})
    for (long number : {SYS_write, SYS_writev})
      filter.add(number, 0, static_cast<std::uint32_t>(file), SECCOMP_RET_ALLOW);
  filter.add(SYS_tgkill, 0, static_cast<std::uint32_t>(getpid()), SECCOMP_RET_ALLOW);
}

/// Without the cage nothing is loaded: a kernel that has none must not be found out by an operator's loss.
void install(SystemCallFilter& filter) {
  if (!filter.install()) _exit(96);
}

}  // namespace

void confine_to_loading() {
  if (kSanitized) return;
  loading = true;
  struct sigaction action = {};
  action.sa_sigaction = stopped;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSYS, &action, nullptr);
  SystemCallFilter filter(SECCOMP_RET_TRAP);
  allow_computing(filter);
  for (long number : {SYS_fstat, SYS_newfstatat, SYS_pread64}) filter.add(number, SECCOMP_RET_ALLOW);
  filter.add(SYS_fcntl, 1, F_DUPFD_CLOEXEC, SECCOMP_RET_ALLOW);
  filter.add(SYS_prctl, 0, PR_SET_SECCOMP, SECCOMP_RET_ALLOW);
  filter.add(SYS_prctl, 0, PR_SET_NO_NEW_PRIVS, SECCOMP_RET_ALLOW);
  install(filter);
}

void confine_to_computing() {
  if (kSanitized) return;
  loading = false;
  SystemCallFilter filter(SECCOMP_RET_TRAP);
  allow_computing(filter);
  install(filter);
}

}  // namespace handoff::plugin_host
