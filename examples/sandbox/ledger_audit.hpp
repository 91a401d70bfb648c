#pragma once
// Compares the ledgers of the platform, the payments, the books and the shop, credit by credit, to the minor unit.
// It knows the ledgers' form and the names the product writes, and nothing else of the product.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json.hpp"

namespace sandbox::audit {

/// Of systems that take no part, an empty one: wallets of the storefront are platform too, and so are both ERPs books.
struct Ledgers {
  Json voucherify, stripe, business_central, shopify, vendure, tryton;
};

struct Rules {
  std::string currency = "USD";
  std::string liability_account = "2450";
  std::optional<std::int64_t> expect_count;
  bool payments = true, shop = true;  // whether a credit must be there
};

/// What one system says about one credit.
struct Sighting {
  std::int64_t value = 0;   // minor units; positive = the customer has it
  std::int64_t issues = 0;  // bookings that add, less those that take back
  std::int64_t bookings = 0;
  std::vector<std::string> customers;  // emails, where the system knows one
};

struct Credit {
  std::string reference;
  Sighting platform, payments, books, shop;
  std::int64_t remaining = 0;  // platform balance after redemptions: what the shop should show
  std::vector<std::string> problems;
};

struct Report {
  std::vector<Credit> credits;        // in order of reference
  std::vector<std::string> findings;  // of the whole, not of one credit
  std::int64_t vouchers_without_reference = 0;
  bool agrees() const;
};

Report compare(const Ledgers& ledgers, const Rules& rules);
Json to_json(const Report& report);
std::string to_table(const Report& report, const Rules& rules);

}  // namespace sandbox::audit
