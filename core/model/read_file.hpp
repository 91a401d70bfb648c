#pragma once
// Reading a whole file. The one way: a stream's iterator throws where a read fails, of a folder for instance.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

namespace handoff {

/// Which file, and why: "No such file or directory", "it is a folder", "it is larger than 65536 bytes".
struct Unread {
  std::string file, why;
  std::string text() const { return file + ": cannot be read: " + why; }
};

inline constexpr std::uintmax_t kAnySize = ~std::uintmax_t{0};

/// All bytes of `file`; refuses a folder, and what holds more than `bytes_max`. Throws nothing. [any thread] [blocks]
std::expected<std::string, Unread> read_file(const std::filesystem::path& file, std::uintmax_t bytes_max = kAnySize);

/// The same of a plain file alone, for what nobody named: a pipe that lies in a folder would be waited for without end.
std::expected<std::string, Unread> read_plain_file(const std::filesystem::path& file,
                                                   std::uintmax_t bytes_max = kAnySize);

}  // namespace handoff
