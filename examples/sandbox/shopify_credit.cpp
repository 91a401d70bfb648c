// Shopify: store credit accounts and gift cards.

#include <algorithm>

#include "money.hpp"
#include "shopify.hpp"

namespace sandbox::shopify {

using graphql::Field;
using graphql::Object;
using graphql::Value;

namespace {

using State = ShopifyState;

Object transaction_object(State& state, std::int64_t account_number, const State::Transaction& transaction) {
  const std::string type =
      transaction.credit ? "StoreCreditAccountCreditTransaction" : "StoreCreditAccountDebitTransaction";
  const std::string currency = state.accounts.at(account_number).currency;
  return {type, [&state, account_number, transaction, type, currency](const Field& field) -> Value {
            if (field.name == "id") return Json(gid(type, transaction.number));
            if (field.name == "account") return account_object(state, account_number);
            if (field.name == "amount") return money(transaction.amount, currency);
            if (field.name == "balanceAfterTransaction") return money(transaction.balance_after, currency);
            if (field.name == "remainingAmount") return money(transaction.amount, currency);
            if (field.name == "createdAt") return Json(iso_seconds_from_ms(transaction.created_ms));
            if (field.name == "expiresAt") return Json::string_or_null(transaction.expires_at);
            if (field.name == "event") return Json("ADJUSTMENT");
            return Json();
          }};
}

Value transactions_of(State& state, std::int64_t number, const Json& arguments) {
  std::vector<Object> rows;
  for (const State::Transaction& transaction : state.accounts.at(number).transactions)
    rows.push_back(transaction_object(state, number, transaction));
  return connection("StoreCreditAccountTransactionConnection", "StoreCreditAccountTransactionEdge", std::move(rows),
                    arguments);
}

// `id` names an account or its owner; a credit to an owner opens the account it needs.
State::Account* account_for(State& state, std::string_view id, const std::string& currency, bool may_open) {
  if (const auto number = number_of(id, "StoreCreditAccount")) {
    const auto found = state.accounts.find(*number);
    return found == state.accounts.end() ? nullptr : &found->second;
  }
  const auto owner = number_of(id, "Customer");
  if (!owner || !state.customers.contains(*owner)) return nullptr;
  State::Customer& customer = state.customers.at(*owner);
  const auto known = customer.accounts.find(currency);
  if (known != customer.accounts.end()) return &state.accounts.at(known->second);
  if (!may_open) return nullptr;
  State::Account account{state.next_number++, *owner, 0, currency, {}};
  customer.accounts[currency] = account.number;
  return &(state.accounts[account.number] = std::move(account));
}

}  // namespace

Object account_object(State& state, std::int64_t number) {
  return {"StoreCreditAccount", [&state, number](const Field& field) -> Value {
            const State::Account& account = state.accounts.at(number);
            if (field.name == "balance") return money(account.balance, account.currency);
            if (field.name == "owner") return customer_object(state, account.owner);
            if (field.name == "transactions") return transactions_of(state, number, field.arguments);
            return Json(gid("StoreCreditAccount", number));
          }};
}

Value accounts_of(State& state, std::int64_t customer, const Json& arguments) {
  std::vector<Object> rows;
  for (const auto& [currency, number] : state.customers.at(customer).accounts)
    rows.push_back(account_object(state, number));
  return connection("StoreCreditAccountConnection", "StoreCreditAccountEdge", std::move(rows), arguments);
}

Value store_credit_change(State& state, const Json& arguments, bool credit, std::int64_t now_ms) {
  const Json& input = credit ? arguments["creditInput"] : arguments["debitInput"];
  const Json& sum = credit ? input["creditAmount"] : input["debitAmount"];
  const char* input_name = credit ? "creditInput" : "debitInput";
  const char* amount_name = credit ? "creditAmount" : "debitAmount";
  const std::string type = credit ? "StoreCreditAccountCreditPayload" : "StoreCreditAccountDebitPayload";
  const auto refuse = [&](std::string_view code, Json field, std::string_view message) -> Value {
    return payload(type, "storeCreditAccountTransaction", Json(), Json::array({user_error(code, field, message)}));
  };
  const Json amount_field = Json::array({input_name, amount_name, "amount"});
  const auto minor = minor_from(sum);
  if (!minor || *minor <= 0) return refuse("NEGATIVE_OR_ZERO_AMOUNT", amount_field, "A positive amount must be used");
  const std::string currency(sum["currencyCode"].text());
  const std::string_view id = arguments["id"].text();
  State::Account* account = account_for(state, id, currency, credit);
  if (!account) {
    const bool owner_missing = credit && !id.starts_with("gid://shopify/StoreCreditAccount/");
    return refuse(owner_missing ? "OWNER_NOT_FOUND" : "ACCOUNT_NOT_FOUND", Json::array({"id"}),
                  owner_missing ? "Owner does not exist" : "Store credit account does not exist");
  }
  if (account->currency != currency)
    return refuse("MISMATCHING_CURRENCY", Json::array({input_name, amount_name, "currencyCode"}),
                  "The currency does not match the account");
  if (!credit && account->balance < *minor)
    return refuse("INSUFFICIENT_FUNDS", amount_field, "The store credit account does not have sufficient funds");
  account->balance += credit ? *minor : -*minor;
  account->transactions.push_back(
      {state.next_number++, *minor, account->balance, now_ms, std::string(input["expiresAt"].text()), credit});
  return payload(type, "storeCreditAccountTransaction",
                 transaction_object(state, account->number, account->transactions.back()), Json::array());
}

Object gift_card_object(State& state, std::int64_t number) {
  return {"GiftCard", [&state, number](const Field& field) -> Value {
            const State::GiftCard& card = state.gift_cards.at(number);
            const std::string last = card.code.substr(card.code.size() - std::min<std::size_t>(4, card.code.size()));
            if (field.name == "balance") return money(card.balance, card.currency);
            if (field.name == "initialValue") return money(card.initial, card.currency);
            if (field.name == "customer") {
              if (card.customer == 0) return Json();
              return customer_object(state, card.customer);
            }
            if (field.name == "enabled") return Json(card.deactivated_ms == 0);
            if (field.name == "deactivatedAt")
              return card.deactivated_ms == 0 ? Json() : Json(iso_seconds_from_ms(card.deactivated_ms));
            if (field.name == "createdAt") return Json(iso_seconds_from_ms(card.created_ms));
            if (field.name == "updatedAt") return Json(iso_seconds_from_ms(card.updated_ms));
            if (field.name == "expiresOn") return Json::string_or_null(card.expires_on);
            if (field.name == "lastCharacters") return Json(last);
            if (field.name == "maskedCode") return Json("•••• •••• •••• " + last);
            if (field.name == "note") return Json::string_or_null(card.note);
            return Json(gid("GiftCard", number));
          }};
}

Value gift_cards_by_query(State& state, const Json& arguments) {
  const std::string query = lower(arguments["query"].text());
  const bool named = query.find(':') != std::string::npos;
  std::vector<Object> rows;
  for (const auto& [number, card] : state.gift_cards) {
    const bool matches = named ? query.find("source:api_client") != std::string::npos
                               : card.code == query || lower(card.note).find(query) != std::string::npos;
    if (matches) rows.push_back(gift_card_object(state, number));
  }
  return connection("GiftCardConnection", "GiftCardEdge", std::move(rows), arguments);
}

Value gift_card_create(State& state, const Json& input, std::int64_t now_ms) {
  const auto refuse = [&](std::string_view code, const char* field, std::string_view message) -> Value {
    return payload("GiftCardCreatePayload", "giftCard", Json(),
                   Json::array({user_error(code, Json::array({"input", field}), message)}));
  };
  const bool old_style = !input.has("initialAmount") && input.has("initialValue");
  const Json sum =
      old_style ? Json::object({{"amount", input["initialValue"]}, {"currencyCode", "USD"}}) : input["initialAmount"];
  if (sum.is_null()) return refuse("MISSING_ARGUMENT", "initialAmount", "An initial amount is required");
  const auto minor = minor_from(sum);
  if (!minor || *minor <= 0) return refuse("GREATER_THAN", "initialAmount", "must be greater than 0");
  State::GiftCard card;
  card.number = state.next_number++;
  card.code = lower(input["code"].text());
  if (card.code.empty()) card.code = sha256_hex(std::to_string(card.number)).substr(0, 16);
  if (card.code.size() < 8) return refuse("TOO_SHORT", "code", "is too short (minimum is 8 characters)");
  if (card.code.size() > 20) return refuse("TOO_LONG", "code", "is too long (maximum is 20 characters)");
  if (!std::ranges::all_of(card.code, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }))
    return refuse("INVALID", "code", "can only contain letters(a-z) and numbers(0-9)");
  if (state.gift_card_by_code.contains(card.code)) return refuse("TAKEN", "code", "has already been taken");
  if (input.has("customerId") && !input["customerId"].is_null()) {
    card.customer = number_of(input["customerId"].text(), "Customer").value_or(0);
    if (!state.customers.contains(card.customer))
      return refuse("CUSTOMER_NOT_FOUND", "customerId", "The customer could not be found.");
  }
  card.balance = card.initial = *minor;
  card.currency = sum["currencyCode"].text();
  card.note = input["note"].text();
  card.expires_on = input["expiresOn"].text();
  card.created_ms = card.updated_ms = now_ms;
  const std::int64_t number = card.number;
  const std::string code = card.code;
  state.gift_card_by_code[code] = number;
  state.gift_cards[number] = std::move(card);
  return Object{"GiftCardCreatePayload", [&state, number, code](const Field& field) -> Value {
                  if (field.name == "giftCard") return gift_card_object(state, number);
                  if (field.name == "giftCardCode") return Json(code);
                  return std::vector<Object>{};
                }};
}

Value gift_card_update(State& state, const Json& arguments, std::int64_t now_ms) {
  const auto number = number_of(arguments["id"].text(), "GiftCard");
  const Json& input = arguments["input"];
  const auto refuse = [](const char* field, std::string_view message) -> Value {
    return payload("GiftCardUpdatePayload", "giftCard", Json(),
                   Json::array({user_error(Json(), Json::array({field}), message)}));
  };
  if (!number || !state.gift_cards.contains(*number)) return refuse("id", "The gift card could not be found.");
  State::GiftCard& card = state.gift_cards.at(*number);
  if (input.has("customerId")) {
    const auto customer = number_of(input["customerId"].text(), "Customer");
    if (!customer || !state.customers.contains(*customer))
      return refuse("customerId", "The customer could not be found.");
    if (card.customer != 0 && card.customer != *customer)
      return refuse("customerId", "The customer can't be changed once it is set.");
    card.customer = *customer;
  }
  if (input.has("note")) card.note = input["note"].text();
  if (input.has("expiresOn")) card.expires_on = input["expiresOn"].text();
  card.updated_ms = now_ms;
  return payload("GiftCardUpdatePayload", "giftCard", gift_card_object(state, *number), Json::array());
}

Value gift_card_deactivate(State& state, const Json& arguments, std::int64_t now_ms) {
  const auto number = number_of(arguments["id"].text(), "GiftCard");
  if (!number || !state.gift_cards.contains(*number)) {
    return payload(
        "GiftCardDeactivatePayload", "giftCard", Json(),
        Json::array({user_error("GIFT_CARD_NOT_FOUND", Json::array({"id"}), "The gift card could not be found.")}));
  }
  State::GiftCard& card = state.gift_cards.at(*number);
  if (card.deactivated_ms == 0) card.deactivated_ms = card.updated_ms = now_ms;
  return payload("GiftCardDeactivatePayload", "giftCard", gift_card_object(state, *number), Json::array());
}

}  // namespace sandbox::shopify
