#include "core/journal/store.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>

#include "core/crypto/hash.hpp"
#include "core/journal/file_work.hpp"
#include "core/journal/log_file.hpp"
#include "core/journal/schema.hpp"
#include "core/journal/store_lock.hpp"
#include "core/journal/store_place.hpp"
#include "core/model/planted.hpp"

namespace handoff::journal {

namespace {

std::string first_text(Database& db, const char* sql) {
  Statement look;
  look.prepare(db, sql);
  look.begin();
  return look.row() ? look.text(0) : std::string();
}

void put(std::string& out, std::string_view field) {
  out += std::to_string(field.size());
  out += ':';
  out += field;
}

}  // namespace

std::string chain_hash(std::string_view prev_hash, std::int64_t seq, std::int64_t epoch, std::int64_t at,
                       std::string_view kind, int kind_version, std::string_view cid, std::string_view actor,
                       std::string_view payload) {
  std::string text;
  text.reserve(payload.size() + 160);
  put(text, prev_hash);
  put(text, std::to_string(seq));
  put(text, std::to_string(epoch));
  put(text, std::to_string(at));
  put(text, kind);
  put(text, std::to_string(kind_version));
  put(text, cid);
  put(text, actor);
  put(text, payload);
  return std::string(crypto::bytes(crypto::sha256(text)));
}

std::expected<std::unique_ptr<Store>, std::string> Store::open(const StoreOptions& options) {
  std::unique_ptr<Store> store(new Store());
  auto prepared = store->prepare(options);
  if (!prepared) return std::unexpected(prepared.error());
  return store;
}

Store::~Store() {
  if (lock_ >= 0) ::close(lock_);
}

std::expected<void, std::string> Store::prepare(const StoreOptions& options) {
  if (options.vfs.empty()) {
    if (std::string problem = store_place_problem(options.path); !problem.empty()) return std::unexpected(problem);
    keep_store_private(options.path, options.may_create);
  }
  if (options.exclusive) {
    auto lock = take_store_lock(options.path);
    if (!lock) return std::unexpected(lock.error());
    lock_ = *lock;
  }
  if (auto rewritten = rewrite_log(options.path, options.vfs); !rewritten)
    return std::unexpected(options.path + ": " + rewritten.error());
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (options.may_create ? SQLITE_OPEN_CREATE : 0);
  if (!db_.open(options.path, flags, options.vfs)) return std::unexpected(db_.error().message);
  // Read back what the pragmas promise (J1): a library or a file system may refuse them quietly.
  db_.run("PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768; PRAGMA busy_timeout=2000");
  std::string mode = first_text(db_, "PRAGMA journal_mode=WAL");
  db_.run(planted(Bug::b15_sync_off) ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=FULL");
  db_.own_checkpoints();
  checkpoint_pages_ = options.checkpoint_pages;
  std::string sync = first_text(db_, "PRAGMA synchronous");
  if (db_.failed()) return std::unexpected(options.path + ": " + db_.error().message);
  if (mode != "wal" || (sync != "2" && !planted(Bug::b15_sync_off)))
    return std::unexpected(options.path + ": needs journal_mode wal and synchronous 2, got " + mode + " and " + sync);
  auto migrated = migrate();
  if (!migrated) return std::unexpected(options.path + ": " + migrated.error());
  if (planted(Bug::b14_no_saga_lock)) db_.run("DROP INDEX IF EXISTS repairs_open");
  fold_ = std::make_unique<Fold>(db_);
  reader_ = std::make_unique<Reader>(db_);
  journal_.prepare(db_,
                   "INSERT INTO journal(seq, epoch, at, kind, kind_version, cid, actor, payload, prev_hash, hash) "
                   "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  head_statement_.prepare(db_, "UPDATE meta SET value = ? WHERE name = 'chain_head'");
  personal_.prepare(db_, "INSERT OR REPLACE INTO personal(owner, key, data) VALUES(?, ?, ?)");
  listed_.prepare(db_, "INSERT OR REPLACE INTO directory(connector, id, key, data) VALUES(?, ?, ?, ?)");
  drop_listed_.prepare(db_, "DELETE FROM directory WHERE connector = ? AND id = ?");
  body_.prepare(db_, "INSERT OR REPLACE INTO bodies(effect, call, kind, data) VALUES(?, ?, ?, ?)");
  drop_replies_.prepare(db_, "DELETE FROM bodies WHERE effect = ? AND kind = 'reply'");
  meta_.prepare(db_, "INSERT OR REPLACE INTO meta(name, value) VALUES(?, ?)");
  load_head();
  if (db_.failed()) return std::unexpected(options.path + ": " + db_.error().message);
  if (chain_is_broken_)
    return std::unexpected(options.path +
                           ": the journal's last row is not the stored chain head; run: handoff store verify");
  // The log's name must outlive a power cut as its content does. SQLite syncs the folder, and does not look whether that
  // worked (os_unix.c, unixSync).
  if (options.vfs.empty())
    if (auto synced = sync_folder_of(options.path); !synced) return std::unexpected(synced.error());
  if (!options.exclusive) return {};
  auto looked = look_at_high_water(options.path);
  if (options.vfs.empty()) give_to_owner_of(options.path, {options.path + ".lock", options.path + ".head"});
  return looked;
}

/// A copy put back by hand is older than what was here before; a fresh file where a store was, all the more.
std::expected<void, std::string> Store::look_at_high_water(const std::string& path) {
  std::string name = path + ".head";
  auto mark = high_water_.open(name);
  if (!mark) return std::unexpected(mark.error());
  if (*mark && created_) {
    for (const char* part : kStoreFiles) ::unlink((path + part).c_str());
    return std::unexpected(store_gone_text(path));
  }
  if (*mark && (*mark)->seq > 0) {
    Statement known;
    known.prepare(db_, "SELECT hash FROM journal WHERE seq = ?");
    known.begin().bind((*mark)->seq);
    if (!known.row() || crypto::hex(known.text(0)) != (*mark)->hash) older_than_ = **mark;
  }
  return {};
}

std::expected<void, std::string> Store::migrate() {
  std::string version = first_text(db_, "PRAGMA user_version");
  std::size_t have = static_cast<std::size_t>(std::stoul(version.empty() ? "0" : version));
  if (have > kMigrations.size())
    return std::unexpected("made by a newer handoff (schema " + version + ", this one knows " +
                           std::to_string(kMigrations.size()) + "); use that version");
  created_ = have == 0;
  for (std::size_t next = have; next < kMigrations.size(); ++next) {
    db_.run("BEGIN IMMEDIATE");
    db_.run(kMigrations[next]);
    if (next == 0) db_.run("INSERT INTO meta(name, value) VALUES('chain_head', '')");
    db_.run(("PRAGMA user_version=" + std::to_string(next + 1)).c_str());
    db_.run("COMMIT");
  }
  if (db_.failed()) return std::unexpected("cannot bring the schema up to date: " + db_.error().message);
  return {};
}

void Store::load_head() {
  Statement last;
  last.prepare(db_, "SELECT seq, hash, epoch, at FROM journal ORDER BY seq DESC LIMIT 1");
  last.begin();
  if (last.row()) {
    head_.seq = last.integer(0);
    head_.hash = last.text(1);
    epoch_ = last.integer(2);
    found_at_ = last.integer(3);
  } else {
    head_.hash = std::string(32, '\0');
  }
  last.end();
  std::string stored = first_text(db_, "SELECT value FROM meta WHERE name = 'chain_head'");
  chain_is_broken_ = head_.seq > 0 && stored != crypto::hex(head_.hash);
  committed_head_ = head_;
  last_credit_ = reader_->max_of("credits");
  last_customer_ = reader_->max_of("customers");
  last_effect_ = reader_->max_of("effects");
  last_case_ = reader_->max_of("cases");
  last_hint_ = reader_->max_of("hints");
  last_repair_ = reader_->max_of("repairs");
}

void Store::note_restored(std::int64_t at, std::string_view actor, const std::string& how) {
  StoreRestored event;
  event.point = found_at_;
  // A recovery that is cut short by the next restore hands its task on.
  if (std::optional<RestoreRow> before = reader_->last_restore(); before && before->closed_at == 0)
    event.point = std::min(event.point, before->point);
  event.last_credit = last_credit_;
  event.last_effect = last_effect_;
  event.how = how;
  append(at, "", actor, event);
}

RowHead Store::add_row(std::int64_t at, std::string_view kind, int kind_version, std::string_view cid,
                       std::string_view actor, std::string_view payload) {
  ensure_transaction();
  RowHead row{head_.seq + 1, epoch_, at, actor};
  std::string hash = chain_hash(head_.hash, row.seq, row.epoch, at, kind, kind_version, cid, actor, payload);
  Statement& insert = journal_.begin();
  insert.bind(row.seq).bind(row.epoch).bind(at).bind(kind).bind(kind_version).bind_blob(cid).bind(actor).bind(payload);
  insert.bind_blob(head_.hash).bind_blob(hash).run();
  head_ = {row.seq, std::move(hash)};
  return row;
}

void Store::ensure_transaction() {
  if (wrote_) return;
  wrote_ = true;
  db_.run("BEGIN IMMEDIATE");
}

std::expected<void, DbError> Store::commit() {
  if (!wrote_ && !db_.failed()) return {};
  if (head_.seq != committed_head_.seq) {
    std::string head = crypto::hex(head_.hash);
    head_statement_.begin().bind(head).run();
  }
  db_.run("COMMIT");
  if (db_.failed()) {
    DbError error = db_.take_error();
    error.cid = refused_.value_or("");
    bool ignored = planted(Bug::b16_sync_error_ignored) && error.kind == DbErrorKind::broken;
    ChainHead reached = head_;
    rollback();
    if (ignored) head_ = committed_head_ = reached;
    if (ignored) return {};
    return std::unexpected(std::move(error));
  }
  committed_head_ = head_;
  high_water_.set(head_.seq, epoch_, head_.hash);
  wrote_ = false;
  ++commits_;
  return {};
}

std::expected<void, DbError> Store::checkpoint() {
  if (db_.log_pages() >= checkpoint_pages_) db_.checkpoint();
  if (db_.failed()) return std::unexpected(db_.take_error());
  return {};
}

void Store::rollback() {
  db_.take_error();
  if (wrote_ && sqlite3_get_autocommit(db_.raw()) == 0) sqlite3_exec(db_.raw(), "ROLLBACK", nullptr, nullptr, nullptr);
  head_ = committed_head_;
  wrote_ = false;
  refused_.reset();
}

void Store::put_personal(std::int64_t owner, std::string_view key, std::string_view data) {
  ensure_transaction();
  personal_.begin().bind(owner).bind_blob(key).bind_blob(data).run();
}

void Store::put_listed(std::string_view connector, std::string_view id, std::string_view key, std::string_view data) {
  ensure_transaction();
  listed_.begin().bind(connector).bind(id).bind_blob(key).bind_blob(data).run();
}

void Store::drop_listed(std::string_view connector, std::string_view id) {
  ensure_transaction();
  drop_listed_.begin().bind(connector).bind(id).run();
}

void Store::put_body(std::int64_t effect, std::int64_t call, std::string_view kind, std::string_view data) {
  ensure_transaction();
  body_.begin().bind(effect).bind(call).bind(kind).bind_blob(data).run();
}

void Store::drop_replies(std::int64_t effect) {
  ensure_transaction();
  drop_replies_.begin().bind(effect).run();
}

std::int64_t Store::drop_old_bodies(std::int64_t after, std::int64_t before, std::int64_t limit) {
  std::int64_t last = 0;
  std::vector<std::int64_t> over;
  {
    Statement look;
    look.prepare(db_,
                 "SELECT effects.no, open = 0 AND effects.changed_at < ?2 AND "
                 "(effects.state = 'verified' OR credits.no IS NULL OR credits.state IN ('complete', 'closed')) "
                 "FROM (SELECT DISTINCT effect FROM bodies WHERE effect > ?1 ORDER BY effect LIMIT ?3) "
                 "JOIN effects ON effects.no = effect LEFT JOIN credits ON credits.no = effects.credit "
                 "ORDER BY effects.no");
    look.begin().bind(after).bind(before).bind(limit);
    while (look.row()) {
      last = look.integer(0);
      if (look.integer(1) != 0) over.push_back(last);
    }
  }
  if (over.empty()) return last;
  ensure_transaction();
  Statement drop;
  drop.prepare(db_, "DELETE FROM bodies WHERE effect = ?");
  for (std::int64_t effect : over) drop.begin().bind(effect).run();
  return last;
}

void Store::set_meta(std::string_view name, std::string_view value) {
  ensure_transaction();
  meta_.begin().bind(name).bind(value).run();
}

}  // namespace handoff::journal
