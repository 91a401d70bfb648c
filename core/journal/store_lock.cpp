#include "core/journal/store_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace handoff::journal {

namespace {

/// Its number, as the holder wrote it; a holder that has only just locked the file is not there yet.
std::string holder(int file) {
  char text[32] = {};
  ssize_t got = pread(file, text, sizeof text - 1, 0);
  std::string number(text, got > 0 ? static_cast<std::size_t>(got) : 0);
  while (!number.empty() && number.back() == '\n') number.pop_back();
  return number.empty() ? std::string() : " (process " + number + ")";
}

}  // namespace

std::expected<int, std::string> take_store_lock(const std::string& store_path) {
  std::string name = store_path + ".lock";
  int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return std::unexpected(name + ": " + std::strerror(errno) + "; the data folder must be writable");
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    std::string who = holder(file);
    ::close(file);
    return std::unexpected(store_path + ": another handoff process uses this store" + who +
                           "; stop it first, or ask it through its admin address");
  }
  std::string number = std::to_string(getpid()) + "\n";
  // Only for people: a disk without room for it is no reason to refuse.
  if (ftruncate(file, 0) == 0 && pwrite(file, number.data(), number.size(), 0) < 0) errno = 0;
  return file;
}

}  // namespace handoff::journal
