// Whose credit a register's row in somebody's export is: the one of that number, place, day and amount, or none.

#include "core/serve/views_receipt.hpp"

#include <gtest/gtest.h>

#include "core/journal/store.hpp"
#include "core/model/identity.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::serve {
namespace {

class Receipts : public ::testing::Test {
 protected:
  Receipts() {
    journal::StoreOptions options;
    options.path = dir.file("handoff.db");
    store = std::move(*journal::Store::open(options));
  }

  struct Issued {
    std::string store = "S14", terminal = "R2", day = "2026-11-23", number = "17", line = "1", unique_id = "";
    std::int64_t minor = 2500;
  };
  std::int64_t add(const Issued& one) {
    CreditKey key;
    key.tenant = "acme";
    key.source = "register";
    key.unique_id = one.unique_id;
    key.scope = one.terminal.empty() ? one.store : one.store + "/" + one.terminal;
    key.business_date = one.day;
    key.transaction = one.number;
    key.line = one.line;
    journal::CreditAccepted event;
    event.credit = store->next_credit();
    event.ref = credit_ref(credit_id(key));
    event.source = key.source;
    event.unique_id = key.unique_id;
    event.scope = key.scope;
    event.business_date = one.day;
    event.transaction = one.number;
    event.line = one.line;
    event.store = one.store;
    event.terminal = one.terminal;
    event.amount = Money(one.minor, "USD");
    store->append(1000, credit_id(key), "test", event);
    return event.credit;
  }

  /// A row that tells everything in columns of its own.
  static Receipt row() {
    Receipt out;
    out.reference = out.transaction = "17";
    out.store = "S14";
    out.terminal = "R2";
    out.business_date = "2026-11-23";
    out.amount = Money(2500, "USD");
    return out;
  }
  std::int64_t found(const Receipt& wanted) {
    auto credit = find_receipt(store->read(), {"acme", {"register", "square"}}, wanted);
    return credit ? credit->no : 0;
  }
  std::string why(const Receipt& wanted) {
    auto credit = find_receipt(store->read(), {"acme", {"register", "square"}}, wanted);
    EXPECT_FALSE(credit) << credit->ref;
    return credit ? "" : credit.error().message;
  }

  support::TempDir dir;
  std::unique_ptr<journal::Store> store;
};

TEST_F(Receipts, ARegistersNumberIsThatOfItsStoreRegisterAndDay) {
  for (const Issued& other : {Issued{.store = "S15"}, Issued{.terminal = "R1"}, Issued{.day = "2026-11-22"}})
    add(other);
  EXPECT_EQ(found(row()), 0);
  EXPECT_NE(why(row()).find("of another one only"), std::string::npos) << why(row());
  std::int64_t ours = add({});
  EXPECT_EQ(found(row()), ours);
}

TEST_F(Receipts, AReferencePutTogetherIsTakenApartHoweverItIsJoined) {
  std::int64_t ours = add({.number = "T-0017"});
  for (const char* reference : {"S14-R2-20261123-T-0017", "S14R220261123T0017", "s14/r2/2026-11-23/t0017",
                                "S14-R2-T0017", "S14-R2-20261123-T-0017-1", "T-0017"}) {
    Receipt wanted = row();
    wanted.reference = reference;
    wanted.transaction.clear();
    EXPECT_EQ(found(wanted), ours) << reference;
    if (std::string(reference).starts_with('T')) continue;
    wanted.terminal.clear();  // the reference tells it
    EXPECT_EQ(found(wanted), ours) << reference;
  }
}

TEST_F(Receipts, ANumberAloneIsNotEnough) {
  add({});
  for (auto part : {&Receipt::store, &Receipt::terminal, &Receipt::business_date}) {
    Receipt wanted = row();
    wanted.*part = "";
    EXPECT_NE(why(wanted).find("the export names no"), std::string::npos) << why(wanted);
  }
}

TEST_F(Receipts, WithoutABusinessDayTheDayOfTheClockOrTheOneBesideItCounts) {
  std::int64_t ours = add({});
  Receipt wanted = row();
  wanted.business_date.clear();
  for (const char* day : {"2026-11-22", "2026-11-23", "2026-11-24"}) {
    wanted.issued_on = day;
    EXPECT_EQ(found(wanted), ours) << day;
  }
  wanted.issued_on = "2026-11-25";
  EXPECT_EQ(found(wanted), 0);
  add({.day = "2026-11-24"});  // the number began again: either may be meant
  wanted.issued_on = "2026-11-23";
  EXPECT_NE(why(wanted).find("several that fit"), std::string::npos);
}

TEST_F(Receipts, AnotherAmountIsAnotherCredit) {
  add({.minor = 2000});
  EXPECT_EQ(why(row()), "the hub knows it as 20.00 USD and the register as 25.00 USD");
}

TEST_F(Receipts, TwoLinesOfOneReceiptAreToldApartByLineOrNotAtAll) {
  add({});
  std::int64_t second = add({.line = "2"});
  EXPECT_EQ(found(row()), 0);
  Receipt wanted = row();
  wanted.line = "2";
  EXPECT_EQ(found(wanted), second);
}

TEST_F(Receipts, AUniqueIdOfTheSourceNeedsNoPlace) {
  std::int64_t ours = add({.store = "L9XK", .terminal = "", .number = "p-1", .unique_id = "RF_77"});
  Receipt wanted = row();
  wanted.reference = "RF_77";
  wanted.transaction.clear();
  EXPECT_EQ(found(wanted), ours);
}

/// A hand-made entry under such a number is adopted by nobody but people.
TEST_F(Receipts, ANumberThatIsKnownOtherwiseIsNotOneThatNeverCame) {
  add({});
  auto code = [&](const Receipt& wanted) {
    auto credit = find_receipt(store->read(), {"acme", {"register", "square"}}, wanted);
    return credit ? "" : credit.error().code;
  };
  Receipt other = row(), bare = row(), never = row();
  other.amount = Money(1, "USD");
  bare.terminal.clear();
  never.reference = never.transaction = "18";
  EXPECT_EQ(code(other), "unlike");
  EXPECT_EQ(code(bare), "unlike");
  EXPECT_EQ(code(never), "not_found");
}

TEST_F(Receipts, TheDayInsideOfAReferenceIsLookedAtHoweverLateItWasTyped) {
  add({});
  Receipt typed;
  typed.reference = "S14-R2-20261123-17";
  typed.store = "S14";
  typed.issued_on = "2026-11-28";
  typed.amount = row().amount;
  EXPECT_NE(why(typed).find("of another one only"), std::string::npos) << why(typed);
}

TEST_F(Receipts, WhatNeverCameIsSaidSo) {
  add({});
  Receipt wanted = row();
  wanted.reference = wanted.transaction = "18";
  EXPECT_EQ(why(wanted), "it never passed through the hub");
}

}  // namespace
}  // namespace handoff::serve
