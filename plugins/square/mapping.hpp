#pragma once
// Their words and ours: refunds to source events, times to business dates. Pure.

#include <handoff/sdk/call.hpp>

namespace handoff::square {

/// Which refunds are store credit (DESIGN D8): settings.
struct Rules {
  Rules() = default;
  std::vector<std::string> locations;  // empty: all
  std::vector<std::string> external_types, reasons;
  int utc_offset_minutes = 0;
};

/// "-05:00" in minutes; nothing if it is no offset.
std::optional<int> to_offset_minutes(std::string_view text);

/// RFC 3339, any fraction of a second and any offset, to Unix milliseconds; nothing if it is none.
std::optional<std::int64_t> to_unix_ms(std::string_view text);
/// "2026-11-23T10:00:00.123Z"
std::string to_rfc3339(std::int64_t unix_ms);
/// "2026-11-23"
std::string to_date(std::int64_t unix_ms, int offset_minutes);

/// Nothing if it is no Money of a currency that we know.
std::optional<Money> to_money(const json::Value& money);

/// Whether the refund is finished, of one of the locations, and goes to store credit kept outside Square.
bool is_store_credit(const json::Value& refund, const Rules& rules);

/// Nothing if it is no PaymentRefund.
std::optional<Sighting> to_sighting(const json::Value& refund);

/// `payment` and `customer` are null where there is none. Throws Failure(unreadable) if the refund lacks what an
/// event needs.
SourceEvent to_event(const json::Value& refund, const json::Value& payment, const json::Value& customer,
                     const Rules& rules);

}  // namespace handoff::square
