#include "core/journal/file_work.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <vector>

namespace handoff::journal {

namespace {

std::unexpected<std::string> failed(const std::string& path) {
  return std::unexpected(path + ": " + std::strerror(errno));
}

bool write_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t wrote = ::write(to, bytes.data(), bytes.size());
    if (wrote <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

bool copy_bytes(int from, int to) {
  std::vector<char> part(1u << 20);
  while (true) {
    ssize_t got = ::read(from, part.data(), part.size());
    if (got <= 0) return got == 0 && fsync(to) == 0;
    if (!write_all(to, {part.data(), static_cast<std::size_t>(got)})) return false;
  }
}

}  // namespace

std::expected<void, std::string> copy_file_synced(const std::string& from, const std::string& to) {
  int in = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return failed(from);
  int out = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out < 0) {
    auto why = failed(to);
    ::close(in);
    return why;
  }
  bool copied = copy_bytes(in, out);
  auto why = failed(to);
  ::close(in);
  ::close(out);
  if (copied) return {};
  ::unlink(to.c_str());
  return why;
}

std::expected<void, std::string> replace_file_synced(const std::string& path, std::string_view bytes) {
  const std::string draft = path + ".draft";
  ::unlink(draft.c_str());  // of a time that was cut off
  int out = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out < 0) return failed(draft);
  bool written = write_all(out, bytes) && fsync(out) == 0;
  auto why = failed(draft);
  ::close(out);
  if (!written) {
    ::unlink(draft.c_str());
    return why;
  }
  if (auto named = rename_file(draft, path); !named) return named;
  return sync_folder_of(path);
}

std::expected<void, std::string> rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return failed(from);
  return {};
}

std::expected<void, std::string> sync_folder_of(const std::string& path) {
  std::string folder = std::filesystem::absolute(path).parent_path().string();
  int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return failed(folder);
  bool synced = fsync(file) == 0;
  auto why = failed(folder);
  ::close(file);
  if (synced) return {};
  return why;
}

bool file_exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

}  // namespace handoff::journal
