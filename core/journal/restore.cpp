#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "core/crypto/vault.hpp"
#include "core/journal/backup.hpp"
#include "core/journal/file_work.hpp"
#include "core/journal/sealed.hpp"
#include "core/journal/store_lock.hpp"
#include "core/journal/store_place.hpp"

namespace handoff::journal {

namespace {

/// Every file of a store; the lock stays, the mark of how far it came stays until the new one is in place.
std::vector<std::string> files_of(const std::string& path) {
  std::vector<std::string> all;
  for (const char* part : kStoreFiles) all.push_back(path + part);
  all.insert(all.end(), {path + ".key", path + ".admin-token"});
  return all;
}

std::expected<void, std::string> check_backup(const std::string& backup, const Progress& progress) {
  if (!file_exists(backup)) return std::unexpected(backup + ": no such file; nothing was replaced");
  auto vault = crypto::Vault::open(backup + ".key", false, crypto::system_random);
  if (!vault) return std::unexpected(vault.error() + "; nothing was replaced");
  Database db;
  db.open(backup, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
  if (std::string wrong = wrong_key(db, *vault); !wrong.empty())
    return std::unexpected(backup + ".key: " + wrong + "; nothing was replaced");
  VerifyReport verified = verify_store(backup, progress);
  if (!verified.could_not.empty()) return std::unexpected(verified.could_not + "; nothing was replaced");
  if (!verified.problems.empty())
    return std::unexpected(backup + ": " + verified.problems.front() + "; nothing was replaced");
  return {};
}

/// The newest epoch that was ever used here, as far as what is left can tell: attempts of two lives must differ.
std::int64_t epoch_at(const std::string& path) {
  std::int64_t epoch = 0;
  if (auto mark = HighWater::read(path + ".head")) epoch = mark->epoch;
  Database db;
  if (!file_exists(path) || !db.open(path, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX)) return epoch;
  Statement look;
  look.prepare(db, "SELECT coalesce(max(epoch), 0) FROM journal");
  look.begin();
  return look.row() ? std::max(epoch, look.integer(0)) : epoch;
}

std::expected<std::string, std::string> put_aside(const std::string& path, std::int64_t now_ms) {
  std::vector<std::string> files = files_of(path);
  if (!std::ranges::any_of(files, file_exists)) return std::string();
  std::string aside = path + ".replaced-" + std::to_string(now_ms / 1000);
  std::vector<std::string> places = files_of(aside);
  for (const std::string& taken : places)
    if (file_exists(taken)) return std::unexpected(taken + ": is there already; wait a second");
  for (std::size_t i = 0; i < files.size(); ++i)
    if (file_exists(files[i]))
      if (auto moved = rename_file(files[i], places[i]); !moved) return std::unexpected(moved.error());
  return aside;
}

std::expected<RestoreReport, std::string> exchange(const std::string& fresh, const std::string& to,
                                                   RestoreReport report, std::int64_t now_ms) {
  auto aside = put_aside(to, now_ms);
  if (!aside) return std::unexpected(aside.error());
  report.replaced = *aside;
  if (auto key = rename_file(fresh + ".key", to + ".key"); !key) return std::unexpected(key.error());
  if (auto named = rename_file(fresh, to); !named) return std::unexpected(named.error());
  ::unlink((to + ".head").c_str());
  if (auto synced = sync_folder_of(to); !synced) return std::unexpected(synced.error());
  return report;
}

}  // namespace

std::expected<RestoreReport, std::string> mark_restored(const std::string& path, std::int64_t epoch,
                                                        std::int64_t now_ms, const std::string& vfs) {
  StoreOptions options;
  options.path = path;
  options.vfs = vfs;
  options.may_create = false;
  options.exclusive = false;  // the lock is that of the place it goes to
  auto store = Store::open(options);
  if (!store) return std::unexpected(store.error());
  RestoreReport report;
  report.rows = (*store)->head().seq;
  report.epoch = std::max(epoch, (*store)->epoch()) + 1;
  report.point = (*store)->found_at();
  (*store)->set_epoch(report.epoch);
  (*store)->note_restored(now_ms, "operator", "restore");
  if (auto committed = (*store)->commit(); !committed) return std::unexpected(path + ": " + committed.error().message);
  // A log that could not be copied into the file would stay behind when that gets its name, and the row with it.
  Statement alone;
  alone.prepare((*store)->database(), "PRAGMA journal_mode=DELETE");
  alone.begin();
  if (!alone.row() || alone.text(0) != "delete")
    return std::unexpected(path +
                           ": the log beside it cannot be copied into it: " + (*store)->database().error().message);
  return report;
}

std::expected<RestoreReport, std::string> restore_store(const std::string& backup, const std::string& to,
                                                        std::int64_t now_ms, const Progress& progress) {
  auto lock = take_store_lock(to);
  if (!lock) return std::unexpected(lock.error());
  auto restored = [&]() -> std::expected<RestoreReport, std::string> {
    if (auto checked = check_backup(backup, progress); !checked) return std::unexpected(checked.error());
    std::string fresh = to + ".restoring";
    for (const std::string& part : files_of(fresh)) ::unlink(part.c_str());  // of a restore that was cut off
    if (auto copied = copy_file_synced(backup, fresh); !copied) return std::unexpected(copied.error());
    if (auto key = copy_file_synced(backup + ".key", fresh + ".key"); !key) return std::unexpected(key.error());
    auto marked = mark_restored(fresh, epoch_at(to), now_ms);
    if (!marked) return std::unexpected(marked.error());
    give_to_owner_of(to, {fresh, fresh + ".key", to + ".lock"});
    return exchange(fresh, to, std::move(*marked), now_ms);
  }();
  ::close(*lock);
  return restored;
}

}  // namespace handoff::journal
