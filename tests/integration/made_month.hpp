#pragma once
// The generated month of examples/exports at vendors that keep books of their own: read credit by credit, put into their
// ledgers, and exported from there again.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/support/rig.hpp"

namespace handoff::integration {

/// A row of an export.
struct MadeRow {
  std::string what, currency, email;
  std::int64_t minor = 0;
};

/// A credit of the month as its exports tell it. `kind`, `cause`: what was planted; empty: it is whole.
struct MadeCredit {
  std::string reference, store, terminal, receipt, day, issued_at, email;
  std::int64_t minor = 0;
  bool voided = false;
  std::vector<MadeRow> cards, payments, books, shop;
  std::string kind, cause;
  std::string ref;  // by which the hub's systems know it; empty: the hub never had it
  const std::string& known_as() const { return ref.empty() ? reference : ref; }
  /// What the rows of a system that say so come to.
  static std::int64_t sum(const std::vector<MadeRow>& rows, const std::string& what);
};

/// Some of a month of that seed: `whole` credits that are, and up to `planted` of each failure. In one currency, each of another
/// customer, and overdue wherever they are missing.
std::vector<MadeCredit> made_month(std::uint64_t seed, const std::string& folder, int whole, int planted);

/// The vendors of the sandbox, as their own people and other integrations use them.
class Vendors {
 public:
  explicit Vendors(support::SandboxProcess& sandbox);
  /// An account everywhere for each of them.
  void know(const std::vector<std::string>& emails);
  /// Its rows into the ledgers, under its reference.
  void put(const MadeCredit& credit);
  /// Posts it; negative: it is owed. `text` is what the entry says beside its reference.
  void book(const std::string& reference, std::int64_t minor, const std::string& text = "");
  /// What the shop shows this customer; all of it.
  void show(const std::string& email, const std::string& balances, const std::string& credits);
  void assign(const std::string& code, const std::string& email);
  void redeem(const std::string& code, std::int64_t minor);
  std::string code_of(const std::string& reference);

 private:
  std::string id_at(const std::string& system, const std::string& email);
  boost::json::value ask(const std::string& system, const std::string& method, const std::string& path,
                         const std::string& body, const support::Headers& headers);
  support::SandboxProcess& sandbox_;
  std::map<std::string, std::map<std::string, std::string>> ids_;  // by system, by e-mail
  support::Headers clerk_;                                         // of the books
  std::string journal_;
  int cards_ = 0;
};

/// Writes platform.csv, payments.csv, erp.csv and storefront.csv of what is in the ledgers.
void export_ledgers(support::SandboxProcess& sandbox, const std::string& folder);

/// What the ledgers hold of one credit, to the minor unit.
struct Worth {
  int active = 0;                                                       // cards that can be spent
  std::int64_t cards = 0, left = 0, payments = 0, books = 0, shop = 0;  // `cards`: what is left and what was spent
  int shown = 0;                                                        // how often the shop shows it
  bool operator==(const Worth&) const = default;
};
std::string text_of(const Worth& worth);
/// By what they call it, in small letters.
std::map<std::string, Worth> worth(support::SandboxProcess& sandbox);

}  // namespace handoff::integration
