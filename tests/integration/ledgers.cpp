#include "tests/integration/ledgers.hpp"

#include <boost/json.hpp>
#include <cctype>
#include <set>

#include "tests/integration/money_text.hpp"

namespace handoff::crash {

namespace json = boost::json;

namespace {

std::string text(const json::value& from, const char* name) {
  const json::value* found = from.as_object().if_contains(name);
  return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

std::string lower(std::string from) {
  for (char& letter : from) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return from;
}

/// The record's credit, if handoff made it.
std::string credit_of(const json::value& record) { return text(record.at("metadata"), "handoff_credit"); }

Ledger read_cards(const json::value& ledger) {
  Ledger out;
  for (const json::value& voucher : ledger.at("vouchers").as_array())
    out[credit_of(voucher)].push_back(
        {voucher.at("amount_minor").to_number<std::int64_t>(), text(voucher, "holder_email")});
  return out;
}

Ledger read_payments(const json::value& ledger) {
  Ledger out;
  for (const json::value& customer : ledger.at("customers").as_array())
    for (const json::value& booking : customer.at("transactions").as_array())
      out[credit_of(booking)].push_back(
          {-booking.at("amount_minor").to_number<std::int64_t>(), text(customer, "email")});
  return out;
}

/// The ERP writes references in capitals if it likes.
Ledger read_books(const json::value& ledger) {
  Ledger out;
  for (const json::value& entry : ledger.at("entries").as_array())
    if (text(entry, "accountNumber") == "2450")
      out[lower(text(entry, "externalDocumentNumber"))].push_back(
          {-entry.at("amount_minor").to_number<std::int64_t>(), ""});
  return out;
}

Ledger read_shop(const json::value& ledger) {
  Ledger out;
  for (const json::value& customer : ledger.at("customers").as_array()) {
    std::string shown = text(customer.at("metafields"), "handoff.store_credit");
    if (shown.empty()) continue;
    const json::value mirror = json::parse(shown);
    for (const json::value& credit : mirror.at("credits").as_array())
      out[text(credit, "ref")].push_back({minor_units(text(credit, "amount")), text(customer, "email")});
  }
  return out;
}

const std::vector<Entry>& entries(const Ledger& ledger, const std::string& ref) {
  static const std::vector<Entry> none;
  auto found = ledger.find(ref);
  return found == ledger.end() ? none : found->second;
}

class Judge {
 public:
  Judge(const Acknowledged& promised, const HubCredit& hub, std::vector<Finding>& findings)
      : promised_(promised), hub_(hub), findings_(findings) {}

  void settled() {
    if (hub_.minor != promised_.minor || hub_.currency != "USD") find("the hub stored another amount");
    bool ended = hub_.state == "complete" || hub_.state == "unresolved" || hub_.state == "held";
    if (!ended) return find("not settled: state " + hub_.state + " " + hub_.reason);
    if (hub_.state != "complete" && hub_.open_cases.empty()) find(hub_.state + " without an open case");
    if (promised_.known_customer == (hub_.state == "unresolved")) find("ended as " + hub_.state);
  }

  /// At most one entry, of the right amount for the right customer; exactly one where the hub says so.
  void at(const std::string& connector, const std::vector<Entry>& found) {
    auto hop = hub_.hops.find(connector);
    bool done = hop != hub_.hops.end() && hop->second == "done";
    if (found.size() > 1) return find("DOUBLED at " + connector + ": " + std::to_string(found.size()) + " entries");
    if (found.empty()) {
      if (done) find("LOST at " + connector + ": the hub says done");
      return;
    }
    if (hop == hub_.hops.end() || hop->second == "waiting")
      find("DOUBLED at " + connector + ": booked, and the hub knows nothing of it");
    if (found[0].minor != promised_.minor) find("another amount at " + connector + ": " + money_text(found[0].minor));
    bool nobody = found[0].email.empty() && (connector != "cards" || !done);
    if (!nobody && connector != "books" && connector != "telex" && found[0].email != promised_.email)
      find("another customer at " + connector + ": '" + found[0].email + "'");
  }

 private:
  void find(const std::string& what) {
    findings_.push_back({promised_.ref, what + " (" + money_text(promised_.minor) + " USD, transaction " +
                                            promised_.transaction + ")"});
  }

  const Acknowledged& promised_;
  const HubCredit& hub_;
  std::vector<Finding>& findings_;
};

void find_strangers(const char* system, const Ledger& ledger, const std::set<std::string>& refs,
                    std::vector<Finding>& findings) {
  for (const auto& [ref, found] : ledger)
    if (!refs.contains(lower(ref)))
      findings.push_back({ref, std::string("DOUBLED at ") + system + ": no register was promised this credit"});
}

}  // namespace

Ledgers read_ledgers(support::SandboxProcess& sandbox, const std::map<std::string, std::vector<std::int64_t>>& telex) {
  Ledgers out{read_cards(sandbox.get("/ledger/voucherify")),
              read_payments(sandbox.get("/ledger/stripe")),
              read_books(sandbox.get("/ledger/business_central")),
              read_shop(sandbox.get("/ledger/shopify")),
              {}};
  for (const auto& [ref, amounts] : telex)
    for (std::int64_t minor : amounts) out.telex[ref].push_back({minor, ""});
  return out;
}

std::vector<Finding> judge(const std::vector<Acknowledged>& promised, const std::map<std::string, HubCredit>& hub,
                           const Ledgers& ledgers) {
  std::vector<Finding> findings;
  std::set<std::string> refs, transactions;
  for (const Acknowledged& credit : promised) {
    refs.insert(lower(credit.ref));
    transactions.insert(credit.transaction);
    auto known = hub.find(credit.transaction);
    if (known == hub.end()) {
      findings.push_back({credit.ref, "LOST: acknowledged, and not in the hub (" + credit.transaction + ")"});
      continue;
    }
    Judge one(credit, known->second, findings);
    one.settled();
    one.at("cards", entries(ledgers.cards, credit.ref));
    one.at("payments", entries(ledgers.payments, credit.ref));
    one.at("books", entries(ledgers.books, lower(credit.ref)));
    one.at("shop", entries(ledgers.shop, credit.ref));
    one.at("telex", entries(ledgers.telex, credit.ref));
  }
  for (const auto& [transaction, credit] : hub)
    if (!transactions.contains(transaction)) findings.push_back({transaction, "the hub has a credit no register sent"});
  find_strangers("cards", ledgers.cards, refs, findings);
  find_strangers("payments", ledgers.payments, refs, findings);
  find_strangers("books", ledgers.books, refs, findings);
  find_strangers("shop", ledgers.shop, refs, findings);
  find_strangers("telex", ledgers.telex, refs, findings);
  return findings;
}

}  // namespace handoff::crash
