#pragma once
// Shopify as the gift card platform: a credit is one gift card under a code of ours.

#include <handoff/sdk/connector.hpp>

namespace handoff::shopify {

class GiftCards {
 public:
  /// `currency`: the shop's; empty where nothing is issued.
  explicit GiftCards(std::string currency);

  bool in_use() const { return !currency_.empty(); }
  /// Which of the shop's facts (query Check) speaks against issuing here, or nothing.
  void check(const json::Value& shop) const;

  Task<IssueResult> issue(Context& c, const IssueInput& in) const;
  /// Whose a card is can be said once (schema: GiftCardUpdateInput.customerId).
  Task<LinkResult> link(Context& c, const LinkInput& in) const;
  /// By "code", through the shop's search, or by "instrument".
  Task<ReadResult> read(Context& c, const ReadInput& in) const;
  Task<VoidResult> void_credit(Context& c, const VoidInput& in) const;

 private:
  void must_be_in_use() const;

  std::string currency_;
};

}  // namespace handoff::shopify
