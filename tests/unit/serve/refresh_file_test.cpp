// The file of a refresh token that works once: when the configured token is shown in its place, and when the hub must not.

#include "core/serve/refresh_file.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "core/crypto/vault.hpp"
#include "core/journal/file_work.hpp"
#include "core/model/read_file.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::serve {
namespace {

class RefreshFileTest : public ::testing::Test {
 protected:
  ~RefreshFileTest() override {
    loop_.stop();
    io_.join();
  }
  /// As the hub opens it, with that token configured.
  std::shared_ptr<RefreshFile> open(const std::string& configured, const std::string& key = "handoff.db.key") {
    auto vault = crypto::Vault::open(dir_.file(key), true, crypto::system_random);
    RefreshFile::Settings settings{dir_.file("handoff.db"), path_, "books", configured, "the file books.token"};
    return RefreshFile::open(std::move(settings), std::move(*vault), [] { return std::int64_t{1}; }, thread_);
  }
  /// The vendor gave `token`, and the hub has kept it.
  void keep(const std::shared_ptr<RefreshFile>& file, const std::string& token) {
    std::promise<bool> kept;
    file->keep(token, [&kept](std::expected<void, std::string> ended) { kept.set_value(ended.has_value()); });
    ASSERT_TRUE(kept.get_future().get());
  }
  void spoil(const std::string& member, std::size_t at) {
    std::string text = *read_file(path_);
    text[text.find("\"" + member + "\":\"") + member.size() + 4 + at] ^= 1;
    ASSERT_TRUE(journal::replace_file_synced(path_, text));
  }
  std::string linted(const std::string& key = "handoff.db.key") {
    return refresh_problem(path_, dir_.file(key), "the file books.token");
  }

  support::TempDir dir_;
  std::string path_ = dir_.file("handoff.db.refresh.books");
  net::IoLoop loop_;
  std::thread io_{[this] { loop_.run(); }};
  SideThread thread_{loop_};
};

TEST_F(RefreshFileTest, NewestTokenIsShownAfterARestart) {
  EXPECT_EQ(linted(), "") << "there is none yet";
  keep(open("first"), "second");
  auto again = open("first");
  EXPECT_EQ(again->problem(), "");
  EXPECT_EQ(again->current(), "second");
  EXPECT_EQ(linted(), "");
}

TEST_F(RefreshFileTest, AnotherConfiguredTokenIsANewBeginning) {
  keep(open("first"), "second");
  auto again = open("of the vendor's page");
  EXPECT_EQ(again->problem(), "");
  EXPECT_EQ(again->current(), "of the vendor's page");
}

TEST_F(RefreshFileTest, DamageAnywhereInItIsNoNewBeginning) {
  for (const char* member : {"began", "key", "token"}) {
    keep(open("first"), "second");
    spoil(member, 3);
    EXPECT_NE(open("first")->problem().find("is damaged, or of a store with another key"), std::string::npos) << member;
    EXPECT_EQ(linted(), open("first")->problem());
    ASSERT_TRUE(journal::replace_file_synced(path_, ""));
    EXPECT_NE(open("first")->problem(), "") << "as a power cut leaves it";
    std::filesystem::remove(path_);
  }
}

TEST_F(RefreshFileTest, FileOfAnotherStoresKeyIsNoNewBeginning) {
  keep(open("first"), "second");
  EXPECT_NE(open("first", "other.key")->problem(), "");
  EXPECT_NE(linted("no.key"), "") << "the key would be made at the first start";
}

}  // namespace
}  // namespace handoff::serve
