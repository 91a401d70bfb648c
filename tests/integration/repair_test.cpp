// Putting credits right at a real platform (INVARIANTS G): whose they are, exactly once, with two people above a limit.

#include "tests/integration/journey.hpp"

namespace handoff::integration {

class Repair : public Journey {
 protected:
  /// A credit of Ada's that is complete, and one of Bob's so that he is known.
  void issue_both(const std::string& policy) {
    config_.extra = "[repair]\n" + policy + "\n";
    start();
    ref_ = ref_of(submit(credit("T1")));
    std::string bobs = credit("T2");
    bobs.replace(bobs.find("ada@"), 4, "bob@");
    submit(bobs);
    ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; }));
  }
  static std::string ref_of(const Answer& answer) {
    return std::string(boost::json::parse(answer.body).at("id").as_string());
  }
  std::string repair(const std::string& more) {
    return handoff("repair " + ref_ + " --reason 'her account' " + more, code_);
  }
  std::string trace() { return handoff("trace " + ref_, code_); }
  bool traced(const std::string& what) {
    return eventually([&] { return trace().find(what) != std::string::npos; });
  }
  boost::json::array vouchers() { return sandbox_.get("/ledger/voucherify").at("vouchers").as_array(); }
  std::string code_of_voucher() {
    for (const boost::json::value& voucher : vouchers())
      if (voucher.at("metadata").at("handoff_credit").as_string() == ref_)
        return std::string(voucher.at("code").as_string());
    return {};
  }
  /// Vouchers of the credit that can be spent, and what they hold.
  std::pair<int, std::int64_t> spendable() {
    std::pair<int, std::int64_t> out{0, 0};
    for (const boost::json::value& voucher : vouchers()) {
      bool ours = voucher.at("metadata").at("handoff_credit").as_string() == ref_;
      if (!ours || !voucher.at("active").as_bool()) continue;
      ++out.first;
      out.second += voucher.at("balance_minor").as_int64();
    }
    return out;
  }
  /// Who that is at the shop.
  std::string shopper(const std::string& email) {
    const boost::json::value ledger = sandbox_.get("/ledger/shopify");
    for (const boost::json::value& one : ledger.at("customers").as_array())
      if (one.at("email").as_string() == email) return std::string(one.at("id").as_string());
    return {};
  }
  bool shown_to(const std::string& email) {
    const boost::json::value ledger = sandbox_.get("/ledger/shopify");
    for (const boost::json::value& one : ledger.at("customers").as_array()) {
      const boost::json::value* field = one.at("metafields").as_object().if_contains("handoff.store_credit");
      if (one.at("email").as_string() == email) return field && field->as_string().find(ref_) != std::string::npos;
    }
    return false;
  }
  std::string instrument() {
    return std::string(hub_->ask("/v1/trace/" + ref_).at("credit").at("instrument").as_string());
  }
  Answer told_of(const std::string& event, const std::string& instrument) {
    return support::HttpClient(hub_->registers())
        .post("/v1/register/movements",
              R"({"event":")" + event + R"(","store":"S14","instrument":")" + instrument + "\"}",
              hub_->authorization());
  }
  std::string supervisor() {
    std::string made = handoff("token create --role supervisor --store S14 --json", code_);
    return std::string(boost::json::parse(made).at("token").as_string());
  }
  std::string ref_;
  int code_ = 0;
};

TEST_F(Repair, CreditThatIsRightAlreadyIsLeftAlone) {
  issue_both("policy = \"relink\"");
  EXPECT_NE(repair("").find("is being repaired"), std::string::npos);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(traced("with the right customer already"));
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; }));
  EXPECT_EQ(vouchers().size(), 2u);
  EXPECT_EQ(agree(2), 0);
}

TEST_F(Repair, CreditThatCannotBeRelinkedIsHeldWhereThePolicyAllowsNoMore) {
  issue_both("policy = \"relink\"");
  repair("--email bob@example.com");
  ASSERT_TRUE(traced("policy = \"relink\" allows no more")) << trace();
  EXPECT_EQ(spendable(), (std::pair<int, std::int64_t>{1, 2500}));
  handoff("case refuse 1 --reason 'it is hers'", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; })) << trace();
  EXPECT_EQ(agree(2), 0);
}

TEST_F(Repair, CreditOfAnotherPersonIsVoidedAndIssuedAnewAfterTwoPeopleAgreed) {
  issue_both("policy = \"reissue\"\napprove_above = [\"10.00 USD\"]");
  std::string old = instrument();
  repair("--email bob@example.com");
  ASSERT_TRUE(traced("handoff case approve 1"));
  EXPECT_EQ(spendable(), (std::pair<int, std::int64_t>{1, 2500}));
  EXPECT_NE(handoff("case approve 1", code_).find("another person must approve"), std::string::npos);
  EXPECT_EQ(code_, 3);
  std::string other = supervisor();
  EXPECT_NE(handoff("case approve 1", code_, other).find("approved"), std::string::npos);
  EXPECT_TRUE(traced("the void took 25.00 USD")) << trace();
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; })) << trace();
  EXPECT_EQ(spendable(), (std::pair<int, std::int64_t>{1, 2500}));
  EXPECT_EQ(vouchers().size(), 3u);
  EXPECT_EQ(agree(2), 0) << trace();
  // Value that moves on the dead instrument is somebody's business until they looked (G10).
  EXPECT_EQ(told_of("refunded", old).status, 200);
  EXPECT_TRUE(eventually([&] { return handoff("cases", code_).find("late, ") != std::string::npos; }))
      << handoff("cases", code_);
  handoff("case close 2 --reason 'nothing was on it'", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(eventually([&] { return handoff("cases", code_).find("No open cases.") != std::string::npos; }));
}

/// No hop waits for the version of the customer of before, so the credit says it itself (T4).
TEST_F(Repair, CreditStillShownToTheCustomerOfBeforeIsACaseUntilItIsNot) {
  issue_both("policy = \"reissue\"");
  std::string ada = shopper("ada@example.com");
  sandbox_.post("/faults", R"({"vendor":"shopify","match":{"body_contains":")" + ada + R"("},"mode":"garbage"})");
  repair("--email bob@example.com");
  EXPECT_TRUE(eventually([&] { return handoff("cases", code_).contains("still shown, "); }, std::chrono::seconds(60)))
      << trace();
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; })) << trace();
  EXPECT_TRUE(trace().contains("handoff case retry 1")) << trace();
  EXPECT_TRUE(shown_to("ada@example.com"));
  sandbox_.heal();
  handoff("case retry 1", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(eventually([&] { return !shown_to("ada@example.com"); })) << trace();
  EXPECT_EQ(agree(2), 0);
  EXPECT_TRUE(handoff("cases", code_).contains("No open cases."));
}

/// J2: between the void and the reissue there is nothing in anybody's account.
TEST_F(Repair, RegisterIsNotToldConfirmedOfWhatIsVoided) {
  issue_both("policy = \"reissue\"");
  EXPECT_TRUE(submit(credit("T1")).body.contains("confirmed"));
  sandbox_.post("/faults", R"({"vendor":"voucherify","match":{"body_contains":"GIFT_VOUCHER"},"mode":"lost_before"})");
  repair("--email bob@example.com");
  ASSERT_TRUE(eventually([&] { return spendable().first == 0; })) << trace();
  ASSERT_TRUE(traced("the void took 25.00 USD")) << trace();
  std::string told = submit(credit("T1")).body;
  EXPECT_TRUE(told.contains("accepted") && told.contains("under_review")) << told;
  sandbox_.heal();
  EXPECT_TRUE(eventually([&] { return submit(credit("T1")).body.contains("confirmed"); }, std::chrono::seconds(60)))
      << trace();
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; })) << trace();
  EXPECT_EQ(agree(2), 0);
}

/// G9: a register that was offline took the old voucher, and says so while the new one cannot be made yet.
TEST_F(Repair, ReissueThatIsNotSentYetStopsWhenTheDeadInstrumentWasSpent) {
  issue_both("policy = \"reissue\"");
  std::string old = instrument();
  sandbox_.post("/faults", R"({"vendor":"voucherify","match":{"body_contains":"GIFT_VOUCHER"},"mode":"http_429"})");
  repair("--email bob@example.com");
  ASSERT_TRUE(traced("the void took 25.00 USD")) << trace();
  EXPECT_EQ(told_of("redeemed", old).status, 200);
  EXPECT_TRUE(traced("comes first: told of credit.redeemed on " + old)) << trace();
  sandbox_.heal();
  EXPECT_EQ(spendable().first, 0);
  handoff("case retry 2", code_);
  ASSERT_TRUE(eventually([&] { return handoff("cases", code_).contains("Case 3"); })) << handoff("cases", code_);
  EXPECT_EQ(spendable().first, 0);
  handoff("case close 1 --reason 'the till was wrong'", code_);
  EXPECT_EQ(code_, 0);
  handoff("case retry 3", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; })) << trace();
  EXPECT_EQ(spendable(), (std::pair<int, std::int64_t>{1, 2500}));
  EXPECT_EQ(agree(2), 0) << trace();
}

TEST_F(Repair, WhatWasSpentBeforeIsNotIssuedAgain) {
  issue_both("policy = \"reissue\"");
  sandbox_.post("/voucherify/redeem", R"({"code":")" + code_of_voucher() + R"(","amount_minor":700})");
  repair("--email bob@example.com");
  EXPECT_TRUE(traced("the void took 18.00 USD")) << trace();
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; })) << trace();
  EXPECT_EQ(spendable(), (std::pair<int, std::int64_t>{1, 1800}));
}

TEST_F(Repair, RefusedRepairLeavesEverythingAsItWas) {
  issue_both("policy = \"reissue\"\napprove_above = [\"10.00 USD\"]");
  repair("--email bob@example.com");
  ASSERT_TRUE(traced("handoff case refuse 1"));
  handoff("case refuse 1 --reason 'it is hers'", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; })) << trace();
  EXPECT_EQ(agree(2), 0);
}

TEST_F(Repair, AnsweredOrNotTheVoidAndTheReissueHappenOnce) {
  issue_both("policy = \"reissue\"");
  for (const char* where : {"/v1/vouchers", "/v1/publications"})
    sandbox_.post("/faults", std::string(R"({"vendor":"voucherify","match":{"method":"POST","path_prefix":")") + where +
                                 R"("},"mode":"lost_after","count":2})");
  repair("--email bob@example.com");
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; },
                         std::chrono::seconds(60)))
      << trace();
  EXPECT_EQ(spendable(), (std::pair<int, std::int64_t>{1, 2500}));
  EXPECT_EQ(agree(2), 0) << trace();
}

TEST_F(Repair, InstrumentThatSomebodyElseEndedIsHeld) {
  issue_both("policy = \"reissue\"");
  support::HttpClient(sandbox_.url("voucherify"))
      .post("/v1/vouchers/" + code_of_voucher() + "/disable", "",
            {{"X-App-Id", "sandbox-app"}, {"X-App-Token", "sandbox-token"}});
  repair("--email bob@example.com");
  EXPECT_TRUE(traced("somebody else ended it")) << trace();
  handoff("case retry 1", code_);
  EXPECT_TRUE(traced("handoff case retry 2")) << trace();
  EXPECT_EQ(spendable(), (std::pair<int, std::int64_t>{0, 0}));
}

TEST_F(Repair, CancellationThatComesDuringARepairIsActedOnAfterIt) {
  issue_both("policy = \"reissue\"\napprove_above = [\"10.00 USD\"]");
  repair("--email bob@example.com");
  ASSERT_TRUE(traced("handoff case approve 1"));
  std::string body = R"({"transaction":"T1","business_date":"2026-11-23","store":"S14","terminal":"R2"})";
  Answer answer =
      support::HttpClient(hub_->registers()).post("/v1/register/cancellations", body, hub_->authorization());
  EXPECT_LT(answer.status, 300) << answer.body;
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "closed"}; })) << trace();
  EXPECT_EQ(spendable(), (std::pair<int, std::int64_t>{0, 0}));
  EXPECT_EQ(agree(2), 0) << trace();
}

TEST_F(Repair, WhatWasSpentOfACancelledCreditIsSaid) {
  issue_both("policy = \"relink\"");
  sandbox_.post("/voucherify/redeem", R"({"code":")" + code_of_voucher() + R"(","amount_minor":700})");
  std::string body = R"({"transaction":"T1","business_date":"2026-11-23","store":"S14","terminal":"R2"})";
  support::HttpClient(hub_->registers()).post("/v1/register/cancellations", body, hub_->authorization());
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "closed"}; })) << trace();
  EXPECT_NE(handoff("cases", code_).find("when 7.00 USD of it had been spent"), std::string::npos);
  handoff("case close 1 --reason 'charged at the till'", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_NE(handoff("cases", code_).find("No open cases."), std::string::npos);
}

class Ceiling : public Journey {};

TEST_F(Ceiling, CreditAboveItWaitsForASecondPerson) {
  config_.extra = "[ceilings]\nper_credit = [\"20.00 USD\"]\n";
  start();
  Answer answer = submit(credit("T1"));
  EXPECT_NE(answer.body.find("accepted"), std::string::npos) << answer.body;
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"held"}; }));
  EXPECT_EQ(sandbox_.get("/ledger/voucherify").at("vouchers").as_array().size(), 0u);
  int code = 0;
  EXPECT_NE(handoff("case approve 1", code).find("another person must approve"), std::string::npos);
  std::string made = handoff("token create --role supervisor --store S14 --json", code);
  std::string token(boost::json::parse(made).at("token").as_string());
  EXPECT_NE(handoff("case approve 1", code, token).find("approved"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  EXPECT_EQ(agree(1), 0);
}

TEST_F(Ceiling, StoresDayIsCountedOverItsCreditsAndARestart) {
  config_.extra = "[ceilings]\nper_store_day = [\"60.00 USD\"]\n";
  start();
  submit(credit("T1"));
  submit(credit("T2"));
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; }));
  hub_.reset();
  start();
  submit(credit("T3"));
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"held", "complete", "complete"}; }));
  int code = 0;
  EXPECT_NE(handoff("cases", code).find("above its ceiling of 60.00 USD a day"), std::string::npos);
}

}  // namespace handoff::integration
