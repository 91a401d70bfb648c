#pragma once
// The part of OData that the ERP's lists need: $filter with `and`, $top, $skip, $select and next links.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http_message.hpp"

namespace sandbox::odata {

struct Condition {
  std::string field, op;  // op: eq ne gt ge lt le
  std::string value;
  bool quoted = false;
};

/// Nothing when the text is not understood (`or`, functions and brackets are not).
std::optional<std::vector<Condition>> read_filter(std::string_view text);
bool holds(const Json& row, const Condition& condition);
/// The value of `field eq '...'` when the filter has one, so that a list can use its index.
const std::string* equal_to(const std::vector<Condition>& conditions, std::string_view field);

struct ListOptions {
  std::string context, url;  // of @odata.context and of the next link, without a query
  std::size_t page_size = 20'000;
};
/// {"@odata.context", "value": [...], "@odata.nextLink"}, of the rows that hold; nothing when an option is not valid.
std::optional<Json> list(const std::vector<Json>& rows, const Request& request,
                         const std::vector<Condition>& conditions, const ListOptions& options);

}  // namespace sandbox::odata
