#include "core/journal/store_place.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/crypto/file_owner.hpp"

namespace handoff::journal {

namespace {
constexpr ::mode_t kOwnerOnly = 0600;
constexpr ::mode_t kOthers = 077;

std::string folder_of(const std::string& path) {
  std::filesystem::path parent = std::filesystem::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

/// Bytes 18 and 19 of its header: a backup is one file, a store that a hub had open keeps a log beside it.
bool keeps_a_log(const std::string& path) {
  char head[20] = {};
  return std::ifstream(path, std::ios::binary).read(head, sizeof head) && head[18] == 2 && head[19] == 2;
}

/// Who only reads a store with a log makes the log's index, where no hub has it open. Read without (SQLite's `immutable`),
/// the file of a hub that starts meanwhile would be read torn.
std::string log_problem(const std::string& path) {
  const std::string folder = folder_of(path), index = path + "-shm";
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
  if (::access(index.c_str(), F_OK) == 0 || !keeps_a_log(path)) return {};
  return path + ": to read it " + index +
         " must be made, and its folder cannot be written: " + crypto::owner_text(folder) +
         ". This says nothing about the store: run this as the user that runs the hub";
}

}  // namespace

std::string store_place_problem(const std::string& path) {
  const std::string folder = folder_of(path);
  struct ::stat info = {};
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode))
    return path + ": is a folder; write the path of a file";
  if (::stat(folder.c_str(), &info) != 0)
    return path + ": " + folder + ": " + std::strerror(errno) + "; make the folder, for the user that runs handoff";
  if (!S_ISDIR(info.st_mode)) return path + ": " + folder + " is no folder";
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    return path + ": " + folder + ": " + std::strerror(errno) +
           "; the user that runs handoff must be able to write into it";
  return store_access_problem(path, true);
}

std::string store_access_problem(const std::string& path, bool write) {
  for (const char* part : kStoreFiles)
    if (std::string problem = crypto::access_problem(path + part, write); !problem.empty())
      return problem + ". Look at what lies beside it, too: ls -l " + path + "*";
  for (const char* part : {".lock", ".head"})
    if (std::string problem = write ? crypto::access_problem(path + part, true) : ""; !problem.empty()) return problem;
  return log_problem(path);
}

std::string store_gone_text(const std::string& path) {
  return path +
         ": there was a store here and it is gone; put it back, or restore a backup: handoff store restore FILE. To "
         "begin anew, remove " +
         path + ".head";
}

void give_to_owner_of(const std::string& path, const std::vector<std::string>& files) {
  struct ::stat owner = {}, folder = {}, info = {};
  if (::geteuid() != 0) return;
  if (::stat(path.c_str(), &owner) != 0 || owner.st_uid == 0) {
    if (::stat(folder_of(path).c_str(), &folder) != 0) return;
    owner = folder;
  }
  for (const std::string& file : files) {
    if (::stat(file.c_str(), &info) != 0 || info.st_uid == owner.st_uid) continue;
    if (::chown(file.c_str(), owner.st_uid, owner.st_gid) != 0) continue;
  }
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
