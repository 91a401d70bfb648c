#pragma once
// Exact money: integers of minor units, and decimal text. No floating point anywhere.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

/// Decimal places of an ISO 4217 currency: 2 unless the code says otherwise.
int minor_digits(std::string_view currency);

/// "-20.5" with two digits is -2050. Nothing for exponents, signs other than one leading '-', more non-zero decimals
/// than `digits`, or a value outside 64 bits.
std::optional<std::int64_t> minor_from_decimal(std::string_view text, int digits);

/// -2050 with two digits is "-20.50".
std::string decimal_from_minor(std::int64_t minor, int digits);

}  // namespace sandbox
