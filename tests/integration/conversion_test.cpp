// Bookings in another currency (docs/adr/0024-conversion.md), through the daemon.

#include "tests/integration/journey.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::integration {

class ConvertedBooking : public Journey {
 protected:
  ConvertedBooking() {
    config_.hops = {{"cards", "issue", "", ""},
                    {"payments", "record", "cards", R"(, convert = { to = "EUR", rates = "head_office" })"},
                    {"shop", "mirror", "cards", ""}};
    config_.extra =
        "[rates.head_office]\nrounding = \"half_even\"\nrate = [\n"
        "  { from = \"USD\", to = \"EUR\", rate = \"0.9215\", since = 2026-11-01, until = 2026-11-23 },\n"
        "  { from = \"USD\", to = \"EUR\", rate = \"0.5\", since = 2026-11-25 },\n]\n";
  }
  /// Signed minor units of what payments has booked, in the order in which it was.
  std::vector<std::string> booked() {
    std::vector<std::string> out;
    const boost::json::value ledger = sandbox_.get("/ledger/stripe");
    for (const boost::json::value& customer : ledger.at("customers").as_array())
      for (const boost::json::value& one : customer.at("transactions").as_array())
        out.push_back(std::to_string(one.at("amount_minor").to_number<std::int64_t>()) + " " +
                      std::string(one.at("currency").as_string()));
    return out;
  }
  std::string reference() {
    const boost::json::value shown = hub_->ask("/v1/credits?limit=1");
    return std::string(shown.at("credits").at(0).at("ref").as_string());
  }
  int code_ = 0;
};

TEST_F(ConvertedBooking, IsBookedAndBookedBackByTheRateOfTheCreditsDay) {
  start();
  submit(credit("T1"));
  ASSERT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
  EXPECT_EQ(booked(), std::vector<std::string>{"-2304 eur"});
  std::string trace = handoff("trace " + reference(), code_);
  EXPECT_TRUE(trace.contains("booked as 23.04 EUR: 0.9215 of 2026-11-23 in [rates.head_office], half_even")) << trace;
  EXPECT_EQ(
      support::StoreView(folder() + "/handoff.db").number("SELECT count(*) FROM postings WHERE currency != 'USD'"), 0);
  // The rate of before counts, whatever the table says by now.
  stop();
  config_.extra.replace(config_.extra.find("0.9215"), 6, "0.1111");
  start();
  Answer cancelled = support::HttpClient(hub_->registers())
                         .post("/v1/register/cancellations",
                               R"({"transaction":"T1","business_date":"2026-11-23","store":"S14","terminal":"R2"})",
                               hub_->authorization());
  EXPECT_LT(cancelled.status, 300) << cancelled.body;
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"closed"}; }))
      << log() << handoff("cases", code_);
  EXPECT_EQ(booked(), (std::vector<std::string>{"-2304 eur", "2304 eur"}));
  stop();
  EXPECT_TRUE(store("verify", code_).contains("every table equals the journal"));
}

TEST_F(ConvertedBooking, DayWithoutARateIsACaseBeforeAnythingIsSent) {
  start();
  std::string body = credit("T1");
  submit(body.replace(body.find("2026-11-23"), 10, "2026-11-24"));
  ASSERT_TRUE(eventually([this] { return states() == std::vector<std::string>{"held"}; })) << log();
  std::string cases = handoff("cases", code_);
  EXPECT_TRUE(cases.contains("payments.record: [rates.head_office] has no rate from USD to EUR on 2026-11-24"))
      << cases;
  EXPECT_EQ(support::StoreView(folder() + "/handoff.db").number("SELECT count(*) FROM attempts"), 0);
  stop();
  config_.extra.replace(config_.extra.find("2026-11-25"), 10, "2026-11-24");
  start();
  handoff("case retry 1", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
  EXPECT_EQ(booked(), std::vector<std::string>{"-1250 eur"});
}

TEST_F(ConvertedBooking, IsNoGapOfALiveAudit) {
  start();
  submit(credit("T1"));
  ASSERT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
  std::string said;  // once the credit is older than what reads may lag behind
  auto audit = [&] { return said = handoff("audit --live --sla 0s -o '" + folder() + "/report'", code_); };
  ASSERT_TRUE(eventually([&] { return audit().contains("in 1 credit,"); })) << said;
  EXPECT_EQ(code_, 0) << said;
  EXPECT_FALSE(said.contains("EUR")) << said;
}

}  // namespace handoff::integration
