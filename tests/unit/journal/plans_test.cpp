// No statement of the store walks a table that grows with the credits: each is read out of the sources and its plan
// asked of SQLite, over the whole schema. Who needs one that does puts it on the list below, with who waits for it.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>

#include "core/journal/schema.hpp"

namespace handoff::journal {
namespace {

/// Tables that do not grow with credits: they are as long as the configuration, or as the restores there were.
constexpr const char* kSmall[] = {"names",    "tokens",          "meta",         "cursors", "alerts", "alert_channels",
                                  "restores", "restore_sources", "sqlite_schema"};

/// Indexes over what is under way or open: walking one is walking that.
constexpr const char* kOfWhatIsOpen[] = {"credits_active",  "credits_accepted",    "cases_open",   "effects_open",
                                         "hints_open",      "credits_open_probes", "hops_queued",  "cases_open_kind",
                                         "cases_open_hint", "hints_parked",        "credits_ended"};

/// What may walk, by how the statement begins.
struct Allowed {
  const char* statement;
  const char* why;
};
constexpr Allowed kAllowed[] = {
    {"SELECT no FROM credits WHERE txn = ?1 OR unique_id", "a person searches, on the reader's thread"},
    {"SELECT no, id, source, unique_id, scope, business_date, txn, line, amount, currency, balance_type, store, "
     "terminal, "
     "staff, expires_at, campaign, origin, at, state, reason, changed_at, active, customer, route, instrument, "
     "available, "
     "approved_by, cancel_noted, look_at FROM credits WHERE (?1 = '' OR state = ?1)",
     "a list for people, newest first, on the reader's thread"},
    {"SELECT no, credit, kind, reason, role, state, opened_at, deadline, amount, currency, closed_at, closed_why, "
     "closed_by, "
     "assignee, candidates, hint, word, word_by FROM cases WHERE (?1 = '' OR state = ?1)",
     "a list for people, newest first, on the reader's thread"},
    {"SELECT no FROM credits WHERE (?1 = '' OR state = ?1) AND", "a person searches, on the reader's thread"},
    {"SELECT credit, subject || '|' || surface",
     "a person searches by a code, on the reader's thread, of the newest issues"},
    {"SELECT effects.at, effects.op, effects.generation", "from the newest back, and ends at the window's begin"},
    {"SELECT count(*) AS total FROM credits",
     "status: SQLite counts in the pages of an index, 10 ms for a million, and reads no row"},
    {"SELECT count(*) AS total FROM hints", "status: the same"},
    {"SELECT seq, epoch, at, kind, kind_version, cid", "store verify walks all there is"},
    {"SELECT owner, key, data, credits.id FROM personal", "store verify walks all there is"},
    {"SELECT bodies.effect, bodies.call, bodies.kind", "store verify walks all there is"},
    {"SELECT connector, id, key, data FROM directory ORDER", "store verify walks all there is"},
    {"SELECT key FROM personal LIMIT 3", "three rows"},
    {"SELECT credit, account, sum(delta) FROM", "store verify walks all there is"},
    {"SELECT seq, hash, epoch, at FROM journal ORDER BY seq DESC LIMIT 1", "the last row alone"},
    {"SELECT coalesce((SELECT at FROM journal ORDER BY seq DESC LIMIT 1), 0)", "the last row alone"},
    {"SELECT vault FROM effects ORDER BY no DESC LIMIT 1", "the last row alone"},
};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Literals that stand beside each other are one; a name among them is the macro that holds such literals.
std::string joined(const std::string& source, const std::map<std::string, std::string>& macros) {
  static const std::regex part("\"((?:[^\"\\\\]|\\\\.)*)\"|([A-Z][A-Z_]+)");
  std::string out;
  for (std::sregex_iterator at(source.begin(), source.end(), part), end; at != end; ++at)
    out += (*at)[2].matched ? macros.at((*at)[2]) : (*at)[1].str();
  return out;
}

std::vector<std::string> statements() {
  std::vector<std::string> out;
  static const std::regex define("#define ([A-Z_]+_COLUMNS)((?:[^\\n]*\\\\\\n)*[^\\n]*)");
  static const std::regex use(
      "(?:\\b(?:db_?|store_?|source|from)\\s*,|\\bone\\()\\s*((?:(?:\"(?:[^\"\\\\]|\\\\.)*\"|[A-Z_]+_COLUMNS)\\s*)+)[,)]");
  for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(TREE) / "core/journal")) {
    if (file.path().extension() != ".cpp") continue;
    std::string text = std::regex_replace(text_of(file.path()), std::regex("//[^\\n]*"), "");
    std::map<std::string, std::string> macros;
    for (std::sregex_iterator at(text.begin(), text.end(), define), end; at != end; ++at)
      macros[(*at)[1]] = joined((*at)[2], {});
    for (std::sregex_iterator at(text.begin(), text.end(), use), end; at != end; ++at)
      out.push_back(joined((*at)[1], macros));
  }
  return out;
}

class Plans : public ::testing::Test {
 protected:
  Plans() {
    sqlite3_open(":memory:", &db_);
    for (const char* migration : kMigrations)
      EXPECT_EQ(sqlite3_exec(db_, migration, nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ~Plans() override { sqlite3_close(db_); }

  /// The steps of a statement's plan that walk; none if it is no statement with a plan.
  std::vector<std::string> walks(const std::string& sql) {
    std::vector<std::string> out;
    sqlite3_stmt* plan = nullptr;
    if (sqlite3_prepare_v2(db_, ("EXPLAIN QUERY PLAN " + sql).c_str(), -1, &plan, nullptr) != SQLITE_OK) {
      ADD_FAILURE() << sql << ": " << sqlite3_errmsg(db_);
      return out;
    }
    while (sqlite3_step(plan) == SQLITE_ROW) {
      std::string step = reinterpret_cast<const char*>(sqlite3_column_text(plan, 3));
      if (step.starts_with("SCAN ") && !harmless(step)) out.push_back(step);
    }
    sqlite3_finalize(plan);
    return out;
  }

  static bool harmless(const std::string& step) {
    std::smatch part;
    std::regex_match(step, part, std::regex("SCAN (\\S+)(?: USING (?:COVERING )?INDEX (\\S+))?.*"));
    auto is = [](const std::string& name) { return [&name](const char* one) { return name == one; }; };
    std::string table = part[1], index = part[2];
    return table.starts_with("(") || table.starts_with("pragma_") || table == "CONSTANT" ||
           std::ranges::any_of(kSmall, is(table)) || std::ranges::any_of(kOfWhatIsOpen, is(index));
  }

  /// Whether SQLite parses it again at its second run, as it does where a partial index made it look at a bound value.
  bool prepared_anew(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
      return false;
    for (int run = 1; run <= 2; ++run) {
      for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) sqlite3_bind_int(statement, i, 7 * run + i);
      sqlite3_step(statement);
      sqlite3_reset(statement);
    }
    bool anew = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_REPREPARE, 0) > 0;
    sqlite3_finalize(statement);
    return anew;
  }

  sqlite3* db_ = nullptr;
};

TEST_F(Plans, OfNoStatementWalkATableThatGrows) {
  std::vector<std::string> all = statements();
  ASSERT_GT(all.size(), 120u) << "statements are read out of core/journal";
  for (const std::string& sql : all) {
    if (sql.starts_with("PRAGMA") || sql.starts_with("BEGIN") || sql.starts_with("COMMIT")) continue;
    if (std::ranges::any_of(kAllowed, [&](const Allowed& one) { return sql.starts_with(one.statement); })) continue;
    for (const std::string& step : walks(sql)) ADD_FAILURE() << step << ": " << sql;
  }
}

/// What operators ask all the time and the courier at each change: as long as what is open, however much there was.
TEST_F(Plans, OfStatusCasesAndTheCourierWalkNoCreditAndNoCase) {
  constexpr const char* kTheirs[] = {"FROM cases WHERE state = 'open' ORDER BY no DESC",
                                     "FROM credits WHERE active = 1 GROUP BY",
                                     "state <> 'complete' GROUP BY",
                                     "credits.available IS NULL AND credits.at <",
                                     "FROM credits WHERE no IN (SELECT no FROM credits WHERE active = 1",
                                     "SELECT at FROM credits WHERE no > ?",
                                     "AND at >= ? ORDER BY no",
                                     "SELECT count(*) FROM cases",
                                     "SELECT count(*) FROM hints WHERE state = 'open'",
                                     "SELECT count(*) FROM hints WHERE state = 'parked'"};
  std::vector<std::string> all = statements();
  for (const char* part : kTheirs) {
    auto found = std::ranges::find_if(all, [&](const std::string& sql) { return sql.find(part) != std::string::npos; });
    ASSERT_NE(found, all.end()) << part;
    EXPECT_TRUE(walks(*found).empty()) << *found << ": " << walks(*found).front();
    EXPECT_FALSE(std::ranges::any_of(kAllowed, [&](const Allowed& one) { return found->starts_with(one.statement); }))
        << *found;
  }
}

/// 40 us each time for a plan that is the same: `= +?` keeps SQLite from looking.
TEST_F(Plans, AreMadeOnce) {
  EXPECT_TRUE(prepared_anew("SELECT no FROM cases WHERE credit = ?"));
  for (const std::string& sql : statements()) {
    if (sql.starts_with("PRAGMA") || sql.starts_with("BEGIN") || sql.starts_with("COMMIT")) continue;
    EXPECT_FALSE(prepared_anew(sql)) << sql;
  }
}

TEST_F(Plans, AreReadOutOfTheSourcesAndThoseOnTheListAreThere) {
  std::vector<std::string> all = statements();
  for (const Allowed& one : kAllowed)
    EXPECT_TRUE(std::ranges::any_of(all, [&](const std::string& sql) { return sql.starts_with(one.statement); }))
        << one.statement << ": nothing is allowed that nobody asks";
  EXPECT_FALSE(walks("SELECT no FROM credits WHERE staff = ?").empty());
}

}  // namespace
}  // namespace handoff::journal
