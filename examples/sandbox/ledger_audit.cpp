#include "ledger_audit.hpp"

#include <algorithm>

#include "ids.hpp"
#include "money.hpp"

namespace sandbox::audit {
namespace {

constexpr std::string_view kReferenceKey = "handoff_credit";
constexpr std::string_view kShopMetafield = "handoff.store_credit";

using Credits = std::map<std::string, Credit, std::less<>>;

Credit& credit_of(Credits& credits, std::string_view reference) {
  Credit& credit = credits[std::string(reference)];
  credit.reference = reference;
  return credit;
}

void note_customer(Sighting& sighting, std::string_view email) {
  if (!email.empty() && std::ranges::find(sighting.customers, email) == sighting.customers.end())
    sighting.customers.emplace_back(email);
}

std::int64_t minor_of(const Json& value) { return value.integer().value_or(0); }

// A disabled voucher is a void one: nobody can spend what it still shows, only what was spent counts. It may share its
// reference with the one issued instead.
void read_platform(const Json& ledger, Credits& credits, Report& report) {
  for (const Json& voucher : ledger["vouchers"].items()) {
    const std::string_view reference = voucher["metadata"][kReferenceKey].text();
    if (reference.empty()) {
      ++report.vouchers_without_reference;
      continue;
    }
    Credit& credit = credit_of(credits, reference);
    const std::int64_t balance = minor_of(voucher["balance_minor"]);
    const std::int64_t redeemed = minor_of(voucher["redeemed_minor"]);
    ++credit.platform.bookings;
    credit.platform.value += redeemed;
    if (!voucher["active"].truthy()) continue;
    ++credit.platform.issues;
    credit.platform.value += balance;
    credit.remaining += balance;
    if (voucher["holder_email"].text().empty()) credit.problems.emplace_back("platform: the voucher has no holder");
    note_customer(credit.platform, voucher["holder_email"].text());
  }
}

void book(Sighting& sighting, std::int64_t credit_amount) {
  ++sighting.bookings;
  sighting.issues += credit_amount > 0 ? 1 : -1;
  sighting.value += credit_amount;
}

void read_payments(const Json& ledger, const Rules& rules, Credits& credits) {
  for (const Json& customer : ledger["customers"].items()) {
    std::map<std::string, std::int64_t> net;
    for (const Json& transaction : customer["transactions"].items()) {
      const std::string reference(transaction["metadata"][kReferenceKey].text());
      if (reference.empty()) continue;
      Credit& credit = credit_of(credits, reference);
      if (transaction["currency"].text() != lower(rules.currency))
        credit.problems.emplace_back("payments: wrong currency");
      book(credit.payments, -minor_of(transaction["amount_minor"]));
      net[reference] -= minor_of(transaction["amount_minor"]);
    }
    for (const auto& [reference, value] : net)
      if (value != 0) note_customer(credits[reference].payments, customer["email"].text());
  }
}

// A wallet holds one credit, put on it under the reference it notes itself. Whatever else moved was spent or came back.
void read_wallets(const Json& ledger, Credits& credits) {
  for (const Json& wallet : ledger["wallets"].items()) {
    const std::string_view reference = wallet["metadata"][kReferenceKey].text();
    if (reference.empty()) continue;
    Credit& credit = credit_of(credits, reference);
    for (const Json& entry : wallet["entries"].items()) {
      if (entry["description"].text() != wallet["metadata"]["handoff_reference"].text()) continue;
      ++credit.platform.bookings;
      ++credit.platform.issues;
      credit.platform.value += minor_of(entry["amount_minor"]);
    }
    credit.remaining += minor_of(wallet["balance_minor"]);
    note_customer(credit.platform, wallet["customer_email"].text());
  }
}

// Drafts are in no books yet. The reference is a word of the line's description.
void read_moves(const Json& ledger, const Rules& rules, Credits& credits) {
  constexpr std::string_view kWords = "Store credit ";
  for (const Json& move : ledger["moves"].items()) {
    for (const Json& line : move["lines"].items()) {
      std::string_view text = line["description"].text();
      if (!move["posted"].truthy() || line["account"].text() != rules.liability_account || !text.starts_with(kWords))
        continue;
      text.remove_prefix(kWords.size());
      book(credit_of(credits, text.substr(0, text.find(' '))).books,
           minor_of(line["credit_minor"]) - minor_of(line["debit_minor"]));
    }
  }
}

// The ERP may turn a reference into capitals, so case does not count here.
void read_books(const Json& ledger, const Rules& rules, Credits& credits) {
  std::map<std::string, std::string> known;
  for (const auto& [reference, credit] : credits) known[lower(reference)] = reference;
  for (const Json& entry : ledger["entries"].items()) {
    const std::string_view reference = entry["externalDocumentNumber"].text();
    if (reference.empty() || entry["accountNumber"].text() != rules.liability_account) continue;
    const auto found = known.find(lower(reference));
    book(credit_of(credits, found == known.end() ? reference : std::string_view(found->second)).books,
         -minor_of(entry["amount_minor"]));
  }
}

void check_shop_totals(const Json& mirror, const std::string& email, const Rules& rules, std::int64_t total,
                       Report& report) {
  std::int64_t shown = 0;
  for (const Json& balance : mirror["balances"].items()) {
    if (balance["currency"].text() != rules.currency) continue;
    shown = minor_from_decimal(balance["amount"].text(), minor_digits(rules.currency)).value_or(-1);
  }
  if (shown == total) return;
  const int digits = minor_digits(rules.currency);
  report.findings.push_back("shop: the balance of " + email + " is " + decimal_from_minor(shown, digits) +
                            ", its credits add up to " + decimal_from_minor(total, digits));
}

void read_shop(const Json& ledger, const Rules& rules, Credits& credits, Report& report) {
  for (const Json& customer : ledger["customers"].items()) {
    const Json& text = customer["metafields"][kShopMetafield];
    if (text.is_null()) continue;
    const std::string email(customer["email"].text());
    const auto mirror = Json::parse(text.text());
    if (!mirror) {
      report.findings.push_back("shop: the metafield of " + email + " is not JSON");
      continue;
    }
    std::int64_t total = 0;
    for (const Json& item : (*mirror)["credits"].items()) {
      Credit& credit = credit_of(credits, item["ref"].text());
      const auto amount = minor_from_decimal(item["amount"].text(), minor_digits(rules.currency));
      if (!amount) credit.problems.emplace_back("shop: the amount is not a decimal");
      if (item["currency"].text() != rules.currency) credit.problems.emplace_back("shop: wrong currency");
      if (amount.value_or(0) != 0) {
        book(credit.shop, *amount);
        note_customer(credit.shop, email);
      }
      total += amount.value_or(0);
    }
    check_shop_totals(*mirror, email, rules, total, report);
  }
}

void judge(Credit& credit, const Rules& rules) {
  const auto problem = [&](bool there, const char* text) {
    if (there) credit.problems.emplace_back(text);
  };
  const std::int64_t value = credit.platform.value;
  problem(credit.platform.issues > 1, "platform: issued more than once");
  problem(credit.payments.issues > 1, "payments: booked more than once");
  problem(credit.books.issues > 1, "books: booked more than once");
  problem(credit.shop.issues > 1, "shop: shown more than once");
  problem(credit.platform.bookings == 0, "platform: missing");
  problem(rules.payments && value != 0 && credit.payments.bookings == 0, "payments: missing");
  problem(value != 0 && credit.books.bookings == 0, "books: missing");
  problem(rules.shop && credit.remaining != 0 && credit.shop.bookings == 0, "shop: missing");
  problem(credit.payments.bookings > 0 && credit.payments.value != value, "payments: another amount than the platform");
  problem(credit.books.bookings > 0 && credit.books.value != value, "books: another amount than the platform");
  problem(credit.shop.bookings > 0 && credit.shop.value != credit.remaining,
          "shop: another amount than is left at the platform");
  if (credit.platform.customers.size() != 1) return;
  const auto elsewhere = [&](const Sighting& sighting) {
    return !sighting.customers.empty() && sighting.customers != credit.platform.customers;
  };
  problem(elsewhere(credit.payments), "payments: another customer than the platform's");
  problem(elsewhere(credit.shop), "shop: another customer than the platform's");
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : "; ") + text;
  return out;
}

std::string cell(const Sighting& sighting, int digits) {
  return sighting.bookings == 0 ? "-" : decimal_from_minor(sighting.value, digits);
}

void add_row(std::string& out, const std::vector<std::string>& cells) {
  static constexpr std::size_t kWidths[] = {34, 12, 12, 12, 12};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    out += cells[i];
    if (i + 1 < cells.size()) out.append(i < 5 && cells[i].size() < kWidths[i] ? kWidths[i] - cells[i].size() : 1, ' ');
  }
  out += '\n';
}

}  // namespace

bool Report::agrees() const {
  return findings.empty() && std::ranges::all_of(credits, [](const Credit& credit) { return credit.problems.empty(); });
}

Report compare(const Ledgers& ledgers, const Rules& rules) {
  Report report;
  Credits credits;
  read_platform(ledgers.voucherify, credits, report);
  read_wallets(ledgers.vendure, credits);
  read_payments(ledgers.stripe, rules, credits);
  read_shop(ledgers.shopify, rules, credits, report);
  read_books(ledgers.business_central, rules, credits);
  read_moves(ledgers.tryton, rules, credits);
  for (auto& [reference, credit] : credits) {
    judge(credit, rules);
    report.credits.push_back(std::move(credit));
  }
  if (rules.expect_count && *rules.expect_count != static_cast<std::int64_t>(report.credits.size())) {
    report.findings.push_back("expected " + std::to_string(*rules.expect_count) + " credits, found " +
                              std::to_string(report.credits.size()));
  }
  return report;
}

Json to_json(const Report& report) {
  Json credits = Json::array();
  for (const Credit& credit : report.credits) {
    Json problems = Json::array();
    for (const std::string& problem : credit.problems) problems.push(problem);
    const auto value = [](const Sighting& sighting) { return sighting.bookings == 0 ? Json() : Json(sighting.value); };
    credits.push(Json::object({{"ref", credit.reference},
                               {"platform_minor", value(credit.platform)},
                               {"payments_minor", value(credit.payments)},
                               {"books_minor", value(credit.books)},
                               {"shop_minor", value(credit.shop)},
                               {"problems", std::move(problems)}}));
  }
  Json findings = Json::array();
  for (const std::string& finding : report.findings) findings.push(finding);
  return Json::object({{"agrees", report.agrees()},
                       {"count", report.credits.size()},
                       {"vouchers_without_reference", report.vouchers_without_reference},
                       {"findings", std::move(findings)},
                       {"credits", std::move(credits)}});
}

std::string to_table(const Report& report, const Rules& rules) {
  const int digits = minor_digits(rules.currency);
  std::string out;
  add_row(out, {"credit", "platform", "payments", "books", "shop", "verdict"});
  std::size_t disagreeing = 0;
  for (const Credit& credit : report.credits) {
    disagreeing += credit.problems.empty() ? 0 : 1;
    add_row(out,
            {credit.reference, cell(credit.platform, digits), cell(credit.payments, digits), cell(credit.books, digits),
             cell(credit.shop, digits), credit.problems.empty() ? "agree" : joined(credit.problems)});
  }
  for (const std::string& finding : report.findings) out += finding + '\n';
  if (report.vouchers_without_reference > 0)
    out += "note: " + std::to_string(report.vouchers_without_reference) + " vouchers carry no reference\n";
  out += std::to_string(report.credits.size()) + " credits, " + std::to_string(disagreeing) + " disagree\n";
  return out;
}

}  // namespace sandbox::audit
