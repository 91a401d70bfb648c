#include "core/files/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace handoff::files {

namespace {
constexpr std::size_t kBlock = 64u << 10;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Descriptor open_folder(int root, std::string_view path, bool make) {
  constexpr int kHow = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  Descriptor at(::openat(root, ".", kHow));
  while (at && !path.empty()) {
    std::size_t slash = path.find('/');
    std::string segment(path.substr(0, slash));
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (make && ::mkdirat(at.get(), segment.c_str(), 0770) == 0 && ::fsync(at.get()) != 0) return {};
    at = Descriptor(::openat(at.get(), segment.c_str(), kHow));
  }
  return at;
}

Place place_of(int root, std::string_view path, bool make) {
  std::size_t slash = path.rfind('/');
  std::string_view folder = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  return {open_folder(root, folder, make),
          std::string(slash == std::string_view::npos ? path : path.substr(slash + 1))};
}

Descriptor open_file(const Place& place, struct stat& is) {
  // Without waiting: a pipe of that name would hold us for ever.
  Descriptor file(::openat(place.folder.get(), place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file || ::fstat(file.get(), &is) != 0) return {};
  if (S_ISREG(is.st_mode)) return file;
  errno = EACCES;
  return {};
}

std::int64_t modified_ms(const struct stat& is) {
  return std::int64_t{is.st_mtim.tv_sec} * 1000 + is.st_mtim.tv_nsec / 1'000'000;
}

std::optional<std::string> read_at(int fd, std::uint64_t offset, std::uint64_t length) {
  std::string out(length, '\0');
  std::size_t have = 0;
  while (have < length) {
    ssize_t got = ::pread(fd, out.data() + have, length - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  out.resize(have);
  return out;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

std::optional<bool> same_content(int one, int other) {
  for (std::uint64_t offset = 0;; offset += kBlock) {
    std::optional<std::string> a = read_at(one, offset, kBlock), b = read_at(other, offset, kBlock);
    if (!a || !b) return std::nullopt;
    if (*a != *b) return false;
    if (a->size() < kBlock) return true;
  }
}

}  // namespace handoff::files
