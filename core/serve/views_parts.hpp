#pragma once
// What the views share. Private to this folder.

#include <handoff/sdk/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/journal/reader.hpp"

namespace handoff::serve {

inline void set_text(json::Object& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out.set(name, text);
}

/// What a person should look at first: open cases before closed ones; of those the earlier deadline, without one last.
/// Of closed ones the newest.
bool more_urgent(const journal::CaseRow& one, const journal::CaseRow& other);

/// Whether its void took value away that is not given again yet.
bool taken_by_a_repair(journal::Reader& read, std::int64_t credit);

/// Whether what this case is about keeps its credit (`credit`, if there is one) from where it is to come. Other money on a
/// second telling of a credit that is complete, or spent value of one that is closed, holds nothing up.
bool holds_up(journal::Reader& read, const journal::CaseRow& row, const std::optional<journal::CreditRow>& credit);

/// The first `limit` of `rows` as a list, and whether there were more.
template <class Row, class View>
json::Value view_page(const char* name, std::vector<Row> rows, std::int64_t limit, View view) {
  bool more = static_cast<std::int64_t>(rows.size()) > limit;
  if (more) rows.resize(static_cast<std::size_t>(limit));
  json::Array list;
  for (const Row& row : rows) list.push_back(view(row));
  json::Object out;
  out.set(name, std::move(list)).set("more", more);
  return out;
}

}  // namespace handoff::serve
