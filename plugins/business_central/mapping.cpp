#include "mapping.hpp"

#include <handoff/sdk/text.hpp>

namespace handoff::business_central {

namespace {

constexpr std::string_view kAccountType = "G/L Account";
constexpr std::string_view kDescription = "Store credit ";
constexpr std::size_t kDocumentMax = 20;
constexpr std::size_t kJournalMax = 10;
constexpr std::size_t kExternalMax = 35;  // Code[35] in General Journal Line

/// The part of "ho1-..." that tells effects apart, in capitals: document numbers and codes are kept in capitals.
std::string significant(std::string_view reference) {
  if (reference.starts_with("ho1-")) reference.remove_prefix(4);
  std::string out;
  for (char c : reference) {
    char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if ((upper >= 'A' && upper <= 'Z') || (upper >= '0' && upper <= '9')) out += upper;
  }
  if (out.empty()) throw Failure(Failed::bug, "a booking without a reference");
  return out;
}

std::optional<Money> money(const json::Value& number, const std::string& currency) {
  return number.number() ? money_from_decimal(number.number()->text(), currency) : std::nullopt;
}

/// The credit ref in "Store credit sc_1 issued".
std::string credit_of(std::string_view description) {
  if (!description.starts_with(kDescription)) return {};
  description.remove_prefix(kDescription.size());
  return std::string(description.substr(0, description.find(' ')));
}

}  // namespace

std::string document_number(const Books& books, std::string_view reference) {
  return (books.document_prefix + significant(reference)).substr(0, kDocumentMax);
}

std::string journal_code(const Books& books, std::string_view reference) {
  std::string out = books.journal_prefix;
  // Letters only: Business Central can count up a batch name that ends in a number after posting.
  for (char c : significant(reference)) out += c >= '0' && c <= '9' ? static_cast<char>(c - '0' + 'Q') : c;
  return out.substr(0, kJournalMax);
}

Posting to_posting(const RecordInput& in, const Books& books, const std::string& today) {
  if (in.amount.currency() != books.currency)
    throw Failure(Failed::unsupported, "these books are kept in " + books.currency + ", not " + in.amount.currency());
  if (in.entry != "issued" && in.entry != "cancelled")
    throw Failure(Failed::unsupported, "an entry '" + in.entry + "' has no posting here");
  Posting out;
  out.document = document_number(books, in.reference);
  out.journal = journal_code(books, in.reference);
  out.reference = in.reference;
  out.credit = in.credit.ref;
  out.entry = in.entry;
  out.date = today.empty() ? in.credit.business_date : today;
  if (out.date.empty()) throw Failure(Failed::unsupported, "the credit has no business date to post on");
  out.on_account = in.entry == "issued" ? in.amount.negated() : in.amount;
  return out;
}

json::Value journal_body(const Posting& posting) {
  json::Object body;
  body.set("code", posting.journal);
  body.set("displayName", posting.reference);
  return json::Value(std::move(body));
}

json::Value line_body(const Posting& posting, const Books& books) {
  json::Object body;
  body.set("accountType", kAccountType);
  body.set("accountNumber", books.account);
  body.set("postingDate", posting.date);
  body.set("documentNumber", posting.document);
  if (posting.credit.size() <= kExternalMax) body.set("externalDocumentNumber", posting.credit);
  body.set("amount", json::Number(posting.on_account.decimal()));
  body.set("description", std::string(kDescription) + posting.credit + " " + posting.entry);
  body.set("comment", posting.reference);
  body.set("balanceAccountType", kAccountType);
  body.set("balancingAccountNumber", books.balancing_account);
  return json::Value(std::move(body));
}

std::optional<Sighting> line_sighting(const json::Value& line, const Books& books) {
  std::optional<Money> amount = money(line.at("amount"), books.currency);
  const std::string* balancing = line.at("balancingAccountNumber").string();  // not in every answer
  if (!amount || line.at("documentNumber").as_string().empty()) return std::nullopt;
  if (line.at("accountNumber").as_string() != books.account) return std::nullopt;
  if (balancing && *balancing != books.balancing_account) return std::nullopt;
  Sighting out;
  out.instrument = line.at("documentNumber").as_string();
  out.amount = amount->negated();
  out.state = "pending";
  out.reference = line.at("comment").as_string();
  out.credit = credit_of(line.at("description").as_string());
  return out;
}

namespace {
/// One entry of the account; nothing if it cannot be read.
std::optional<Sighting> entry_sighting(const json::Value& entry, const Books& books) {
  std::optional<Money> debit = money(entry.at("debitAmount"), books.currency);
  std::optional<Money> credit = money(entry.at("creditAmount"), books.currency);
  if (!debit || !credit || entry.at("documentNumber").as_string().empty()) return std::nullopt;
  // Both are there only in a broken answer: one of the two is always zero.
  if (debit->minor() != 0 && credit->minor() != 0) return std::nullopt;
  Sighting out;
  out.instrument = entry.at("documentNumber").as_string();
  out.amount = credit->minor() != 0 ? *credit : debit->negated();
  out.state = "active";
  out.credit = credit_of(entry.at("description").as_string());
  out.made = entry.at("postingDate").as_string();
  return out;
}
}  // namespace

std::optional<std::vector<Sighting>> entry_sightings(const json::Array& entries, const Books& books) {
  std::vector<Sighting> out;
  for (const json::Value& entry : entries) {
    std::optional<Sighting> seen = entry_sighting(entry, books);
    if (!seen) return std::nullopt;
    if (entry.at("accountNumber").as_string() == books.account) out.push_back(std::move(*seen));
  }
  if (out.empty() && !entries.empty()) {
    Sighting seen;
    seen.instrument = entries.front().at("documentNumber").as_string();
    seen.state = "unknown";
    out.push_back(std::move(seen));
  }
  return out;
}

std::optional<std::vector<Sighting>> listed_entries(const json::Array& entries, const Books& books) {
  std::vector<Sighting> out;
  for (const json::Value& entry : entries) {
    std::optional<Sighting> seen = entry_sighting(entry, books);
    if (!seen || entry.at("accountNumber").as_string() != books.account) return std::nullopt;
    out.push_back(std::move(*seen));
  }
  return out;
}

}  // namespace handoff::business_central
