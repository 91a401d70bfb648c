#include "core/reconcile/pipe.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/reconcile/nameless.hpp"

namespace handoff::reconcile {

namespace {

std::optional<int> descriptor_of(std::string_view path) {
  if (path == "/dev/stdin") return 0;
  for (std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    int number = -1;
    auto [end, error] = std::from_chars(path.data() + folder.size(), path.data() + path.size(), number);
    if (error == std::errc() && end == path.data() + path.size()) return number;
  }
  return std::nullopt;
}

bool copy(int from, int to) {
  std::vector<char> buffer(1 << 20);
  for (;;) {
    ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0;
    for (ssize_t done = 0; done < got;) {
      ssize_t wrote = ::write(to, buffer.data() + done, static_cast<std::size_t>(got - done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return false;
      done += wrote;
    }
  }
}

}  // namespace

std::expected<std::string, Refusal> file_for(const std::string& given, const std::string& folder) {
  std::string path = given == "-" ? "/dev/stdin" : given;
  struct stat what{};
  if (::stat(path.c_str(), &what) != 0 || S_ISREG(what.st_mode) || S_ISDIR(what.st_mode)) return path;
  std::optional<int> descriptor = descriptor_of(path);
  if (descriptor && ::isatty(*descriptor) == 1)
    return std::unexpected(
        Refusal{given, 0, "is a terminal", "give a file, or send one: zcat pos.csv.gz | handoff audit --pos - ..."});
  if (!descriptor)
    return std::unexpected(
        Refusal{given, 0, "is no file that can be read twice", "let the shell read it: <(cat " + given + ")"});
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  int file = nameless_file(folder);
  bool whole = file >= 0 && copy(*descriptor, file) && ::dup2(file, *descriptor) >= 0;
  std::string why = std::strerror(errno);
  if (file >= 0) ::close(file);
  if (!whole)
    return std::unexpected(
        Refusal{given, 0, "cannot be kept in " + folder + ": " + why, "give --work a folder with room"});
  return path;
}

}  // namespace handoff::reconcile
