// Whose a credit is, as two sides say it.

#include <functional>

#include "core/reconcile/row_reader.hpp"
#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

/// Thirty credits of customers as the registers call them and as `there` does.
report::Audit of_customers(const std::function<std::string(int)>& there) {
  Exports exports;
  std::string ours = "reference,amount,currency,customer\n", theirs = ours;
  for (int i = 0; i < 30; ++i) {
    ours += "K-" + std::to_string(i) + ",25.00,USD,C" + std::to_string(i) + "\n";
    theirs += "K-" + std::to_string(i) + ",25.00,USD," + there(i) + "\n";
  }
  exports.add(Side::pos, "pos.csv", ours).add(Side::platform, "cards.csv", theirs);
  for (std::size_t side : {0u, 1u}) {
    config::ExportMap& map = exports.request.maps[side];
    map.reference = {"reference"};
    map.amount = "amount";
    map.currency = "currency";
    map.customer = "customer";
  }
  return exports.done();
}

TEST(Customers, TwoNumberingsOfCustomersAreNoLossesAndThatIsSaid) {
  report::Audit audit = of_customers([](int i) { return "77" + std::to_string(i); });
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_TRUE(asks(
      audit, "30 of 30 credits name another customer than the registers: the two number customers in different ways"));
  audit = of_customers([](int i) { return (i == 7 ? "C9" : "C") + std::to_string(i); });
  EXPECT_EQ(summary_of(audit), "not_linked F3 K-7 2500\n");
  EXPECT_FALSE(asks(audit, "in different ways"));
}

TEST(Customers, TheCaseOfACustomersNumberTellsNothingUnlessItHasBoth) {
  EXPECT_EQ(summary_of(of_customers([](int i) { return "c" + std::to_string(i); })), "");
  EXPECT_EQ(identifier_form(Field::customer, "cust-1a"), identifier_form(Field::customer, "CUST-1A"));
  EXPECT_NE(identifier_form(Field::customer, "aB1"), identifier_form(Field::customer, "Ab1"));
}

}  // namespace
}  // namespace handoff::reconcile
