#include <sqlite3.h>

#include <algorithm>

#include "core/crypto/hash.hpp"
#include "core/crypto/vault.hpp"
#include "core/journal/schema.hpp"
#include "core/journal/sealed.hpp"
#include "core/journal/store.hpp"
#include "core/journal/store_place.hpp"

namespace handoff::journal {

namespace {

constexpr std::size_t kProblemsMax = 20;

class Verifier {
 public:
  Verifier(const std::string& path, const std::function<void(std::int64_t, std::int64_t)>& progress,
           const VerifyOptions& options)
      : progress_(progress), key_(options.key.empty() ? path + ".key" : options.key) {
    const std::string& vfs = options.vfs;
    if (vfs.empty()) report_.could_not = store_access_problem(path, false);
    if (!report_.could_not.empty()) return;
    if (vfs.empty()) mark_ = HighWater::read(path + ".head");  // before the file: a running hub goes on
    bool opened = store_.open(path, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, vfs);
    // Of one moment, for a running hub may write on: SQLite opens the file at the first read.
    store_.run("PRAGMA busy_timeout=2000; BEGIN; SELECT count(*) FROM sqlite_schema");
    if (store_.failed() && (store_.error().denied || store_.error().kind == DbErrorKind::full))
      report_.could_not = (opened ? path + ": " : "") + store_.error().message;
    if (!report_.could_not.empty()) return;
    shadow_.open("", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX);  // a temporary file, no name
    shadow_.run("PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; BEGIN");
    for (const char* migration : kMigrations) shadow_.run(migration);
  }

  VerifyReport run() {
    if (!report_.could_not.empty()) return std::move(report_);
    if (store_.failed()) complain("database file: " + store_.error().message);
    if (problems().empty()) check_file();
    if (problems().empty()) walk_chain();
    if (problems().empty()) compare_tables();
    if (problems().empty()) check_balance();
    if (problems().empty()) open_sealed();
    if (std::string why = no_room(); !why.empty()) {
      report_ = VerifyReport();
      report_.could_not = why;
    }
    return std::move(report_);
  }

 private:
  std::vector<std::string>& problems() { return report_.problems; }
  void complain(std::string what) {
    if (problems().size() < kProblemsMax) problems().push_back(std::move(what));
  }

  /// The copy, and what a look at the store sorts, lie in temporary files. That these cannot be written says nothing about
  /// the store, which is only read; a copy that refuses a row does.
  std::string no_room() const {
    bool copy = shadow_.failed() && shadow_.error().kind != DbErrorKind::constraint;
    if (!copy && store_.error().kind != DbErrorKind::full) return {};
    return "temporary files cannot be written: " + (copy ? shadow_ : store_).error().message +
           ". They may come to the size of the store, in the folder that SQLITE_TMPDIR names, or else in /var/tmp: make room "
           "there, or name another folder";
  }

  void check_file() {
    Statement check;
    check.prepare(store_, "PRAGMA integrity_check(5)");
    check.begin();
    while (check.row())
      if (check.text(0) != "ok") complain("database file: " + check.text(0));
    if (store_.failed()) complain("database file: " + store_.take_error().message);
    Statement schema;
    schema.prepare(store_, "PRAGMA user_version");
    if (schema.begin().row() && schema.integer(0) > static_cast<std::int64_t>(kMigrations.size()))
      complain("made by a newer handoff (schema " + schema.text(0) + ", this one knows " +
               std::to_string(kMigrations.size()) + "); use that version");
  }

  void walk_chain() {
    Fold fold(shadow_);
    Statement rows;
    rows.prepare(store_,
                 "SELECT seq, epoch, at, kind, kind_version, cid, actor, payload, prev_hash, hash, "
                 "(SELECT max(seq) FROM journal) FROM journal ORDER BY seq");
    std::string previous(32, '\0');
    std::int64_t expected_seq = 1;
    for (rows.begin(); rows.row() && problems().empty() && !shadow_.failed();) {
      std::string actor = rows.text(6);
      RowHead head{rows.integer(0), rows.integer(1), rows.integer(2), actor};
      std::string kind = rows.text(3), payload = rows.text(7);
      std::string where = "journal row " + std::to_string(head.seq) + " (" + kind + ")";
      if (head.seq != expected_seq++)
        return complain(where + ": row " + std::to_string(expected_seq - 1) + " is missing");
      std::string hash = chain_hash(previous, head.seq, head.epoch, head.at, kind, static_cast<int>(rows.integer(4)),
                                    rows.view(5), rows.view(6), payload);
      if (rows.view(8) != previous || rows.view(9) != hash) return complain(where + ": the hash chain is broken here");
      fold_row(fold, head, kind, payload, where);
      if (mark_ && mark_->seq == head.seq && mark_->hash != crypto::hex(hash))
        return complain(where + ": is another row than the one that was here; an older copy was put back and went on");
      previous = std::move(hash);
      report_.rows = head.seq;
      if (progress_ && head.seq % 4096 == 0) progress_(head.seq, rows.integer(10));
    }
    if (store_.failed()) complain("journal: " + store_.take_error().message);
    if (problems().empty() && mark_ && mark_->seq > report_.rows)
      complain("journal: ends at row " + std::to_string(report_.rows) + ", and had come to row " +
               std::to_string(mark_->seq) + ": its end is lost; the hub will recover as after a restore");
    Statement stored;
    stored.prepare(store_, "SELECT value FROM meta WHERE name = 'chain_head'");
    stored.begin();
    std::string head = stored.row() ? stored.text(0) : std::string();
    if (report_.rows > 0 && head != crypto::hex(previous))
      complain("meta: the stored chain head is not the last row's");
  }

  void fold_row(Fold& fold, const RowHead& head, const std::string& kind, const std::string& payload,
                const std::string& where) {
    json::Parsed parsed = json::parse(payload);
    if (!parsed) return complain(where + ": payload: " + parsed.error.message);
    bool known = with_kind(kind, [&](auto event) {
      std::string problem = decode(*parsed, event);
      if (!problem.empty()) return complain(where + ": payload: " + problem);
      fold.apply(head, event);
    });
    if (!known) complain(where + ": made by a newer handoff: unknown kind");
    if (shadow_.error().kind == DbErrorKind::constraint) complain(where + ": " + shadow_.error().message);
  }

  static std::string describe(const Statement& row, int columns) {
    std::string out;
    for (int i = 0; i < columns; ++i) {
      std::string text = row.text(i);
      bool plain = std::ranges::all_of(text, [](unsigned char c) { return c >= ' ' && c < 0x7f; });
      out += (i ? "|" : "") + (plain ? text : "x'" + crypto::hex(text) + "'");
    }
    return out;
  }

  /// Migrations add tables and columns: what an older schema has is what is compared.
  std::string columns_of(const FoldedTable& table) {
    Statement columns;
    columns.prepare(store_, "SELECT group_concat(name, ', ') FROM pragma_table_info(?)");
    return columns.begin().bind(table.name).row() ? columns.text(0) : std::string();
  }

  void compare_tables() {
    for (const FoldedTable& table : kFoldedTables) {
      std::string columns = columns_of(table);
      if (columns.empty()) continue;
      std::string sql =
          "SELECT " + columns + " FROM " + std::string(table.name) + " ORDER BY " + std::string(table.order);
      Statement stored, folded;
      stored.prepare(store_, sql.c_str());
      folded.prepare(shadow_, sql.c_str());
      stored.begin();
      folded.begin();
      for (std::int64_t number = 1;; ++number) {
        bool a = stored.row(), b = folded.row();
        if (store_.failed()) return complain("table " + std::string(table.name) + ": " + store_.error().message);
        if ((!a && !b) || shadow_.failed()) break;
        std::string place = "table " + std::string(table.name) + ", row " + std::to_string(number);
        if (a != b) {
          complain(place + (a ? ": the journal does not know it" : ": missing, though the journal has it"));
          break;
        }
        std::string have = describe(stored, stored.columns()), want = describe(folded, folded.columns());
        if (have != want) {
          complain(place + ": differs from the journal: " + have + " instead of " + want);
          break;
        }
      }
    }
  }

  /// M3: a transfer row moves one amount from one account to another, so the sum is zero by shape; what can go wrong
  /// is an account that gave what it never had.
  void check_balance() {
    Statement sums;
    sums.prepare(store_,
                 "SELECT credit, account, sum(delta) FROM ("
                 "SELECT credit, from_account AS account, -amount AS delta FROM postings UNION ALL "
                 "SELECT credit, to_account, amount FROM postings) WHERE account <> 'SOURCE' "
                 "GROUP BY credit, account HAVING sum(delta) < 0 LIMIT 5");
    for (sums.begin(); sums.row();)
      complain("postings of credit " + std::to_string(sums.integer(0)) + ": account " + sums.text(1) + " is at " +
               std::to_string(sums.integer(2)));
    if (store_.failed()) complain("postings: " + store_.error().message);
  }

  void open_sealed() {
    auto vault = crypto::Vault::open(key_, false, crypto::system_random);
    if (!vault) {
      report_.not_opened = vault.error();
      return;
    }
    if (std::string wrong = wrong_key(store_, *vault); !wrong.empty()) {
      report_.only_key = true;
      return complain(key_ + ": " + wrong +
                      "; nothing sealed can be opened without its own. It is beside each backup: FILE.key");
    }
    report_.sealed = open_all_sealed(store_, *vault, [this](std::string what) { complain(std::move(what)); });
    if (store_.failed()) complain("sealed rows: " + store_.take_error().message);
  }

  const std::function<void(std::int64_t, std::int64_t)>& progress_;
  std::string key_;
  std::optional<HighWater::Mark> mark_;
  Database store_, shadow_;
  VerifyReport report_;
};

}  // namespace

VerifyReport verify_store(const std::string& path, const std::function<void(std::int64_t, std::int64_t)>& progress,
                          const VerifyOptions& options) {
  return Verifier(path, progress, options).run();
}

}  // namespace handoff::journal
