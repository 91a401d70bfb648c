#pragma once
// Their words and ours: gift cards. Pure.

#include <handoff/sdk/call.hpp>

namespace handoff::shopify {

/// A code as Shopify keeps it (schema: GiftCardCreateInput.code): letters and digits, 20 at most, and no case. Of the hub's
/// 26 characters that leaves 100 bits.
std::string card_code(std::string_view code);

/// What is written beside a card, so that it is known again: "handoff sc_7f3k KEY".
std::string note_of(const IssueInput& in);

/// The first day on which a card may be dead, for a credit that is good until `expires_at`. Neither the hour nor the time
/// zone in which a card expires is documented, nor whether it can be spent on that day: under any reading it lives at least
/// as long as was promised, and three and a half days longer at most. Throws Failure(unsupported) if it is no time.
std::string expires_on(const std::string& expires_at);

json::Value create_input(const IssueInput& in);

/// The lesser of the hub's clock and the shop's: what is taken for expired and can still be spent would be given twice.
std::int64_t not_after(std::int64_t now_ms, const Reply& reply);

/// Throws Failure(unreadable) if it is no gift card. Where the balance cannot be read no amount is told.
Sighting to_card(const json::Value& card, std::int64_t now_ms);

/// Whether a card ends like the code. All of it is never shown again.
bool ends_like(const json::Value& card, std::string_view code);

}  // namespace handoff::shopify
