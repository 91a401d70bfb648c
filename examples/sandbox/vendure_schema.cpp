#include "vendure.hpp"

namespace sandbox::vendure {

// The part of the Admin API that the sandbox serves: @pinelab/vendure-plugin-store-credit 2.1.0 and Vendure 3.7.
std::string_view schema_text() {
  return R"(
type QueryRoot
  activeChannel Channel
  customers(options:CustomerListOptions) CustomerList
  customer(id!) Customer
  wallet(id!) Wallet
  walletByCode(code!) Wallet
  giftCardWallets(options:WalletListOptions) WalletList
type Channel
  id
  code
  token
  defaultCurrencyCode
type CustomerList
  items Customer
  totalItems
type Customer
  id
  firstName
  lastName
  phoneNumber
  emailAddress
  wallets(options:WalletListOptions) WalletList
type WalletList
  items Wallet
  totalItems
type Wallet
  id
  code
  name
  createdAt
  updatedAt
  currencyCode
  balance
  metadata
  adjustments(options:WalletAdjustmentListOptions) WalletAdjustmentList
type WalletAdjustmentList
  items WalletAdjustment
  totalItems
type WalletAdjustment
  id
  createdAt
  updatedAt
  amount
  description
input StringOperators
  eq
input CustomerFilterParameter
  emailAddress:StringOperators
  phoneNumber:StringOperators
input CustomerListOptions
  skip
  take
  sort
  filter:CustomerFilterParameter
input WalletListFilter
  name:StringOperators
input WalletListOptions
  skip
  take
  sort
  filter:WalletListFilter
input WalletAdjustmentListFilter
  description:StringOperators
input WalletAdjustmentListOptions
  skip
  take
  sort
  filter:WalletAdjustmentListFilter
input CreateWalletInput
  customerId
  name!
  code
  metadata
input AdjustBalanceForWalletInput
  amount!
  walletId!
  description!
type Mutation
  createWallet(input!:CreateWalletInput) Wallet
  adjustBalanceForWallet(input!:AdjustBalanceForWalletInput) Wallet
)";
}

}  // namespace sandbox::vendure
