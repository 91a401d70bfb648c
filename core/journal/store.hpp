#pragma once
// The store: an append-only, hash-chained journal and the tables that equal its fold, in one SQLite file, written by
// one connection that also does every checkpoint (SQLite releases before 3.51.3 can lose commits otherwise). A batch:
//
//     store.append(...); ...  store.commit();          // the first write opens the transaction
//
// Nothing may be acknowledged or sent before commit() returned ok (INVARIANTS J1). Reads inside a batch see its
// writes. Errors are sticky and surface at commit(). [one thread, the engine's]

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/journal/fold.hpp"
#include "core/journal/high_water.hpp"
#include "core/journal/reader.hpp"

namespace handoff::journal {

struct StoreOptions {
  std::string path;
  std::string vfs;  // the simulator's; empty for the system's
  bool may_create = true;
  bool exclusive = true;                 // take the store's lock file; refuse if another process holds it
  std::int64_t checkpoint_pages = 4000;  // of 4 KiB in the log, before checkpoint() copies them into the file
};

class Store {
 public:
  static std::expected<std::unique_ptr<Store>, std::string> open(const StoreOptions& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const ChainHead& head() const { return head_; }
  /// A newer journal was in this place once, up to this row: the file is an older copy (J10).
  const std::optional<HighWater::Mark>& older_than() const { return older_than_; }
  std::int64_t epoch() const { return epoch_; }
  /// Sets the epoch of the rows that follow; the caller appends EpochStarted first thing.
  void set_epoch(std::int64_t epoch) { epoch_ = epoch; }

  /// Writes the chain head, then commits with a synced log. On error everything since the last commit is gone.
  std::expected<void, DbError> commit();
  /// Copies a log that has grown long into the file. To be called between batches, when all who wait for the last one
  /// have been told: it takes milliseconds. After an error what the disk does is not known (J6).
  std::expected<void, DbError> checkpoint();
  void rollback();
  bool failed() const { return db_.failed(); }

  /// One journal row and its effect on the tables. `cid`: the credit's id (14 bytes) or empty.
  template <class Event>
  void append(std::int64_t at, std::string_view cid, std::string_view actor, const Event& event) {
    std::string payload = json::write(encode(event));
    RowHead row = add_row(at, Event::kKind, Event::kVersion, cid, actor, payload);
    fold_->apply(row, event);
    if (db_.failed() && !refused_) refused_ = std::string(cid);
  }

  /// Numbers for new rows of credits, customers, effects, cases, hints and repairs. Kept in memory, read from the
  /// tables at open; a batch that is rolled back may leave a gap.
  std::int64_t next_credit() { return ++last_credit_; }
  std::int64_t next_customer() { return ++last_customer_; }
  std::int64_t next_effect() { return ++last_effect_; }
  std::int64_t next_case() { return ++last_case_; }
  std::int64_t next_hint() { return ++last_hint_; }
  std::int64_t next_repair() { return ++last_repair_; }

  /// Unix ms of the newest row that was there at open; 0 if there was none.
  std::int64_t found_at() const { return found_at_; }
  /// J10: the first row of an epoch whose journal may miss what came after the newest row that was there at open: rows that
  /// this start wrote since make the copy no younger. The epoch is set.
  void note_restored(std::int64_t at, std::string_view actor, const std::string& how);

  /// Sealed data beside the journal. owner: credit no, or minus the customer no.
  void put_personal(std::int64_t owner, std::string_view key, std::string_view data);
  /// A record of one system's customer list, sealed; taken out with its key.
  void put_listed(std::string_view connector, std::string_view id, std::string_view key, std::string_view data);
  void drop_listed(std::string_view connector, std::string_view id);
  void put_body(std::int64_t effect, std::int64_t call, std::string_view kind, std::string_view data);
  void drop_replies(std::int64_t effect);
  /// Drops the bodies of effects with a number above `after` that are over since before `before` (Unix ms); what is held
  /// or refused of a credit that is not at its end stays, since a person may take it up again. Looks at
  /// `limit` effects; the number of the last one looked at, 0 at the end.
  std::int64_t drop_old_bodies(std::int64_t after, std::int64_t before, std::int64_t limit);
  void set_meta(std::string_view name, std::string_view value);

  /// Reads on the writing connection: they see the open batch.
  Reader& read() { return *reader_; }
  Database& database() { return db_; }

  /// Commits since open, for the bench: each is one sync.
  std::int64_t commits() const { return commits_; }

 private:
  Store() = default;
  std::expected<void, std::string> prepare(const StoreOptions& options);
  std::expected<void, std::string> migrate();
  std::expected<void, std::string> look_at_high_water(const std::string& path);
  void load_head();
  void ensure_transaction();
  RowHead add_row(std::int64_t at, std::string_view kind, int kind_version, std::string_view cid,
                  std::string_view actor, std::string_view payload);

  int lock_ = -1;
  HighWater high_water_;
  std::optional<HighWater::Mark> older_than_;
  Database db_;
  std::unique_ptr<Fold> fold_;
  std::unique_ptr<Reader> reader_;
  Statement journal_, head_statement_, personal_, listed_, drop_listed_, body_, drop_replies_, meta_;
  ChainHead head_, committed_head_;
  bool created_ = false;                // by this open()
  bool wrote_ = false;                  // a transaction is open
  std::optional<std::string> refused_;  // cid of the first row of the batch that failed
  std::int64_t found_at_ = 0;
  bool chain_is_broken_ = false;
  std::int64_t epoch_ = 0;
  std::int64_t last_credit_ = 0, last_customer_ = 0, last_effect_ = 0, last_case_ = 0, last_hint_ = 0, last_repair_ = 0;
  std::int64_t commits_ = 0;
  std::int64_t checkpoint_pages_ = 0;
};

/// SHA-256 over the previous hash and every field of the row, each with its length (J9).
std::string chain_hash(std::string_view prev_hash, std::int64_t seq, std::int64_t epoch, std::int64_t at,
                       std::string_view kind, int kind_version, std::string_view cid, std::string_view actor,
                       std::string_view payload);

struct VerifyReport {
  std::int64_t rows = 0, sealed = 0;  // of the journal; sealed ones that were opened
  std::string not_opened;             // why no sealed row was; empty: they were
  std::string could_not;  // why nothing is known: the file is not this user's, or there is no room; the rest is empty
  bool only_key = false;  // the problem is the key beside it, and the file itself is whole
  std::vector<std::string> problems;  // empty = whole, but for what was not opened; each names the place
};

struct VerifyOptions {
  std::string vfs;  // as in StoreOptions
  std::string key;  // the file of the store's key; empty: beside the store
};

/// Walks the whole chain, folds it into an empty store and compares every table; checks that postings balance; opens every
/// sealed row, if the key is there. A store of an older schema is compared in what that schema has.
/// `progress` is called now and then with rows done and rows in all.
VerifyReport verify_store(const std::string& path, const std::function<void(std::int64_t, std::int64_t)>& progress,
                          const VerifyOptions& options = {});

}  // namespace handoff::journal
