// The maps that come with handoff, each with what its vendor's interface answers, by the jq of its own head, held against a
// register's credit.

#include <gtest/gtest.h>

#include <set>

#include "tests/support/process.hpp"
#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

/// Answers of the published shape, as handoff's connector makes the vendor hold a credit. `taken_back`: the same, with what is
/// there once it was cancelled.
struct Listed {
  const char* map;
  Side side;
  std::string issued, taken_back;
};

std::string list_of(const std::string& name, const std::string& rows) { return "{\"" + name + "\":[" + rows + "]}"; }

std::string ledger_entry(const char* id, const char* text, const char* debit, const char* credit) {
  return std::string(R"({"id":")") + id +
         R"(","entryNumber":7,"postingDate":"2026-11-10","documentNumber":"ABCDEFGH23)" + id +
         R"(","accountNumber":"2450","description":")" + text + R"(","debitAmount":)" + debit + R"(,"creditAmount":)" +
         credit + "}";
}
const std::string kBooked = ledger_entry("E1", "Store credit sc_1 issued", "0", "25"),
                  kUnbooked = ledger_entry("E2", "Store credit sc_1 cancelled", "25.0", "0");

const std::string kActivity =
    R"({"id":"gcact_1","type":"ACTIVATE","location_id":"L1","created_at":"2026-11-10T10:00:10Z","gift_card_id":"gftc:1","gift_card_balance_money":{"amount":2500,"currency":"USD"},"activate_activity_details":{"amount_money":{"amount":2500,"currency":"USD"},"reference_id":"sc_1"}})";
const std::string kDeactivated =
    R"({"id":"gcact_2","type":"DEACTIVATE","location_id":"L1","created_at":"2026-11-11T10:00:10Z","gift_card_id":"gftc:1","gift_card_balance_money":{"amount":0,"currency":"USD"},"deactivate_activity_details":{"reason":"UNKNOWN_REASON"}})";

std::string balance_transaction(const char* id, const char* amount, const char* type, const char* metadata) {
  return std::string(R"({"id":")") + id + R"(","object":"customer_balance_transaction","amount":)" + amount +
         R"(,"currency":"usd","created":1794304810,"customer":"cus_1","type":")" + type + R"(","metadata":)" +
         metadata + "}";
}
const std::string kOurs = R"({"handoff_credit":"sc_1","handoff_key":"ho1-a"})",
                  kCredited = balance_transaction("cbtxn_1", "-2500", "adjustment", kOurs.c_str()),
                  kReversed = balance_transaction("cbtxn_2", "2500", "adjustment", kOurs.c_str()),
                  kInvoice = balance_transaction("cbtxn_3", "120", "applied_to_invoice", "null");

std::string move_line(const char* id, const char* text, const char* debit, const char* credit) {
  return std::string(R"({"id":)") + id + R"(,"party":8,"description":")" + text +
         R"(","debit":{"__class__":"Decimal","decimal":")" + debit +
         R"("},"credit":{"__class__":"Decimal","decimal":")" + credit +
         R"("},"move.":{"id":2,"date":{"__class__":"date","year":2026,"month":11,"day":10}}})";
}
const std::string kMoved = move_line("81", "Store credit sc_1 issued", "0.00", "25.00"),
                  kMovedBack = move_line("83", "Store credit sc_1 cancelled", "25.00", "0");

std::string wallet(const std::string& adjustments) {
  return R"({"data":{"wallet":{"id":"3","name":"Store credit sc_1","currencyCode":"USD","adjustments":)" +
         list_of("items", adjustments) + "}}}";
}
const std::string
    kAdjusted =
        R"({"amount":2500,"createdAt":"2026-11-10T10:00:10.000Z","description":"ho1-a","mutatedBy":{"id":"1"}})",
    kEmptied =
        R"({"amount":-2500,"createdAt":"2026-11-11T10:00:10.000Z","description":"cancelled at the register","mutatedBy":{"id":"2"}})";

std::string voucher(const char* active) {
  return list_of(
      "vouchers",
      std::string(R"({"id":"v_1","code":"CARD0001","active":)") + active +
          R"(,"gift":{"amount":2500,"balance":2500},"holder_id":"cust_1","created_at":"2026-11-10T10:00:10.000Z","metadata":{"handoff_credit":"sc_1"}})");
}

const std::string kShopify =
    R"({"data":{"storeCreditAccount":{"id":"gid://shopify/StoreCreditAccount/1","transactions":{"nodes":[{"__typename":"StoreCreditAccountCreditTransaction","id":"gid://shopify/StoreCreditAccountCreditTransaction/1","amount":{"amount":"25.0","currencyCode":"USD"},"createdAt":"2026-11-10T10:00:10Z"}]}}}})";

/// All of them are 25.00 USD, issued on 10 November 2026 at ten, under the reference SC_1 where the vendor has one.
const Listed kListed[] = {
    {"business_central", Side::erp, list_of("value", kBooked), list_of("value", kBooked + "," + kUnbooked)},
    {"shopify", Side::storefront, kShopify, ""},
    {"square", Side::platform, list_of("gift_card_activities", kActivity),
     list_of("gift_card_activities", kDeactivated + "," + kActivity)},
    {"stripe", Side::payments, list_of("data", kInvoice + "," + kCredited),
     list_of("data", kReversed + "," + kInvoice + "," + kCredited)},
    {"tryton", Side::erp, list_of("result", kMoved), list_of("result", kMoved + "," + kMovedBack)},
    {"vendure", Side::storefront, wallet(kAdjusted), wallet(kAdjusted + "," + kEmptied)},
    {"voucherify", Side::platform, voucher("true"), voucher("false")},
};

std::string map_file(const std::string& map) { return std::string(HANDOFF_MAPS) + "/" + map + ".toml"; }

/// The last program that the comments of a map name: of Square's two that of the cards.
std::string program_of(const std::string& map) {
  std::ifstream in(map_file(map));
  std::string text;
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("#")) text += line.substr(1);
  std::size_t from = text.rfind("jq -c '") + 7;
  return text.substr(from, text.find('\'', from) - from);
}

bool has_jq() {
  try {
    support::Process asked(
        {.arguments = {"/usr/bin/env", "jq", "--version"}, .environment = {}, .stderr_file = {}, .folder = {}});
    return asked.wait(std::chrono::seconds(20)).code == 0;
  } catch (const std::exception&) {
    return false;
  }
}

/// What the map's program makes of the answer.
std::string rows_of(const std::string& map, const std::string& answer, const support::TempDir& dir) {
  std::ofstream(dir.file("answer.json"), std::ios::binary) << answer;
  support::Process jq({.arguments = {"/usr/bin/env", "jq", "-c", program_of(map), dir.file("answer.json")},
                       .environment = {},
                       .stderr_file = {},
                       .folder = {}});
  std::string out = jq.rest(std::chrono::seconds(20));
  EXPECT_EQ(jq.wait(std::chrono::seconds(20)).code, 0) << map;
  return out;
}

constexpr const char* kIssue = "sc_1,2026-11-10T10:00:00Z,issue,25.00,USD\n";
constexpr const char* kVoid = "sc_1,2026-11-11T10:00:00Z,void,25.00,USD\n";

report::Audit held_against(const std::string& register_rows, const Listed& one, const std::string& answer) {
  Exports exports;
  exports.request.sla_s.fill(kHour);
  exports.add(Side::pos, "pos.csv", "reference,created_at,type,amount,currency\n" + register_rows);
  exports.add(one.side, "listed.jsonl", rows_of(one.map, answer, exports.dir));
  auto maps = config::load_export_maps(map_file(one.map));
  EXPECT_TRUE(maps) << one.map;
  if (maps)
    exports.request.maps[report::at(one.side)] = maps->sides.at(std::string(report::kSideNames[report::at(one.side)]));
  config::ExportMap& ours = exports.request.maps[0];
  ours.reference = {"reference"};
  ours.time = "created_at";
  ours.type = "type";
  ours.amount = "amount";
  ours.currency = "currency";
  auto done = audit(exports.request);
  EXPECT_TRUE(done) << one.map << ": " << (done ? "" : done.error().text());
  report::Audit out = done ? std::move(*done) : report::Audit();
  EXPECT_EQ(out.unreadable_rows, 0) << one.map << ": " << (out.unreadable.empty() ? "" : out.unreadable[0].why);
  return out;
}

class ReadyMaps : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_jq()) GTEST_SKIP() << "jq is not installed";
  }
};

TEST_F(ReadyMaps, WhatTheVendorListsIsTheRegistersCredit) {
  for (const Listed& one : kListed) {
    if (one.taken_back.empty()) continue;  // it has no reference
    report::Audit audit = held_against(kIssue, one, one.issued);
    EXPECT_EQ(summary_of(audit), "") << one.map;
    ASSERT_EQ(audit.numbers.size(), 1u) << one.map;
    EXPECT_EQ(audit.numbers[0].have[report::at(one.side)].minor, 2500) << one.map;
  }
}

TEST_F(ReadyMaps, WhatWasTakenBackThereIsTheCreditThatTheRegisterCancelled) {
  for (const Listed& one : kListed) {
    if (one.taken_back.empty()) continue;
    EXPECT_EQ(summary_of(held_against(std::string(kIssue) + kVoid, one, one.taken_back)), "") << one.map;
    std::string alive = summary_of(held_against(std::string(kIssue) + kVoid, one, one.issued)),
                gone = summary_of(held_against(kIssue, one, one.taken_back));
    for (const std::string& differs : {alive, gone})
      EXPECT_EQ(differs, "void_not_propagated void_not_propagated SC_1 2500\n") << one.map;
  }
}

TEST_F(ReadyMaps, WhatWasSpentIsNoVoid) {
  const std::pair<const char*, std::string> spent[] = {
      {"business_central",
       list_of("value", kBooked + "," + ledger_entry("E3", "Store credit sc_1 used in R7", "10.5", "0"))},
      {"square",
       list_of(
           "gift_card_activities",
           kActivity + "," +
               R"({"id":"gcact_3","type":"REDEEM","created_at":"2026-11-12T10:00:10Z","gift_card_id":"gftc:1","gift_card_balance_money":{"amount":1450,"currency":"USD"},"redeem_activity_details":{"amount_money":{"amount":1050,"currency":"USD"},"status":"COMPLETED"}})")},
      {"tryton", list_of("result", kMoved + "," + move_line("85", "Store credit sc_1 used", "10.50", "0"))},
      {"vendure",
       wallet(kAdjusted +
              R"(,{"amount":-1050,"createdAt":"2026-11-12T10:00:10.000Z","description":"an order","mutatedBy":null})")},
  };
  for (const auto& [map, answer] : spent) {
    const Listed& one = *std::ranges::find(kListed, std::string_view(map), &Listed::map);
    EXPECT_EQ(summary_of(held_against(kIssue, one, answer)), "") << map;
  }
}

/// On books that handoff does not keep, nobody writes the description for us.
TEST_F(ReadyMaps, AnEntryThatAPersonMadeInTheBooksIsFoundByItsDocument) {
  const Listed& books = *std::ranges::find(kListed, std::string_view("business_central"), &Listed::map);
  report::Audit audit = held_against(
      kIssue, books, list_of("value", kBooked + "," + ledger_entry("E9", "goodwill for Ms Miller", "0", "50")));
  ASSERT_EQ(summary_of(audit), "downstream_only F5 ABCDEFGH23E9 5000\n");
}

TEST_F(ReadyMaps, WhereTheVendorHasNoReferenceTheCreditIsACandidate) {
  report::Audit audit = held_against(kIssue, kListed[1], kListed[1].issued);
  ASSERT_EQ(audit.findings.size(), 2u);
  const Finding& missing = audit.findings[audit.findings[0].kind == Kind::missing ? 0 : 1];
  ASSERT_EQ(missing.candidates.size(), 1u);
  EXPECT_EQ(missing.candidates[0].why, "the same amount, within the hour");
}

TEST(ReadyMap, EachHasAnAnswerOfItsVendor) {
  std::set<std::string> maps, rows;
  for (const auto& file : std::filesystem::directory_iterator(HANDOFF_MAPS)) maps.insert(file.path().stem().string());
  for (const Listed& one : kListed) rows.insert(one.map);
  EXPECT_EQ(maps, rows);
}

}  // namespace
}  // namespace handoff::reconcile
