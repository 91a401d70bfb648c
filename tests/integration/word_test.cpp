// A person says what became of a request that no look can tell of (ADR 0027), from the cause to a closed case.

#include <atomic>
#include <boost/json.hpp>
#include <mutex>

#include "tests/integration/journey.hpp"
#include "tests/integration/small_server.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::integration {

class Word : public Journey {
 protected:
  Word() {
    on_a_quick_clock();
    config_.assume = R"(inflight_max = "1200s", visibility_lag = "1s")";  // twelve seconds by the hub's clock
  }
  /// The hub's clock is woken by a question now and then.
  bool opens() {
    return eventually(
        [&] { return submit(credit("T1")).status == 200 && says("cases").contains("  unknown outcome, "); });
  }
  std::string says(const std::string& words, const std::string& token = "") { return handoff(words, code_, token); }
  std::string number() {
    return std::to_string(support::StoreView(folder() + "/handoff.db")
                              .number("SELECT max(no) FROM cases WHERE state = 'open' AND kind = 'unknown outcome'"));
  }
  std::string settle(const std::string& words, const std::string& token = "") {
    return says("case settle " + number() + " " + words + " --reason 'looked on the screen'", token);
  }
  /// Says it until the quiet period is over.
  bool settles(const std::string& words) {
    return eventually(
               [&] { return settle(words).contains("is closed, in your word") || !said("is in doubt, until "); }) &&
           code_ == 0;
  }
  bool said(const std::string& what) { return settle("--not-happened").contains(what); }
  std::string colleague() {
    return std::string(boost::json::parse(says("token create --role ops --json")).at("token").as_string());
  }
  /// Everything there once, no case left, and the tables are what the journal says.
  void ends() {
    EXPECT_TRUE(eventually([&] {
      return submit(credit("T1")).status == 200 && states() == std::vector<std::string>{"complete"};
    })) << says("trace T1")
        << says("cases");
    EXPECT_TRUE(says("cases").contains("No open cases.")) << says("cases");
    EXPECT_EQ(agree(1), 0);
    EXPECT_TRUE(says("trace T1").contains("looked on the screen")) << says("trace T1");
    stop();
    std::string whole = store("verify", code_);
    EXPECT_EQ(code_, 0) << whole;
  }
  int code_ = 0;
};

/// Voucherify, with somebody in between who answers a look as the test says.
class WordAboutAnIssue : public Word {
 protected:
  enum class Looks { refused, other, honest };
  WordAboutAnIssue() {
    behind_ = sandbox_.url("voucherify");
    sandbox_.put_before("voucherify", between_.url());
  }
  support::SmallReply answer(const support::SmallRequest& asked) {
    bool looks = asked.method == "GET" && asked.path.starts_with("/v1/vouchers/");
    if (looks && looks_ == Looks::refused)
      return {400, R"({"code":400,"key":"invalid_payload","message":"not today"})"};
    if (looks && looks_ == Looks::other)
      return {200, R"({"id":"v_other","code":")" + asked.path.substr(13) +
                       R"(","active":true,"gift":{"amount":100,"balance":100},"metadata":{}})"};
    Answer got = support::HttpClient(behind_).send(
        asked.method, asked.path + (asked.query.empty() ? "" : "?email=" + asked.query), asked.body,
        {{"X-App-Id", "sandbox-app"}, {"X-App-Token", "sandbox-token"}});
    return {got.status, got.body, got.status == 0};
  }
  void lose(const char* mode) {
    sandbox_.post("/faults",
                  std::string(R"({"vendor":"voucherify","match":{"method":"POST"},"count":1,"mode":")") + mode + "\"}");
  }
  boost::json::array vouchers() { return sandbox_.get("/ledger/voucherify").at("vouchers").as_array(); }
  /// As somebody reads it on the vendor's screen.
  std::string id() {
    Answer shown =
        support::HttpClient(behind_).send("GET", "/v1/vouchers/" + std::string(vouchers().at(0).at("code").as_string()),
                                          "", {{"X-App-Id", "sandbox-app"}, {"X-App-Token", "sandbox-token"}});
    return std::string(boost::json::parse(shown.body).at("id").as_string());
  }
  std::string behind_;
  std::atomic<Looks> looks_ = Looks::refused;
  support::SmallServer between_{[this](const support::SmallRequest& asked) { return answer(asked); }};
};

TEST_F(WordAboutAnIssue, ThatItHappenedNeedsTheInstrumentAndIsReadBack) {
  start();
  lose("lost_after");
  submit(credit("T1"));
  ASSERT_TRUE(opens()) << says("trace T1");
  EXPECT_TRUE(settle("--happened").contains("say which it is there: --instrument")) << settle("--happened");
  EXPECT_EQ(code_, 3);
  EXPECT_TRUE(says("case settle " + number() + " --reason x").contains("--happened or --not-happened"));
  std::string case_no = number(), told = settle("--happened --instrument " + id());
  EXPECT_TRUE(told.contains("it happened. The credit goes on")) << told;
  told = says("case settle " + case_no + " --happened --reason again");
  EXPECT_TRUE(told.contains("is closed, by token:")) << "who comes second is told: " << told;
  looks_ = Looks::honest;
  ends();
  EXPECT_EQ(support::StoreView(folder() + "/handoff.db")
                .number("SELECT count(*) FROM calls WHERE state = 'adopted' AND rule = 5"),
            1);
}

/// A word that is wrong is found by the read-back: value is not believed in for ever.
TEST_F(WordAboutAnIssue, ThatItHappenedIsFoundOutIfItDidNot) {
  start();
  lose("lost_before");
  submit(credit("T1"));
  ASSERT_TRUE(opens()) << says("trace T1");
  settle("--happened --instrument v_nothing");
  EXPECT_EQ(code_, 0);
  looks_ = Looks::honest;
  EXPECT_TRUE(eventually([&] {
    return submit(credit("T1")).body.contains("accepted") && says("cases").contains("  verification, ");
  })) << says("trace T1");
}

TEST_F(WordAboutAnIssue, ThatItDidNotHappenCountsAfterTheQuietPeriodAndIsNotTakenAgainstALook) {
  looks_ = Looks::other;
  start();
  lose("lost_before");
  submit(credit("T1"));
  ASSERT_TRUE(opens()) << says("trace T1");
  std::string told = settle("--not-happened");
  EXPECT_TRUE(told.contains("cards.issue is in doubt, until ")) << told;
  EXPECT_EQ(code_, 3);
  EXPECT_TRUE(says("trace T1").contains("cards.issue is in doubt, until ")) << says("trace T1");
  EXPECT_TRUE(eventually([&] { return said("cards shows that a record under our reference differs"); }))
      << settle("--not-happened");
  EXPECT_TRUE(vouchers().empty());
  looks_ = Looks::honest;  // and removed there
  told = settle("--not-happened");
  EXPECT_TRUE(told.contains("it did not happen, and is sent again")) << told;
  ends();
  EXPECT_EQ(vouchers().size(), 1u);
}

TEST_F(WordAboutAnIssue, AboveTheLimitASecondPersonAgrees) {
  config_.extra = "[repair]\napprove_above = [\"10.00 USD\"]\n";
  start();
  lose("lost_after");
  submit(credit("T1"));
  ASSERT_TRUE(opens()) << says("trace T1");
  std::string other = colleague(), no = number(), word = "--happened --instrument " + id();
  EXPECT_TRUE(settle(word).contains("another person decides: handoff case approve " + no));
  EXPECT_TRUE(settle(word, other).contains("has said that it happened"));
  EXPECT_TRUE(says("cases").contains("says that it happened: looked on the screen")) << says("cases");
  EXPECT_TRUE(says("case approve " + no).contains("another person must approve"));
  says("case refuse " + no + " --reason 'which voucher?'", other);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(says("case approve " + no, other).contains("asks for no approval"));
  settle(word);
  stop();
  start();  // a word is no thing of memory
  says("case approve " + no, other);
  EXPECT_EQ(code_, 0);
  looks_ = Looks::honest;
  ends();
  EXPECT_EQ(support::StoreView(folder() + "/handoff.db")
                .number("SELECT count(*) FROM calls WHERE evidence LIKE 'in the word of token:%, approved by token:%'"),
            1);
}

/// A vendor without keys or look-ups, whose reversals are acknowledged and take nothing away.
class WordAboutABooking : public Word {
 protected:
  WordAboutABooking() {
    config_.plugin_directories.insert(config_.plugin_directories.begin(), HANDOFF_TEST_PLUGINS);
    config_.extra = "[connector.tally]\nplugin = \"tally\"\nsettings = { base_url = \"" + server_.url() + "\" }\n";
    config_.hops.push_back({"tally", "record", "cards", ""});
  }
  support::SmallReply answer(const support::SmallRequest& asked) {
    std::scoped_lock lock(mutex_);
    if (asked.method == "GET") return {200, boost::json::serialize(boost::json::object{{"entries", entries_}})};
    boost::json::object body = boost::json::parse(asked.body).as_object();
    if (asked.path == "/reversals") return {200, boost::json::serialize(body)};
    body["number"] = "Y" + std::to_string(++booked_);
    entries_.push_back(body);
    return {201, boost::json::serialize(body), booked_ == 1};
  }
  void remove_there() {
    std::scoped_lock lock(mutex_);
    entries_.clear();
  }
  std::size_t entries() {
    std::scoped_lock lock(mutex_);
    return entries_.size();
  }
  std::mutex mutex_;
  boost::json::array entries_;
  int booked_ = 0;
  support::SmallServer server_{[this](const support::SmallRequest& asked) { return answer(asked); }};
};

TEST_F(WordAboutABooking, ThatItHappenedEndsItsReversalToo) {
  start();
  submit(credit("T1"));
  ASSERT_TRUE(opens()) << says("trace T1");
  EXPECT_TRUE(says("cases").contains("still there after its reversal")) << says("cases");
  settle("--happened");
  EXPECT_EQ(code_, 0);
  ends();
  EXPECT_EQ(entries(), 1u);
}

TEST_F(WordAboutABooking, ThatItDidNotHappenIsBookedUnderANewKeyAfterAReversal) {
  start();
  submit(credit("T1"));
  ASSERT_TRUE(opens()) << says("trace T1");
  EXPECT_TRUE(said("tally shows it: Y1")) << settle("--not-happened");
  EXPECT_EQ(entries(), 1u);
  remove_there();
  settle("--not-happened");
  EXPECT_EQ(code_, 0);
  ends();
  EXPECT_EQ(entries(), 1u);
  EXPECT_EQ(
      support::StoreView(folder() + "/handoff.db").number("SELECT revision FROM calls WHERE label = 'append-entry'"),
      1);
}

}  // namespace handoff::integration
