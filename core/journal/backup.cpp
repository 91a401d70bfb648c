#include "core/journal/backup.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/journal/file_work.hpp"
#include "core/journal/store.hpp"
#include "core/journal/store_place.hpp"

namespace handoff::journal {

namespace {

constexpr int kPagesAtOnce = 1024;

std::int64_t number(Database& db, const char* sql) {
  Statement look;
  look.prepare(db, sql);
  look.begin();
  return look.row() ? look.integer(0) : 0;
}

std::expected<void, std::string> make_empty(const std::string& path) {
  int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return std::unexpected(path + ": " + std::strerror(errno));
  ::close(file);
  return {};
}

/// All pages as the open read transaction of `from` sees them.
std::expected<void, std::string> copy_pages(Database& from, Database& to, const Progress& progress) {
  sqlite3_backup* copy = sqlite3_backup_init(to.raw(), "main", from.raw(), "main");
  if (!copy) return std::unexpected(std::string("cannot copy: ") + sqlite3_errmsg(to.raw()));
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    code = sqlite3_backup_step(copy, kPagesAtOnce);
    std::int64_t all = sqlite3_backup_pagecount(copy);
    if (progress) progress(all - sqlite3_backup_remaining(copy), all);
  }
  sqlite3_backup_finish(copy);
  if (code != SQLITE_DONE) return std::unexpected(std::string("cannot copy: ") + sqlite3_errstr(code));
  return {};
}

/// Key first: a backup that has its name is whole.
std::expected<void, std::string> give_name(const std::string& from, const std::string& part, const std::string& to) {
  if (auto key = copy_file_synced(from + ".key", to + ".key"); !key)
    return std::unexpected(key.error() + "; without the key the backup cannot be read");
  if (auto named = rename_file(part, to); !named) return named;
  return sync_folder_of(to);
}

}  // namespace

std::expected<BackupReport, std::string> copy_store(const std::string& from, const std::string& to,
                                                    const Progress& progress, const std::string& vfs) {
  BackupReport report;
  Database source, target;
  if (!source.open(from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, vfs))
    return std::unexpected(source.error().message);
  source.run("PRAGMA busy_timeout=2000; BEGIN");
  report.rows = number(source, "SELECT coalesce(max(seq), 0) FROM journal");
  report.point = number(source, "SELECT coalesce((SELECT at FROM journal ORDER BY seq DESC LIMIT 1), 0)");
  if (source.failed()) return std::unexpected(from + ": " + source.error().message);
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (!target.open(to, kFlags, vfs)) return std::unexpected(target.error().message);
  if (auto copied = copy_pages(source, target, progress); !copied) return std::unexpected(to + ": " + copied.error());
  target.run("PRAGMA synchronous=FULL; PRAGMA journal_mode=DELETE");  // one file, without a log beside it
  if (target.failed()) return std::unexpected(to + ": " + target.error().message);
  return report;
}

std::expected<BackupReport, std::string> backup_store(const std::string& from, const std::string& to,
                                                      const Progress& progress) {
  for (const std::string& taken : {to, to + ".key", to + "-wal", to + "-journal"})
    if (file_exists(taken)) return std::unexpected(taken + ": is there already; a backup replaces nothing");
  std::string part = to + ".part";
  if (file_exists(part)) return std::unexpected(part + ": another backup is being made, or was cut off; remove it");
  if (std::string problem = store_access_problem(from, false); !problem.empty()) return std::unexpected(problem);
  if (auto made = make_empty(part); !made) return std::unexpected(made.error());
  auto report = copy_store(from, part, progress);
  std::string problem = report ? std::string() : report.error();
  if (report) {
    VerifyReport verified = verify_store(part, nullptr, {.vfs = {}, .key = from + ".key"});
    if (!verified.could_not.empty())
      problem = "the copy was not verified: " + verified.could_not;
    else if (!verified.problems.empty())
      problem = "the copy is not whole: " + verified.problems.front();
  }
  if (report && problem.empty())
    if (auto named = give_name(from, part, to); !named) problem = named.error();
  if (!problem.empty()) {
    for (const char* file : kStoreFiles) ::unlink((part + file).c_str());
    return std::unexpected(problem);
  }
  give_to_owner_of(from, {to, to + ".key"});
  std::error_code ignored;
  report->bytes = static_cast<std::int64_t>(std::filesystem::file_size(to, ignored));
  return report;
}

}  // namespace handoff::journal
