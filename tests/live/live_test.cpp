// The hub between a register, a real shop and real books: what they hold in the end is read by their own words and
// compared to the minor unit. Started by run.sh, which starts them.

#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "tests/live/books.hpp"
#include "tests/live/gate.hpp"
#include "tests/support/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::live {

namespace {

constexpr const char* kAccount = "2150";

std::string without_path(const std::string& url) { return url.substr(0, url.find('/', 8)); }

}  // namespace

class Live : public ::testing::Test {
 protected:
  void start() {
    const std::string vendure = "plugin = \"vendure\"\nrole = \"platform\"\nsettings = { base_url = \"" + shop_.url() +
                                "\", currency = \"USD\" }\nsecrets = { api_key = { env = \"VENDURE_API_KEY\" } }\n";
    const std::string tryton =
        "plugin = \"tryton\"\nrole = \"erp\"\nsettings = { base_url = \"" + books_.url() +
        "\", database = \"tryton\", account = \"2150\", balancing_account = \"4900\", journal = \"SC\", currency = "
        "\"USD\" }\n"
        "secrets = { user = { env = \"TRYTON_HUB_USER\" }, password = { env = \"TRYTON_HUB_PASSWORD\" } }\n";
    // Both run beside this test, on one database each: what they do not answer in time they have done within seconds.
    const auto assume = [](const std::string& name) {
      return "[connector." + name + ".assume]\ninflight_max = \"4s\"\nvisibility_lag = \"1s\"\n";
    };
    support::write_file(
        folder_.file("handoff.toml"),
        "[retailer]\nname = \"live\"\ndefault_region = \"US\"\nauthority = \"wallets\"\nbusiness_dates = { back = \"3650d\", ahead = \"3650d\" }\n[store]\nurl = "
        "\"sqlite:handoff.db\"\n"
        "[listen]\nregister = \"127.0.0.1:0\"\ninbound = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n"
        "[plugins]\ndirectories = [\"" HANDOFF_PLUGINS
        "\"]\n[identity]\nlookup = [\"wallets\"]\n[connector.wallets]\n" +
            vendure + assume("wallets") + "[connector.books]\n" + tryton + assume("books") +
            "[[route]]\nname = \"credit\"\nwhen = { event = \"credit.issued\", from = [\"register\"], "
            "balance_type = [\"general\"] }\n"
            "confirm = { deadline = \"5s\", otherwise = \"hold\" }\n"
            "hops = [ { to = \"wallets\", do = \"issue\" }, { to = \"books\", do = \"record\", after = "
            "[\"wallets\"] } ]\n");
    support::HubProcess::Options options;
    options.program = HANDOFFD;
    options.folder = folder_.path().string();
    options.environment.clear();  // what run.sh has set is inherited
    hub_ = std::make_unique<support::HubProcess>(options);
  }

  /// The credit's ref. Each test has a business day of transactions of its own: the store is new, the shop is not.
  std::string submit(const std::string& amount, const std::string& email, const std::string& transaction = "T1") {
    const std::string body = R"({"transaction":")" + transaction +
                             R"(","business_date":"2026-11-23","store":"S14","terminal":")" +
                             folder_.path().filename().string().substr(13) + R"(","amount":")" + amount +
                             R"(","currency":"USD","customer":{"email":")" + email + R"("}})";
    support::Answer answer =
        support::HttpClient(hub_->registers()).post("/v1/register/credits", body, hub_->authorization());
    last_ = answer.body;
    return answer.body.empty() ? "" : std::string(boost::json::parse(answer.body).at("id").as_string());
  }
  std::string state_of(const std::string& ref) {
    return std::string(hub_->ask("/v1/trace/" + ref).at("credit").at("state").as_string());
  }
  std::string trace(const std::string& ref) { return boost::json::serialize(hub_->ask("/v1/trace/" + ref)); }
  bool eventually(const std::function<bool()>& what, std::chrono::seconds limit = std::chrono::seconds(120)) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!what()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return true;
  }
  bool completes(const std::string& ref) {
    return eventually([&] { return state_of(ref) == "complete"; });
  }

  /// One wallet of that customer with one entry, and one posted move of two lines: all of that many minor units.
  void expect_once(const std::string& ref, std::int64_t minor, const std::string& email, const std::string& party) {
    const auto seen = wallets();
    ASSERT_EQ(seen.count(ref), 1u) << ref;
    const Wallet& wallet = seen.find(ref)->second;
    EXPECT_EQ(wallet.balance, minor);
    EXPECT_EQ(wallet.entries, std::vector<std::int64_t>{minor});
    EXPECT_EQ(wallet.customer, email);
    EXPECT_EQ(wallet.currency, "USD");
    const auto booked = moves(kAccount);
    ASSERT_EQ(booked.count(ref), 1u) << ref;
    const Move& move = booked.find(ref)->second;
    EXPECT_EQ(move.liability, minor);
    EXPECT_TRUE(move.posted && move.balanced);
    EXPECT_EQ(move.party, party);
  }

  support::TempDir folder_;
  Gate shop_{setting("VENDURE_URL")};
  Gate books_{without_path(setting("TRYTON_URL"))};
  std::unique_ptr<support::HubProcess> hub_;
  std::string last_;
};

TEST_F(Live, CreditsReachWalletAndBooksToTheMinorUnit) {
  const std::int64_t before = balance(kAccount);
  start();
  const std::string ada = submit("25.00", "ada@example.com");
  EXPECT_NE(last_.find("\"confirmed\""), std::string::npos) << last_;
  const std::string bob = submit("0.01", "bob@example.com", "T2");
  const std::string chloe = submit("21474836.47", "chloe@example.com", "T3");  // the most that the shop can hold
  for (const std::string& ref : {ada, bob, chloe}) ASSERT_TRUE(completes(ref)) << trace(ref);
  expect_once(ada, 2500, "ada@example.com", "Ada Lovelace");
  expect_once(bob, 1, "bob@example.com", "Bob Tables");
  expect_once(chloe, 2147483647, "chloe@example.com", "Chloé O'Hara-Łuk");
  EXPECT_EQ(balance(kAccount) - before, 2500 + 1 + 2147483647LL);
}

TEST_F(Live, AnswersCutAfterTheEffectDoubleNothing) {
  for (const char* word : {"createWallet", "adjustBalanceForWallet"}) shop_.next(word, Way::cut_after);
  for (const char* word : {"account.move.create", "account.move.post"}) books_.next(word, Way::cut_after);
  start();
  const std::string ref = submit("12.34", "ada@example.com");
  ASSERT_TRUE(completes(ref)) << trace(ref);
  EXPECT_EQ(shop_.happened() + books_.happened(), 4);
  expect_once(ref, 1234, "ada@example.com", "Ada Lovelace");
}

TEST_F(Live, RequestsThatNeverArrivedAreMadeAgain) {
  for (const char* word : {"createWallet", "adjustBalanceForWallet"}) shop_.next(word, Way::cut_before);
  for (const char* word : {"account.move.create", "account.move.post"}) books_.next(word, Way::cut_before);
  start();
  const std::string ref = submit("12.35", "bob@example.com");
  ASSERT_TRUE(completes(ref)) << trace(ref);
  EXPECT_EQ(shop_.happened() + books_.happened(), 4);
  expect_once(ref, 1235, "bob@example.com", "Bob Tables");
}

TEST_F(Live, LateArrivalsAreWaitedFor) {
  shop_.next("adjustBalanceForWallet", Way::late, std::chrono::seconds(2));
  books_.next("account.move.post", Way::late, std::chrono::seconds(2));
  start();
  const std::string ref = submit("12.36", "chloe@example.com");
  ASSERT_TRUE(completes(ref)) << trace(ref);
  expect_once(ref, 1236, "chloe@example.com", "Chloé O'Hara-Łuk");
}

TEST_F(Live, HubThatDiesWithALostAnswerFindsItsEffect) {
  shop_.next("adjustBalanceForWallet", Way::cut_after);
  shop_.next("giftCardWallets", Way::late, std::chrono::seconds(3));
  start();
  const std::string ref = submit("12.37", "ada@example.com");
  ASSERT_TRUE(eventually([&] { return shop_.happened() > 0; }));
  hub_->process().kill();
  hub_.reset();
  start();
  ASSERT_TRUE(completes(ref)) << trace(ref);
  expect_once(ref, 1237, "ada@example.com", "Ada Lovelace");
}

TEST_F(Live, WalletThatArrivesTwiceIsMadeOnce) {
  shop_.next("createWallet", Way::twice);  // the second is refused: the code is unique
  start();
  const std::string ref = submit("12.38", "bob@example.com");
  ASSERT_TRUE(completes(ref)) << trace(ref);
  expect_once(ref, 1238, "bob@example.com", "Bob Tables");
}

TEST_F(Live, DraftThatArrivesTwiceIsNotPosted) {
  books_.next("account.move.create", Way::twice);
  start();
  const std::string ref = submit("12.39", "bob@example.com");
  ASSERT_TRUE(eventually([&] { return trace(ref).find("2 records carry our reference") != std::string::npos; }))
      << trace(ref);
  EXPECT_NE(state_of(ref), "complete");
  const auto booked = moves(kAccount);
  EXPECT_EQ(booked.count(ref), 2u);
  for (auto [at, end] = booked.equal_range(ref); at != end; ++at) EXPECT_FALSE(at->second.posted);
}

TEST_F(Live, AmountThatArrivesTwiceIsNoticedAndNeverComplete) {
  shop_.next("adjustBalanceForWallet", Way::twice);
  start();
  const std::string ref = submit("12.40", "bob@example.com");
  ASSERT_TRUE(eventually([&] { return shop_.happened() == 1; }));
  EXPECT_FALSE(eventually([&] { return state_of(ref) == "complete"; }, std::chrono::seconds(8))) << trace(ref);
  EXPECT_EQ(wallets().find(ref)->second.balance, 2480);  // the doubler's, and the hub says so instead of booking it
}

}  // namespace handoff::live
