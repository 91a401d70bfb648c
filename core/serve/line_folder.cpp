// The files of a snapshot.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/model/read_file.hpp"
#include "core/serve/snapshot.hpp"

namespace handoff::serve {

namespace {
constexpr std::size_t kLineMax = 64u << 20;
}

std::vector<json::Value> LineFolder::lines(const std::string& name) const {
  std::expected<std::string, Unread> read = read_file(file(name));
  std::string text = read ? std::move(*read) : std::string();
  std::vector<json::Value> out;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    json::Parsed line = json::parse(std::string_view(text).substr(begin, end - begin), {.bytes_max = kLineMax});
    if (!line) break;
    out.push_back(std::move(*line));
  }
  std::error_code ignored;
  if (begin < text.size()) std::filesystem::resize_file(file(name), begin, ignored);
  return out;
}

Going LineFolder::append(const std::string& name, const json::Value& line) const {
  auto failed = [&](int error) {
    return std::unexpected(Halt{file(name) + ": cannot be written: " + std::strerror(error)});
  };
  int to = ::open(file(name).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (to < 0) return failed(errno);
  std::string text = json::write(line) + "\n";
  errno = ENOSPC;  // of a write that took a part
  bool good = ::write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fdatasync(to) == 0;
  int error = errno;
  ::close(to);
  if (!good) return failed(error);
  return {};
}

void LineFolder::remove(const std::string& name) const {
  std::error_code ignored;
  std::filesystem::remove(file(name), ignored);
}

}  // namespace handoff::serve
