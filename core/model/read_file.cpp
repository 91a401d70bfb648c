#include "core/model/read_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace handoff {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

std::expected<std::string, Unread> read(const std::filesystem::path& file, std::uintmax_t bytes_max, bool plain) {
  auto unread = [&file](std::string why) { return std::unexpected(Unread{file.string(), std::move(why)}); };
  auto last_error = [] { return std::error_code(errno, std::generic_category()).message(); };
  Descriptor from(::open(file.c_str(), O_RDONLY | O_CLOEXEC | (plain ? O_NONBLOCK : 0)));
  struct ::stat info = {};
  if (from.number() < 0 || ::fstat(from.number(), &info) != 0) return unread(last_error());
  if (S_ISDIR(info.st_mode)) return unread("it is a folder");
  if (plain && !S_ISREG(info.st_mode)) return unread("it is no plain file");
  std::string out;
  if (info.st_size > 0 && static_cast<std::uintmax_t>(info.st_size) <= bytes_max)
    out.reserve(static_cast<std::size_t>(info.st_size));
  std::array<char, 1 << 16> piece;
  for (;;) {
    ::ssize_t got = ::read(from.number(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unread(last_error());
    if (got == 0) return out;
    if (out.size() + static_cast<std::size_t>(got) > bytes_max)
      return unread("it is larger than " + std::to_string(bytes_max) + " bytes");
    out.append(piece.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

std::expected<std::string, Unread> read_file(const std::filesystem::path& file, std::uintmax_t bytes_max) {
  return read(file, bytes_max, false);
}

std::expected<std::string, Unread> read_plain_file(const std::filesystem::path& file, std::uintmax_t bytes_max) {
  return read(file, bytes_max, true);
}

}  // namespace handoff
