#pragma once
// SQLite behind a thin RAII layer. Errors are sticky: after the first one every statement of the database does
// nothing and yields no row, until `take_error()`. So a batch is written straight through and judged once, at commit.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace handoff::journal {

enum class DbErrorKind { none, full, constraint, busy, broken };

struct DbError {
  DbErrorKind kind = DbErrorKind::none;
  std::string message;
  bool denied = false;  // the file may not be opened, or not written to: nothing is known to be wrong with it
  std::string
      cid;  // of a commit: of the credit whose journal row was refused; empty if none was, or it is of no credit
};

/// How this process uses SQLite; done once, before anything else of it, else the library ignores it.
void set_up_sqlite();

/// `stop` hears of a sync that failed before SQLite does anything else about it, on the thread that asked for the sync;
/// it must not use a database, and is expected to end the process (J6). For the whole process, before the first open.
void on_failed_sync(void (*stop)(const char* what));

class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// `flags` as sqlite3_open_v2; `vfs` empty for the system's. False leaves the error.
  bool open(const std::string& path, int flags, const std::string& vfs = {});
  bool run(const char* sql);
  /// From here on SQLite copies nothing out of the log by itself: it ignores a sync that fails there, and J6 does not
  /// (sqlite.org/c3ref/wal_autocheckpoint.html: a hook of ours takes the place of its own).
  void own_checkpoints();
  /// Pages in the log after the last commit.
  int log_pages() const { return log_pages_; }
  /// Copies what it can of the log into the file, both synced. A reader or a full disk only puts it off; any other failure
  /// is an error of this connection.
  void checkpoint();
  sqlite3* raw() { return db_; }

  bool failed() const { return error_.kind != DbErrorKind::none; }
  const DbError& error() const { return error_; }
  DbError take_error();
  void note(int code);

 private:
  sqlite3* db_ = nullptr;
  DbError error_;
  int log_pages_ = 0;
};

/// A prepared statement, reused. Bind in order, then step; `row()` is true while there is a row.
class Statement {
 public:
  Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  void prepare(Database& db, const char* sql);

  /// False after prepare() on a database whose batch has failed already: to be prepared again.
  bool prepared() const { return statement_ != nullptr; }

  /// Starts anew with no values bound.
  Statement& begin();
  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind_blob(std::string_view bytes);
  Statement& bind_null();
  /// Runs to the next row. False at the end or on error.
  bool row();
  /// Runs to the end.
  void run();
  /// Ends a read before its last row, so that it does not hold the log.
  void end();

  int columns() const;
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  std::string text(int column) const;
  std::string_view view(int column) const;  // until the next row() or begin()

 private:
  Database* db_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
  int next_ = 1;
};

}  // namespace handoff::journal
