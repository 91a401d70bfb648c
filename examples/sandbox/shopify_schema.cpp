#include "shopify.hpp"

namespace sandbox::shopify {

// The part of Admin API 2026-10 that the sandbox serves. Names and required arguments follow the vendor's schema.
std::string_view schema_text() {
  return R"(
type QueryRoot
  shop Shop
  currentAppInstallation AppInstallation
  customer(id!) Customer
  customers(first last after before query reverse sortKey) CustomerConnection
  customerByIdentifier(identifier!:CustomerIdentifierInput) Customer
  storeCreditAccount(id!) StoreCreditAccount
  giftCard(id!) GiftCard
  giftCards(first last after before query reverse sortKey savedSearchId) GiftCardConnection
type Shop
  id
  name
  myshopifyDomain
  currencyCode
type AppInstallation
  id
  accessScopes AccessScope
type AccessScope
  handle
  description
input CustomerIdentifierInput
  customId:UniqueMetafieldValueInput
  emailAddress
  id
  phoneNumber
input UniqueMetafieldValueInput
  key!
  namespace
  value!
type CustomerConnection
  edges CustomerEdge
  nodes Customer
  pageInfo PageInfo
type CustomerEdge
  cursor
  node Customer
type PageInfo
  endCursor
  hasNextPage
  hasPreviousPage
  startCursor
type Customer
  id
  legacyResourceId
  displayName
  firstName
  lastName
  email
  phone
  defaultEmailAddress CustomerEmailAddress
  defaultPhoneNumber CustomerPhoneNumber
  createdAt
  updatedAt
  metafield(key! namespace) Metafield
  metafields(first last after before namespace keys reverse) MetafieldConnection
  storeCreditAccounts(first last after before query) StoreCreditAccountConnection
type CustomerEmailAddress
  emailAddress
type CustomerPhoneNumber
  phoneNumber
type MetafieldConnection
  edges MetafieldEdge
  nodes Metafield
  pageInfo PageInfo
type MetafieldEdge
  cursor
  node Metafield
type Metafield
  compareDigest
  createdAt
  id
  jsonValue
  key
  legacyResourceId
  namespace
  owner HasMetafields
  ownerType
  sizeInBytes
  type
  updatedAt
  value
type HasMetafields
  metafield(key! namespace) Metafield
  metafields(first last after before namespace keys reverse) MetafieldConnection
type StoreCreditAccountConnection
  edges StoreCreditAccountEdge
  nodes StoreCreditAccount
  pageInfo PageInfo
type StoreCreditAccountEdge
  cursor
  node StoreCreditAccount
type StoreCreditAccount
  id
  balance MoneyV2
  owner HasStoreCreditAccounts
  transactions(first last after before query reverse sortKey) StoreCreditAccountTransactionConnection
type HasStoreCreditAccounts
  storeCreditAccounts(first last after before query) StoreCreditAccountConnection
type StoreCreditAccountTransactionConnection
  edges StoreCreditAccountTransactionEdge
  nodes StoreCreditAccountTransaction
  pageInfo PageInfo
type StoreCreditAccountTransactionEdge
  cursor
  node StoreCreditAccountTransaction
type StoreCreditAccountTransaction
  account StoreCreditAccount
  amount MoneyV2
  balanceAfterTransaction MoneyV2
  createdAt
  event
type StoreCreditAccountCreditTransaction
  account StoreCreditAccount
  amount MoneyV2
  balanceAfterTransaction MoneyV2
  createdAt
  event
  expiresAt
  id
  remainingAmount MoneyV2
type StoreCreditAccountDebitTransaction
  account StoreCreditAccount
  amount MoneyV2
  balanceAfterTransaction MoneyV2
  createdAt
  event
  id
type StoreCreditAccountDebitRevertTransaction
  id
  debitTransaction StoreCreditAccountDebitTransaction
type StoreCreditAccountExpirationTransaction
  creditTransaction StoreCreditAccountCreditTransaction
type MoneyV2
  amount
  currencyCode
type GiftCardConnection
  edges GiftCardEdge
  nodes GiftCard
  pageInfo PageInfo
type GiftCardEdge
  cursor
  node GiftCard
type GiftCard
  balance MoneyV2
  createdAt
  customer Customer
  deactivatedAt
  enabled
  expiresOn
  id
  initialValue MoneyV2
  lastCharacters
  maskedCode
  note
  updatedAt
type UserError
  code
  elementIndex
  field
  message
input MoneyInput
  amount!
  currencyCode!
input MetafieldsSetInput
  compareDigest
  key!
  namespace
  ownerId!
  type
  value!
input StoreCreditAccountCreditInput
  creditAmount!:MoneyInput
  expiresAt
  notify
input StoreCreditAccountDebitInput
  debitAmount!:MoneyInput
input GiftCardCreateInput
  code
  customerId
  expiresOn
  initialAmount:MoneyInput
  initialValue
  note
  templateSuffix
input GiftCardUpdateInput
  customerId
  expiresOn
  note
  templateSuffix
type Mutation
  metafieldsSet(metafields!:MetafieldsSetInput) MetafieldsSetPayload
  storeCreditAccountCredit(id! creditInput!:StoreCreditAccountCreditInput) StoreCreditAccountCreditPayload
  storeCreditAccountDebit(id! debitInput!:StoreCreditAccountDebitInput) StoreCreditAccountDebitPayload
  giftCardCreate(input!:GiftCardCreateInput) GiftCardCreatePayload
  giftCardUpdate(id! input!:GiftCardUpdateInput) GiftCardUpdatePayload
  giftCardDeactivate(id!) GiftCardDeactivatePayload
type MetafieldsSetPayload
  metafields Metafield
  userErrors UserError
type StoreCreditAccountCreditPayload
  storeCreditAccountTransaction StoreCreditAccountCreditTransaction
  userErrors UserError
type StoreCreditAccountDebitPayload
  storeCreditAccountTransaction StoreCreditAccountDebitTransaction
  userErrors UserError
type GiftCardCreatePayload
  giftCard GiftCard
  giftCardCode
  userErrors UserError
type GiftCardUpdatePayload
  giftCard GiftCard
  userErrors UserError
type GiftCardDeactivatePayload
  giftCard GiftCard
  userErrors UserError
)";
}

}  // namespace sandbox::shopify
