#include "core/journal/store_place.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace handoff::journal {

namespace {
constexpr ::mode_t kOwnerOnly = 0600;
constexpr ::mode_t kOthers = 077;
}  // namespace

std::string store_place_problem(const std::string& path) {
  std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  struct ::stat info = {};
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return path + ": is a folder; write the path of a file";
  if (::stat(folder.c_str(), &info) != 0)
    return path + ": " + folder + ": " + std::strerror(errno) + "; make the folder, for the user that runs handoff";
  if (!S_ISDIR(info.st_mode)) return path + ": " + folder + " is no folder";
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    return path + ": " + folder + ": " + std::strerror(errno) + "; the user that runs handoff must be able to write into it";
  return {};
}

void keep_store_private(const std::string& path, bool may_create) {
  // Opened only to make it: closing a descriptor of a file that SQLite has open would drop SQLite's locks on it.
  int made = may_create ? ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly) : -1;
  if (made >= 0) ::close(made);
  for (const char* part : kStoreFiles) {
    struct ::stat info = {};
    std::string file = path + part;
    if (::stat(file.c_str(), &info) != 0 || (info.st_mode & kOthers) == 0) continue;
    if (::chmod(file.c_str(), kOwnerOnly) != 0) continue;
  }
}

}  // namespace handoff::journal
