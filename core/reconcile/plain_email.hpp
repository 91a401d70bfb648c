#pragma once
// E-mails are a good part of what an audit reads, and nearly all are of one sort.

#include <cstdint>
#include <string_view>

namespace handoff::reconcile {

/// The digest of an e-mail in its normal form without making that; 0 if it is not of the plain sort: letters, digits,
/// "_", "-" and ".", one "@", a full stop behind it.
std::uint64_t plain_email_digest(std::string_view text, std::uint64_t seed);

}  // namespace handoff::reconcile
