// Which transactions are one credit, which cases end with it, and what happens to one that nobody can store.

#include <sqlite3.h>

#include <latch>
#include <thread>

#include "tests/integration/journey.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::integration {

namespace {

constexpr const char* kCancelT1 = R"({"transaction":"T1","business_date":"2026-11-23","store":"S14","terminal":"R2"})";

}  // namespace

class OneOrTwo : public Journey {
 protected:
  std::string with(const std::string& transaction, const std::string& more) {
    return credit(transaction).insert(1, more + ",");
  }
  Answer post(const std::string& path, const std::string& body) {
    return support::HttpClient(hub_->registers()).post(path, body, hub_->authorization());
  }
  bool all(std::size_t count, const std::string& state) {
    return eventually([&] { return states() == std::vector<std::string>(count, state); }, std::chrono::seconds(60));
  }
  /// As many registers, all at the same moment. How many heard what of the one credit that it is.
  std::map<std::string, std::size_t> at_once(const std::string& transaction, std::size_t registers) {
    std::vector<Answer> answers(registers);
    std::latch together(static_cast<std::ptrdiff_t>(registers));
    std::vector<std::jthread> threads;
    for (Answer& answer : answers)
      threads.emplace_back([&, transaction] {
        together.arrive_and_wait();
        answer = submit(credit(transaction));
      });
    threads.clear();
    std::map<std::string, std::size_t> out;
    std::set<std::string> ids;
    for (const Answer& answer : answers) {
      const boost::json::value body =
          boost::json::parse(answer.body.empty() ? R"({"id":"","status":"none"})" : answer.body);
      ids.emplace(body.at("id").as_string());
      ++out[std::to_string(answer.status) + " " + std::string(body.at("status").as_string())];
    }
    EXPECT_EQ(ids.size(), 1u) << *ids.begin() << " and " << *ids.rbegin();
    return out;
  }
  std::string cases() { return handoff("cases", code_); }
  std::string instrument() {
    const boost::json::value credits = hub_->ask("/v1/credits?limit=1");
    return std::string(credits.at("credits").as_array().front().at("instrument").as_string());
  }
  int code_ = 0;
};

TEST_F(OneOrTwo, LinesOfOneReceiptAreTwoCreditsWhateverNameTheyShare) {
  start();
  const char* receipt = R"("refs":[{"type":"receipt","id":"R1"}])";
  submit(with("T1", receipt));
  Answer second = submit(with("T1", std::string(R"("line":"2",)") + receipt));
  EXPECT_EQ(second.status, 201) << second.body;
  EXPECT_TRUE(all(2, "complete")) << cases();
  EXPECT_EQ(agree(2), 0);
}

TEST_F(OneOrTwo, SaleThatTheRegisterAndItsVendorTellOfIsOneCredit) {
  start();
  boost::json::value made =
      sandbox_.post("/square/refund", R"({"amount_minor":2500,"currency":"USD","webhook":{"send":false}})");
  std::string refund(made.at("refund_id").as_string());
  submit(with("T1", R"("refs":[{"type":"registers/refund","id":")" + refund + "\"}]"));
  ASSERT_TRUE(all(1, "complete")) << cases();
  stop();
  hub_ = nullptr;
  start();  // and asks the vendor what it missed
  support::StoreView view(folder() + "/handoff.db");
  EXPECT_TRUE(eventually([&] { return view.number("SELECT count(*) FROM cursors WHERE connector = 'registers'") > 0; }))
      << log();
  EXPECT_TRUE(all(1, "complete"));
  EXPECT_EQ(agree(1), 0);
}

/// BARS R15, N1. Sixty-four may wait for one credit; the others hear at once where it stands then.
TEST_F(OneOrTwo, FiftyOfItAtOnceAreOneCreditAndAllHearTheSame) {
  config_.confirm = R"({ deadline = "20s", otherwise = "hold" })";  // for the last of them, too
  start();
  using Counts = std::map<std::string, std::size_t>;
  EXPECT_EQ(at_once("T1", 50), (Counts{{"200 confirmed", 49}, {"201 confirmed", 1}}));
  Counts said = at_once("T2", 90);
  EXPECT_EQ(said["200 confirmed"] + said["200 accepted"], 89u);
  EXPECT_EQ(said["201 confirmed"] + said["201 accepted"], 1u);
  EXPECT_EQ(at_once("T2", 50), (Counts{{"200 confirmed", 50}}));
  EXPECT_TRUE(all(2, "complete")) << cases();
  EXPECT_EQ(agree(2), 0);
}

TEST_F(OneOrTwo, WrittenInAnotherWayAndSentFourHundredDaysLaterItIsTheSame) {
  start();
  std::string id = boost::json::serialize(boost::json::parse(submit(credit("T1")).body).at("id"));
  ASSERT_TRUE(all(1, "complete")) << cases();
  stop();
  on_a_quick_clock(400);
  start();
  std::string turned =
      R"( {"customer": {"email": "ADA@example.com"}, "currency": "USD", "amount": "25.0", "terminal": "R2",)"
      R"( "line": "1", "store": "S14", "business_date": "2026-11-23", "transaction": "T1"} )";
  support::Headers headers = hub_->authorization();
  headers.emplace_back("Date", "Fri, 31 Dec 2027 23:59:59 GMT");
  Answer again = support::HttpClient(hub_->registers()).post("/v1/register/credits", turned, headers);
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_TRUE(again.body.contains(id) && again.body.contains("\"confirmed\"")) << again.body;
  EXPECT_EQ(states(), std::vector<std::string>{"complete"});
  EXPECT_EQ(agree(1), 0);
}

/// By now it has expired and its day is out of the window: that is for what is new.
TEST_F(OneOrTwo, SameBytesAreAnsweredAndNotRefusedWhateverTheDateIsByThen) {
  start();
  auto expiring = [](const std::string& transaction) {
    std::string body = credit(transaction);
    return body.insert(1, R"("expires_at":")" + in_a_month() + R"(T00:00:00Z",)");
  };
  std::string first = expiring("T1");
  std::string id = boost::json::serialize(boost::json::parse(submit(first).body).at("id"));
  ASSERT_TRUE(all(1, "complete")) << cases();
  stop();
  on_a_quick_clock(400);
  config_.extra = "[retailer.business_dates]\nback = \"30d\"\n";
  start();
  Answer again = submit(first);
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_TRUE(again.body.contains(id)) << again.body;
  Answer batch = post("/v1/register/batches", R"({"credits":[)" + first + "," + expiring("T2") + "]}");
  EXPECT_TRUE(batch.body.contains(R"([{"http":200,"id":)" + id)) << batch.body;
  EXPECT_TRUE(
      batch.body.contains(R"({"http":400,"reason":"invalid","problem":"business_date: 2026-11-23 is more than 30)"))
      << batch.body;
  EXPECT_EQ(submit(expiring("T3")).status, 400);
  EXPECT_EQ(submit(credit("T1")).status, 200) << "said without its expiry, it is the same";
  EXPECT_EQ(states().size(), 1u);
}

TEST_F(OneOrTwo, CreditThatIsCancelledHasNoQuestionsLeft) {
  config_.extra = "[ceilings]\nper_credit = [\"20.00 USD\"]\n";
  start();
  submit(credit("T1"));
  ASSERT_TRUE(eventually([&] { return cases().contains("approval, "); })) << cases();
  EXPECT_LT(post("/v1/register/cancellations", kCancelT1).status, 300);
  ASSERT_TRUE(all(1, "closed"));
  EXPECT_TRUE(cases().contains("No open cases.")) << cases();
}

/// G9, M8: nobody can send it back any more, so somebody has to know.
TEST_F(OneOrTwo, ValueThatMovesOnACancelledCreditIsACase) {
  start();
  submit(credit("T1"));
  ASSERT_TRUE(all(1, "complete"));
  std::string dead = instrument();
  post("/v1/register/cancellations", kCancelT1);
  ASSERT_TRUE(all(1, "closed"));
  EXPECT_TRUE(cases().contains("No open cases."));
  EXPECT_EQ(post("/v1/register/movements", R"({"event":"refunded","store":"S14","instrument":")" + dead + "\"}").status,
            200);
  EXPECT_TRUE(eventually([&] { return cases().contains("late, "); })) << cases();
}

/// N5: two rows that cannot both be are put into the store by hand; no input that the hub takes leads there.
TEST_F(OneOrTwo, CreditWhoseNextStepCannotBeStoredIsHeldAndHoldsUpNobody) {
  start();
  std::string nobodys = credit("T1");
  nobodys.replace(nobodys.find(R"("customer")"), std::string::npos, R"("customer":{}})");
  submit(nobodys);
  ASSERT_TRUE(all(1, "unresolved"));
  submit(credit("T2"));
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "unresolved"}; }));
  stop();
  hub_ = nullptr;
  sqlite3* db = nullptr;
  sqlite3_open((folder() + "/handoff.db").c_str(), &db);
  const char* twin =
      "INSERT INTO effects SELECT (SELECT max(no) + 1 FROM effects), 0, customer, replace(subject, 'T2', 'T1'), hop, connector, "
      "surface, op, generation, ordinal, amount, currency, entry, version, vault, at, state, reason, changed_at, open, instrument, "
      "linked, evidence, applied FROM effects WHERE op = 'issue'";
  ASSERT_EQ(sqlite3_exec(db, twin, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  sqlite3_close(db);
  start();
  handoff("case link 1 --email ada@example.com", code_);
  EXPECT_TRUE(eventually([&] { return cases().contains("quarantined, "); })) << cases() << log();
  Answer third = submit(credit("T3"));
  EXPECT_EQ(third.status, 201) << third.body << log();
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete", "held"}; }))
      << log();
  handoff("case retry 2", code_);
  EXPECT_TRUE(eventually([&] { return cases().contains("handoff case retry 3"); })) << cases();
  stop();
  hub_ = nullptr;
  sqlite3_open((folder() + "/handoff.db").c_str(), &db);
  ASSERT_EQ(sqlite3_exec(db, "DELETE FROM effects WHERE credit = 0 AND op = 'issue'", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(db);
  start();
  handoff("case retry 3", code_);
  EXPECT_TRUE(all(3, "complete")) << cases() << log();
  EXPECT_TRUE(cases().contains("No open cases.")) << cases();
  EXPECT_EQ(agree(3), 0);
}

}  // namespace handoff::integration
