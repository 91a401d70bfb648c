// A probe: through the whole chain, timed, and gone again (docs/adr/0020-probe.md).

#include <csignal>

#include "tests/integration/journey.hpp"

namespace handoff::integration {

namespace json = boost::json;

class Probe : public Journey {
 protected:
  Probe() {
    config_.extra =
        "[probe]\ncustomer = { email = \"jo@example.com\" }\nroute = \"register-credit\"\namount = \"1.00 USD\"\n";
  }
  /// What can be spent of Voucherify's vouchers, in cents.
  std::int64_t spendable() {
    std::int64_t out = 0;
    const json::value ledger = sandbox_.get("/ledger/voucherify");
    for (const json::value& one : ledger.at("vouchers").as_array())
      if (one.at("active").as_bool()) out += one.at("balance_minor").as_int64();
    return out;
  }
  json::value run(const std::string& more = "") {
    std::string said = handoff("probe --json " + more, code_);
    return json::parse(said);
  }
  int code_ = 0;
};

TEST_F(Probe, IsTimedAtEachSystemAndGoneFromEachAgain) {
  start();
  const json::value said = run("--store S14");
  EXPECT_EQ(code_, 0) << json::serialize(said);
  EXPECT_EQ(said.at("state").as_string(), "done");
  ASSERT_EQ(said.at("hops").as_array().size(), 4u);
  for (const json::value& hop : said.at("hops").as_array()) {
    EXPECT_EQ(hop.at("there").as_string(), "verified") << json::serialize(hop);
    EXPECT_EQ(hop.at("gone").as_string(), "verified") << json::serialize(hop);
    EXPECT_GE(hop.at("there_ms").as_int64(), 0);
  }
  EXPECT_EQ(spendable(), 0);
  std::int64_t booked = 0;
  const json::value books = sandbox_.get("/ledger/business_central");
  for (const json::value& one : books.at("entries").as_array())
    if (one.at("accountNumber").as_string() == "2450") booked += one.at("amount_minor").as_int64();
  EXPECT_EQ(booked, 0);
  EXPECT_EQ(books.at("entries").as_array().size(), 4u);
  EXPECT_EQ(json::serialize(hub_->ask("/v1/status")).find("\"closed\""), std::string::npos) << "it counts in no total";
  std::string audit = handoff("audit --live --sla 0s --memory 16M -o " + folder() + "/out", code_);
  EXPECT_NE(audit.find("nothing was compared, and no credit that a register issued"), std::string::npos) << audit;
}

TEST_F(Probe, ThatDoesNotGetThroughIsTakenBackAndSaysWhere) {
  config_.extra.replace(config_.extra.find("jo@"), 3, "no-one@");
  start();
  const json::value said = run();
  EXPECT_EQ(code_, 1);
  EXPECT_EQ(said.at("state").as_string(), "failed");
  EXPECT_NE(json::serialize(said).find("no_match"), std::string::npos) << json::serialize(said);
  EXPECT_EQ(handoff("tasks", code_).find("Task"), std::string::npos) << "it is no store's task";
}

TEST_F(Probe, OfAHubThatWasKilledIsTakenBackByTheNext) {
  start();
  sandbox_.post("/latency", R"({"vendor":"shopify","ms":1500})");
  Answer begun = support::HttpClient(hub_->admin()).post("/v1/probes", "{}", hub_->authorization());
  ASSERT_EQ(begun.status, 202) << begun.body;
  std::string ref(json::parse(begun.body).at("probe").as_string());
  ASSERT_TRUE(eventually([&] { return spendable() == 100; }));
  Answer second = support::HttpClient(hub_->admin()).post("/v1/probes", "{}", hub_->authorization());
  EXPECT_EQ(second.status, 409) << second.body;
  hub_->process().signal(SIGKILL);
  hub_->process().wait(std::chrono::seconds(10));
  hub_.reset();
  sandbox_.post("/latency", R"({"vendor":"shopify","ms":0})");
  start();
  EXPECT_TRUE(eventually([&] { return hub_->ask("/v1/probes/" + ref).at("state").as_string() == "done"; },
                         std::chrono::seconds(40)))
      << json::serialize(hub_->ask("/v1/probes/" + ref));
  EXPECT_EQ(spendable(), 0);
}

TEST_F(Probe, IsSentOnItsScheduleOneAtATime) {
  config_.extra += "every = \"1m\"\n";
  start();
  auto probes = [&] {
    std::size_t out = 0;
    const json::value shown = hub_->ask("/v1/credits?state=closed");
    for (const json::value& one : shown.at("credits").as_array())
      out += std::string(one.at("ref").as_string()).starts_with("sc_777") ? 1 : 0;
    return out;
  };
  EXPECT_TRUE(eventually([&] { return probes() == 1; })) << log();
}

}  // namespace handoff::integration
