#pragma once
// Their words and ours: refunds to source events, times to business dates. Pure.

#include <handoff/sdk/call.hpp>
#include <handoff/sdk/time.hpp>

namespace handoff::square {

/// Which refunds are store credit (DESIGN D8): settings.
struct Rules {
  Rules() = default;
  std::vector<std::string> locations;  // empty: all
  std::vector<std::string> external_types, reasons;
  int utc_offset_minutes = 0;
};

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
