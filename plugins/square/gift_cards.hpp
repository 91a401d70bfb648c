#pragma once
// Square as the gift card platform: what is asked of its Gift Cards and Gift Card Activities APIs.

#include <handoff/sdk/connector.hpp>

namespace handoff::square {

class GiftCards {
 public:
  /// `location`: where cards are registered and activities are booked; may be empty where nothing is issued.
  GiftCards(std::string version, std::string location) : version_(std::move(version)), location_(std::move(location)) {}

  bool in_use() const { return !location_.empty(); }

  Task<FindCustomerResult> find_customer(Context& c, const FindCustomerInput& in) const;
  /// Creates an empty card under our code, then activates it with the amount. Linking is an effect of its own.
  Task<IssueResult> issue(Context& c, const IssueInput& in) const;
  /// A card can be on file for several customers: whoever else has it loses it first.
  Task<LinkResult> link(Context& c, const LinkInput& in) const;
  /// By "code" or "instrument", with everything the card's activities tell.
  Task<ReadResult> read(Context& c, const ReadInput& in) const;
  Task<VoidResult> void_credit(Context& c, const VoidInput& in) const;
  /// First the cards, then their activations: a card does not say how it was issued, an activity not how it stands.
  Task<ListResult> list(Context& c, const ListInput& in) const;
  /// What moved value on cards, a page of activities. The place is "cards" in the cursor; the refunds' own watermark
  /// goes on as it was.
  Task<PullResult> pull(Context& c, const PullInput& in) const;
  /// Proves GIFTCARDS_READ.
  Task<Nothing> check(Context& c) const;

 private:
  Request request(Retry retry, std::string label, std::string method, std::string target) const;
  Task<std::string> create(Context& c, const IssueInput& in) const;
  Task<bool> tell_history(Context& c, Sighting& card, std::string since) const;

  std::string version_, location_;
};

}  // namespace handoff::square
