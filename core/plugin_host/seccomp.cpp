#include "core/plugin_host/seccomp.hpp"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <utility>

#include "core/plugin_host/sanitized.hpp"

namespace handoff::plugin_host {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_AARCH64;
#else
#error "name this machine's AUDIT_ARCH"
#endif

constexpr std::pair<long, const char*> kTried[] = {
    {SYS_openat, "open a file"},        {SYS_openat2, "open a file"},         {SYS_socket, "open a socket"},
    {SYS_connect, "connect a socket"},  {SYS_execve, "start a program"},      {SYS_execveat, "start a program"},
    {SYS_clone, "start a process"},     {SYS_clone3, "start a process"},      {SYS_nanosleep, "sleep"},
    {SYS_clock_nanosleep, "sleep"},     {SYS_getrandom, "read random bytes"}, {SYS_clock_gettime, "read a clock"},
    {SYS_gettimeofday, "read a clock"}, {SYS_unlinkat, "delete a file"},      {SYS_kill, "signal a process"},
    {SYS_tgkill, "signal a process"},   {SYS_write, "write to a file"},       {SYS_ptrace, "look into a process"},
#ifdef SYS_open
    {SYS_open, "open a file"},          {SYS_creat, "make a file"},           {SYS_unlink, "delete a file"},
    {SYS_time, "read a clock"},         {SYS_fork, "start a process"},        {SYS_vfork, "start a process"},
#endif
};

sock_filter op(unsigned code, std::uint32_t value, unsigned yes = 0, unsigned no = 0) {
  return {static_cast<__u16>(code), static_cast<__u8>(yes), static_cast<__u8>(no), value};
}

sock_filter load(std::size_t at) { return op(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(at)); }

}  // namespace

const char* what_was_tried(long number) {
  for (const auto& [known, text] : kTried)
    if (known == number) return text;
  return "do what a connector may not";
}

SystemCallFilter::SystemCallFilter(std::uint32_t otherwise) : otherwise_(otherwise) {
  // The numbers mean something on one machine only: a call in the manner of another one is never honest.
  program_ = {load(offsetof(seccomp_data, arch)), op(BPF_JMP | BPF_JEQ | BPF_K, kMachine, 1, 0),
              op(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS), load(offsetof(seccomp_data, nr))};
}

void SystemCallFilter::add(long number, std::uint32_t action) {
  program_.push_back(op(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 1));
  program_.push_back(op(BPF_RET | BPF_K, action));
}

void SystemCallFilter::add(long number, unsigned argument, std::uint32_t value, std::uint32_t action) {
  std::size_t low = offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t);  // both machines are little-endian
  program_.push_back(op(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 4));
  program_.push_back(load(low));
  program_.push_back(op(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
  program_.push_back(op(BPF_RET | BPF_K, action));
  program_.push_back(load(offsetof(seccomp_data, nr)));
}

bool SystemCallFilter::install() {
  program_.push_back(op(BPF_RET | BPF_K, otherwise_));
  sock_fprog filter = {static_cast<unsigned short>(program_.size()), program_.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

void limit(int what, rlim_t most) {
  rlimit value = {most, most};
  setrlimit(static_cast<__rlimit_resource>(what), &value);
}

void limit_memory(std::int64_t bytes) {
  if (kSanitized) return;
  std::int64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  limit(RLIMIT_AS, static_cast<rlim_t>(pages * sysconf(_SC_PAGESIZE) + bytes));
}

}  // namespace handoff::plugin_host
