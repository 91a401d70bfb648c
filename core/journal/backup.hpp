#pragma once
// A copy of a store as of one moment, and the way back (docs/adr/0010-backup-and-restore.md). A backup is a store of
// its own: FILE, and FILE.key with the secret that sealed data and codes derive from (DESIGN D6). Both are needed.

#include <cstdint>
#include <expected>
#include <functional>
#include <string>

namespace handoff::journal {

/// Bytes or rows done and in all.
using Progress = std::function<void(std::int64_t, std::int64_t)>;

struct BackupReport {
  std::int64_t rows = 0, bytes = 0;
  std::int64_t point = 0;  // Unix ms: of its newest row
};

/// Copies the store at `from` to `to`, which must not exist, while a hub may be writing: one read transaction on a
/// connection that cannot write, so it takes part in no checkpoint. The copy is verified before it gets its name.
std::expected<BackupReport, std::string> backup_store(const std::string& from, const std::string& to,
                                                      const Progress& progress);

/// The part of it that is SQLite's, into a file that is empty or not there yet; not verified. `vfs` as in StoreOptions.
std::expected<BackupReport, std::string> copy_store(const std::string& from, const std::string& to,
                                                    const Progress& progress, const std::string& vfs = {});

struct RestoreReport {
  std::int64_t rows = 0;
  std::int64_t point = 0;  // Unix ms: what came later is to be found again
  std::int64_t epoch = 0;
  std::string replaced;  // where the store that was there lies now; empty if there was none
};

/// Puts a verified backup in the place of the store at `to`, marked as restored at `now_ms`, under the store's lock: no
/// hub may be running. The store that was there is renamed, never removed.
std::expected<RestoreReport, std::string> restore_store(const std::string& backup, const std::string& to,
                                                        std::int64_t now_ms, const Progress& progress);

/// The part of it that is SQLite's: a copy of a backup gets the first row of its new life (J10), in an epoch after its own
/// and `epoch`, the newest that was used where it goes to. All of it is in the file then, and no log beside it.
std::expected<RestoreReport, std::string> mark_restored(const std::string& path, std::int64_t epoch,
                                                        std::int64_t now_ms, const std::string& vfs = {});

}  // namespace handoff::journal
