#pragma once
// Their words and ours: vouchers to sightings, amounts both ways. Pure.

#include <handoff/sdk/call.hpp>

namespace handoff::voucherify {

/// Voucherify writes every amount times 100, whatever the currency (spec: Gift.amount). Throws Failure(unsupported)
/// for an amount it cannot hold (a third decimal) or another currency than the project's.
std::int64_t to_hundredths(const Money& amount, const std::string& currency);

/// Nothing if the currency cannot express it (50 hundredths of a yen).
std::optional<Money> from_hundredths(std::int64_t hundredths, const std::string& currency);

/// Nothing if the body is no gift voucher. `now_ms`: a voucher stays `active` for ever, and cannot be spent after its
/// expiration_date, nor before its start_date.
std::optional<Sighting> to_sighting(const json::Value& voucher, const std::string& currency, std::int64_t now_ms);

/// What a voucher's transactions tell of it, in whatever order (spec: list-voucher-transactions names none).
class Transactions {
 public:
  /// False if it is no transaction of a gift voucher.
  bool add(const json::Value& transaction);
  /// The id of the last one added: where the next page begins.
  const std::string& last() const { return last_; }
  /// Adds what was spent to the sighting of `voucher`. False if it is not what the voucher's own sums say: something
  /// moved between the two looks, or the list lags behind.
  bool tell(Sighting& seen, const json::Value& voucher, const std::string& currency) const;

 private:
  std::string last_;
  std::int64_t redeemed_ = 0;
};

/// spec: VoucherCreateGift
json::Value voucher_body(const IssueInput& in, std::int64_t hundredths, const std::string& category);

/// The customer by their id if it is known, else created or updated by our own id (source_id).
json::Value customer_body(const CustomerInfo& customer);

/// A millisecond earlier: whether [after] takes in the moment itself is not documented. Nothing if it is no time.
std::optional<std::string> just_before(const std::string& time);

CustomerInfo to_customer(const json::Value& customer);

/// A notification without the blanks between its tokens: what is signed (webhooks).
std::string compact(std::string_view text);

/// What a notification tells of, or nothing: it is about no value of a gift voucher. The object is the voucher's id;
/// its code can be spent, and is not written down.
std::optional<Hint> to_hint(const json::Value& notification);

/// Whether a row shows what its making leaves: spendable, whole, and last changed within ten minutes of it, as issuing and
/// linking do. What was spent and given back in these minutes looks the same; a notification tells of that.
bool is_as_made(const json::Value& voucher);

/// A row of the vouchers that changed, known by what it says of its last change.
Hint changed_hint(const json::Value& voucher);

/// What happened to the value, by a hint's type: "credit.redeemed" of CREDITS_REDEMPTION.
std::string movement_of(std::string_view type);

}  // namespace handoff::voucherify
