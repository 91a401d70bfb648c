#include <gtest/gtest.h>

#include "ledger_audit.hpp"

namespace sandbox::audit {
namespace {

Json voucher(const char* reference, std::int64_t balance, bool active = true) {
  return Json::object({{"code", "C"},
                       {"balance_minor", balance},
                       {"amount_minor", balance},
                       {"redeemed_minor", 0},
                       {"active", active},
                       {"holder_email", "ada@example.com"},
                       {"metadata", Json::object({{"handoff_credit", reference}})}});
}

Json transaction(const char* reference, std::int64_t amount) {
  return Json::object({{"id", "t"},
                       {"amount_minor", amount},
                       {"currency", "usd"},
                       {"metadata", Json::object({{"handoff_credit", reference}})}});
}

Json entry(const char* reference, const char* account, std::int64_t amount) {
  return Json::object({{"externalDocumentNumber", reference}, {"accountNumber", account}, {"amount_minor", amount}});
}

Json shop_customer(const char* email, const char* mirror) {
  return Json::object({{"email", email}, {"metafields", Json::object({{"handoff.store_credit", mirror}})}});
}

Json payer(Json transactions) {
  return Json::object(
      {{"customers",
        Json::array({Json::object({{"email", "ada@example.com"}, {"transactions", std::move(transactions)}})})}});
}

constexpr const char* kMirror =
    R"({"version":1,"balances":[{"currency":"USD","amount":"25.00"}],"credits":[{"ref":"sc_1","amount":"25.00","currency":"USD"}]})";

Ledgers agreeing() {
  return {Json::object({{"vouchers", Json::array({voucher("sc_1", 2500)})}}),
          payer(Json::array({transaction("sc_1", -2500)})),
          Json::object({{"entries", Json::array({entry("SC_1", "2450", -2500), entry("SC_1", "6110", 2500)})}}),
          Json::object({{"customers", Json::array({shop_customer("ada@example.com", kMirror)})}}),
          Json(),
          Json()};
}

/// The credit as one wallet and one move.
Ledgers in_wallets(std::int64_t times = 1, std::int64_t left = 2500) {
  Json entries = Json::array();
  for (std::int64_t i = 0; i < times; ++i)
    entries.push(Json::object({{"amount_minor", 2500}, {"description", "ho1-a"}}));
  entries.push(Json::object({{"amount_minor", left - 2500}, {"description", "Paid for order 1"}}));
  const auto line = [](const char* account, std::int64_t debit, std::int64_t credit) {
    return Json::object({{"account", account},
                         {"debit_minor", debit},
                         {"credit_minor", credit},
                         {"description", "Store credit sc_1 issued"}});
  };
  Ledgers out;
  out.vendure = Json::object(
      {{"wallets", Json::array({Json::object(
                       {{"balance_minor", left},
                        {"customer_email", "ada@example.com"},
                        {"metadata", Json::object({{"handoff_credit", "sc_1"}, {"handoff_reference", "ho1-a"}})},
                        {"entries", std::move(entries)}})})}});
  Json lines = Json::array({line("2450", 0, 2500), line("6110", 2500, 0)});
  out.tryton = Json::object({{"moves", Json::array({Json::object({{"posted", true}, {"lines", lines}}),
                                                    Json::object({{"posted", false}, {"lines", lines}})})}});
  return out;
}

std::string first_problem(const Ledgers& ledgers) {
  const Report report = compare(ledgers, {});
  EXPECT_FALSE(report.agrees());
  for (const Credit& credit : report.credits)
    if (!credit.problems.empty()) return credit.problems.front();
  return report.findings.empty() ? "" : report.findings.front();
}

}  // namespace

TEST(SandboxAudit, AgreesWhenAllFourTellTheSame) {
  const Report report = compare(agreeing(), {.expect_count = 1});
  EXPECT_TRUE(report.agrees()) << to_json(report).dump();
  EXPECT_NE(to_table(report, {}).find("25.00"), std::string::npos);
}

TEST(SandboxAudit, FindsACentOfDifference) {
  Ledgers ledgers = agreeing();
  ledgers.stripe = payer(Json::array({transaction("sc_1", -2499)}));
  EXPECT_EQ(first_problem(ledgers), "payments: another amount than the platform");
}

TEST(SandboxAudit, FindsTwoVouchersForOneCredit) {
  Ledgers ledgers = agreeing();
  ledgers.voucherify = Json::object({{"vouchers", Json::array({voucher("sc_1", 2500), voucher("sc_1", 2500)})}});
  EXPECT_EQ(first_problem(ledgers), "platform: issued more than once");
}

TEST(SandboxAudit, AllowsAVoidVoucherBesideItsReissue) {
  Ledgers ledgers = agreeing();
  ledgers.voucherify = Json::object({{"vouchers", Json::array({voucher("sc_1", 0, false), voucher("sc_1", 2500)})}});
  EXPECT_TRUE(compare(ledgers, {}).agrees());
}

TEST(SandboxAudit, FindsDuplicatesInPaymentsAndBooks) {
  Ledgers ledgers = agreeing();
  ledgers.stripe = payer(Json::array({transaction("sc_1", -2500), transaction("sc_1", -2500)}));
  EXPECT_EQ(first_problem(ledgers), "payments: booked more than once");
  ledgers = agreeing();
  ledgers.business_central =
      Json::object({{"entries", Json::array({entry("sc_1", "2450", -2500), entry("sc_1", "2450", -2500)})}});
  EXPECT_EQ(first_problem(ledgers), "books: booked more than once");
}

TEST(SandboxAudit, AllowsACreditThatWasMovedInPayments) {
  Ledgers ledgers = agreeing();
  ledgers.stripe =
      payer(Json::array({transaction("sc_1", -2500), transaction("sc_1", 2500), transaction("sc_1", -2500)}));
  EXPECT_TRUE(compare(ledgers, {}).agrees());
}

TEST(SandboxAudit, FindsWhatIsMissing) {
  Ledgers ledgers = agreeing();
  ledgers.business_central = Json::object();
  EXPECT_EQ(first_problem(ledgers), "books: missing");
  ledgers = agreeing();
  ledgers.shopify = Json::object();
  EXPECT_EQ(first_problem(ledgers), "shop: missing");
  ledgers = agreeing();
  ledgers.voucherify = Json::object();
  EXPECT_EQ(first_problem(ledgers), "platform: missing");
}

TEST(SandboxAudit, FindsACreditShownToAnotherCustomer) {
  Ledgers ledgers = agreeing();
  ledgers.shopify = Json::object({{"customers", Json::array({shop_customer("bob@example.com", kMirror)})}});
  EXPECT_EQ(first_problem(ledgers), "shop: another customer than the platform's");
}

TEST(SandboxAudit, FindsABalanceThatIsNotTheSumOfItsCredits) {
  Ledgers ledgers = agreeing();
  std::string mirror = kMirror;
  mirror.replace(mirror.find("25.00"), 5, "50.00");
  ledgers.shopify = Json::object({{"customers", Json::array({shop_customer("ada@example.com", mirror.c_str())})}});
  EXPECT_EQ(first_problem(ledgers), "shop: the balance of ada@example.com is 50.00, its credits add up to 25.00");
}

TEST(SandboxAudit, ComparesWalletsWithPostedMoves) {
  Rules rules;
  rules.payments = rules.shop = false;
  EXPECT_TRUE(compare(in_wallets(1, 700), rules).agrees()) << to_json(compare(in_wallets(1, 700), rules)).dump();
  EXPECT_EQ(compare(in_wallets(2), rules).credits.at(0).problems.front(), "platform: issued more than once");
  EXPECT_EQ(first_problem(in_wallets()), "payments: missing");  // unless the rules say that there are none
  Ledgers unbooked = in_wallets();
  unbooked.tryton = Json();
  EXPECT_EQ(compare(unbooked, rules).credits.at(0).problems.front(), "books: missing");
}

TEST(SandboxAudit, ExpectsTheCountItIsTold) { EXPECT_FALSE(compare(agreeing(), {.expect_count = 2}).agrees()); }

}  // namespace sandbox::audit
