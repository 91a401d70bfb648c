#pragma once
// The system's files by descriptor, below one folder: no link is followed and nothing above it is reached. Private to
// this folder.

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace handoff::files {

/// An open file or folder. Closed with the object; -1: none, and errno says why.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// A place below a folder: the open folder it lies in, and its last segment.
struct Place {
  Descriptor folder;
  std::string name;
};

/// The folder at `path` below `root` ("" = itself). `make`: folders that are missing are made, durably.
Descriptor open_folder(int root, std::string_view path, bool make = false);
/// Where `path` would lie; its folder is open unless it cannot be.
Place place_of(int root, std::string_view path, bool make = false);

/// A plain file for reading; EACCES for anything else.
Descriptor open_file(const Place& place, struct stat& is);
std::int64_t modified_ms(const struct stat& is);

/// At most `length` bytes from `offset`; nothing if the system failed.
std::optional<std::string> read_at(int fd, std::uint64_t offset, std::uint64_t length);
/// False if the system failed.
bool write_all(int fd, std::string_view bytes);
/// Whether both hold the same bytes; nothing if the system failed.
std::optional<bool> same_content(int one, int other);

}  // namespace handoff::files
