// Business Central: how objects and errors are written, and what a journal line must be.

#include <algorithm>
#include <array>

#include "business_central.hpp"
#include "money.hpp"

namespace sandbox::business_central {
namespace {

constexpr int kDecimals = 2;

Json amount_json(std::int64_t minor) { return Json::number(decimal_from_minor(minor, kDecimals)); }

std::string etag(std::string_view id, std::int64_t modified_ms) {
  return "W/\"" + sha256_hex(std::string(id) + std::to_string(modified_ms)).substr(0, 20) + "\"";
}

// Stable ids for accounts, which the sandbox does not keep.
std::string account_id(std::string_view number) {
  const std::string hex = sha256_hex("account " + std::string(number));
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-8" + hex.substr(17, 3) + "-" +
         hex.substr(20, 12);
}

struct TextRule {
  std::string_view name;
  std::string BusinessCentralState::Line::* member;
  std::size_t length_max;  // in characters of the product's table field
};

constexpr std::array<TextRule, 9> kTexts = {{
    {"accountType", &BusinessCentralState::Line::account_type, 30},
    {"accountNumber", &BusinessCentralState::Line::account, 20},
    {"postingDate", &BusinessCentralState::Line::posting_date, 10},
    {"documentNumber", &BusinessCentralState::Line::document, 20},
    {"externalDocumentNumber", &BusinessCentralState::Line::external_document, 35},
    {"description", &BusinessCentralState::Line::description, 100},
    {"comment", &BusinessCentralState::Line::comment, 250},
    {"balanceAccountType", &BusinessCentralState::Line::balancing_type, 30},
    {"balancingAccountNumber", &BusinessCentralState::Line::balancing_account, 20},
}};

constexpr std::array<std::string_view, 7> kAccountTypes = {"G/L Account", "Customer",   "Vendor",  "Bank Account",
                                                           "Fixed Asset", "IC Partner", "Employee"};

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::optional<Response> read_texts(const Json& body, BusinessCentralState::Line& line) {
  for (const TextRule& rule : kTexts) {
    const Json* value = body.find(rule.name);
    if (!value || value->is_null()) continue;
    if (!value->is_string())
      return error(400, "BadRequest",
                   "Cannot convert a value to target type 'Edm.String' for property '" + std::string(rule.name) + "'.");
    if (characters(value->text()) > rule.length_max) {
      return error(400, "Application_StringExceededLength",
                   "The length of the string is " + std::to_string(characters(value->text())) +
                       ", but it must be less than or equal to " + std::to_string(rule.length_max) +
                       " characters. Value: " + std::string(value->text()));
    }
    line.*rule.member = value->text();
  }
  return std::nullopt;
}

bool known_property(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kOthers = {
      "id",     "journalId", "journalDisplayName", "lineNumber",          "accountId",
      "amount", "taxCode",   "balancingAccountId", "lastModifiedDateTime"};
  return std::ranges::find(kOthers, name) != kOthers.end() ||
         std::ranges::find(kTexts, name, &TextRule::name) != kTexts.end();
}

}  // namespace

Response error(int status, std::string_view code, std::string_view message) {
  return Response::json(status,
                        Json::object({{"error", Json::object({{"code", code},
                                                              {"message", std::string(message) + "  CorrelationId:  " +
                                                                              account_id(message) + "."}})}}));
}

Json account_json(std::string_view number, std::string_view name, std::string_view category) {
  const std::string id = account_id(number);
  return Json::object({{"@odata.etag", etag(id, 0)},
                       {"id", id},
                       {"number", number},
                       {"displayName", name},
                       {"category", category},
                       {"subCategory", ""},
                       {"blocked", false},
                       {"lastModifiedDateTime", iso_from_ms(0)}});
}

Json customer_json(const BusinessCentralState::Customer& customer) {
  return Json::object({{"@odata.etag", etag(customer.id, customer.modified_ms)},
                       {"id", customer.id},
                       {"number", customer.number},
                       {"displayName", customer.name},
                       {"type", "Person"},
                       {"phoneNumber", customer.phone},
                       {"email", customer.email},
                       {"balanceDue", Json::number("0")},
                       {"currencyCode", "USD"},
                       {"blocked", " "},
                       {"lastModifiedDateTime", iso_from_ms(customer.modified_ms)}});
}

Json journal_json(const BusinessCentralState::Journal& journal) {
  return Json::object({{"@odata.etag", etag(journal.id, journal.modified_ms)},
                       {"id", journal.id},
                       {"code", journal.code},
                       {"displayName", journal.name},
                       {"lastModifiedDateTime", iso_from_ms(journal.modified_ms)},
                       {"balancingAccountId", "00000000-0000-0000-0000-000000000000"},
                       {"balancingAccountNumber", ""}});
}

Json line_json(const BusinessCentralState::Journal& journal, const BusinessCentralState::Line& line) {
  return Json::object({{"@odata.etag", etag(line.id, line.modified_ms)},
                       {"id", line.id},
                       {"journalId", journal.id},
                       {"journalDisplayName", journal.code},
                       {"lineNumber", line.number},
                       {"accountType", line.account_type},
                       {"accountId", account_id(line.account)},
                       {"accountNumber", line.account},
                       {"postingDate", line.posting_date},
                       {"documentNumber", line.document},
                       {"externalDocumentNumber", line.external_document},
                       {"amount", amount_json(line.amount)},
                       {"description", line.description},
                       {"comment", line.comment},
                       {"taxCode", ""},
                       {"balanceAccountType", line.balancing_type},
                       {"balancingAccountId", line.balancing_account.empty() ? "00000000-0000-0000-0000-000000000000"
                                                                             : account_id(line.balancing_account)},
                       {"balancingAccountNumber", line.balancing_account},
                       {"lastModifiedDateTime", iso_from_ms(line.modified_ms)}});
}

// externalDocumentNumber is left out: whether the vendor shows it here is not known.
Json entry_json(const BusinessCentralState::Entry& entry) {
  return Json::object({{"@odata.etag", etag(entry.id, entry.modified_ms)},
                       {"id", entry.id},
                       {"entryNumber", entry.number},
                       {"postingDate", entry.posting_date},
                       {"documentNumber", entry.document},
                       {"documentType", " "},
                       {"accountId", account_id(entry.account)},
                       {"accountNumber", entry.account},
                       {"description", entry.description},
                       {"debitAmount", amount_json(entry.amount > 0 ? entry.amount : 0)},
                       {"creditAmount", amount_json(entry.amount < 0 ? -entry.amount : 0)},
                       {"lastModifiedDateTime", iso_from_ms(entry.modified_ms)}});
}

std::optional<Response> read_line(const Json& body, BusinessCentralState::Line& line) {
  for (const auto& [name, value] : body.members()) {
    if (!known_property(name) && !name.starts_with('@'))
      return error(400, "BadRequest",
                   "The property '" + name + "' does not exist on type 'Microsoft.NAV.journalLine'.");
  }
  line.account_type = line.balancing_type = "G/L Account";
  if (auto refusal = read_texts(body, line)) return refusal;
  for (const std::string* type : {&line.account_type, &line.balancing_type}) {
    if (std::ranges::find(kAccountTypes, *type) == kAccountTypes.end())
      return error(400, "BadRequest", "'" + *type + "' is not a known account type.");
  }
  if (line.posting_date.size() != 10 || !ms_from_iso(line.posting_date))
    return error(400, "BadRequest",
                 "Cannot convert the literal '" + line.posting_date + "' to the expected type 'Edm.Date'.");
  const Json& amount = body["amount"];
  if (amount.is_null()) return std::nullopt;
  const auto minor = minor_from_decimal(amount.number_text(), kDecimals);
  if (!minor)
    return error(400, "BadRequest",
                 "Cannot convert the value of 'amount' to the expected type 'Edm.Decimal' with two places.");
  line.amount = *minor;
  return std::nullopt;
}

std::optional<Response> posting_refusal(const BusinessCentralState::Journal& journal) {
  if (journal.lines.empty()) return error(400, "Application_DialogException", "There is nothing to post.");
  std::map<std::pair<std::string, std::string>, std::int64_t> totals;
  for (const auto& line : journal.lines) {
    const std::string where = " in Gen. Journal Line Journal Batch Name='" + journal.code + "',Line No.='" +
                              std::to_string(line.number) + "'.";
    if (line.document.empty())
      return error(400, "Application_DialogException", "Document No. must have a value" + where);
    if (line.account.empty()) return error(400, "Application_DialogException", "Account No. must have a value" + where);
    if (line.amount == 0) return error(400, "Application_DialogException", "Amount must have a value" + where);
    if (line.balancing_account.empty()) totals[{line.document, line.posting_date}] += line.amount;
  }
  for (const auto& [document, total] : totals) {
    if (total == 0) continue;
    return error(400, "Application_DialogException",
                 "The lines in the journal are out of balance by " + decimal_from_minor(total, kDecimals) +
                     ". Document No. " + document.first + " on " + document.second + " is out of balance.");
  }
  return std::nullopt;
}

Keyed split_key(std::string_view segment) {
  const std::size_t open = segment.find('(');
  if (open == std::string_view::npos || !segment.ends_with(')')) return {segment, {}};
  return {segment.substr(0, open), segment.substr(open + 1, segment.size() - open - 2)};
}

}  // namespace sandbox::business_central
