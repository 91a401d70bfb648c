#include "core/model/identity.hpp"

#include <gtest/gtest.h>

namespace handoff {
namespace {

TEST(Date, IsOneDayAndOneTextForEachDay) {
  for (const char* date : {"0000-01-01", "0024-02-29", "1969-12-31", "1970-01-01", "2026-11-23", "9999-12-31"}) {
    std::optional<int> days = days_from_date(date);
    ASSERT_TRUE(days) << date;
    EXPECT_EQ(date_from_days(*days), date);
  }
  for (const char* wrong : {"2026-02-29", "2026-13-01", "2026-1-01", "26-11-23", "2026/11/23", "2026-11-2x", ""})
    EXPECT_FALSE(days_from_date(wrong)) << wrong;
}

TEST(CreditRef, LeadsToOneCredit) {
  std::string id = credit_id({"acme", "pos", "", "S1", "2026-11-23", "991", "1"});
  std::string ref = credit_ref(id);
  EXPECT_EQ(credit_id_from_ref(ref), id);
  ref.back() = 'f';  // other padding bits, the same bytes
  EXPECT_FALSE(credit_id_from_ref(ref));
  EXPECT_FALSE(credit_id_from_ref("sc_"));
}

TEST(SourceEvent, IsNotSoLargeThatSumsOverflow) {
  SourceEvent event;
  event.kind = "credit.issued";
  event.unique_id = "1";
  event.amount = Money(kCreditMinorMax, "USD");
  EXPECT_EQ(why_unfit(event), "");
  event.amount = Money(kCreditMinorMax + 1, "USD");
  EXPECT_EQ(why_unfit(event), "an event of 100000000000.00 USD, which is more than one credit can be");
}

TEST(CreditRef, TellsAProbeFromEveryCredit) {
  CreditKey key;
  key.tenant = "acme";
  key.source = "register";
  for (const char* date : {"", "1970-01-01", "2026-11-23", "2149-06-05", "2149-06-06", "9999-12-31"}) {
    key.business_date = date;
    EXPECT_FALSE(is_probe_ref(credit_ref(credit_id(key)))) << date;
  }
  key.source = kProbeSource;
  key.unique_id = "probe 1";
  std::string ref = credit_ref(credit_id(key));
  EXPECT_TRUE(is_probe_ref(ref));
  for (char& c : ref) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  EXPECT_TRUE(is_probe_ref(ref)) << "as audits write references";
  EXPECT_FALSE(is_probe_ref("sc_777"));
}

TEST(Place, OfTwoStoresIsNeverOne) {
  EXPECT_EQ(place("S12", "R1"), "S12/R1");
  EXPECT_EQ(place("S12", ""), "S12");
  EXPECT_NE(place("S12/R1", ""), place("S12", "R1"));
  EXPECT_NE(place("S12/R1", "1"), place("S12", "R1/1"));
  EXPECT_NE(place("S12/R1", ""), place("S12%2FR1", ""));
}

}  // namespace
}  // namespace handoff
