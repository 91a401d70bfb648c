// What the headers of exports and the words of their rows mean.

#include "core/reconcile/column_names.hpp"

#include <optional>
#include <string>
#include <vector>

#include "core/reconcile/row_words.hpp"
#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

TEST(ColumnNames, AreReadByTheirWords) {
  EXPECT_EQ(words_of("creditAmount_EUR"), (std::vector<std::string>{"credit", "amount", "eur"}));
  EXPECT_EQ(words_of("W\u00e4hrung / Code"), (std::vector<std::string>{"waehrung", "code"}));
  EXPECT_EQ(words_of("ISOCode"), (std::vector<std::string>{"iso", "code"}));
  EXPECT_EQ(words_of("Kunde E-Mail").back(), "mail");
  EXPECT_GT(rating(Means::amount, "Betrag"), rating(Means::amount, "total_amount"));
  EXPECT_GT(rating(Means::amount, "money.amount"), 0);
  EXPECT_EQ(rating(Means::amount, "amount.currency"), 0);
  EXPECT_EQ(rating(Means::amount, "total_weight"), 0);
  EXPECT_GT(rating(Means::time, "issuedOn"), 0);
  EXPECT_EQ(rating(Means::time, "expires_at"), 0);
  EXPECT_GT(reference_rating("External Document No."), reference_rating("source_ref"));
}

TEST(RowWords, OfARegisterARefundIsTheCredit) {
  EXPECT_EQ(kind_of_row(Side::pos, "REFUND"), What::issue);
  EXPECT_EQ(kind_of_row(Side::platform, "REFUND"), What::refund);
  EXPECT_EQ(kind_of_row(Side::platform, "STORE_CREDIT.REDEEMED"), std::nullopt);
  EXPECT_EQ(likely_kind_of_row(Side::platform, "STORE_CREDIT.REDEEMED"), What::redeem);
  EXPECT_EQ(likely_kind_of_row(Side::platform, "CREDIT_VOIDED"), What::cancel);
  EXPECT_EQ(likely_kind_of_row(Side::storefront, "DEBIT_REVERT"), What::refund);
  EXPECT_EQ(likely_kind_of_row(Side::platform, "GIFT"), std::nullopt);
}

}  // namespace
}  // namespace handoff::reconcile
