// Vendors that act long after the hub gave up on them (FAULTS V04): an hour later, or as late as the sheet allows.

#include "tests/integration/journey.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::integration {

class Late : public Journey {
 protected:
  /// What the sheets say; and an hour of the hub's passes in 36 seconds.
  Late() {
    config_.assume = "";
    on_a_quick_clock();
  }

  void next_post_acts_after(const std::string& vendor, const std::string& match, int ms) {
    sandbox_.post("/faults", R"({"vendor":")" + vendor + R"(","match":{"method":"POST",)" + match +
                                 R"(},"mode":"late","count":1,"delay_ms":)" + std::to_string(ms) + "}");
    waited_us_[vendor] = std::int64_t{ms} * 1000;
  }
  bool all_acted() {
    const boost::json::value stats = sandbox_.get("/stats");
    for (const auto& [vendor, us] : waited_us_)
      if (stats.at(vendor).at("delay_us").to_number<std::int64_t>() < us) return false;
    return true;
  }
  bool complete() { return states() == std::vector<std::string>{"complete"}; }

  std::map<std::string, std::int64_t> waited_us_;
};

/// The hub proves the voucher absent and sends it again under the same code, within minutes; the others act within what
/// their sheets say, and are found.
TEST_F(Late, OriginalOfAnHourAgoMeetsWhatWasSentAgainAndNothingIsDoubled) {
  // More than an hour: what the hub waits for its looks passes a hundred times as fast as a busy machine answers them.
  next_post_acts_after("voucherify", R"("path_prefix":"/v1/vouchers")", 60'000);
  next_post_acts_after("stripe", R"("path_prefix":"/v1/customers")", 5'000);
  next_post_acts_after("business_central", R"("body_contains":"accountType")", 5'000);
  start();
  ASSERT_EQ(submit(credit("T1")).status, 201);
  ASSERT_TRUE(eventually([&] { return all_acted() && complete(); }, std::chrono::seconds(120))) << log();
  support::StoreView store(folder() + "/handoff.db");
  EXPECT_EQ(
      store.counts("SELECT e.connector || ' ' || a.outcome, count(*) FROM attempts a JOIN effects e ON e.no = a.effect "
                   "WHERE e.op = 'issue' GROUP BY 1"),
      (std::map<std::string, std::int64_t>{{"cards UNKNOWN", 1}, {"cards APPLIED", 1}}));
  EXPECT_GE(store.number("SELECT max(a.sent_at) - min(a.sent_at) FROM attempts a JOIN effects e ON e.no = a.effect "
                         "WHERE e.op = 'issue'"),
            9'000)
      << "P7: not before the sheet's quarter of an hour was over, which are nine seconds here";
  EXPECT_EQ(store.number("SELECT count(DISTINCT e.connector) FROM attempts a JOIN effects e ON e.no = a.effect WHERE "
                         "a.outcome = 'UNKNOWN'"),
            3);
  EXPECT_EQ(sandbox_.get("/ledger/voucherify").at("vouchers").as_array().size(), 1u);
  EXPECT_EQ(agree(1), 0);
}

}  // namespace handoff::integration
