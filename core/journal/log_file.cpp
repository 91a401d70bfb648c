#include "core/journal/log_file.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "core/journal/sqlite.hpp"

namespace handoff::journal {

namespace {

constexpr int kPiece = 1 << 16;

/// An open file of a VFS, in memory of the size that it asks for.
class LogFile {
 public:
  explicit LogFile(sqlite3_vfs* vfs) : room_(static_cast<std::size_t>(vfs->szOsFile)), vfs_(vfs) {}
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile() {
    if (file()->pMethods) file()->pMethods->xClose(file());
  }

  int open(const char* name) {
    return vfs_->xOpen(vfs_, name, file(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL, nullptr);
  }
  int rewrite() {
    const sqlite3_io_methods& io = *file()->pMethods;
    sqlite3_int64 size = 0;
    int code = io.xFileSize(file(), &size);
    std::vector<char> piece(kPiece);
    for (sqlite3_int64 at = 0; at < size && code == SQLITE_OK; at += kPiece) {
      int bytes = static_cast<int>(std::min<sqlite3_int64>(kPiece, size - at));
      code = io.xRead(file(), piece.data(), bytes, at);
      if (code == SQLITE_OK) code = io.xWrite(file(), piece.data(), bytes, at);
    }
    return code == SQLITE_OK ? io.xSync(file(), SQLITE_SYNC_NORMAL) : code;
  }

 private:
  sqlite3_file* file() { return static_cast<sqlite3_file*>(static_cast<void*>(memory_.data())); }

  std::size_t room_;
  sqlite3_vfs* vfs_;
  std::vector<std::max_align_t> memory_ = std::vector<std::max_align_t>(room_ / sizeof(std::max_align_t) + 1);
};

}  // namespace

std::expected<void, std::string> rewrite_log(const std::string& path, const std::string& vfs) {
  set_up_sqlite();
  sqlite3_vfs* system = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  if (!system) return std::unexpected("there is no file system '" + vfs + "'");
  std::string log = path + "-wal";
  int there = 0;
  if (system->xAccess(system, log.c_str(), SQLITE_ACCESS_EXISTS, &there) != SQLITE_OK || !there) return {};
  // SQLite's file systems want names that it has made itself.
  sqlite3_filename name = sqlite3_create_filename(path.c_str(), "", log.c_str(), 0, nullptr);
  if (!name) return std::unexpected(std::string("no memory"));
  int code = SQLITE_OK;
  {
    LogFile file(system);
    code = file.open(sqlite3_filename_wal(name));
    if (code == SQLITE_OK) code = file.rewrite();
  }
  sqlite3_free_filename(name);
  if (code == SQLITE_OK) return {};
  return std::unexpected("its log cannot be written again: " + std::string(sqlite3_errstr(code)));
}

}  // namespace handoff::journal
