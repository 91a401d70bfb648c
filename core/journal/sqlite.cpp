#include "core/journal/sqlite.hpp"

#include <sqlite3.h>

#include <utility>

namespace handoff::journal {

namespace {

DbErrorKind kind_of(int code) {
  switch (code & 255) {
    case SQLITE_FULL:
      return DbErrorKind::full;
    case SQLITE_CONSTRAINT:
      return DbErrorKind::constraint;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return DbErrorKind::busy;
    default:
      return DbErrorKind::broken;
  }
}

void hear(void* stop, int code, const char* what) {
  if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) reinterpret_cast<void (*)(const char*)>(stop)(what);
}

bool fine(int code) { return code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE; }

}  // namespace

void set_up_sqlite() {
  // It counts its memory under one lock for all threads, twice for each of its small allocations. Nobody asks.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void on_failed_sync(void (*stop)(const char* what)) {
  sqlite3_config(SQLITE_CONFIG_LOG, hear, reinterpret_cast<void*>(stop));
}

Database::~Database() {
  if (db_) sqlite3_close_v2(db_);
}

bool Database::open(const std::string& path, int flags, const std::string& vfs) {
  set_up_sqlite();
  int code = sqlite3_open_v2(path.c_str(), &db_, flags, vfs.empty() ? nullptr : vfs.c_str());
  if (code != SQLITE_OK) {
    note(code);
    error_.message = path + ": " + error_.message;
    return false;
  }
  sqlite3_extended_result_codes(db_, 1);
  return true;
}

bool Database::run(const char* sql) {
  if (failed()) return false;
  note(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr));
  return !failed();
}

void Database::own_checkpoints() {
  auto count = [](void* pages, sqlite3*, const char*, int in_log) {
    *static_cast<int*>(pages) = in_log;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(db_, count, &log_pages_);
}

void Database::checkpoint() {
  if (failed()) return;
  int code = sqlite3_wal_checkpoint_v2(db_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  DbErrorKind kind = fine(code) ? DbErrorKind::none : kind_of(code);
  if (kind != DbErrorKind::busy && kind != DbErrorKind::full) note(code);
}

void Database::note(int code) {
  if (fine(code) || failed()) return;
  error_.kind = kind_of(code);
  int plain = code & 255;
  error_.denied = plain == SQLITE_CANTOPEN || plain == SQLITE_READONLY || plain == SQLITE_PERM || plain == SQLITE_BUSY;
  error_.message =
      std::string(db_ ? sqlite3_errmsg(db_) : sqlite3_errstr(code)) + " (SQLite " + std::to_string(code) + ")";
  if (code == SQLITE_READONLY_ROLLBACK)
    error_.message =
        "a change of it was cut off by a power failure; start handoffd on it once, which finishes or undoes it (SQLite " +
        std::to_string(code) + ")";
}

DbError Database::take_error() { return std::exchange(error_, DbError()); }

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::prepare(Database& db, const char* sql) {
  db_ = &db;
  if (db.failed()) return;
  db.note(sqlite3_prepare_v3(db.raw(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

Statement& Statement::begin() {
  sqlite3_reset(statement_);  // an error of the run before was noted then
  next_ = 1;
  return *this;
}

Statement& Statement::bind(std::int64_t value) {
  if (!db_->failed()) db_->note(sqlite3_bind_int64(statement_, next_++, value));
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  // Static: the text lives until the statement has run, which is before the caller's next line.
  if (!db_->failed())
    db_->note(sqlite3_bind_text(statement_, next_++, text.data() ? text.data() : "", static_cast<int>(text.size()),
                                SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  if (!db_->failed())
    db_->note(sqlite3_bind_blob(statement_, next_++, bytes.data() ? bytes.data() : "", static_cast<int>(bytes.size()),
                                SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_null() {
  if (!db_->failed()) db_->note(sqlite3_bind_null(statement_, next_++));
  return *this;
}

bool Statement::row() {
  if (db_->failed()) return false;
  int code = sqlite3_step(statement_);
  db_->note(code);
  if (code != SQLITE_ROW) sqlite3_reset(statement_);
  return code == SQLITE_ROW;
}

void Statement::run() {
  while (row()) {
  }
}

void Statement::end() { sqlite3_reset(statement_); }

int Statement::columns() const { return sqlite3_column_count(statement_); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return integer(column);
}

std::string_view Statement::view(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string Statement::text(int column) const {
  std::string_view bytes = view(column);
  return bytes.empty() ? std::string() : std::string(bytes);
}

}  // namespace handoff::journal
