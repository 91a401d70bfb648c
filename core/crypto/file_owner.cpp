#include "core/crypto/file_owner.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace handoff::crypto {

namespace {

std::string user_name(::uid_t id) {
  std::array<char, 4096> room{};
  struct ::passwd entry = {}, *found = nullptr;
  bool known = ::getpwuid_r(id, &entry, room.data(), room.size(), &found) == 0 && found != nullptr;
  return known ? entry.pw_name : "user " + std::to_string(id);
}

}  // namespace

std::string owner_text(const std::string& file) {
  struct ::stat info = {};
  std::string me = user_name(::geteuid());
  if (::stat(file.c_str(), &info) != 0) return file + ": " + std::strerror(errno);
  return file + " belongs to " + user_name(info.st_uid) + ", and this runs as " + me;
}

std::string refused_text(const std::string& file, int error) {
  std::string out = file + ": " + std::strerror(error);
  if (error != EACCES && error != EPERM) return out;
  std::string me = user_name(::geteuid()), number = std::to_string(::geteuid());
  struct ::stat info = {};
  if (::stat(file.c_str(), &info) != 0)
    return out + ": its folder does not let " + me + " in; run this as the user that runs the hub";
  if (info.st_uid == ::geteuid())
    return out + ": it belongs to " + me + ", and is not theirs to use; run: chmod 600 " + file;
  std::string owner = user_name(info.st_uid);
  return out + ": it belongs to " + owner + ", and this runs as " + me + ". If the hub runs as " + me + ": chown " +
         (me.contains(' ') ? number : me) + " " + file + ". If it runs as " + owner + ": run this as " + owner;
}

std::string access_problem(const std::string& file, bool write) {
  if (::faccessat(AT_FDCWD, file.c_str(), write ? R_OK | W_OK : R_OK, AT_EACCESS) == 0 || errno == ENOENT) return {};
  return refused_text(file, errno);
}

}  // namespace handoff::crypto
