#include <algorithm>

#include "core/crypto/hash.hpp"
#include "tests/golden/fixture.hpp"

namespace handoff::golden {
namespace {

class Tokens : public Cli {
 protected:
  Tokens() {
    Story story(db());
    story.tell();
  }
};

TEST_F(Tokens, AreListedWithoutTheirHashes) { expect_text("token_list", ask({"token", "list"})); }

TEST_F(Tokens, AreMadeOnceAndKeptAsHashes) {
  Ran ran = ask({"token", "create", "--role", "ops", "--name", "night-shift"});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_EQ(ran.out.size(), 4 + 32 + 1);
  EXPECT_TRUE(ran.out.starts_with("htk_"));
  EXPECT_EQ(ran.err, "Token night-shift, role ops. It is shown only this once.\n");
  std::string token = ran.out.substr(0, 36), error;
  auto store = journal::ReadOnlyStore::open(db(), error);
  std::vector<journal::TokenRow> rows = store->read().tokens();
  auto row = std::ranges::find(rows, "night-shift", &journal::TokenRow::name);
  ASSERT_NE(row, rows.end());
  EXPECT_EQ(row->hash, crypto::hex(crypto::bytes(crypto::sha256(token))));
  EXPECT_EQ(run({"store", "verify", db()}).exit, 0);
}

TEST_F(Tokens, OfARoleThatSeesEveryStoreAreNotMadeForOne) {
  Ran ran = ask({"token", "create", "--role", "ops", "--store", "S014"});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_EQ(
      ran.err,
      "handoff: a token of role ops sees every store; only register and supervisor are for one: make it without a store\n");
  EXPECT_EQ(ask({"token", "create", "--role", "inbound"}).exit, 2);
}

TEST_F(Tokens, GetANameIfTheyHaveNone) {
  Ran ran = ask({"token", "create", "--role", "register", "--store", "S014"});
  EXPECT_NE(ran.err.find("register-S014-2"), std::string::npos) << ran.err;
}

TEST_F(Tokens, HaveNamesOfTheirOwn) {
  Ran ran = ask({"token", "create", "--role", "ops", "--name", "till-3"});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_EQ(ran.err, "handoff: there is a token 'till-3' already; choose another name\n");
}

TEST_F(Tokens, AreRevokedOnce) {
  EXPECT_EQ(ask({"token", "revoke", "register-S014"}).out, "Token register-S014 is revoked.\n");
  EXPECT_EQ(ask({"token", "revoke", "register-S014"}).exit, 3);
  EXPECT_NE(ask({"token", "list"}).out.find("revoked"), std::string::npos);
}

TEST_F(Tokens, AreNotMadeBesideARunningHub) {
  journal::StoreOptions options;
  options.path = db();
  auto running = journal::Store::open(options);
  Ran ran = ask({"token", "create", "--role", "ops"});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_NE(ran.err.find("another handoff process uses this store"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("http://127.0.0.1:1"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace handoff::golden
