#pragma once
// Numbers and times as people read them.

#include <cstdint>
#include <string>

namespace handoff::serve {

/// "350 ms", "12 s", "3 min 5 s", "2 h 5 min", "4 d 3 h"
std::string duration(std::int64_t ms);
/// "1,234,567"
std::string grouped(std::int64_t number);
/// "1,234,567.50" of "1234567.50": a sum, as counts beside it are written.
std::string grouped_amount(const std::string& decimal);
/// "1 hop", "2 hops"
std::string counted(std::int64_t number, const std::string& noun);

}  // namespace handoff::serve
