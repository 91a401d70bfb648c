#pragma once
// Pieces of the HTML report. Private to this folder.

#include <string>
#include <string_view>

#include "core/report/audit.hpp"

namespace handoff::report {

/// Text that cannot become markup, for elements and attributes.
std::string escaped(std::string_view text);
/// "12 s", "3 min 5 s", "2 h 5 min", "4 d 3 h"
std::string spoken(std::int64_t seconds);
/// "0.125 %"
std::string share(std::int64_t part, std::int64_t all);
/// "12,345"
std::string grouped(std::int64_t number);
/// "1 item", "1,234 items"
std::string counted(std::int64_t number, const std::string& noun);
/// "amount mismatch"; F1 to F6 stay.
std::string plain_cause(std::size_t cause);
/// "Sat 09 h", of the hour of the week
std::string hour_name(std::size_t hour);
/// A link that shows only the findings with data-`key` = `value`. A number in it is how many they are.
std::string filter_link(std::string_view key, std::string_view value, std::string_view text);
/// The same; none of none.
std::string number_link(std::string_view key, std::string_view value, std::int64_t number, std::string_view text);

/// The findings with what the links choose by, and how many lie beyond `rows_max`.
std::string findings_table(const Audit& audit, std::size_t rows_max);

/// The chain as bands from system to system, what is lost branching off.
std::string flow_svg(const Audit& audit);
/// Gaps by hour and weekday, darker the larger their share.
std::string heat_svg(const Audit& audit);
/// Gaps of each week, by cause.
std::string weeks_svg(const Audit& audit);

extern const std::string_view kStyle;
extern const std::string_view kScript;

}  // namespace handoff::report
