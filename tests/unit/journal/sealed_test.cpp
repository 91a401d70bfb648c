// What lies beside the journal, sealed: verify sees that it is whole, and whose key it is.

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>

#include "core/crypto/vault.hpp"
#include "core/journal/backup.hpp"
#include "core/journal/sealed.hpp"
#include "core/model/identity.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::journal {
namespace {

class Sealed : public ::testing::Test {
 protected:
  Sealed() { make(dir.file("handoff.db")); }

  /// A store with one credit: its customer's identifiers, and the arguments of an effect.
  static void make(const std::string& path) {
    StoreOptions options;
    options.path = path;
    auto store = std::move(*Store::open(options));
    auto vault = *crypto::Vault::open(path + ".key", true, crypto::system_random);
    CreditKey key;
    key.source = "register";
    key.transaction = "1";
    CreditAccepted credit;
    credit.credit = store->next_credit();
    credit.ref = credit_ref(credit_id(key));
    credit.amount = Money(2500, "USD");
    store->append(1000, credit_id(key), "register:S014", credit);
    std::string data_key = vault.new_data_key();
    store->put_personal(credit.credit, data_key, vault.seal(data_key, "personal", "{\"email\":\"jo@example.com\"}"));
    EffectPlanned effect;
    effect.effect = store->next_effect();
    effect.credit = credit.credit;
    effect.vault = vault.id();
    store->append(1100, credit_id(key), "engine", effect);
    store->put_body(effect.effect, -1, "args", vault.seal(data_key, "args:1", "{}"));
    store->put_listed("shop", "7", data_key, vault.seal(data_key, "directory", "{}"));
    ASSERT_TRUE(store->commit());
  }

  void alter(const std::string& sql) {
    sqlite3* db = nullptr;
    sqlite3_open(dir.file("handoff.db").c_str(), &db);
    char* error = nullptr;
    sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error);
    EXPECT_EQ(error, nullptr) << error;
    sqlite3_close(db);
  }
  /// One bit of the middle of a value.
  void flip(const char* table, const char* column) {
    sqlite3* db = nullptr;
    sqlite3_open(dir.file("handoff.db").c_str(), &db);
    sqlite3_blob* blob = nullptr;
    sqlite3_int64 row = 0;
    sqlite3_stmt* look = nullptr;
    sqlite3_prepare_v2(db, (std::string("SELECT rowid FROM ") + table).c_str(), -1, &look, nullptr);
    if (sqlite3_step(look) == SQLITE_ROW) row = sqlite3_column_int64(look, 0);
    sqlite3_finalize(look);
    ASSERT_EQ(sqlite3_blob_open(db, "main", table, column, row, 1, &blob), SQLITE_OK) << sqlite3_errmsg(db);
    char one = 0;
    sqlite3_blob_read(blob, &one, 1, 30);
    one = static_cast<char>(one ^ 1);
    sqlite3_blob_write(blob, &one, 1, 30);
    sqlite3_blob_close(blob);
    sqlite3_close(db);
  }
  VerifyReport verify() { return verify_store(dir.file("handoff.db"), nullptr); }
  std::string problem() {
    VerifyReport report = verify();
    return report.problems.empty() ? "" : report.problems.front();
  }

  support::TempDir dir;
};

TEST_F(Sealed, RowsAreOpenedByVerify) {
  VerifyReport report = verify();
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_EQ(report.sealed, 3);
  EXPECT_EQ(report.not_opened, "");
}

TEST_F(Sealed, IdentifiersThatWereFlippedAreNamed) {
  flip("personal", "data");
  EXPECT_NE(problem().find("table personal, identifiers of credit 1 (sc_"), std::string::npos) << problem();
  EXPECT_NE(problem().find("does not open: it is damaged"), std::string::npos) << problem();
}

TEST_F(Sealed, KeyOfACreditThatWasFlippedIsNamedWithAllItSealed) {
  flip("personal", "key");
  VerifyReport report = verify();
  ASSERT_EQ(report.problems.size(), 2u);
  EXPECT_NE(report.problems[0].find("identifiers of credit 1"), std::string::npos) << report.problems[0];
  EXPECT_NE(report.problems[0].find("its key does not open"), std::string::npos) << report.problems[0];
  EXPECT_NE(report.problems[1].find("table bodies, args of effect 1"), std::string::npos) << report.problems[1];
}

TEST_F(Sealed, BodyThatWasFlippedIsNamed) {
  flip("bodies", "data");
  EXPECT_NE(problem().find("table bodies, args of effect 1: "), std::string::npos) << problem();
}

TEST_F(Sealed, WhatWasErasedIsNotDamaged) {
  alter("UPDATE personal SET key = x'', data = x''");
  VerifyReport report = verify();
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_EQ(report.sealed, 1) << "the customer list";
}

TEST_F(Sealed, RowsWithoutTheirKeyAreSaidToBeUnchecked) {
  ::unlink(dir.file("handoff.db.key").c_str());
  VerifyReport report = verify();
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_EQ(report.sealed, 0);
  EXPECT_NE(report.not_opened.find("handoff.db.key"), std::string::npos) << report.not_opened;
}

TEST_F(Sealed, RowsUnderAnotherStoresKeyAreToldByTheKey) {
  make(dir.file("other.db"));
  std::filesystem::copy_file(dir.file("other.db.key"), dir.file("handoff.db.key"),
                             std::filesystem::copy_options::overwrite_existing);
  VerifyReport report = verify();
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_NE(report.problems[0].find("handoff.db.key: is the key of another store"), std::string::npos)
      << report.problems[0];
}

TEST_F(Sealed, KeyOfAnotherStoreIsToldBeforeTheFirstEffectToo) {
  Database store;
  store.open(dir.file("handoff.db"), SQLITE_OPEN_READWRITE);
  store.run("DELETE FROM effects");
  auto own = crypto::Vault::open(dir.file("handoff.db.key"), false, crypto::system_random);
  EXPECT_EQ(wrong_key(store, *own), "");
  EXPECT_EQ(wrong_key(store, crypto::Vault(std::string(32, 'x'), crypto::system_random)),
            "is the key of another store");
  store.run("DELETE FROM personal");
  EXPECT_EQ(wrong_key(store, crypto::Vault(std::string(32, 'x'), crypto::system_random)), "") << "nothing to tell by";
}

TEST_F(Sealed, BackupOfAnOlderSchemaIsVerifiedAndRestored) {
  for (const char* index : {"credits_probes", "credits_open_probes", "postings_credit", "refs_credit",
                            "cases_open_kind", "cases_open_hint", "cases_gap", "hints_parked", "credits_ended"})
    alter(std::string("DROP INDEX ") + index);
  alter("ALTER TABLE cases DROP COLUMN word; ALTER TABLE cases DROP COLUMN word_by");
  alter("ALTER TABLE hops DROP COLUMN done_at; PRAGMA user_version=6");
  VerifyReport report = verify();
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  auto restored = restore_store(dir.file("handoff.db"), dir.file("back.db"), 5000, nullptr);
  ASSERT_TRUE(restored) << restored.error();
  VerifyReport after = verify_store(dir.file("back.db"), nullptr);
  EXPECT_TRUE(after.problems.empty()) << after.problems.front();
  alter("UPDATE credits SET amount = 9900");
  EXPECT_NE(problem().find("table credits, row 1: differs"), std::string::npos) << problem();
}

/// What a power failure leaves of a change of the file that is not in the log: a journal that undoes it.
std::string left_by_a_power_failure(const std::string& path) {
  Database store;
  store.open(path, SQLITE_OPEN_READWRITE);
  store.run("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; BEGIN; UPDATE credits SET amount = 9900");
  EXPECT_EQ(sqlite3_db_cacheflush(store.raw()), SQLITE_OK);
  std::filesystem::copy_file(path + "-journal", path + ".cut");
  store.run("ROLLBACK");
  return path + ".cut";
}

TEST_F(Sealed, RestoreTakesAwayTheJournalOfTheStoreThatWas) {
  std::string old = dir.file("old.db");
  make(old);
  std::string cut = left_by_a_power_failure(old);
  std::int64_t now_ms = 5000;
  for (const char* beside : {"old.db-journal", "old.db.restoring-journal"}) {
    std::filesystem::copy_file(cut, dir.file(beside));
    auto restored = restore_store(dir.file("handoff.db"), old, now_ms += 1000, nullptr);
    ASSERT_TRUE(restored) << beside << ": " << restored.error();
    EXPECT_FALSE(std::filesystem::exists(dir.file(beside))) << beside;
    VerifyReport after = verify_store(old, nullptr);
    EXPECT_TRUE(after.problems.empty()) << beside << ": " << after.problems.front();
  }
}

TEST_F(Sealed, ChangeThatAPowerFailureCutOffIsSaidToBeOne) {
  std::string cut = left_by_a_power_failure(dir.file("handoff.db"));
  std::filesystem::rename(cut, dir.file("handoff.db-journal"));
  VerifyReport report = verify();
  EXPECT_NE(report.could_not.find("start handoffd on it once"), std::string::npos) << report.could_not;
  EXPECT_TRUE(report.problems.empty()) << "that is no damage: " << report.problems.front();
}

TEST_F(Sealed, StoreOfANewerHandoffIsSaidToBeOne) {
  alter("PRAGMA user_version=99");
  EXPECT_NE(problem().find("made by a newer handoff (schema 99"), std::string::npos) << problem();
}

}  // namespace
}  // namespace handoff::journal
