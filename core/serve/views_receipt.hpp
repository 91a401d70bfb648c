#pragma once
// The hub's credit behind a register's row in somebody's export, which carries nothing of the hub's: the one that was issued
// at that store and register, on that day, under that number, for that amount. Never one that is only like it.

#include <expected>
#include <string>
#include <vector>

#include "core/serve/views.hpp"

namespace handoff::serve {

/// What the row says. Empty: it does not tell.
struct Receipt {
  std::string reference;  // what all systems call the credit: one column's text, or several joined in whatever way
  std::string transaction, line;  // the register's own number, where the export has it by itself
  std::string store, terminal;
  std::string business_date;  // "2026-11-23", where the register says to which day its number belongs
  std::string issued_on;      // else the day of its clock: the business day is that one or next to it
  Money amount;
};

/// Who names credits here: the retailer's immutable id, and those of the sources.
struct Sources {
  std::string tenant;
  std::vector<std::string> ids;
};

/// The code is "not_found", "ambiguous", or "unlike" where a credit has the number and something speaks against it; the message is a reason for a list: "it never passed through the hub".
std::expected<journal::CreditRow, ViewError> find_receipt(journal::Reader& read, const Sources& sources,
                                                          const Receipt& wanted);

}  // namespace handoff::serve
