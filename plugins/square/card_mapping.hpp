#pragma once
// Square's gift cards and ours: cards and their activities to sightings, our codes to account numbers. Pure.

#include <handoff/sdk/call.hpp>

namespace handoff::square {

/// The account number (GAN) under which a card is made: a custom one has 8 to 20 letters and digits, and may not look
/// like a credit card's (spec: CreateGiftCardRequest.gift_card). So: 20 characters of the code, from its first letter on
/// if that leaves enough; 20 of base32 are 100 bits. A shorter code is taken as it is, for cards that others made.
std::string gan_of(std::string_view code);

/// "active", "pending", "inactive" (blocked: Square alone does and undoes that), "void" (deactivated: permanent).
std::string card_state(std::string_view state);

/// The customers' ids with a blank between: one card may be on file for several, which nobody's id is equal to.
std::string holders_of(const json::Value& card);

/// Nothing if it is no GiftCard of a currency that we know.
std::optional<Sighting> to_card(const json::Value& card);

/// What an ACTIVATE tells of its card: the instrument, our reference, what was put on it. Nothing if it is none.
std::optional<Sighting> to_activation(const json::Value& activity);

/// Adds to the sighting of a card what one of its activities tells, oldest first. The amount taken away by the end of a
/// card is what stood on it before: whether DEACTIVATE leaves the balance there is not documented.
class History {
 public:
  /// False if it is no GiftCardActivity.
  bool add(const json::Value& activity);
  /// False if the list does not show how the card became what it is: it lags behind, or a redemption is not decided yet,
  /// and must be read again.
  bool tell(Sighting& card) const;

 private:
  std::string reference_;
  bool redeemed(const json::Value& activity);
  bool refunded(const json::Value& activity);
  std::optional<Money> by_sums() const;
  std::optional<Money> issued_, redeemed_, balance_, removed_;
  bool began_ = false;                // something was put on it
  bool whole_ = true;                 // every activity that moved value said how much
  bool pending_ = false;              // a redemption that may still be taken back
  bool canceled_ = false;             // one that was: the balances after it are of before that, perhaps
  std::vector<std::string> redeems_;  // the ids of what was spent
};

/// What moved value on a card, as a hint, which is the same whether a notification or the list tells of it. Nothing of
/// an activation: before it the card was none.
std::optional<Hint> to_hint(const json::Value& activity);
inline constexpr std::string_view kMoved = "gift_card.activity.";  // with the activity's type: a hint's
/// What happened to the value: "credit.redeemed" of "gift_card.activity.REDEEM".
std::string movement_of(std::string_view hint_type);

json::Value create_body(const std::string& key, const std::string& location, std::string_view code);
json::Value activate_body(const std::string& key, const std::string& location, const std::string& card,
                          const IssueInput& in);
json::Value deactivate_body(const std::string& key, const std::string& location, const std::string& card);

/// {"query":{"filter":{field:{"exact":value}}},...}
json::Value search_body(const char* field, const std::string& value);
/// Customers changed since then (empty: all), from the cursor on.
json::Value changed_body(const std::string& since, const json::Value& cursor);
/// Of what a notification tells; of a customer merged away "DELETED INTO".
std::string to_told(const json::Value& notification);
CustomerInfo to_candidate(const json::Value& customer);

}  // namespace handoff::square
