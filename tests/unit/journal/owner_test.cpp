// Files of another user: root restored a store, or somebody else asks about it. Only root can be two users.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/crypto/vault.hpp"
#include "core/journal/backup.hpp"
#include "core/journal/store.hpp"
#include "core/journal/store_place.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::journal {
namespace {

constexpr ::uid_t kHub = 12345;  // whose the hub is; no user of that number need be there

class StoreOfAUser : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    ASSERT_EQ(::chmod(dir.path().c_str(), 0755), 0);
    make(db);
  }
  static void make(const std::string& path) {
    StoreOptions options;
    options.path = path;
    ASSERT_TRUE(Store::open(options));
    ASSERT_TRUE(crypto::Vault::open(path + ".key", true, crypto::system_random));
  }
  void give_to_hub() {
    for (const char* part : {"", "-wal", "-shm", ".key", ".lock", ".head"})
      if (::chown((db + part).c_str(), kHub, kHub) != 0) continue;  // not all are there
  }
  static ::uid_t owner(const std::string& path) {
    struct ::stat info = {};
    return ::stat(path.c_str(), &info) == 0 ? info.st_uid : ::uid_t{99999};
  }
  /// As another user than root.
  template <class What>
  static auto as_hub(What what) {
    EXPECT_EQ(::seteuid(kHub), 0);
    auto out = what();
    EXPECT_EQ(::seteuid(0), 0);
    return out;
  }

  support::TempDir dir;
  std::string db = dir.file("handoff.db");
};

TEST_F(StoreOfAUser, WhatIsOnlyNotOursIsNoDamageAndTheCommandIsSaid) {
  VerifyReport report = as_hub([&] { return verify_store(db, nullptr); });
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_EQ(report.could_not,
            db +
                ": Permission denied: it belongs to root, and this runs as user 12345. If the hub runs as user 12345: "
                "chown 12345 " +
                db + ". If it runs as root: run this as root. Look at what lies beside it, too: ls -l " + db + "*");
  ASSERT_EQ(::chown(dir.path().c_str(), kHub, kHub), 0);
  StoreOptions options;
  options.path = db;
  auto opened = as_hub([&] { return Store::open(options); });
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), report.could_not) << "the daemon says the same";
  auto key = as_hub([&] { return crypto::Vault::open(db + ".key", false, crypto::system_random); });
  ASSERT_FALSE(key);
  EXPECT_NE(key.error().find("it belongs to root"), std::string::npos) << key.error();
  EXPECT_EQ(key.error().find("backup"), std::string::npos) << key.error();
}

TEST_F(StoreOfAUser, AFolderThatCannotBeWrittenIsNoDamageOfTheStoreInIt) {
  give_to_hub();
  VerifyReport report = as_hub([&] { return verify_store(db, nullptr); });
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_EQ(report.could_not, db + ": to read it " + db +
                                  "-shm must be made, and its folder cannot be written: " + dir.path().string() +
                                  " belongs to root, and this runs as user 12345. This says nothing about the store: "
                                  "run this as the user that runs the hub");
  // A backup is one file, and is read anywhere.
  std::string backup = dir.file("monday.db");
  ASSERT_TRUE(backup_store(db, backup, nullptr));
  EXPECT_EQ(as_hub([&] { return verify_store(backup, nullptr); }).could_not, "");
}

TEST_F(StoreOfAUser, WhatRootRestoresIsTheHubsAgain) {
  give_to_hub();
  std::string backup = dir.file("monday.db");
  ASSERT_TRUE(backup_store(db, backup, nullptr));
  EXPECT_EQ(owner(backup), kHub);
  EXPECT_EQ(owner(backup + ".key"), kHub);
  ASSERT_TRUE(restore_store(backup, db, 1'700'000'000'000, nullptr));
  for (const char* part : {"", ".key", ".lock"}) EXPECT_EQ(owner(db + part), kHub) << part;
  // Where no store was, its folder tells.
  std::string folder = dir.file("data");
  ASSERT_EQ(::mkdir(folder.c_str(), 0700), 0);
  ASSERT_EQ(::chown(folder.c_str(), kHub, kHub), 0);
  ASSERT_TRUE(restore_store(backup, folder + "/handoff.db", 1'700'000'000'000, nullptr));
  for (const char* part : {"", ".key", ".lock"}) EXPECT_EQ(owner(folder + "/handoff.db" + part), kHub) << part;
}

TEST_F(StoreOfAUser, WhatRootOpensStaysTheHubs) {
  give_to_hub();
  ASSERT_EQ(::unlink((db + ".lock").c_str()), 0);
  StoreOptions options;
  options.path = db;
  ASSERT_TRUE(Store::open(options));
  for (const char* part : {"", ".lock", ".head"}) EXPECT_EQ(owner(db + part), kHub) << part;
}

TEST_F(StoreOfAUser, AKeyOfAnotherStoreIsNoDamageOfTheFile) {
  std::string other = dir.file("other.db");
  make(other);
  {
    StoreOptions options;
    options.path = db;
    auto store = Store::open(options);
    auto vault = crypto::Vault::open(db + ".key", false, crypto::system_random);
    ASSERT_TRUE(store && vault);
    std::string key = vault->new_data_key();
    (*store)->put_personal(1, key, vault->seal(key, "personal", "{}"));
    ASSERT_TRUE((*store)->commit());
  }
  ASSERT_EQ(::rename((other + ".key").c_str(), (db + ".key").c_str()), 0);
  VerifyReport report = verify_store(db, nullptr);
  EXPECT_TRUE(report.only_key);
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_NE(report.problems.front().find("is the key of another store"), std::string::npos) << report.problems.front();
}

}  // namespace
}  // namespace handoff::journal
