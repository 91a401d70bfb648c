// The maps that come with handoff, each with a row as its vendor's interface lists it, held against a register's.

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

struct Listed {
  const char* map;
  Side side;
  const char* row;  // made of the vendor's published fields, after the jq of the map's head
};

/// All of them are 25.00 USD, issued on 10 November 2026 at ten, under the reference SC_1 where the vendor has one.
constexpr Listed kListed[] = {
    {"business_central", Side::erp,
     R"({"id":"e1","entryNumber":7,"postingDate":"2026-11-10","documentNumber":"sc_1","accountNumber":"2450","debitAmount":0,"creditAmount":25})"},
    {"shopify", Side::storefront,
     R"({"__typename":"StoreCreditAccountCreditTransaction","id":"gid://shopify/StoreCreditAccountCreditTransaction/1","amount":{"amount":"25.0","currencyCode":"USD"},"createdAt":"2026-11-10T10:00:10Z","account":"gid://shopify/StoreCreditAccount/1"})"},
    {"square", Side::platform,
     R"({"id":"gcact_1","type":"ACTIVATE","location_id":"L1","created_at":"2026-11-10T10:00:10Z","gift_card_id":"gftc:1","activate_activity_details":{"amount_money":{"amount":2500,"currency":"USD"},"reference_id":"sc_1"}})"},
    {"stripe", Side::payments,
     R"({"id":"cbtxn_1","amount":-2500,"currency":"usd","created":1794304810,"customer":"cus_1","metadata":{"handoff_credit":"sc_1"}})"},
    {"tryton", Side::erp, R"({"id":81,"party":8,"amount":"25.00","credit":"sc_1","date":"2026-11-10"})"},
    {"vendure", Side::storefront,
     R"({"amount":2500,"createdAt":"2026-11-10T10:00:10.000Z","mutatedBy":{"id":"1"},"wallet":"3","currency":"USD","credit":"sc_1"})"},
    {"voucherify", Side::platform,
     R"({"id":"v_1","code":"CARD0001","active":true,"gift":{"amount":2500,"balance":2500},"holder_id":"cust_1","created_at":"2026-11-10T10:00:10.000Z","metadata":{"handoff_credit":"sc_1"}})"},
};

report::Audit held_against_a_register(const Listed& one) {
  Exports exports;
  exports.request.sla_s.fill(kHour);
  exports.add(Side::pos, "pos.csv", "reference,created_at,amount,currency\nsc_1,2026-11-10T10:00:00Z,25.00,USD\n");
  exports.add(one.side, "listed.jsonl", std::string(one.row) + "\n");
  auto maps = config::load_export_maps(std::string(HANDOFF_MAPS) + "/" + one.map + ".toml");
  EXPECT_TRUE(maps) << one.map;
  if (maps)
    exports.request.maps[report::at(one.side)] = maps->sides.at(std::string(report::kSideNames[report::at(one.side)]));
  config::ExportMap& ours = exports.request.maps[0];
  ours.reference = {"reference"};
  ours.time = "created_at";
  ours.amount = "amount";
  ours.currency = "currency";
  auto done = audit(exports.request);
  EXPECT_TRUE(done) << one.map << ": " << (done ? "" : done.error().text());
  return done ? std::move(*done) : report::Audit();
}

TEST(ReadyMaps, ARowAsTheVendorListsItIsTheRegistersCredit) {
  for (const Listed& one : kListed) {
    report::Audit audit = held_against_a_register(one);
    EXPECT_EQ(audit.unreadable_rows, 0) << one.map << ": " << (audit.unreadable.empty() ? "" : audit.unreadable[0].why);
    if (std::string_view(one.map) == "shopify") continue;
    EXPECT_EQ(summary_of(audit), "") << one.map;
    ASSERT_EQ(audit.numbers.size(), 1u) << one.map;
    EXPECT_EQ(audit.numbers[0].have[report::at(one.side)].minor, 2500) << one.map;
  }
}

TEST(ReadyMaps, WhereTheVendorHasNoReferenceTheCreditIsACandidate) {
  report::Audit audit = held_against_a_register(kListed[1]);
  ASSERT_EQ(audit.findings.size(), 2u);
  const Finding& missing = audit.findings[audit.findings[0].kind == Kind::missing ? 0 : 1];
  ASSERT_EQ(missing.candidates.size(), 1u);
  EXPECT_EQ(missing.candidates[0].why, "the same amount, within the hour");
}

TEST(ReadyMaps, EachHasARow) {
  std::set<std::string> maps, rows;
  for (const auto& file : std::filesystem::directory_iterator(HANDOFF_MAPS)) maps.insert(file.path().stem().string());
  for (const Listed& one : kListed) rows.insert(one.map);
  EXPECT_EQ(maps, rows);
}

}  // namespace
}  // namespace handoff::reconcile
